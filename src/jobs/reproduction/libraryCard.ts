import { elementSymbol } from "../../core/crystal/elements.js";
import { formatValue, formatWithError } from "../../core/plots/ticks.js";
import { modelLabel, propertyLabel } from "../../core/text/labels.js";
import type { Model } from "../models/modelFile.js";
import { inputsOf } from "../models/modelNames.js";

/**
 * The page that goes with a library of models, as Markdown: what they learned from, how well, and what they say nothing
 * of.
 */
export function libraryCard(models: readonly Model[]): string {
  const [first] = models;
  if (first === undefined) throw new RangeError("a library needs a model");
  const { materials, domain } = first;
  const common = new Set(domain.common);
  const elements = domain.elements
    .filter((z) => !common.has(z))
    .map((z) => elementSymbol(z) ?? z)
    .join(" ");
  return [
    "# Bundled models",
    "",
    `Trained on all ${materials.length} [oxides](../oxides/README.md) of this repository. Files you open are predicted with the default model of each property, in bold below. The Models view lists the others. \`r3dvs predict oxides FILE\` does the same on the command line. The setting \`r3dvs.builtInModels\` turns them off.`,
    "",
    "## Accuracy",
    "",
    "Mean absolute error on test materials that the same training has not seen, as [the comparison](../reproduction/README.md) measured it: models learned by the same recipe, from fewer materials. The bundled ones learned from all, and have no test set of their own.",
    "",
    "| property | unit | training mean | model | reads | test error | new systems | within 1 and 2 sigma, % |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ...models.map(rowOf),
    "",
    ...describeProtocol(models),
    "- New systems: the error on those test materials whose set of elements no training material has. Composition knows polymorphs, so random splits flatter it.",
    "- Within 1 and 2 sigma: the share of test errors inside one and two stated standard deviations; 68 and 95 % are expected.",
    "- Default: the model with the least test error, or a simpler one that is less than a tenth worse, and not significantly so, on the same splits (corrected paired test, p < 0.05).",
    "",
    ...describeNetworks(models),
    "",
    "## Applicability",
    "",
    `- Files: ${(domain.kinds ?? []).join(", ")} with the valence electrons of GPAW's setups (Mg 2, Ti 12, Ni 10, ...). Other pseudopotentials give other densities: they are flagged as out of domain, with the numbers.`,
    `- Materials: oxides of ${elements}. Metals, alloys, molecules in boxes and slabs are flagged by their elements or mean density.`,
    "- Densities farther from all training densities than these are from each other are flagged as well.",
    "- PBE, not spin-polarised, no +U: PBE gaps are too small, energies of transition-metal compounds are those of the unpolarised state, and magnetic densities are flagged. Energies other than the cohesive energy depend on the setups: compare them only among such densities.",
    "- Hartree energy and E_xc − V_xc are formulas of the density; `r3dvs integrate` computes both from the file. The ion–ion energy is a formula of the structure and the valence electrons, which Combined has.",
    "- ± is one standard deviation of the error on new materials of this kind. For networks it is calibrated on materials held out in training, for kernel models it is that of a Gaussian process. About two thirds of the errors are smaller.",
    "",
    "## Licence",
    "",
    "MIT, like the software. Data: structures of the Materials Project (CC-BY 4.0), densities and properties computed for this project. `npm run models` rebuilds them.",
    "",
  ].join("\n");
}

function rowOf({ target, model, heldOut, recommended }: Model): string {
  const name = modelLabel(model).replaceAll("|", "\\|");
  const property = propertyLabel(target.name);
  const reads = readsOf(model);
  if (heldOut === undefined)
    return `| ${property} | ${target.reportedUnit} | | ${name} | ${reads} | not measured | | |`;
  const { mae, standardError = 0, guess, newSystems, coverage } = heldOut;
  const { value, error } = formatWithError(mae, standardError);
  const text = standardError > 0 ? `${value} ± ${error}` : formatValue(mae);
  const [label, shown] = recommended ? [`**${name}**`, `**${text}**`] : [name, text];
  const unseen = newSystems ? formatValue(newSystems.mae) : "";
  const shares = coverage ? `${percent(coverage.one)}, ${percent(coverage.two)}` : "";
  return `| ${property} | ${target.reportedUnit} | ${formatValue(guess)} | ${label} | ${reads} | ${shown} | ${unseen} | ${shares} |`;
}

const percent = ({ share, standardError }: { readonly share: number; readonly standardError: number }) =>
  `${Math.round(100 * share)} ± ${Math.max(1, Math.round(100 * standardError))}`;

function readsOf(model: Model["model"]): string {
  const { density, atoms } = inputsOf(model);
  return [density ? "density" : "", atoms ? "atoms" : ""].filter(Boolean).join(", ");
}

/** Networks take longer, and are tested on fewer splits. */
function describeProtocol(models: readonly Model[]): string[] {
  const measured = models.flatMap(({ heldOut, learned }) =>
    heldOut ? [{ ...heldOut, isNetwork: learned.kind === "networks" }] : [],
  );
  const [first] = measured;
  if (first === undefined) return [];
  const of = (isNetwork: boolean) => measured.filter((one) => one.isNetwork === isNetwork);
  const splits = (list: typeof measured) =>
    `${list[0]?.repeats ?? 0} random ${list[0]?.repeats === 1 ? "split" : "splits"}`;
  const unseen = measured
    .flatMap(({ newSystems, isNetwork }) => (newSystems && !isNetwork ? newSystems.count : []))
    .at(0);
  const networks = of(true).length > 0 && of(false).length > 0 ? ` (networks: ${splits(of(true))})` : "";
  const main = of(false).length > 0 ? of(false) : of(true);
  const tested =
    unseen === undefined
      ? ""
      : ` ${(main[0]?.repeats ?? 0) * first.testSize} test errors per kernel model, ${unseen} of them of new systems.`;
  return [
    `- Test error: ${first.trainSize} materials for training, ${first.testSize} for testing, ${splits(main)}${networks}. ± is the standard error of the mean over the splits, corrected for the materials that they share (Nadeau and Bengio 2003).${tested}`,
  ];
}

function describeNetworks(models: readonly Model[]): string[] {
  const found = models.find(({ learned }) => learned.kind === "networks");
  if (found?.learned.kind !== "networks") return [];
  const { epochs, rotations, testRotations } = found.training;
  const members = found.learned.members.length;
  const tested = found.heldOut?.ensemble;
  const pessimistic =
    tested !== undefined && tested < members
      ? ` Their test errors are those of ${tested === 1 ? "single networks" : `${tested} networks`}, which are a few percent larger.`
      : "";
  return [
    `Networks: ${members} light networks per property, ${epochs} epochs of ${rotations} rotated copies, predictions averaged over ${testRotations} orientations. Weights are stored in one byte each, with one scale per 32.${pessimistic}`,
  ];
}
