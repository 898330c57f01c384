import { mean, standardError } from "../../math/statistics.js";
import { studentTwoSided } from "../../math/studentT.js";

/** Mean absolute error. */
export function meanAbsoluteError(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return mean(errors(actual, predicted).map(Math.abs));
}

/** Root mean square error. */
export function rootMeanSquareError(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return Math.sqrt(mean(errors(actual, predicted).map((error) => error * error)));
}

/** Into how many materials one random split parts a dataset. */
export interface SplitSizes {
  readonly trainSize: number;
  readonly testSize: number;
}

/**
 * The standard error of a mean over repeated random splits (Nadeau and Bengio 2003). Repeats share most of their
 * materials, so the variance of their mean is (1/repeats + test/train) times the sample variance, not 1/repeats; NaN
 * below two repeats.
 */
export function correctedError(values: ArrayLike<number>, { trainSize, testSize }: SplitSizes): number {
  return standardError(values) * Math.sqrt(1 + (values.length * testSize) / trainSize);
}

/** How two models differ on the same splits. */
export interface PairedDifference {
  readonly mean: number;
  /** Corrected; NaN below two repeats. */
  readonly standardError: number;
  /** Repeats. */
  readonly count: number;
  /** Two-sided p value of no difference; NaN below two repeats. */
  readonly p: number;
}

/**
 * The paired difference a - b of errors on the same repeated random splits, by the corrected resampled t-test (Nadeau
 * and Bengio 2003).
 * Takes one error a repeat of each model, and the sizes of a split; returns the mean, its corrected standard error and
 * the two-sided p value.
 */
export function pairedDifference(a: ArrayLike<number>, b: ArrayLike<number>, split: SplitSizes): PairedDifference {
  const differences = errors(b, a);
  const count = differences.length;
  const centre = mean(differences);
  const corrected = correctedError(differences, split);
  if (count < 2) return { mean: centre, standardError: Number.NaN, count, p: Number.NaN };
  const p = corrected === 0 ? (centre === 0 ? 1 : 0) : studentTwoSided(centre / corrected, count - 1);
  return { mean: centre, standardError: corrected, count, p };
}

function errors(actual: ArrayLike<number>, predicted: ArrayLike<number>): Float64Array {
  if (actual.length !== predicted.length) throw new RangeError(`${actual.length} values against ${predicted.length}`);
  return Float64Array.from(actual, (value, i) => (predicted[i] as number) - value);
}
