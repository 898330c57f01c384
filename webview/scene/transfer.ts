import { interpolateCividis, interpolateInferno, interpolateMagma, interpolateViridis } from "d3-scale-chromatic";
import { mix, parseColor, type Rgb, type ThemeColors } from "../ui/themeColors.js";

/** How a value becomes a colour and a size: by its size, logarithmic between `low` and `high`. */
export interface Transfer {
  readonly low: number;
  readonly high: number;
  readonly colors: readonly Rgb[];
  /** Of values below 0; where it is absent there are none. */
  readonly negative?: readonly Rgb[];
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

/**
 * 256 colours from weak to strong for what raises a value and for what lowers it: out of the background into the
 * theme's two.
 */
export function makeSignedColors(
  theme: Pick<ThemeColors, "ground" | "positive" | "negative">,
): Required<Pick<Transfer, "colors" | "negative">> {
  const ramp = (color: Rgb) =>
    Array.from({ length: STEPS }, (_, i) => mix(theme.ground, color, 0.25 + 0.75 * (i / (STEPS - 1))));
  return { colors: ramp(theme.positive), negative: ramp(theme.negative) };
}

/** Of the value's size: 0 at `low` and below, 1 at `high`. */
export function strengthOf(transfer: Transfer, value: number): number {
  const size = Math.abs(value);
  if (!(size > transfer.low)) return 0;
  return Math.min(1, Math.log(size / transfer.low) / Math.log(transfer.high / transfer.low));
}

export function colorOf(transfer: Transfer, value: number): Rgb {
  const colors = value < 0 ? (transfer.negative ?? transfer.colors) : transfer.colors;
  return colors[Math.round(strengthOf(transfer, value) * (STEPS - 1))] ?? [0.5, 0.5, 0.5];
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
