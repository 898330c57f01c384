import { periodicDistance } from "../../src/core/crystal/coordination.js";
import type { Site } from "../../src/core/crystal/sites.js";
import { inverse, rowTimes, type Vector3 } from "../../src/core/math/matrix3.js";
import { formatValue } from "../../src/core/plots/ticks.js";
import type { CrystalData, SliceData } from "../../src/protocol/crystalView.js";
import { placeOn } from "../scene/planePlace.js";
import { make } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { valueText } from "../ui/units.js";
import type { CrystalPicture } from "./crystalPicture.js";
import { siteName } from "./overlay.js";
import type { SurfaceHit } from "./pickSurface.js";
import { sliceValue } from "./planeMap.js";

const minus = (text: string): string => text.replaceAll("-", "−");

/** Fractional and Cartesian coordinates as people write them. */
export function placeLines(fractional: Vector3, cartesian: Vector3): readonly HTMLElement[] {
  const [x, y, z] = fractional.map((value) => minus(value.toFixed(4)));
  const position = cartesian.map((value) => minus(value.toFixed(3))).join(", ");
  return [
    make("div", { class: "tooltip-place" }, `x, y, z = ${x}, ${y}, ${z}`),
    make("div", { class: "tooltip-place" }, `r = (${position}) Å`),
  ];
}

/** An atom: its name and place. */
export function fillAtomTip(tooltip: HTMLElement, { free }: CrystalData, site: Site): void {
  const fixed = free ? [0, 1, 2].filter((axis) => free[3 * site.atom + axis] === 0) : [];
  const note =
    fixed.length === 0
      ? undefined
      : make("div", { class: "tooltip-place" }, t("fixed along {0}", fixed.map((i) => "abc".charAt(i)).join(", ")));
  tooltip.replaceChildren(
    make("div", { class: "tooltip-value" }, siteName(site)),
    ...placeLines(site.fractional, site.position),
    ...(note ? [note] : []),
  );
}

/** A point of a slice: the value there, its place, the nearest atom. */
export function fillPlaneTip(tooltip: HTMLElement, crystal: CrystalData, slice: SliceData, point: Vector3): void {
  const value = sliceValue(slice, placeOn(slice, point));
  const fractional = rowTimes(point, inverse(crystal.lattice));
  tooltip.replaceChildren(
    make("div", { class: "tooltip-value" }, valueText(formatValue(value), slice.unit)),
    ...placeLines(fractional, point),
    make("div", { class: "tooltip-place" }, nearestText(crystal, fractional)),
  );
}

/** A point of a surface: the value there (undefined: not known yet), its place, the nearest atom. */
export function fillSurfaceTip(
  tooltip: HTMLElement,
  { crystal, unit, colouring, isOfVectors }: CrystalPicture,
  hit: SurfaceHit,
  value?: number,
): void {
  const colour =
    hit.colour === undefined || !colouring ? undefined : valueText(formatValue(hit.colour), colouring.facts.unit);
  tooltip.replaceChildren(
    make("div", { class: "tooltip-value" }, value === undefined ? "…" : `${minus(formatValue(value))} ${unit}`.trim()),
    ...(colour && colouring ? [make("div", {}, `${colouring.title}: ${minus(colour)}`)] : []),
    ...placeLines(hit.fractional, hit.point),
    ...(isOfVectors ? [] : [make("div", { class: "tooltip-place" }, nearestText(crystal, hit.fractional))]),
  );
}

function nearestText({ lattice, species, fractional }: CrystalData, at: Vector3): string {
  let best = { atom: -1, distance: Number.POSITIVE_INFINITY };
  species.forEach((_, atom) => {
    const place: Vector3 = [fractional[3 * atom] ?? 0, fractional[3 * atom + 1] ?? 0, fractional[3 * atom + 2] ?? 0];
    const distance = periodicDistance(lattice, at, place);
    if (distance < best.distance) best = { atom, distance };
  });
  return best.atom < 0 ? "" : t("{0} at {1} Å", `${species[best.atom]}${best.atom + 1}`, best.distance.toFixed(3));
}

/** A unit as it is written behind a number; ELF has none. */
