import { calibrationSvg } from "../../core/plots/calibrationPlot.js";
import { type LearningCurveData, learningCurveSvg } from "../../core/plots/learningCurve.js";
import type { LossData } from "../../core/plots/lossCurve.js";
import { lossSvg } from "../../core/plots/lossCurve.js";
import { type ParityData, paritySvg } from "../../core/plots/parity.js";
import { CSS_THEME } from "../../core/plots/theme.js";
import { formatValue } from "../../core/plots/ticks.js";
import { modelLabel, propertyLabel } from "../../core/text/labels.js";
import type { RunCoverage } from "../../protocol/runEvents.js";
import type { RunManifest } from "../../protocol/runFiles.js";
import { checkModels } from "../models/modelNames.js";
import { approximationNote, domainNote } from "../models/processInputs.js";
import type { NewSystemError } from "../runs/newSystems.js";
import { targetSettings } from "../runs/studyPlan.js";
import type { Comparison, MeanError } from "../runs/studyResults.js";
import { reportStyle } from "./reportStyle.js";

/** What a report shows. */
export interface ReportData {
  readonly manifest: RunManifest;
  readonly means: readonly MeanError[];
  readonly curves: LearningCurveData;
  readonly comparisons: readonly Comparison[];
  readonly coverage: readonly RunCoverage[];
  readonly newSystems: readonly NewSystemError[];
  /** One per target: the largest training size, repeat 0. */
  readonly parity: readonly ParityData[];
  /** One per target, for networks. */
  readonly losses: readonly LossData[];
  /** Time of writing, ISO 8601. */
  readonly written: string;
}

/**
 * The report as one self-contained HTML page: figures as SVG, tables, provenance; follows the reader's light or dark.
 */
export function reportPage(data: ReportData): string {
  const { manifest } = data;
  const title = `R3DVS study: ${manifest.name}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'">
<title>${escapeHtml(title)}</title>
<style>${reportStyle()}</style>
</head>
<body>
<header><h1>${escapeHtml(manifest.name)}</h1><p>${escapeHtml(summary(data))}</p></header>
<main>${sections(data).join("\n")}</main>
<footer><p>Written ${escapeHtml(data.written)} by r3dvs ${escapeHtml(manifest.software.version)}.
Method: Kajita, Ohba, Jinnouchi, Asahi, Sci. Rep. 7, 16991 (2017), doi 10.1038/s41598-017-17299-w.</p></footer>
</body>
</html>
`;
}

function sections(data: ReportData): string[] {
  const { manifest, curves, parity, losses } = data;
  const parityFigures = parity.map((one) =>
    figure(paritySvg(one, { width: 960, columns: 2, theme: CSS_THEME }), propertyLabel(one.target)),
  );
  const lossFigures = losses.map((one) =>
    figure(lossSvg(one, { width: 720, theme: CSS_THEME }), `${propertyLabel(one.target)}: ${modelLabel(one.model)}`),
  );
  return [
    section(
      "Learning curves",
      figure(learningCurveSvg(curves, { width: 960, theme: CSS_THEME })),
      ...approximationText(manifest),
      errorTables(data),
      ...(data.means.some((mean) => mean.standardError !== undefined) ? [paragraph(SPREAD_NOTE)] : []),
      comparisonTable(data),
      ...newSystemsTable(data),
    ),
    section("Predictions for the test sets", paragraph(PARITY_NOTE), ...parityFigures),
    ...calibrationSection(data),
    ...(losses.length > 0 ? [section("Training of the networks", ...lossFigures)] : []),
    section("Settings", targetTable(manifest), settingsTable(manifest)),
    section("Materials", materialTables(manifest)),
  ];
}

/** Kernel models and domains of many materials are not exact. */
function approximationText({ settings }: RunManifest): string[] {
  if (settings === undefined) return [];
  const most = Math.max(0, ...settings.trainSizes);
  const notes = [approximationNote(checkModels(settings.models), most, settings.exactUpTo), domainNote(most)];
  return notes.flatMap((found) =>
    found === undefined ? [] : [paragraph(`At the largest training-set size, ${found.message}.`)],
  );
}

const SPREAD_NOTE =
  "± and bands: one standard error of the mean over the random splits, corrected for the materials that splits share (Nadeau and Bengio 2003).";

const PARITY_NOTE =
  "Largest training-set size, first repeat. Bars: one standard deviation of the error, as the model states it.";

