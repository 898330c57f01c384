import { learningCurveSvg } from "../../core/plots/learningCurve.js";
import { compareModels, MODEL_ORDER } from "../../core/plots/modelStyle.js";
import { DARK_THEME, LIGHT_THEME, type PlotTheme } from "../../core/plots/theme.js";
import { formatValue, formatWithError } from "../../core/plots/ticks.js";
import { PAPER_TARGETS } from "../../core/settings/paperTargets.js";
import { modelLabel, propertyLabel } from "../../core/text/labels.js";
import {
  type Form,
  HARDLY,
  type JudgedClaim,
  judgeClaim,
  LEVEL,
  PAR,
  paperClaims,
  type Relation,
  twoStepClaims,
} from "./reproductionClaims.js";
import type { ReproductionDepth } from "./reproductionDepth.js";
import { GUESS, paperForm, type ReproductionResults } from "./reproductionResults.js";

const R3DVS_PAPER = paperForm("r3dvs");

/** What a page is of; the size of the test sets decides how far repeats share materials. */
interface Measured {
  readonly results: ReproductionResults;
  readonly testSize: number;
}

const unitOf = (target: string) => (target.endsWith("_per_atom") ? "eV/atom" : "eV");

/** Learning curves, one panel per target. */
export function reproductionFigure({ results, testSize }: Measured, theme: PlotTheme): string {
  const targets = PAPER_TARGETS.filter((target) => results.targets.includes(target)).map((target) => {
    const sizes = results.sizesOf(target);
    const baseline = results.errorOf(target, GUESS, sizes.at(-1) ?? 0)?.mean;
    const series = results.models.filter(isDrawn).map((model) => ({
      model,
      points: sizes.flatMap((trainSize) => pointOf({ results, testSize }, target, model, trainSize)),
    }));
    return { name: target, unit: unitOf(target), ...(baseline !== undefined && { baselineMae: baseline }), series };
  });
  return learningCurveSvg({ targets }, { width: 1000, columns: 3, theme, title: "Learning curves on the oxides" });
}

/** Models of the figure: those of the legend, and the network in the paper's form; others stand in the table. */
const isDrawn = (model: string) => model === R3DVS_PAPER || (MODEL_ORDER as readonly string[]).includes(model);

export const lightFigure = (measured: Measured) => reproductionFigure(measured, LIGHT_THEME);
export const darkFigure = (measured: Measured) => reproductionFigure(measured, DARK_THEME);

function pointOf({ results, testSize }: Measured, target: string, model: string, trainSize: number) {
  const error = results.errorOf(target, model, trainSize, testSize);
  if (error === undefined) return [];
  const { mean: mae, standardError, repeats } = error;
  return [{ trainSize, mae, repeats, ...(repeats > 1 && { standardError }) }];
}

/** The figure, the depth of the protocol and the verdicts on the paper's claims, as Markdown. */
function comparisonSummary(results: ReproductionResults, depth: ReproductionDepth): string {
  if (results.rows.length === 0) return "No repeat is done yet.";
  const alternative = "Mean absolute error against the number of training materials, six properties, all models";
  return [
    `<picture><source media="(prefers-color-scheme: dark)" srcset="curves-dark.svg"><img alt="${alternative}" src="curves-light.svg" width="100%"></picture>`,
    "",
    describeDepth(results, depth),
    ...(depth.earlier
      ? [
          "",
          `[An earlier comparison](${depth.earlier}), on fewer of these oxides, has more splits and learning curves.`,
        ]
      : []),
    "",
    ...claimTable(results, depth.testSize),
  ].join("\n");
}

/**
 * The README's table, one row per property: errors at the largest training set, and where the rest is. `page`: the path
 * of the whole comparison.
 */
export function accuracySummary(results: ReproductionResults, depth: ReproductionDepth, page: string): string {
  if (results.rows.length === 0) return "No repeat is finished yet.";
  const targets = PAPER_TARGETS.filter((target) => results.targets.includes(target));
  const models = [...SUMMARIZED.filter((model) => results.models.includes(model)), GUESS];
  const rows = targets.map((target) => {
    const size = results.sizesOf(target).at(-1) ?? 0;
    const cells = models.map((model) => errorCell({ results, testSize: depth.testSize }, target, model, size, models));
    return [`${propertyLabel(target)}, ${unitOf(target)}`, ...cells];
  });
  const head = ["test MAE", ...models.map((model) => (model === GUESS ? "training mean" : nameOf(model)))];
  const training = results.sizesOf(targets[0] ?? "").at(-1) ?? 0;
  const others = Math.max(
    0,
    ...models.filter((model) => !model.includes("r3dvs")).map((model) => results.repeatsOf(model)),
  );
  const networks = results.repeatsOf("r3dvs");
  const splits = networks === others ? `: ${others}` : `, R3DVS: ${networks}, others: ${others}`;
  return [
    ...markdownTable(head, rows),
    "",
    `Random splits of ${depth.materials} oxides (${training} for training, ${depth.testSize} for testing)${splits}` +
      `${others > 1 ? "; ± corrected standard error" : ""}.`,
    `[All errors, and the comparison with the paper](${page});`,
    "`npm run reproduce` repeats it.",
  ].join("\n");
}

