import { type CholeskyFactor, factorCholesky, logDeterminant, solveCholesky } from "../../math/cholesky.js";

/** One kernel of a sum, on the pairs of training materials. */
export interface LikelihoodTerm {
  /** `linear`: size² m. `gaussian`: size² exp(-m/(2 length²)). */
  readonly form: "linear" | "gaussian";
  /** Whose weights multiply it on both sides. */
  readonly reads: "atoms" | "density";
  /** m, products or squared distances: the lower triangle row by row, n (n + 1)/2. */
  readonly matrix: Float64Array;
}

export interface LikelihoodProblem {
  readonly terms: readonly LikelihoodTerm[];
  readonly weights: { readonly atoms: Float64Array; readonly density: Float64Array };
  readonly targets: Float64Array;
}

/** Of each term size² and 1/(2 length²) (0 where it has no length), and the noise's variance. */
export interface LikelihoodPoint {
  readonly variances: Float64Array;
  readonly gammas: Float64Array;
  readonly noise: number;
}

/**
 * y^T K^-1 y, ln |K|, and the derivatives of half their sum by the logarithms of the terms' sizes, their lengths, and
 * the noise's deviation.
 */
export interface LikelihoodParts {
  readonly square: number;
  readonly logDeterminant: number;
  readonly bySize: Float64Array;
  readonly byLength: Float64Array;
  readonly byNoise: number;
}

export interface Likelihood {
  /** Undefined where the kernel is not positive definite. */
  evaluate(point: LikelihoodPoint): LikelihoodParts | undefined;
  /** Of the kernel with noise; undefined as well. */
  factor(point: LikelihoodPoint): CholeskyFactor | undefined;
}

/** Undefined: the problem is too large for this way. */
export type CreateLikelihood = (problem: LikelihoodProblem) => Likelihood | undefined;

let faster: CreateLikelihood | undefined;

/** Lets likelihoods be computed another way from now on, to the last digits the same. */
export function useLikelihood(create: CreateLikelihood | undefined): void {
  faster = create;
}

/** Rasmussen and Williams 2006, eq. 2.30 and 5.9. */
export function createLikelihood(problem: LikelihoodProblem): Likelihood {
  return faster?.(problem) ?? plainLikelihood(problem);
}

/** The kernel with noise, n x n, both triangles. */
export function plainKernel(
  { terms, weights, targets }: LikelihoodProblem,
  { variances, gammas, noise }: LikelihoodPoint,
): Float64Array {
  const n = targets.length;
  const kernel = new Float64Array(n * n);
  terms.forEach(({ form, reads, matrix }, term) => {
    const w = weights[reads];
    for (let i = 0, at = 0; i < n; i++)
      for (let j = 0; j <= i; j++, at++) {
        const value = termValue(form, matrix[at] as number, variances[term] as number, gammas[term] as number);
        kernel[i * n + j] = (kernel[i * n + j] as number) + (w[i] as number) * (w[j] as number) * value;
      }
  });
  for (let i = 0; i < n; i++) {
    kernel[i * n + i] = (kernel[i * n + i] as number) + noise;
    for (let j = 0; j < i; j++) kernel[j * n + i] = kernel[i * n + j] as number;
  }
  return kernel;
}

/** A term's kernel before its weights. */
export function termValue(form: LikelihoodTerm["form"], m: number, variance: number, gamma: number): number {
  return form === "linear" ? variance * m : variance * Math.exp(-gamma * m);
}

export function plainLikelihood(problem: LikelihoodProblem): Likelihood {
  const factorAt = (point: LikelihoodPoint) => factorCholesky(plainKernel(problem, point), problem.targets.length);
  return {
    factor: factorAt,
    evaluate: (point) => {
      const { terms, targets } = problem;
      const n = targets.length;
      const factor = factorAt(point);
      if (factor === undefined) return undefined;
      const alpha = solveCholesky(factor, targets);
      const columns = Array.from({ length: n }, (_, i) => solveCholesky(factor, unit(n, i)));
      const parts = terms.map((_, term) => termDerivatives(problem, point, term, alpha, columns));
      const trace = columns.reduce((sum, column, i) => sum + (column[i] as number) - (alpha[i] as number) ** 2, 0);
      return {
        square: targets.reduce((sum, y, i) => sum + y * (alpha[i] as number), 0),
        logDeterminant: logDeterminant(factor),
        bySize: Float64Array.from(parts, ({ size }) => size),
        byLength: Float64Array.from(parts, ({ length }) => length),
        byNoise: point.noise * trace,
      };
    },
  };
}

function termDerivatives(
  { terms, weights }: LikelihoodProblem,
  { variances, gammas }: LikelihoodPoint,
  term: number,
  alpha: Float64Array,
  inverse: readonly Float64Array[],
): { readonly size: number; readonly length: number } {
  const { form, reads, matrix } = terms[term] as LikelihoodTerm;
  const w = weights[reads];
  const gamma = gammas[term] as number;
  let [size, length] = [0, 0];
  for (let i = 0, at = 0; i < alpha.length; i++)
    for (let j = 0; j <= i; j++, at++) {
      const side = ((inverse[i] as Float64Array)[j] as number) - (alpha[i] as number) * (alpha[j] as number);
      const m = matrix[at] as number;
      const value =
        (i === j ? 1 : 2) *
        side *
        (w[i] as number) *
        (w[j] as number) *
        termValue(form, m, variances[term] as number, gamma);
      size += value;
      if (form === "gaussian") length += gamma * m * value;
    }
  return { size, length };
}

function unit(n: number, i: number): Float64Array {
  const vector = new Float64Array(n);
  vector[i] = 1;
  return vector;
}
