import { elementSymbol } from "../../core/crystal/elements.js";
import { formatValue, formatWithError } from "../../core/plots/ticks.js";
import { modelLabel, propertyLabel } from "../../core/text/labels.js";
import type { Model } from "../models/modelFile.js";

/** The page that goes with a library of models, as Markdown: what they learned from, how well, and what they say nothing of. */
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
    `Trained on all ${materials.length} [oxides](../oxides/README.md) of this repository. Files you open are predicted with the best model of each property. The Models view lists the others. \`r3dvs predict oxides FILE\` does the same on the command line. The setting \`r3dvs.builtInModels\` turns them off.`,
    "",
    "## Accuracy",
    "",
    `Mean absolute error on test materials ([the comparison](../reproduction/README.md): ${describeProtocol(first)}). **Bold**: the model that predicts by default.`,
    "",
    "| property | unit | training mean | model | test error |",
    "| --- | --- | --- | --- | --- |",
    ...models.map(rowOf),
    "",
    ...describeNetworks(models),
    "",
    "## Applicability",
    "",
    `- Files: ${(domain.kinds ?? []).join(", ")} with the valence electrons of GPAW's setups (Mg 2, Ti 12, Ni 10, ...). Other pseudopotentials give other densities: they are flagged as out of domain, with the numbers.`,
    `- Materials: oxides of ${elements}. Metals, alloys, molecules in boxes and slabs are flagged by their elements or mean density.`,
    "- Densities farther from all training densities than these are from each other are flagged as well.",
    "- PBE, not spin-polarised, no +U: PBE gaps are too small, energies of transition-metal compounds are those of the unpolarised state, and magnetic densities are flagged. Energies other than the cohesive energy depend on the setups: compare them only among such densities.",
    "- ± is one standard deviation of the error on new materials of this kind. For networks it is calibrated on materials held out in training, for kernel models it is that of a Gaussian process. About two thirds of the errors are smaller.",
    "",
    "## Licence",
    "",
    "MIT, like the software. Data: structures of the Materials Project (CC-BY 4.0), densities and properties computed for this project. `npm run models` rebuilds them.",
    "",
  ].join("\n");
}

function rowOf({ target, model, heldOut, recommended }: Model): string {
  const name = modelLabel(model);
  const property = propertyLabel(target.name);
  if (heldOut === undefined) return `| ${property} | ${target.reportedUnit} | | ${name} | not measured |`;
  const { mae, standardError = 0, guess } = heldOut;
  const { value, error } = formatWithError(mae, standardError);
  const text = standardError > 0 ? `${value} ± ${error}` : formatValue(mae);
  const [label, shown] = recommended ? [`**${name}**`, `**${text}**`] : [name, text];
  return `| ${property} | ${target.reportedUnit} | ${formatValue(guess)} | ${label} | ${shown} |`;
}

function describeProtocol({ heldOut }: Model): string {
  if (heldOut === undefined) return "not measured yet";
  const { trainSize, testSize, repeats } = heldOut;
  return `${trainSize} for training, ${testSize} for testing, ${repeats} random ${repeats === 1 ? "split" : "splits"}`;
}

function describeNetworks(models: readonly Model[]): string[] {
  const found = models.find(({ learned }) => learned.kind === "networks");
  if (found?.learned.kind !== "networks") return [];
  const { epochs, rotations, testRotations } = found.training;
  const members = found.learned.members.length;
  return [
    `Networks: ${members} light networks per property, ${epochs} epochs of ${rotations} rotated copies, predictions averaged over ${testRotations} orientations. Weights are stored in one byte each, with one scale per 32.`,
  ];
}
