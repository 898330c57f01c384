import { learningCurveSvg } from "../../core/plots/learningCurve.js";
import { compareModels } from "../../core/plots/modelStyle.js";
import { DARK_THEME, LIGHT_THEME, type PlotTheme } from "../../core/plots/theme.js";
import { formatValue, formatWithError } from "../../core/plots/ticks.js";
import { modelLabel, propertyLabel } from "../../core/text/labels.js";
import { HARDLY, type JudgedClaim, judgeClaim, LEVEL, PAR, paperClaims, type Relation, twoStepClaims } from "./reproductionClaims.js";
import type { ReproductionDepth } from "./reproductionDepth.js";
import { GUESS, PAPER_FORM, type ReproductionResults } from "./reproductionResults.js";

const unitOf = (target: string) => (target.endsWith("_per_atom") ? "eV/atom" : "eV");

/** The columns that the paper compares its models on. */
export const REPRODUCED_TARGETS: readonly string[] = [
  "E_hartree_per_atom",
  "Exc_minus_Vxc_per_atom",
  "E_ewald_per_atom",
  "E_band_per_atom",
  "cohesive_energy_per_atom",
  "band_gap",
];

/** Learning curves, one panel per target. */
export function reproductionFigure(results: ReproductionResults, theme: PlotTheme): string {
  const targets = REPRODUCED_TARGETS.filter((target) => results.targets.includes(target)).map((target) => {
    const sizes = results.sizesOf(target);
    const baseline = results.errorOf(target, GUESS, sizes.at(-1) ?? 0)?.mean;
    const series = results.models.map((model) => ({
      model,
      points: sizes.flatMap((trainSize) => pointOf(results, target, model, trainSize)),
    }));
    return { name: target, unit: unitOf(target), ...(baseline !== undefined && { baselineMae: baseline }), series };
  });
  return learningCurveSvg({ targets }, { width: 1000, columns: 3, theme, title: "Learning curves on the oxides" });
}

export const lightFigure = (results: ReproductionResults) => reproductionFigure(results, LIGHT_THEME);
export const darkFigure = (results: ReproductionResults) => reproductionFigure(results, DARK_THEME);

function pointOf(results: ReproductionResults, target: string, model: string, trainSize: number) {
  const error = results.errorOf(target, model, trainSize);
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
    "",
    ...claimTable(results, depth.testSize),
  ].join("\n");
}

/** The README's table, one row per property: errors at the largest training set, and where the rest is. `page`: the path of the whole comparison. */
export function accuracySummary(results: ReproductionResults, depth: ReproductionDepth, page: string): string {
  if (results.rows.length === 0) return "No repeat is finished yet.";
  const targets = REPRODUCED_TARGETS.filter((target) => results.targets.includes(target));
  const models = [...SUMMARIZED.filter((model) => results.models.includes(model)), GUESS];
  const rows = targets.map((target) => {
    const size = results.sizesOf(target).at(-1) ?? 0;
    const cells = models.map((model) => errorCell(results, target, model, size, models));
    return [`${propertyLabel(target)}, ${unitOf(target)}`, ...cells];
  });
  const head = ["test MAE", ...models.map((model) => (model === GUESS ? "training mean" : nameOf(model)))];
  const training = results.sizesOf(targets[0] ?? "").at(-1) ?? 0;
  return [
    ...markdownTable(head, rows),
    "",
    `Mean over ${results.repeatsOf("r3dvs")} random splits of ${depth.materials} oxides (${training} for training, ${depth.testSize} for testing) ± standard error.`,
    `R3DVS uses ${depth.ensemble} networks of ${depth.epochs} epochs. [All errors, and the comparison with the paper](${page});`,
    "`npm run reproduce` repeats it.",
  ].join("\n");
}

/** Models of the README's table, in its order. */
const SUMMARIZED = ["r3dvs", "soap", "cm", "composition", "shells"];