/** Models of the README's table, in its order. */
const SUMMARIZED = ["combined", "r3dvs", "soap", "composition", "density"];

/** An error, bold where none of the models in the table has a lower one. */
function errorCell(measured: Measured, target: string, model: string, size: number, models: readonly string[]): string {
  const text = errorText(measured, target, model, size);
  return models.some((other) => isLower(measured.results, target, other, model, size)) ? text : `**${text}**`;
}

/** The whole page. */
export function reproductionPage(results: ReproductionResults, depth: ReproductionDepth): string {
  return [
    "# The paper's comparison on other oxides",
    "",
    "Kajita et al., Sci. Rep. 7, 16991 (2017), compared R3DVS with SOAP and Coulomb matrices on 680 oxides. This is the same protocol on [the oxides of this repository](../oxides/README.md): another dataset, so results may differ.",
    "`npm run reproduce` makes every number and figure of this page; run again, it adds repeats (`npm run reproduce -- --hours 2 --threads 2`).",
    "",
    comparisonSummary(results, depth),
    "",
    ...findings({ results, testSize: depth.testSize }),
    ...gapToCombined({ results, testSize: depth.testSize }),
    "## Errors at the largest training set",
    "",
    ...errorTable({ results, testSize: depth.testSize }),
    "",
    "## How to read it",
    "",
    `- A repeat is one random split into ${depth.testSize} test materials and nested training sets, the same for every model and target. ± is the standard error of the mean over the repeats, corrected since repeats share most of their training materials (Nadeau and Bengio 2003); p of a difference is that of the paired t-test with the same correction, two-sided.`,
    "- p is from the splits that both models have; their number stands behind it. It is not corrected for the number of comparisons: of twenty claims without any truth, one would have p < 0.05. Standard errors of fewer than three splits are left out of the table.",
    `- A verdict needs p < ${LEVEL}. "On a par" is confirmed if the difference is significantly smaller than ${100 * PAR} % of the baseline's error, and not confirmed if it is significant and larger than that; "hardly better" if the gain is significantly smaller than ${100 * HARDLY} %. Otherwise the verdict is inconclusive.`,
    "- The paper's form: R3DVS with amplitudes as its only channel, max pooling and no linear baseline; SOAP with alpha 3.0; Coulomb matrices with alpha 0.01; second steps trained on in-sample residuals; the cohesive energy per atom. It is compared with its own kind, ours with ours.",
    "- Ours: hyperparameters by cross-validation on the training set; the network with this project's defaults ([how they were chosen](../../src/measurements.md#defaults-per-target)), which for energies per volume first fits a linear baseline (ridge) to the sums of its channels; second steps trained on out-of-fold residuals.",
    "- `combined`, `density`, `functionals` and `angular` are Gaussian processes ([decision](../../src/decisions/130-combined-model.md)). `composition` and `shells` train in a second and show what a network must improve on.",
    "- The networks are trained for fewer steps than in the paper and are single ones, not averages of five; their errors are upper bounds.",
    "",
    "`results.csv` has the error of every model, size and repeat, the error on new chemical systems and what the uncertainties cover; `depth.json` the settings.",
    "",
  ].join("\n");
}

function describeDepth(
  results: ReproductionResults,
  { ensemble, epochs, rotations, testSize, materials, hours }: ReproductionDepth,
): string {
  const repeats = (models: readonly string[]) => Math.max(0, ...models.map((model) => results.repeatsOf(model)));
  const networks = results.models.filter((model) => model.includes("r3dvs"));
  const others = results.models.filter((model) => !model.includes("r3dvs"));
  const paper = "the paper: 5 networks, 30 copies of each crystal per epoch, 20 repeats";
  const depth = `${ensemble === 1 ? "one network" : `${ensemble} networks`} per model, ${ensemble === 1 ? "" : "each "}${epochs} epochs of ${rotations} rotated copies`;
  return `Protocol depth: ${materials} oxides, ${testSize} of them the test set; of the protocol's 20 repeats ${repeats(others)} for kernel models and ${repeats(networks)} for networks; ${depth} (${paper}); ${hours.toFixed(1)} h of computing so far.`;
}

