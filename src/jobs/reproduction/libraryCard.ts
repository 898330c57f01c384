import { elementSymbol } from "../../core/crystal/elements.js";
import { modelStyle } from "../../core/plots/modelStyle.js";
import { LIGHT_THEME } from "../../core/plots/theme.js";
import { formatValue, formatWithError } from "../../core/plots/ticks.js";
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
    "# The models that come with R3DVS",
    "",
    `Learned from all ${materials.length} [oxides](../oxides/README.md) of this repository. A file you open is predicted with the best of them for each property, without any setting; the others stand in the Models view. \`r3dvs predict oxides FILE\` does the same. \`r3dvs.builtInModels\` turns them off.`,
    "",
    "## How well",
    "",
    `Mean absolute error on materials that a like training, on the rest, had not seen ([the reproduction](../reproduction/README.md): ${describeProtocol(first)}). **Bold**: the one that predicts unless you choose another.`,
    "",
    "| property | unit | guess the mean | model | held-out error |",
    "| --- | --- | --- | --- | --- |",
    ...models.map(rowOf),
    "",
    ...describeNetworks(models),
    "",
    "## Where they hold",
    "",
    `- Densities of the same kind as theirs: ${(domain.kinds ?? []).join(", ")} with the valence electrons of GPAW's setups (Mg 2, Ti 12, Ni 10, ...). Another pseudopotential is another density: it is marked out of domain, with the numbers.`,
    `- Materials that contain oxygen and otherwise only ${elements}. No metals and alloys, no molecules in boxes, no slabs: a mean density unlike theirs is marked out of domain.`,
    "- A density farther from all of theirs than theirs are from each other is marked as well.",
    "- PBE, not spin-polarised, no +U: gaps are PBE's and too small, transition metals' energies are those of the unpolarised state, and a magnetic density is marked. Energies other than the cohesive one depend on the setups; compare them among such densities only.",
    "- ± is the spread of the ensemble and of orientations, or a Gaussian process's deviation. It is no bound.",
    "",
    "## Licence",
    "",
    "MIT, as the software. Data: structures of the Materials Project (CC-BY 4.0), densities and properties computed for this project. `npm run models` makes all of it anew.",
    "",
  ].join("\n");
}

function rowOf({ target, model, heldOut, recommended }: Model): string {
  const name = modelStyle(model, LIGHT_THEME).label;
  if (heldOut === undefined) return `| ${target.name} | ${target.reportedUnit} | | ${name} | not measured |`;
  const { mae, standardError = 0, guess } = heldOut;
  const { value, error } = formatWithError(mae, standardError);
  const text = standardError > 0 ? `${value} ± ${error}` : formatValue(mae);
  const [label, shown] = recommended ? [`**${name}**`, `**${text}**`] : [name, text];
  return `| ${target.name} | ${target.reportedUnit} | ${formatValue(guess)} | ${label} | ${shown} |`;
}

function describeProtocol({ heldOut }: Model): string {
  if (heldOut === undefined) return "not measured yet";
  const { trainSize, testSize, repeats } = heldOut;
  return `${trainSize} to learn from, ${testSize} to test, ${repeats} random ${repeats === 1 ? "split" : "splits"}`;
}

function describeNetworks(models: readonly Model[]): string[] {
  const found = models.find(({ learned }) => learned.kind === "networks");
  if (found?.learned.kind !== "networks") return [];
  const { epochs, rotations, testRotations } = found.training;
  const members = found.learned.members.length;
  return [
    `Networks: ${members} of the light form for each property, ${epochs} epochs of ${rotations} rotated copies, predictions averaged over ${testRotations} orientations. Their weights are kept in a byte each, with a scale for every 32 of them.`,
  ];
}