/** An error, bold where none of the models in the table has a lower one. */
function errorCell(results: ReproductionResults, target: string, model: string, size: number, models: readonly string[]): string {
  const text = errorText(results, target, model, size);
  return models.some((other) => isLower(results, target, other, model, size)) ? text : `**${text}**`;
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
    "## Errors at the largest training set",
    "",
    ...errorTable(results),
    "",
    "## How to read it",
    "",
    `- A repeat is one random split into ${depth.testSize} test materials and nested training sets, the same for every model and target. ± is the standard error over the repeats. For differences it comes from the corrected resampled t-test (Nadeau and Bengio 2003), since repeats share most of their training materials.`,
    `- A verdict needs p < ${LEVEL}. "On a par" is confirmed if the difference is significantly smaller than ${100 * PAR} % of SOAP's error, "hardly better" if the gain is significantly smaller than ${100 * HARDLY} %. Otherwise the verdict is inconclusive.`,
    "- R3DVS is the network with this project's defaults ([how they were chosen](../../src/measurements.md#defaults-per-target)); for energies per volume it first fits a linear baseline (ridge) to the sums of its channels, on which the Hartree energy depends exactly, and is trained on the residuals. The paper's form has amplitudes as its only channel, max pooling and no linear baseline: compare this column with the paper. Two-step models are trained on out-of-fold residuals and use the default network.",
    "- `composition` and `shells` are not in the paper: they train in a second and show what a network must improve on.",
    "- The networks are trained for fewer steps than in the paper; their errors are upper bounds.",
    "",
    "`results.csv` has the error of every model, size and repeat; `depth.json` the settings.",
    "",
  ].join("\n");
}

function describeDepth(
  results: ReproductionResults,
  { ensemble, epochs, rotations, testSize, materials, hours }: ReproductionDepth,
): string {
  const models = [...results.models].sort(compareModels);
  const counts = [...new Set(models.map((model) => results.repeatsOf(model)))];
  const common = results.repeatsOf("r3dvs");
  const exceptions = models
    .filter((model) => results.repeatsOf(model) !== common)
    .map((model) => `${nameOf(model)}: ${results.repeatsOf(model)}`);
  const repeats = `${common} of the protocol's 20 repeats${counts.length > 1 ? ` (${exceptions.join(", ")})` : ""}`;
  const paper = "the paper: 5 networks, 30 copies of each crystal per epoch, 20 repeats";
  return `Protocol depth: ${materials} oxides, ${testSize} of them the test set; ${repeats}; ${ensemble} networks per model, each ${epochs} epochs of ${rotations} rotated copies (${paper}); ${hours.toFixed(1)} h of computing so far.`;
}

function claimTable(results: ReproductionResults, testSize: number): string[] {
  const both = results.repeatsOf(PAPER_FORM) > 0;
  const own = paperClaims().map((claim) => judgeClaim(claim, results, testSize));
  const paper = paperClaims(PAPER_FORM).map((claim) => judgeClaim(claim, results, testSize));
  const steps = twoStepClaims().map((claim) => judgeClaim(claim, results, testSize));
  const head = ["the paper, on 680 oxides", "R3DVS here", ...(both ? ["R3DVS in the paper's form"] : [])];
  const rows = [
    ...own.map((claim, i) => [sentenceOf(claim), verdictText(claim), ...(both && paper[i] ? [verdictText(paper[i])] : [])]),
    ...steps.map((claim) => [sentenceOf(claim), verdictText(claim), ...(both ? ["–"] : [])]),
  ];
  return markdownTable(head, rows);
}

function errorTable(results: ReproductionResults): string[] {
  const targets = REPRODUCED_TARGETS.filter((target) => results.targets.includes(target));
  const models = [...[...results.models].sort(compareModels), GUESS];
  const rows = models.map((model) => [
    model === GUESS ? "training mean" : nameOf(model),
    String(results.repeatsOf(model)),
    ...targets.map((target) => {
      const size = results.sizesOf(target).at(-1) ?? 0;
      const text = errorText(results, target, model, size);
      const best = results.models.filter((other) => isLower(results, target, other, model, size)).length === 0;
      return best && model !== GUESS ? `**${text}**` : text;
    }),
  ]);
  const largest = targets.map((target) => `${propertyLabel(target)}, ${unitOf(target)} (${results.sizesOf(target).at(-1)})`);
  return markdownTable(["MAE", "repeats", ...largest], rows);
}

const isLower = (results: ReproductionResults, target: string, a: string, b: string, size: number) =>
  (results.errorOf(target, a, size)?.mean ?? Infinity) < (results.errorOf(target, b, size)?.mean ?? Infinity);

function errorText(results: ReproductionResults, target: string, model: string, size: number): string {
  const error = results.errorOf(target, model, size);
  if (error === undefined) return "–";
  if (!(error.standardError > 0)) return formatValue(error.mean);
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

function verdictText({ target, verdict, difference, baselineMae }: JudgedClaim): string {
  if (difference === undefined || baselineMae === undefined) return verdict;
  const { value, error } = formatWithError(difference.mean, difference.standardError);
  const doubt = difference.count > 1 ? ` ± ${error}` : "";
  const sign = difference.mean > 0 ? "+" : "";
  const share = `${sign}${((100 * difference.mean) / baselineMae).toFixed(0)} %`.replace("-", "−");
  return `**${verdict}**: ${sign}${value}${doubt} ${unitOf(target)} (${share})`;
}

const nameOf = (model: string) => modelLabel(model);

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
