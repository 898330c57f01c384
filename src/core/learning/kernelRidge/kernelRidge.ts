import {
  type CholeskyFactor,
  factorCholesky,
  inverseDiagonal,
  solveCholesky,
  solveLower,
} from "../../math/cholesky.js";
import { mean } from "../../math/statistics.js";

/**
 * A kernel ridge regression on a given kernel matrix, which is a Gaussian process with noise `alpha` in units of its
 * variance.
 */
export interface KernelRidgeFit {
  readonly alpha: number;
  /** c of (K + alpha I) c = y. */
  readonly dual: Float64Array;
  /** Of K + alpha I. */
  readonly factor: CholeskyFactor;
}

/**
 * Solves (K + alpha I) c = y, scikit-learn's convention (spec section 5).
 * `kernel`: n x n, row-major, symmetric and not negative; `y`: n targets, centred and scaled by the caller. Throws
 * where K + alpha I is not positive definite.
 */
export function fitKernelRidge(kernel: Float64Array, y: Float64Array, alpha: number): KernelRidgeFit {
  const n = y.length;
  const regularised = Float64Array.from(kernel);
  for (let i = 0; i < n; i++) regularised[i * n + i] = (regularised[i * n + i] as number) + alpha;
  const factor = factorCholesky(regularised, n);
  if (factor === undefined)
    throw new RangeError(`The kernel matrix of ${n} materials with alpha = ${alpha} is not positive definite`);
  return { alpha, dual: solveCholesky(factor, y), factor };
}

/** K_new,train c: one value a row of `cross`, [m][n]. */
export function predictKernelRidge(fit: Pick<KernelRidgeFit, "dual">, cross: Float64Array): Float64Array {
  const n = fit.dual.length;
  return Float64Array.from({ length: cross.length / n }, (_, row) => {
    let value = 0;
    for (let i = 0; i < n; i++) value += (cross[row * n + i] as number) * (fit.dual[i] as number);
    return value;
  });
}

/**
 * y_i minus what the fit without material i predicts for it, c_i / ((K + alpha I)^-1)_ii: exact, without a second fit
 * (Rasmussen and Williams 2006, eq. 5.12).
 */
export function leaveOneOutResiduals(fit: KernelRidgeFit): Float64Array {
  const precision = inverseDiagonal(fit.factor);
  return fit.dual.map((c, i) => c / (precision[i] as number));
}

/**
 * The variance that one unit of the kernel stands for: the mean of the squared leave-one-out residuals, each over its
 * own predicted variance.
 * With it the predicted variances agree on average with the errors that the model makes on materials it has not seen.
 */
export function calibratedVariance(fit: KernelRidgeFit): number {
  const precision = inverseDiagonal(fit.factor);
  return mean(fit.dual.map((c, i) => (c * c) / (precision[i] as number)));
}

/**
 * Standard deviation of new values as a Gaussian process, sqrt(variance (k(x,x) + alpha - k^T (K + alpha I)^-1 k)).
 * `cross`: [m][n]; `self`: k(x, x) of each of the m; `variance`: from `calibratedVariance`.
 */
export function predictDeviation(
  fit: Pick<KernelRidgeFit, "alpha" | "factor">,
  cross: Float64Array,
  self: ArrayLike<number>,
  variance: number,
): Float64Array {
  const n = fit.factor.n;
  return Float64Array.from({ length: self.length }, (_, row) => {
    const z = solveLower(fit.factor, cross.subarray(row * n, (row + 1) * n));
    let known = 0;
    for (let i = 0; i < n; i++) known += (z[i] as number) ** 2;
    return Math.sqrt(variance * Math.max(0, (self[row] as number) + fit.alpha - known));
  });
}
