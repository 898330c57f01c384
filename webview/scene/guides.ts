import type { Vector3 } from "../../src/core/math/matrix3.js";
import { mix, type ThemeColors } from "../ui/themeColors.js";
import type { Line } from "./sceneFrame.js";

/** Radii (Å⁻¹) of the spheres drawn for reading |g|, g_cut last. */
export function shellRadii(cutoff: number): readonly number[] {
  const step = [0.5, 1, 2, 5, 10, 20].find((candidate) => cutoff / candidate <= 4.4) ?? 50;
  const inner: number[] = [];
  for (let radius = step; radius < cutoff - step * 0.25; radius += step) inner.push(radius);
  return [...inner, cutoff];
}

/**
 * The axes through g = 0, the spheres of |g| as great circles, and the box of all voxels. `half`: half the box's edge,
 * Å⁻¹.
 */
export function makeGuides(
  cutoff: number,
  half: number,
  show: { shells: boolean; box: boolean },
  colors: ThemeColors,
): readonly Line[] {
  const strong = colors.isHighContrast ? 1.6 : 1;
  const lines: Line[] = axisDirections.map((axis) => ({
    points: [scale(axis, -cutoff), scale(axis, axisLength(cutoff))],
    color: colors.ink,
    opacity: Math.min(1, 0.55 * strong),
  }));
  if (show.shells) {
    const radii = shellRadii(cutoff);
    for (const radius of radii) {
      const isCut = radius === cutoff;
      const color = isCut ? mix(colors.mutedInk, colors.accent, 0.75) : colors.mutedInk;
      for (const circle of greatCircles(radius))
        lines.push({ points: circle, color, opacity: Math.min(1, (isCut ? 0.5 : 0.13) * strong) });
    }
  }
  if (show.box)
    for (const edge of boxEdges(half))
      lines.push({ points: edge, color: colors.mutedInk, opacity: Math.min(1, 0.28 * strong) });
  return lines;
}

/** Where an axis ends, a little outside the sphere. */
export function axisLength(cutoff: number): number {
  return cutoff * 1.14;
}

export const axisDirections: readonly Vector3[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

const SEGMENTS = 96;

function greatCircles(radius: number): readonly (readonly Vector3[])[] {
  const circle = (place: (c: number, s: number) => Vector3) =>
    Array.from({ length: SEGMENTS + 1 }, (_, i) => {
      const angle = (2 * Math.PI * i) / SEGMENTS;
      return place(radius * Math.cos(angle), radius * Math.sin(angle));
    });
  return [circle((c, s) => [c, s, 0]), circle((c, s) => [0, c, s]), circle((c, s) => [c, 0, s])];
}

function boxEdges(half: number): readonly (readonly Vector3[])[] {
  const signs = [-half, half];
  return signs.flatMap((a) =>
    signs.flatMap((b): (readonly Vector3[])[] => [
      [
        [-half, a, b],
        [half, a, b],
      ],
      [
        [a, -half, b],
        [a, half, b],
      ],
      [
        [a, b, -half],
        [a, b, half],
      ],
    ]),
  );
}

const scale = (v: Vector3, factor: number): Vector3 => [v[0] * factor, v[1] * factor, v[2] * factor];
