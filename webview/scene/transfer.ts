import { interpolateCividis, interpolateInferno, interpolateMagma, interpolateViridis } from "d3-scale-chromatic";
import { parseColor, type Rgb } from "../ui/themeColors.js";

/** How a value becomes a colour and a size: logarithmic between `low` and `high`. */
export interface Transfer {
  readonly low: number;
  readonly high: number;
  readonly colors: readonly Rgb[];
}

export type ColorMap = "viridis" | "inferno" | "magma" | "cividis";

export const COLOR_MAPS: readonly ColorMap[] = ["viridis", "inferno", "magma", "cividis"];

const INTERPOLATORS: Readonly<Record<ColorMap, (t: number) => string>> = {
  viridis: interpolateViridis,
  inferno: interpolateInferno,
  magma: interpolateMagma,
  cividis: interpolateCividis,
};

const STEPS = 256;
// The end of a map that is nearest to the background is cut, so that weak voxels do not drown in it.
const CUT = 0.14;

/** 256 colours from weak to strong; the strong end is the one that stands out from the background. */
export function makeColors(map: ColorMap, isDark: boolean): readonly Rgb[] {
  return Array.from({ length: STEPS }, (_, i) => {
    const strength = CUT + (1 - CUT) * (i / (STEPS - 1));
    return parseColor(INTERPOLATORS[map](isDark ? strength : 1 - strength)) ?? [0.5, 0.5, 0.5];
  });
}

/** 0 at `low` and below, 1 at `high`. */
export function strengthOf(transfer: Transfer, value: number): number {
  if (!(value > transfer.low)) return 0;
  return Math.min(1, Math.log(value / transfer.low) / Math.log(transfer.high / transfer.low));
}

export function colorOf(transfer: Transfer, strength: number): Rgb {
  return transfer.colors[Math.round(strength * (STEPS - 1))] ?? [0.5, 0.5, 0.5];
}

/** The value at a strength. */
export function valueAtStrength(transfer: Pick<Transfer, "low" | "high">, strength: number): number {
  return transfer.low * (transfer.high / transfer.low) ** strength;
}

/** The range of values worth a colour: at most `decades` below the largest. */
export function rangeOf(low: number, high: number, decades = 5): { readonly low: number; readonly high: number } {
  if (!(high > 0)) return { low: 1e-3, high: 1 };
  const floor = high / 10 ** decades;
  const bottom = Math.max(low, floor);
  return bottom < high * 0.999 ? { low: bottom, high } : { low: high / 10, high };
}
