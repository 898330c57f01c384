import { formatValue } from "../../src/core/plots/ticks.js";
import type { VoxelPicture } from "../../src/protocol/voxelView.js";
import { makeCubes } from "../scene/cubes.js";
import type { Cubes } from "../scene/sceneFrame.js";
import { makeColors, rangeOf, strengthOf, type Transfer, valueAtStrength } from "../scene/transfer.js";
import { encodeField, type VoxelField } from "../scene/voxelField.js";
import { t } from "../ui/text.js";
import type { ThemeColors } from "../ui/themeColors.js";
import { DEFAULT_SETTINGS, rotationOf, type ViewSettings } from "./viewSettings.js";

/** The picture as the settings ask for it. */
export interface VoxelModel {
  readonly picture: VoxelPicture;
  readonly field: VoxelField;
  readonly transfer: Transfer;
  /** In the picture's unit. */
  readonly threshold: number;
  readonly cubes: Cubes;
}

/** Makes the model, keeping what of the earlier one still holds. */
export function makeModel(picture: VoxelPicture, settings: ViewSettings, colors: ThemeColors, earlier?: Remembered): Remembered {
  const turned = `${settings.turnAxis} ${settings.degrees}`;
  const painted = `${settings.colorMap} ${colors.isDark}`;
  const samePicture = earlier?.picture === picture;
  const field = samePicture && earlier.turned === turned ? earlier.field : encodeField(picture, rotationOf(settings));
  const transfer =
    samePicture && earlier.painted === painted
      ? earlier.transfer
      : { ...amplitudeRange(picture), colors: makeColors(settings.colorMap, colors.isDark) };
  const threshold = settings.threshold === 0 ? 0 : valueAtStrength(transfer, settings.threshold);
  const isSame = earlier?.field === field && earlier.transfer === transfer && earlier.threshold === threshold;
  const cubes = isSame ? earlier.cubes : makeCubes(field, transfer, threshold, colors.isHighContrast);
  return { picture, field, transfer, threshold, cubes, turned, painted };
}

export interface Remembered extends VoxelModel {
  readonly turned: string;
  readonly painted: string;
}

/** From the plane waves themselves, not the voxels, so that colours mean the same in every orientation. */
export function amplitudeRange(picture: VoxelPicture): { readonly low: number; readonly high: number } {
  const sorted = Float64Array.from(picture.amplitude.filter((value) => value > 0)).sort();
  const high = sorted[sorted.length - 1] ?? 0;
  return rangeOf(sorted[Math.floor(sorted.length * 0.02)] ?? 0, high);
}

const READABLE_PAIRS = 700;

/** A threshold at which the picture of a large cell is not yet a solid ball: about 1400 voxels, one for each g and -g. */
export function suggestThreshold(picture: VoxelPicture): number {
  const sorted = Float64Array.from(picture.amplitude).sort().reverse();
  const weakest = sorted[READABLE_PAIRS] ?? 0;
  return Math.max(DEFAULT_SETTINGS.threshold, Math.ceil(strengthOf({ ...amplitudeRange(picture), colors: [] }, weakest) * 200) / 200);
}

/** The picture in words, for readers who do not see it. */
export function describeModel({ picture, field, threshold, cubes }: VoxelModel, settings: ViewSettings): string {
  const { formula, unit } = picture;
  const size = `${field.size}×${field.size}×${field.size}`;
  const turned =
    settings.degrees === 0 ? "" : ` ${t("The crystal is turned by {0}° about {1}.", settings.degrees, axisName(settings.turnAxis))}`;
  const shown = t("{0} of {1} filled voxels are at least {2} {3}.", cubes.count, field.index.length, formatValue(threshold), unit);
  return `${t("Reciprocal-space voxels of {0}: {1} voxels, |g| up to {2} 1/Å.", formula, size, picture.cutoff.toFixed(3))} ${shown}${turned}`;
}

export function axisName(axis: ViewSettings["turnAxis"]): string {
  return axis === "xyz" ? "[1 1 1]" : axis;
}
