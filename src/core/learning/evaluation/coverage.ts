import { erfc } from "../../math/errorFunction.js";
import { mean } from "../../math/statistics.js";
import { correctedError, type SplitSizes } from "./metrics.js";

/** Errors on the test set of one repeat and the standard deviations that were stated for them. */
export interface StatedErrors {
  readonly errors: ArrayLike<number>;
  readonly sigmas: ArrayLike<number>;
}

/** A share of errors with its standard error. */
export interface Share {
  readonly share: number;
  readonly standardError: number;
}

/** How often errors are as small as was stated. */
export interface CoverageMeasure {
  /** Errors that have a positive standard deviation: what is certain says nothing. */
  readonly count: number;
  /** Within one and within two standard deviations: 0.683 and 0.954 where these mean what they say. */
  readonly one: Share;
  readonly two: Share;
  /** The share of errors inside the interval of each nominal level. */
  readonly curve: readonly { readonly level: number; readonly share: number }[];
}

/** Of the curve: 5 % to 95 %, and 99 %. */
const LEVELS = [...Array.from({ length: 19 }, (_, i) => (i + 1) / 20), 0.99];

/**
 * The coverage of Gaussian intervals over the repeats of a split into `trainSize` and `testSize`; undefined where
 * nothing has a standard deviation.
 * Repeats share materials, so the standard error of a share is that of the corrected resampled t-test (Nadeau and
 * Bengio 2003), and not below that of as many independent errors; with one repeat it is the latter.
 */
export function measureCoverage(repeats: readonly StatedErrors[], split: SplitSizes): CoverageMeasure | undefined {
  const scaled = repeats.map(scaledErrors).filter((own) => own.length > 0);
  const all = scaled.flat();
  if (all.length === 0) return undefined;
  const levels = all.map((size) => 1 - erfc(size / Math.SQRT2));
  const curve = LEVELS.map((level) => ({ level, share: shareOf(levels, level) }));
  return { count: all.length, one: shareWithin(1, scaled, split), two: shareWithin(2, scaled, split), curve };
}

/** |error|/sigma. */
function scaledErrors({ errors, sigmas }: StatedErrors): number[] {
  return Array.from(errors).flatMap((error, i) => {
    const size = Math.abs(error) / (sigmas[i] ?? 0);
    return (sigmas[i] ?? 0) > 0 && Number.isFinite(size) ? [size] : [];
  });
}

function shareWithin(factor: number, repeats: readonly (readonly number[])[], split: SplitSizes): Share {
  return combineShares(
    repeats.map((sizes) => ({ share: shareOf(sizes, factor), count: sizes.length })),
    split,
  );
}

/** The share over all repeats from those of each, with its standard error as `measureCoverage` has it. */
export function combineShares(
  repeats: readonly { readonly share: number; readonly count: number }[],
  split: SplitSizes,
): Share {
  const count = repeats.reduce((sum, own) => sum + own.count, 0);
  const share = repeats.reduce((sum, own) => sum + own.share * own.count, 0) / count;
  const independent = Math.sqrt((share * (1 - share)) / count);
  if (repeats.length < 2) return { share, standardError: independent };
  const own = correctedError(
    repeats.map((one) => one.share),
    split,
  );
  return { share, standardError: Math.max(independent, own) };
}

const shareOf = (values: readonly number[], limit: number): number =>
  mean(values.map((value) => (value <= limit ? 1 : 0)));