/** What random splits flatter; nothing where every test material's elements were learned from together. */
function newSystemsTable({ manifest, newSystems }: ReportData): string[] {
  if (newSystems.length === 0) return [];
  const units = new Map(manifest.targets.map(({ name, reportedUnit }) => [name, reportedUnit]));
  const rows = newSystems.map(({ target, model, count, mae, newCount, newMae }) => [
    propertyLabel(target),
    modelLabel(model),
    `${formatValue(mae)} (${count})`,
    `${formatValue(newMae)} (${newCount})`,
    units.get(target) ?? "",
  ]);
  const head = ["target", "model", "all (errors)", "new systems (errors)", "unit"];
  return [paragraph(NEW_SYSTEMS_NOTE), table("Mean absolute error on new chemical systems", head, rows)];
}

const NEW_SYSTEMS_NOTE =
  "At the largest training-set size, over all repeats. New systems: test materials whose set of elements no training material has. Random splits flatter models that know other compounds of the same elements.";

/** Whether the uncertainties mean what they say; nothing where no model states one. */
function calibrationSection({ manifest, coverage }: ReportData): string[] {
  if (coverage.length === 0) return [];
  const targets = manifest.targets
    .map(({ name }) => ({ name, series: coverage.filter(({ target }) => target === name) }))
    .filter(({ series }) => series.length > 0);
  const rows = coverage.map(({ target, model, count, one, two }) => [
    propertyLabel(target),
    modelLabel(model),
    String(count),
    shareText(one),
    shareText(two),
  ]);
  const head = ["target", "model", "errors", "within one (68.3 expected)", "within two (95.4 expected)"];
  return [
    section(
      "Uncertainties",
      paragraph(CALIBRATION_NOTE),
      figure(calibrationSvg({ targets }, { width: 960, theme: CSS_THEME })),
      table("Test errors within one and two stated standard deviations, %", head, rows),
    ),
  ];
}

const CALIBRATION_NOTE =
  "The share of test errors inside the interval of each nominal level, at the largest training-set size, over all repeats. On the diagonal an uncertainty means what it says; below it, it is too small. Shaded: one standard error of as many independent errors. Markers: one and two standard deviations.";

const shareText = ({ share, standardError }: RunCoverage["one"]) =>
  `${(100 * share).toFixed(1)} ± ${(100 * standardError).toFixed(1)}`;

function summary({ manifest, means }: ReportData): string {
  const { materials, targets, settings, progress } = manifest;
  const done = progress.done < progress.total ? ` ${progress.done} of ${progress.total} results so far.` : "";
  const repeats = settings?.repeats ?? Math.max(0, ...means.map((mean) => mean.repeats));
  return `${materials.length} materials of ${manifest.dataset}, ${targets.length === 1 ? "one target" : `${targets.length} targets`}, ${repeats} random splits with ${settings?.testSize ?? 0} test materials each.${done}`;
}

function errorTables({ manifest, means }: ReportData): string {
  return manifest.targets
    .map(({ name, reportedUnit }) => {
      const own = means.filter(({ target }) => target === name);
      const sizes = [...new Set(own.map(({ trainSize }) => trainSize))].sort((a, b) => a - b);
      const models = [...new Set(own.map(({ model }) => model))];
      const rows = models.map((model) => [model, ...sizes.map((size) => errorCell(own, model, size))]);
      return table(
        `${propertyLabel(name)}: mean absolute error (${reportedUnit || "no unit"})`,
        ["model", ...sizes.map((size) => `${size} materials`)],
        rows,
      );
    })
    .join("\n");
}

function errorCell(means: readonly MeanError[], model: string, size: number): Cell {
  const mean = means.find((one) => one.model === model && one.trainSize === size);
  if (mean === undefined) return "–";
  const best = Math.min(...means.filter((one) => one.trainSize === size).map(({ mae }) => mae));
  const text = `${mean.mae.toPrecision(3)}${mean.standardError === undefined ? "" : ` ± ${mean.standardError.toPrecision(2)}`}`;
  return mean.mae === best ? html("strong", text) : text;
}

function comparisonTable({ comparisons }: ReportData): string {
  if (comparisons.length === 0) return "";
  const rows = comparisons.map(({ target, model, baseline, mean, standardError, p }) => [
    propertyLabel(target),
    `${modelLabel(model)} − ${modelLabel(baseline)}`,
    `${mean.toPrecision(3)} ± ${standardError.toPrecision(2)}`,
    p < 0.001 ? "< 0.001" : p.toPrecision(2),
  ]);
  const note =
    "Difference of the test errors at the largest training-set size, on the same splits; standard errors and p values are those of the corrected resampled t-test (Nadeau and Bengio 2003).";
  return `${table("Are the differences significant?", ["target", "models", "difference of the errors", "p"], rows)}${paragraph(note)}`;
}

