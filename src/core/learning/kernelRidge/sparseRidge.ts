import { solveLowerEach } from "../../math/cholesky.js";
import { deriveSeed, Random } from "../../math/random.js";
import { mean } from "../../math/statistics.js";
import { explainedVariance, fitNystrom, type NystromFit, type SparseFit } from "./nystrom.js";

/** Kernel ridge of any number of materials through landmarks; kernels have 1 on their diagonal. */
export interface SparseRidge {
  /** At least what was asked for. */
  readonly alpha: number;
  /** Of the landmarks. */
  readonly dual: Float64Array;
  readonly variance: number;
  readonly sparse: SparseFit;
}

export type SparseFactors = Pick<NystromFit, "outer" | "inner">;

/** Materials whose errors say what one unit of the kernel stands for. */
const CALIBRATED_ON = 1500;
/** Of these together. */
const SOLVED = 16;

/**
 * `kernel`: of the landmarks, m x m; `rowsOf`: kernels of the materials at some places with them; `y`: centred and
 * scaled by the caller.
 */
export function fitSparseRidge(
  kernel: Float64Array,
  rowsOf: (places: readonly number[]) => Float64Array,
  y: Float64Array,
  alpha: number,
): SparseRidge {
  const between = (from: number, to: number) => rowsOf(Array.from({ length: to - from }, (_, i) => from + i));
  const fit = fitNystrom(kernel, between, y, alpha);
  const { trainedOn, jitter, lower, dual, noise } = fit;
  return { alpha: noise, dual, variance: mean(errorRatios(fit, rowsOf, y)), sparse: { trainedOn, jitter, lower } };
}

/** Standard deviation of a new value. `row`: its kernels with the landmarks. */
export function sparseDeviation(
  { alpha, variance }: Pick<SparseRidge, "alpha" | "variance">,
  factors: SparseFactors,
  row: Float64Array,
): number {
  return Math.sqrt(variance * Math.max(0, 1 + alpha - explainedVariance(factors, alpha, row)));
}

/**
 * The squared errors that the fit without a material makes on it, each over its own predicted variance, of some
 * materials. In the landmarks' functions v the fit is linear: its error is r/(1 - h) with h = v^T (noise + V V^T)^-1 v,
 * and its variance noise/(1 - h) + k - |v|², k its kernel with itself.
 */
export function errorRatios(
  { outer, inner, dual, noise }: NystromFit,
  rowsOf: (places: readonly number[]) => Float64Array,
  y: Float64Array,
  ownOf: (place: number) => number = () => 1,
): number[] {
  const places = new Random(deriveSeed(0, "calibration", y.length)).shuffle([...y.keys()]).slice(0, CALIBRATED_ON);
  const m = dual.length;
  const starts = Array.from({ length: Math.ceil(places.length / SOLVED) }, (_, i) => i * SOLVED);
  return starts.flatMap((start) => {
    const some = places.slice(start, start + SOLVED);
    const block = rowsOf(some);
    const rows = some.map((_, i) => block.subarray(i * m, (i + 1) * m));
    const inside = solveLowerEach(outer, rows);
    const weights = solveLowerEach(inner, inside);
    return some.map((place, i) => {
      const leverage = Math.min(1 - Number.EPSILON, squareOf(weights[i] as Float64Array));
      const value = (rows[i] as Float64Array).reduce((total, k, j) => total + k * (dual[j] as number), 0);
      const error = ((y[place] as number) - value) / (1 - leverage);
      const unseen = Math.max(0, ownOf(place) - squareOf(inside[i] as Float64Array));
      return error ** 2 / (noise / (1 - leverage) + unseen);
    });
  });
}

const squareOf = (values: Float64Array) => values.reduce((sum, x) => sum + x * x, 0);
