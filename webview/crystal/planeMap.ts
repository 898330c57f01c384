import { boxOfCells, planeInBox } from "../../src/core/crystal/directions.js";
import type { Matrix3 } from "../../src/core/math/matrix3.js";
import type { SliceData } from "../../src/protocol/crystalView.js";
import { nextVersion, type PlaneMap } from "../scene/sceneFrame.js";
import { makeColors } from "../scene/transfer.js";
import { mix, type Rgb, type ThemeColors } from "../ui/themeColors.js";
import type { CrystalSettings } from "./crystalSettings.js";

/** How values become colours. */
export interface ValueColors {
  readonly low: number;
  readonly high: number;
  readonly isLog: boolean;
  readonly colors: readonly Rgb[];
}

/** Of a plane; the map in the crystal and the flat one use the same. */
export interface PlaneColors extends ValueColors {
  /** As a share of the range. */
  readonly contourStep: number;
}

const STEPS = 256;
const CONTOURS = 12;
/** A density that spans more than this is coloured by its logarithm. */
const LOG_RANGE = 30;

/** Both signs: from one of the theme's colours through the ground to the other, as far up as down. */
export function planeColors(
  { minimum, maximum }: SliceData,
  signed: boolean,
  settings: CrystalSettings,
  theme: ThemeColors,
): PlaneColors {
  const contourStep = settings.contours ? 1 / CONTOURS : 0;
  if (signed && minimum < 0 && maximum > 0) {
    const most = Math.max(-minimum, maximum) || 1;
    return { low: -most, high: most, isLog: false, colors: divergingColors(theme), contourStep };
  }
  const colors = makeColors(settings.colorMap, theme.isDark);
  const high = maximum > minimum ? maximum : minimum + 1;
  const isLog = !signed && minimum >= 0 && high > LOG_RANGE * Math.max(minimum, high * 1e-6);
  return { low: isLog ? Math.max(minimum, high * 1e-3) : minimum, high, isLog, colors, contourStep };
}

function divergingColors(theme: ThemeColors): readonly Rgb[] {
  return Array.from({ length: STEPS }, (_, i) => {
    const t = (2 * i) / (STEPS - 1) - 1;
    return mix(theme.ground, t < 0 ? theme.negative : theme.positive, Math.min(1, Math.abs(t) * 1.05));
  });
}

/** The slice as a plane through the cells of the picture. */
export function planeMap(
  slice: SliceData,
  lattice: Matrix3,
  settings: CrystalSettings,
  signed: boolean,
  theme: ThemeColors,
): PlaneMap {
  const offset = slice.offset;
  return {
    version: nextVersion(),
    polygon: planeInBox(lattice, settings.hkl, offset, boxOfCells(settings.cells)),
    origin: slice.origin,
    u: slice.u,
    v: slice.v,
    size: slice.size,
    values: slice.values,
    ...planeColors(slice, signed, settings, theme),
    ink: theme.isDark ? [0, 0, 0] : [1, 1, 1],
  };
}

/** Linear between the points of a slice, which repeats. `place`: in periods along u and v. */
export function sliceValue(
  { size, values }: Pick<SliceData, "size" | "values">,
  [s, t]: readonly [number, number],
): number {
  const [x, y] = [(s - Math.floor(s)) * size, (t - Math.floor(t)) * size];
  const [i, j] = [Math.floor(x), Math.floor(y)];
  const at = (di: number, dj: number) => values[((j + dj) % size) * size + ((i + di) % size)] ?? 0;
  const [fx, fy] = [x - i, y - j];
  return (at(0, 0) * (1 - fx) + at(1, 0) * fx) * (1 - fy) + (at(0, 1) * (1 - fx) + at(1, 1) * fx) * fy;
}