function claimTable(results: ReproductionResults, testSize: number): string[] {
  const judged = (form: Form) =>
    [...paperClaims(form), ...twoStepClaims(form)].map((claim) => judgeClaim(claim, results, testSize));
  const [own, paper] = [judged((model) => model), judged(paperForm)];
  const rows = own.map((claim, i) => [sentenceOf(claim), verdictText(paper[i] ?? claim), verdictText(claim)]);
  return markdownTable(["the paper, on 680 oxides", "here, in the paper's form", "here, in our form"], rows);
}

/** Two things that make sense of the verdicts, and what a network adds to the density's other descriptors. */
function findings(measured: Measured): string[] {
  const { results, testSize } = measured;
  const said = (target: string, model: string, baseline: string) => {
    const text = comparison(judgeClaim({ target, model, baseline, says: "better" }, results, testSize));
    return text === undefined ? [] : [`${propertyLabel(target)}: ${text}`];
  };
  const targets = ["cohesive_energy_per_atom", "band_gap"];
  const steps = (form: Form) => targets.flatMap((target) => said(target, form("soap+shells"), form("soap"))).join("; ");
  const [smooth, tuned] = [steps(paperForm).replaceAll(PAPER_FORM, ""), steps((model) => model)];
  const errors = ["r3dvs", "shells", "density", "combined"].flatMap((model) => {
    const size = results.sizesOf(HARTREE).at(-1) ?? 0;
    return results.errorOf(HARTREE, model, size)
      ? [`${nameOf(model)} ${errorText(measured, HARTREE, model, size)}`]
      : [];
  });
  const beyond = targets.flatMap((target) => said(target, "density+r3dvs", "density")).join("; ");
  const parts = ["angular", "functionals", "density"].flatMap((model) =>
    targets.flatMap((target) => said(target, model, "shells")),
  );
  const list = [
    ...(smooth && tuned
      ? [
          `- **The second step repairs the over-smoothing of the first.** SOAP with alpha 3.0 smooths too much, and any second step finds what it lost: with |g| shells as the second step, ${smooth}. With alpha chosen on the training set nothing is left to find: ${tuned}.`,
        ]
      : []),
    ...(errors.length > 0
      ? [
          `- **The Hartree energy is a formula of the input**: 2π e² V Σ |s_g|²/g². Whatever model has |s_g|²/g² among its features only fits what the PAW setups add (${errors.join(", ")} eV/atom; \`r3dvs integrate\` computes the formula). So is E_xc − V_xc, of the density in real space, and the ion–ion energy, of the structure and the valence electrons, for \`combined\` alone. None of them says how well a network recognises materials.`,
        ]
      : []),
    ...(parts.length > 0
      ? [
          `- **What rotation-invariant descriptions of the density know**, each beside the shells of |g|: ${parts.join("; ")}.`,
        ]
      : []),
    ...(beyond
      ? [
          `- **Beyond rotation-invariant descriptors of the density** a network on voxels as the second step: ${beyond}.`,
        ]
      : []),
  ];
  return list.length === 0 ? [] : ["## What makes sense of it", "", ...list, ""];
}

const HARTREE = "E_hartree_per_atom";

/** From the network to the best model, each beside what it adds: the last one's errors are the smallest. */
const LADDER = ["r3dvs", "shells", "density", "combined"] as const;

/** How far apart `r3dvs` and `combined` are, and which step between them how much of it is. */
function gapToCombined(measured: Measured): string[] {
  const { results, testSize } = measured;
  const rows = PAPER_TARGETS.flatMap((target) => {
    const difference = results.difference(target, "r3dvs", "combined", testSize);
    const errors = LADDER.map((model) => results.errorBeside(target, model, "r3dvs") ?? Number.NaN);
    const [network = Number.NaN, shells = Number.NaN, density = Number.NaN, all = Number.NaN] = errors;
    const steps = [network / shells, shells / density, density / all];
    if (difference === undefined || !steps.every(Number.isFinite)) return [];
    const { p, count } = difference;
    const doubt = count > 1 ? `${p < 0.001 ? "< 0.001" : p.toPrecision(1)} (${count})` : "one split";
    return [[propertyLabel(target), timesText(network / all), ...steps.map(timesText), doubt]];
  });
  if (rows.length === 0) return [];
  const head = [
    "error of R3DVS over",
    "Combined",
    "= network : shells",
    "× shells : density",
    "× density : combined",
    "p (splits)",
  ];
  return [
    "## How far the network is from the best model, and why",
    "",
    ...markdownTable(head, rows),
    "",
    "- Network : shells: the same |s_g|, as 32 shells and their Coulomb sums for a kernel, against voxels for a network. Below 1 the network finds more in the amplitudes than shells hold; above 1 it does not find in its few epochs, from a few hundred materials, what a smooth kernel has at once. Longer training narrows this step alone.",
    "- Shells : density: angular spectrum and functionals in real space. |s_g| has lost the phases, and with them what the density is at a point: exchange and correlation, and part of the cohesive energy, cannot be had from amplitudes however long a network learns.",
    "- Density : combined: elements, their surroundings and charges. The ion–ion energy is one of the structure alone; cohesive energy, one-electron sum and gap depend on which atoms there are, which valence densities tell only in part.",
    "",
  ];
}

