import { formatValue } from "../../src/core/plots/ticks.js";
import { propertyLabel } from "../../src/core/text/labels.js";
import type { VoxelViewData } from "../../src/protocol/voxelView.js";
import { makeCubes, makePoints, makeProjection, strongestThreshold } from "../scene/cubes.js";
import type { Balls, Cubes } from "../scene/sceneFrame.js";
import { makeColors, makeSignedColors, rangeOf, type Transfer, valueAtStrength } from "../scene/transfer.js";
import { encodeEffects, encodeField, type VoxelField } from "../scene/voxelField.js";
import { t } from "../ui/text.js";
import type { ThemeColors } from "../ui/themeColors.js";
import { valueText } from "../ui/units.js";
import { rotationOf, type ViewSettings } from "./viewSettings.js";

/** What colours the voxels in place of |s_g|: how much each plane wave of the picture adds to a prediction. */
export interface Paint {
  readonly effect: Float64Array;
  readonly unit: string;
  readonly target: string;
}

/** The picture as the settings ask for it. */
export interface VoxelModel {
  readonly picture: VoxelViewData;
  readonly paint: Paint | undefined;
  readonly field: VoxelField;
  readonly transfer: Transfer;
  /** In the unit of the field's values. */
  readonly threshold: number;
  readonly cubes: Cubes;
  /** The same as balls, where the settings ask for them. */
  readonly points: Balls | undefined;
  /** The same as a maximum intensity projection, where the settings ask for it. */
  readonly projection: Cubes | undefined;
}

/** Makes the model, keeping what of the earlier one still holds. */
export function makeModel(
  picture: VoxelViewData,
  paint: Paint | undefined,
  settings: ViewSettings,
  colors: ThemeColors,
  earlier?: Remembered,
): Remembered {
  const turned = `${settings.turnAxis} ${settings.degrees}`;
  const painted = `${settings.colorMap} ${colors.isDark} ${colors.ground}`;
  const samePicture = earlier?.picture === picture && earlier.paint === paint;
  const field = samePicture && earlier.turned === turned ? earlier.field : encodeShown(picture, paint, settings);
  const transfer =
    samePicture && earlier.painted === painted ? earlier.transfer : makeTransfer(picture, paint, settings, colors);
  const shownFrom = settings.threshold === 0 ? 0 : valueAtStrength(transfer, settings.threshold);
  const threshold = Math.max(shownFrom, strongestThreshold(field, settings.strongest));
  const isSame = earlier?.field === field && earlier.transfer === transfer && earlier.threshold === threshold;
  const cubes = isSame ? earlier.cubes : makeCubes(field, transfer, threshold, colors.isHighContrast);
  const points = settings.points ? ((isSame ? earlier.points : undefined) ?? makePoints(cubes, field.step)) : undefined;
  const projection =
    settings.mode === "mip"
      ? ((isSame ? earlier.projection : undefined) ?? project(cubes, field, threshold))
      : undefined;
  return { picture, paint, field, transfer, threshold, cubes, points, projection, turned, painted };
}

function project(cubes: Cubes, field: VoxelField, threshold: number): Cubes {
  const shown = field.value.filter((value) => Math.abs(value) >= threshold && value !== 0);
  return makeProjection(cubes, field, shown);
}

function encodeShown(picture: VoxelViewData, paint: Paint | undefined, settings: ViewSettings): VoxelField {
  const rotation = rotationOf(settings);
  return paint === undefined ? encodeField(picture, rotation) : encodeEffects(picture, paint.effect, rotation);
}

function makeTransfer(
  picture: VoxelViewData,
  paint: Paint | undefined,
  settings: ViewSettings,
  colors: ThemeColors,
): Transfer {
  const range = shownRange(picture, paint);
  return paint === undefined
    ? { ...range, colors: makeColors(settings.colorMap, colors.isDark) }
    : { ...range, ...makeSignedColors(colors) };
}

/** Effects of a thousandth of the largest one have no colour. */
const EFFECT_DECADES = 3;

/** Of |s_g|, or of the sizes of effects. */
export function shownRange(
  picture: VoxelViewData,
  paint: Paint | undefined,
): { readonly low: number; readonly high: number } {
  if (paint === undefined) return amplitudeRange(picture);
  const high = paint.effect.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return rangeOf(0, high, EFFECT_DECADES);
}

export const shownUnit = (picture: VoxelViewData, paint: Paint | undefined): string => paint?.unit ?? picture.unit;

export interface Remembered extends VoxelModel {
  readonly turned: string;
  readonly painted: string;
}

/** From the plane waves themselves, not the voxels, so that colours mean the same in every orientation. */
export function amplitudeRange(picture: VoxelViewData): { readonly low: number; readonly high: number } {
  const sorted = Float64Array.from(picture.amplitude.filter((value) => value > 0)).sort();
  const high = sorted[sorted.length - 1] ?? 0;
  return rangeOf(sorted[Math.floor(sorted.length * 0.02)] ?? 0, high);
}

const READABLE_VOXELS = 1400;

/**
 * How many voxels to begin with: of a large cell the strongest ones, so that the picture is not a solid ball; 0: all.
 */
export function suggestStrongest(picture: VoxelViewData): number {
  return 2 * picture.amplitude.length > READABLE_VOXELS ? READABLE_VOXELS : 0;
}

/** The picture in words, for readers who do not see it. */
export function describeModel({ picture, paint, field, threshold, cubes }: VoxelModel, settings: ViewSettings): string {
  const { formula } = picture;
  const size = `${field.size}×${field.size}×${field.size}`;
  const turned =
    settings.degrees === 0
      ? ""
      : ` ${t("The crystal is rotated by {0}° about {1}.", settings.degrees, axisName(settings.turnAxis))}`;
  const shown = t(
    "{0} of {1} filled voxels are at least {2}.",
    cubes.count,
    field.index.length,
    valueText(formatValue(threshold), shownUnit(picture, paint)),
  );
  const effects =
    paint === undefined
      ? ""
      : ` ${t("Colours show what each voxel adds to {0}.", propertyLabel(paint.target, t.language))}`;
  return `${t("Reciprocal-space voxels of {0}: {1} voxels, |g| up to {2} Å⁻¹.", formula, size, picture.cutoff.toFixed(3))} ${shown}${effects}${turned}`;
}

export function axisName(axis: ViewSettings["turnAxis"]): string {
  return axis === "xyz" ? "[1 1 1]" : axis;
}
