import { reciprocalLattice } from "../../src/core/crystal/lattice.js";
import { norm, rowTimes, type Vector3 } from "../../src/core/math/matrix3.js";
import { formatValue } from "../../src/core/plots/ticks.js";
import type { VoxelViewData } from "../../src/protocol/voxelView.js";
import { makeTriple } from "../crystal/crystalControls.js";
import { formatHkl, pairOf } from "../scene/reflections.js";
import { make, makeButton, makeSymbols } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { valueText } from "../ui/units.js";

const MOST = 99;

/** One plane wave: which it is, its |g|, wavelength and amplitude. Chosen in a picture or by its indices. */
export function makeWavePanel(
  picture: VoxelViewData,
  hkl: Vector3 | undefined,
  choose: (hkl: Vector3 | undefined) => void,
  lookOnto: (hkl: Vector3) => void,
): HTMLElement {
  const triple = makeTriple(t("Plane wave"), ["h", "k", "l"], hkl ?? [0, 0, 0], [-MOST, MOST], choose);
  if (hkl === undefined) {
    return make(
      "div",
      { class: "controls wave" },
      triple.element,
      make("p", { class: "quiet" }, t("Click a voxel, or give h k l, to see the wave's planes in the crystal.")),
    );
  }
  const g = norm(rowTimes(hkl, reciprocalLattice(picture.lattice)));
  const pair = pairOf(picture, hkl);
  const amplitude =
    pair === undefined
      ? t("beyond g_cut or the grid")
      : valueText(formatValue(picture.amplitude[pair] ?? 0), picture.unit);
  const facts: readonly (readonly [string, string])[] = [
    [t("Plane wave"), `(${formatHkl(hkl)})`],
    ["|g|", `${g.toFixed(4)} Å⁻¹`],
    [t("Wavelength, plane spacing"), g > 0 ? `${((2 * Math.PI) / g).toFixed(4)} Å` : "∞"],
    ["|s_g|", amplitude],
  ];
  return make(
    "div",
    { class: "controls wave" },
    triple.element,
    make(
      "dl",
      { class: "facts" },
      ...facts.flatMap(([name, value]) => [make("dt", {}, makeSymbols(name)), make("dd", {}, makeSymbols(value))]),
    ),
    make(
      "div",
      { class: "field" },
      makeButton(t("Look along g"), () => lookOnto(hkl)),
      makeButton(t("Clear"), () => choose(undefined)),
    ),
  );
}
