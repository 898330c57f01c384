import { learningCurveSvg } from "../../core/plots/learningCurve.js";
import { compareModels, modelStyle } from "../../core/plots/modelStyle.js";
import { DARK_THEME, LIGHT_THEME, type PlotTheme } from "../../core/plots/theme.js";
import { formatValue, formatWithError } from "../../core/plots/ticks.js";
import { HARDLY, type JudgedClaim, judgeClaim, LEVEL, PAR, paperClaims, type Relation, twoStepClaims } from "./reproductionClaims.js";
import type { ReproductionDepth } from "./reproductionDepth.js";
import { GUESS, PAPER_FORM, type ReproductionResults } from "./reproductionResults.js";

/** What the figure calls the columns of the oxides' table, in its order. */
const TITLES: Readonly<Record<string, string>> = {
  E_hartree_per_atom: "Hartree energy",
  Exc_minus_Vxc_per_atom: "xc term",
  E_ewald_per_atom: "Ion–ion energy",
  E_band_per_atom: "One-electron sum",
  cohesive_energy_per_atom: "Cohesive energy",
  band_gap: "Band gap",
};
const unitOf = (target: string) => (target.endsWith("_per_atom") ? "eV/atom" : "eV");

/** The columns that the paper compares its models on. */
export const REPRODUCED_TARGETS: readonly string[] = Object.keys(TITLES);

/** Learning curves, one panel a target. */
export function reproductionFigure(results: ReproductionResults, theme: PlotTheme): string {
  const targets = REPRODUCED_TARGETS.filter((target) => results.targets.includes(target)).map((target) => {
    const sizes = results.sizesOf(target);
    const guess = results.errorOf(target, GUESS, sizes.at(-1) ?? 0)?.mean;
    const series = results.models.map((model) => ({
      model,
      points: sizes.flatMap((trainSize) => pointOf(results, target, model, trainSize)),
    }));
    return { name: TITLES[target] ?? target, unit: unitOf(target), ...(guess !== undefined && { guessMae: guess }), series };
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
    return [`${TITLES[target] ?? target}, ${unitOf(target)}`, ...cells];
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
    "Kajita et al., Sci. Rep. 7, 16991 (2017), compared R3DVS with SOAP and Coulomb matrices on 680 oxides. This is the same protocol on [the oxides of this repository](../oxides/README.md): another dataset, so what is found may differ.",
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
    `- A repeat is one random split into ${depth.testSize} test materials and nested training sets, the same for every model and target. ± is the standard error over the repeats; of a difference it is that of the corrected resampled test (Nadeau and Bengio 2003), since repeats share most of their training materials.`,
    `- A verdict needs p < ${LEVEL}. "On a par" is confirmed where the difference is surely less than ${100 * PAR} % of SOAP's error, "hardly better" where the gain is surely less than ${100 * HARDLY} %. Otherwise it cannot be said.`,
    "- R3DVS is the network with this project's defaults ([how they were chosen](../../src/measurements.md#defaults-per-target)); for energies per volume it first fits a straight line to the sums of its channels over the voxels, on which the Hartree energy depends exactly, and learns what is left. The paper's form has the amplitudes as its single channel, max pooling and no such line, so it is the column to hold against the paper. Two-step models learn out-of-fold residuals and use the default network.",
    "- `composition` and `shells` are not in the paper: they train in a second and say what a network must beat.",
    "- The networks are trained for far fewer steps than hours would allow; their curves are upper bounds.",
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
  const paper = "the paper: 5 networks, 30 copies of each crystal an epoch, 20 repeats";
  return `How deep: ${materials} oxides, ${testSize} of them the test set; ${repeats}; ${ensemble} networks a model, each ${epochs} epochs of ${rotations} rotated copies (${paper}); ${hours.toFixed(1)} h of computing so far.`;
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
    model === GUESS ? "guess the mean" : nameOf(model),
    String(results.repeatsOf(model)),
    ...targets.map((target) => {
      const size = results.sizesOf(target).at(-1) ?? 0;
      const text = errorText(results, target, model, size);
      const best = results.models.filter((other) => isLower(results, target, other, model, size)).length === 0;
      return best && model !== GUESS ? `**${text}**` : text;
    }),
  ]);
  const largest = targets.map((target) => `${TITLES[target]}, ${unitOf(target)} (${results.sizesOf(target).at(-1)})`);
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

const RELATIONS: Readonly<Record<Relation, (model: string, rival: string) => string>> = {
  better: (model, rival) => `${model} better than ${rival}`,
  worse: (model, rival) => `${model} worse than ${rival}`,
  onPar: (model, rival) => `${model} on a par with ${rival}`,
  hardlyBetter: (model, rival) => `${model} hardly better than ${rival}`,
};

const sentenceOf = ({ target, model, rival, says }: JudgedClaim) =>
  `${TITLES[target] ?? target}: ${RELATIONS[says](nameOf(model), nameOf(rival))}`;

function verdictText({ target, verdict, difference, rivalMae }: JudgedClaim): string {
  if (difference === undefined || rivalMae === undefined) return verdict;
  const { value, error } = formatWithError(difference.mean, difference.standardError);
  const doubt = difference.count > 1 ? ` ± ${error}` : "";
  const sign = difference.mean > 0 ? "+" : "";
  const share = `${sign}${((100 * difference.mean) / rivalMae).toFixed(0)} %`.replace("-", "−");
  return `**${verdict}**: ${sign}${value}${doubt} ${unitOf(target)} (${share})`;
}

const nameOf = (model: string) => modelStyle(model, LIGHT_THEME).label;

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
