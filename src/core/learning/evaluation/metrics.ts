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

/** What a figure shows of the repeats of one experiment; `standardError` is NaN for a single repeat. */
export interface Summary {
  readonly mean: number;
  readonly standardError: number;
  readonly count: number;
}

/** Mean and standard error over repeats. */
export function summarise(values: ArrayLike<number>): Summary {
  return { mean: mean(values), standardError: standardError(values), count: values.length };
}

/** How two models differ on the same splits. */
export interface PairedDifference extends Summary {
  /** Two-sided p value of no difference; NaN below two repeats. */
  readonly p: number;
}

/**
 * The paired difference a - b of errors on the same repeated random splits, by the corrected resampled t-test (Nadeau
 * and Bengio 2003).
 * Repeats share most of their training materials, so the variance of their mean is (1/repeats + test/train) times the
 * sample variance, not 1/repeats.
 * Takes one error a repeat of each model, and the sizes of a split; returns the mean, its corrected standard error and
 * the two-sided p value.
 */
export function pairedDifference(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  split: { readonly trainSize: number; readonly testSize: number },
): PairedDifference {
  const differences = errors(b, a);
  const count = differences.length;
  const centre = mean(differences);
  const corrected = standardError(differences) * Math.sqrt(1 + (count * split.testSize) / split.trainSize);
  if (count < 2) return { mean: centre, standardError: Number.NaN, count, p: Number.NaN };
  const p = corrected === 0 ? (centre === 0 ? 1 : 0) : studentTwoSided(centre / corrected, count - 1);
  return { mean: centre, standardError: corrected, count, p };
}

function errors(actual: ArrayLike<number>, predicted: ArrayLike<number>): Float64Array {
  if (actual.length !== predicted.length) throw new RangeError(`${actual.length} values against ${predicted.length}`);
  return Float64Array.from(actual, (value, i) => (predicted[i] as number) - value);
}
