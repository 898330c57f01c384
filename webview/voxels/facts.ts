import { angles, lengths } from "../../src/core/crystal/lattice.js";
import { formatValue } from "../../src/core/plots/ticks.js";
import type { VoxelViewData } from "../../src/protocol/voxelView.js";
import { make, makeFormula, makeSymbols } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { valueText } from "../ui/units.js";

/** Everything known of the crystal and its encoding, as a definition list. */
export function makeFacts(picture: VoxelViewData): HTMLElement {
  const [a, b, c] = lengths(picture.lattice).map((value) => value.toFixed(3));
  const [alpha, beta, gamma] = angles(picture.lattice).map((value) => value.toFixed(1));
  const side = Math.round(picture.length / picture.spacing);
  const facts: readonly (readonly [string, string | Node])[] = [
    [t("Formula"), makeFormula(picture.formula || "–")],
    [t("Atoms"), String(picture.natoms)],
    ["a, b, c", `${a}, ${b}, ${c} Å`],
    ["α, β, γ", `${alpha}°, ${beta}°, ${gamma}°`],
    [t("Volume"), `${picture.volume.toFixed(2)} Å³`],
    ...(picture.electrons === undefined ? [] : [[t("Electrons"), picture.electrons.toFixed(3)] as const]),
    [t("Grid"), picture.grid.join(" × ")],
    [t("Voxels"), `${side}³, |b*| = ${((2 * Math.PI) / picture.length).toFixed(4)} Å⁻¹`],
    [t("Cutoff"), `g_cut = ${picture.cutoff.toFixed(3)} Å⁻¹ (dL = ${picture.spacing} Å)`],
    [t("Plane waves"), t("{0} pairs ±g", picture.amplitude.length)],
    ["s₀", valueText(formatValue(picture.amplitude[0] ?? 0), picture.unit)],
  ];
  return make(
    "dl",
    { class: "facts" },
    ...facts.flatMap(([name, value]) => [
      make("dt", {}, name),
      make("dd", {}, typeof value === "string" ? makeSymbols(value) : value),
    ]),
  );
}
