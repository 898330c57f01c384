import { defaultShellOptions } from "../../descriptors/shells.js";
import type { FeatureMatrix } from "../kernelRidge/featureMatrix.js";

/** One shell of waves whose strength no training density has. */
export interface StrangeShell {
  /** |g| of its middle, 1/Å. */
  readonly g: number;
  /** How many times weaker than the weakest of the training densities, or stronger than the strongest: above 3. */
  readonly times: number;
  readonly isWeaker: boolean;
}

/** Of 746 oxides one is so far from all others in one of 32 shells. */
const FACTOR = 3;
/** Of the mean over the training densities: what is less counts as nothing. */
const FLOOR = 0.01;

/**
 * The shell of |s|² that lies farthest outside of what the training densities have, by a factor above 3; undefined
 * where none does. Distances of standardised shells, in which nothing at all is close to what is usual, do not see a
 * density that is smoothed, cut off or flat. `features`, `mean`, `deviation`: the domain's standardised shells, s_0
 * last. `shells`: of the material, not standardised.
 */
export function strangeShell(
  { features, mean, deviation }: { features: FeatureMatrix; mean: Float64Array; deviation: Float64Array },
  shells: Float64Array,
): StrangeShell | undefined {
  let found: StrangeShell | undefined;
  const { rows, columns, values } = features;
  const { centres, cutoff } = defaultShellOptions;
  for (let shell = 0; shell < Math.min(centres, columns - 1); shell++) {
    const [middle, width] = [mean[shell] ?? 0, deviation[shell] || 1];
    let [least, most] = [Number.POSITIVE_INFINITY, 0];
    for (let row = 0; row < rows; row++) {
      const value = (values[row * columns + shell] as number) * width + middle;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    const floor = FLOOR * middle;
    if (!(floor > 0)) continue;
    const own = Math.max(0, shells[shell] ?? 0) + floor;
    const [weaker, stronger] = [(Math.max(0, least) + floor) / own, own / (most + floor)];
    const times = Math.max(weaker, stronger);
    if (times > FACTOR && times > (found?.times ?? 0))
      found = { g: (cutoff * (shell + 1)) / centres, times, isWeaker: weaker > stronger };
  }
  return found;
}