/** In two digits: `0.13`, `19`, `1.3×10⁵`. */
const timesText = (ratio: number): string =>
  ratio < 1e4 ? String(Number(ratio.toPrecision(2))) : formatValue(Number(ratio.toPrecision(2)));

function errorTable(measured: Measured): string[] {
  const { results } = measured;
  const targets = PAPER_TARGETS.filter((target) => results.targets.includes(target));
  const models = [...[...results.models].sort(compareModels), GUESS];
  const rows = models.map((model) => [
    model === GUESS ? "training mean" : nameOf(model),
    String(results.repeatsOf(model)),
    ...targets.map((target) => {
      const size = results.sizesOf(target).at(-1) ?? 0;
      const text = errorText(measured, target, model, size);
      const best = results.models.filter((other) => isLower(results, target, other, model, size)).length === 0;
      return best && model !== GUESS ? `**${text}**` : text;
    }),
  ]);
  const largest = targets.map(
    (target) => `${propertyLabel(target)}, ${unitOf(target)} (${results.sizesOf(target).at(-1)})`,
  );
  return markdownTable(["MAE", "repeats", ...largest], rows);
}

const isLower = (results: ReproductionResults, target: string, a: string, b: string, size: number) =>
  (results.errorOf(target, a, size)?.mean ?? Infinity) < (results.errorOf(target, b, size)?.mean ?? Infinity);

/** Fewer repeats give no standard error that means anything: two may agree by chance. */
const MIN_REPEATS = 3;

function errorText({ results, testSize }: Measured, target: string, model: string, size: number): string {
  const error = results.errorOf(target, model, size, testSize);
  if (error === undefined) return "–";
  if (error.repeats < MIN_REPEATS || !(error.standardError > 0)) return formatValue(error.mean);
  const text = formatWithError(error.mean, error.standardError);
  return `${text.value} ± ${text.error}`;
}

const RELATIONS: Readonly<Record<Relation, (model: string, baseline: string) => string>> = {
  better: (model, baseline) => `${model} better than ${baseline}`,
  worse: (model, baseline) => `${model} worse than ${baseline}`,
  onPar: (model, baseline) => `${model} on a par with ${baseline}`,
  hardlyBetter: (model, baseline) => `${model} hardly better than ${baseline}`,
};

const sentenceOf = ({ target, model, baseline, says }: JudgedClaim) =>
  `${propertyLabel(target)}: ${RELATIONS[says](nameOf(model), nameOf(baseline))}`;

/** The column says it for all its models. */
const PAPER_FORM = nameOf(paperForm("soap")).slice(nameOf("soap").length);

/** Direction, size and doubt of the difference: "R3DVS better by 41 %, p = 0.003: not confirmed". */
function verdictText(claim: JudgedClaim): string {
  const text = comparison(claim);
  return text === undefined ? "–" : `${text.replaceAll(PAPER_FORM, "")}: **${claim.verdict}**`;
}

function comparison({ target, model, baseline, difference, baselineMae }: JudgedClaim): string | undefined {
  if (difference === undefined || baselineMae === undefined) return undefined;
  const { mean, standardError, count, p } = difference;
  const splits = count > 1 ? `, ${count} splits` : "";
  const [winner, loser] = mean <= 0 ? [model, baseline] : [baseline, model];
  const reference = mean <= 0 ? baselineMae : baselineMae + mean;
  const share = (100 * Math.abs(mean)) / reference;
  const { value, error } = formatWithError(mean, standardError);
  const size = `${mean > 0 ? "+" : ""}${value}${count > 1 ? ` ± ${error}` : ""} ${unitOf(target)}`;
  const doubt = count > 1 ? `, p ${p < 0.001 ? "< 0.001" : `= ${p.toPrecision(1)}`}${splits}` : ", one split";
  return `${nameOf(winner)} better than ${nameOf(loser)} by ${share.toFixed(share < 1 ? 1 : 0)} % (${size})${doubt}`;
}

function nameOf(model: string): string {
  return modelLabel(model);
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`; // |g| shells
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