/** What differs between targets: one column per target. */
function targetTable({ settings, targets }: RunManifest): string {
  if (settings === undefined) return "";
  const columns = targets.map((target) => {
    const { training, ...own } = targetSettings(settings, target.name);
    return { ...own, normalize: trainedAs(target, own.normalize), ...training };
  });
  const keys = Object.keys(columns[0] ?? {}) as (keyof (typeof columns)[number])[];
  const rows = keys.map((key) => [key, ...columns.map((column) => textOf(column[key]))]);
  return table("Settings per target", ["setting", ...targets.map(({ name }) => propertyLabel(name))], rows);
}

/** Errors and predictions of what is extensive are per atom whichever way it was learned. */
function trainedAs({ kind, reportedUnit }: RunManifest["targets"][number], per: string): string {
  return kind === "intensive"
    ? "unscaled"
    : `trained per ${per}, reported per atom${reportedUnit ? ` in ${reportedUnit}` : ""}`;
}

function settingsTable({
  settings,
  options: { perTarget, ...options },
  software,
  engine,
  created,
  dataset,
}: RunManifest): string {
  const { perTarget: _, ...study } = settings ?? {};
  const facts: Record<string, unknown> = {
    dataset,
    created,
    software: `${software.name} ${software.version}`,
    ...(engine && { engine: `${engine.backend} (${engine.instructionSet}), build ${engine.build}` }),
    ...options,
    ...study,
    ...(perTarget && { perTarget }),
  };
  const rows = Object.entries(facts).map(([key, value]) => [key, textOf(value)]);
  return table("All settings", ["setting", "value"], rows);
}

function materialTables({ materials, skipped, lacking, targets }: RunManifest): string {
  const left = skipped.map(({ id, reason }) => [id, reason]);
  const used = materials.map(({ id, natoms, volume, values, hash }) => [
    id,
    String(natoms),
    volume.toFixed(3),
    ...targets.map(({ name }) => String(values[name] ?? "")),
    html("code", hash),
  ]);
  const head = [
    "id",
    "atoms",
    "volume (Å³)",
    ...targets.map(({ name, unit }) => `${propertyLabel(name)}${unit ? ` (${unit})` : ""}`),
    "hash of the file (without a name in front: SHA-256)",
  ];
  const skippedTable =
    left.length > 0
      ? table(`${left.length} skipped materials`, ["id", "reason"], left)
      : paragraph("No material was skipped.");
  const without = lacking.map(({ id, target, reason }) => [id, target, reason]);
  const missingTargetTable =
    without.length > 0 ? table("Skipped for one target only", ["id", "target", "reason"], without) : "";
  const summary = `<summary>The ${used.length} materials used, with file hashes</summary>`;
  return `${skippedTable}${missingTargetTable}<details>${summary}${table("Materials", head, used)}</details>`;
}

/** A text, or one in an element; nothing else gets into a table, so that what a file holds is never markup. */
type Cell = string | { readonly element: "strong" | "code"; readonly text: string };
const html = (element: "strong" | "code", text: string): Cell => ({ element, text });
const cellHtml = (cell: Cell) =>
  typeof cell === "object" ? `<${cell.element}>${escapeHtml(cell.text)}</${cell.element}>` : escapeHtml(cell);

function table(caption: string, head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const body = rows.map(
    ([first = "", ...rest]) =>
      `<tr><th scope="row">${cellHtml(first)}</th>${rest.map((cell) => `<td>${cellHtml(cell)}</td>`).join("")}</tr>`,
  );
  const header = head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join("");
  return `<div class="wide"><table><caption>${escapeHtml(caption)}</caption><thead><tr>${header}</tr></thead><tbody>${body.join("\n")}</tbody></table></div>`;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(", ");
  if (typeof value === "object" && value !== null)
    return Object.entries(value)
      .map(([key, part]) => `${key} ${textOf(part)}`)
      .join(", ");
  return String(value);
}

const section = (title: string, ...content: readonly string[]) =>
  `<section><h2>${escapeHtml(title)}</h2>${content.join("\n")}</section>`;
const paragraph = (text: string) => `<p>${escapeHtml(text)}</p>`;
const figure = (svg: string, heading?: string) =>
  `<figure>${heading === undefined ? "" : `<figcaption>${escapeHtml(heading)}</figcaption>`}${svg}</figure>`;
const escapeHtml = (text: string) => String(text).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
