import type { FieldFacts, SurfaceMesh } from "../../src/protocol/crystalView.js";
import { colorOfValue } from "../scene/canvasSolids.js";
import { makeColors } from "../scene/transfer.js";
import { mix, type Rgb, type ThemeColors } from "../ui/themeColors.js";
import type { CrystalSettings } from "./crystalSettings.js";
import type { ValueColors } from "./planeMap.js";

/** How another field colours surfaces, and what the bar beside them says. */
export interface SurfaceColouring extends ValueColors {
  readonly title: string;
  readonly unit: string;
}

const STEPS = 256;
/** Of both signs: the middle is no colour of the ground, so that the surface stays a surface. */
const MIDDLE: Readonly<Record<"dark" | "light", Rgb>> = { dark: [0.82, 0.82, 0.82], light: [0.93, 0.93, 0.93] };
const ENDS: readonly [Rgb, Rgb] = [
  [0.13, 0.4, 0.76],
  [0.84, 0.19, 0.15],
];

/** From the values at the vertices; undefined where no mesh has any. Both signs: as far up as down. */
export function surfaceColouring(
  meshes: readonly SurfaceMesh[],
  { facts, title }: { readonly facts: FieldFacts; readonly title: string },
  settings: CrystalSettings,
  theme: Pick<ThemeColors, "isDark">,
): SurfaceColouring | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { colour } of meshes) {
    for (let i = 0; i < (colour?.length ?? 0); i++) {
      const value = colour?.[i] ?? 0;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (!(low <= high)) return undefined;
  const bar = { title, unit: facts.unit, isLog: false };
  if (facts.signed && low < 0 && high > 0) {
    const most = Math.max(-low, high);
    return { ...bar, low: -most, high: most, colors: divergingColors(theme.isDark) };
  }
  return {
    ...bar,
    low,
    high: high > low ? high : low + Math.max(Math.abs(low) * 1e-6, 1e-12),
    colors: makeColors(settings.colorMap, theme.isDark),
  };
}

function divergingColors(isDark: boolean): readonly Rgb[] {
  const middle = MIDDLE[isDark ? "dark" : "light"];
  return Array.from({ length: STEPS }, (_, i) => {
    const place = (2 * i) / (STEPS - 1) - 1;
    return mix(middle, ENDS[place < 0 ? 0 : 1], Math.abs(place));
  });
}

/** Red, green and blue of each value. */
export function vertexColours(values: Float32Array, colouring: ValueColors): Float32Array {
  const colors = new Float32Array(3 * values.length);
  for (let i = 0; i < values.length; i++) colors.set(colorOfValue(colouring, values[i] ?? 0), 3 * i);
  return colors;
}
