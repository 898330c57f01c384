/**
 * Lower triangle L of a positive definite matrix A = L L^T, row-major n x n; what stands above the diagonal means
 * nothing.
 */
export interface CholeskyFactor {
  readonly n: number;
  readonly lower: Float64Array;
}

/** A faster way to what this file computes, to the last digits; undefined where it cannot take the matrix. */
export interface Factorization {
  factor(matrix: Float64Array, n: number): CholeskyFactor | "not positive definite" | undefined;
  inverseDiagonal(factor: CholeskyFactor): Float64Array | undefined;
}

/** Below this the way to another memory costs more than it saves. */
const SMALL = 48;

let faster: Factorization | undefined;

/**
 * Lets matrices that are not small be factored another way from now on; what learns calls it before anything else, so
 * that all results of a run are of one kind.
 */
export function useFactorization(factorization: Factorization | undefined): void {
  faster = factorization;
}

/**
 * The Cholesky factor of a symmetric positive definite matrix; undefined where it is not positive definite.
 * `matrix`: n x n, row-major; only its lower triangle is read.
 */
export function factorCholesky(matrix: Float64Array, n: number): CholeskyFactor | undefined {
  const found = n < SMALL ? undefined : faster?.factor(matrix, n);
  if (found !== undefined) return found === "not positive definite" ? undefined : found;
  const lower = Float64Array.from(matrix);
  for (let start = 0; start < n; start += PANEL) {
    const end = Math.min(n, start + PANEL);
    if (!factorPanel(lower, n, start, end)) return undefined;
    subtractPanel(lower, n, start, end);
  }
  return { n, lower };
}

/** x of A x = b. */
export function solveCholesky(factor: CholeskyFactor, b: Float64Array): Float64Array {
  const { n, lower } = factor;
  const x = solveLower(factor, b);
  for (let i = n - 1; i >= 0; i--) {
    const xi = (x[i] as number) / (lower[i * n + i] as number);
    x[i] = xi;
    for (let j = 0; j < i; j++) x[j] = (x[j] as number) - xi * (lower[i * n + j] as number);
  }
  return x;
}

/** z of L z = b, so that |z|² = b^T A^-1 b. */
export function solveLower(factor: CholeskyFactor, b: Float64Array): Float64Array {
  const { n, lower } = factor;
  const z = new Float64Array(n);
  for (let i = 0; i < n; i++)
    z[i] = ((b[i] as number) - dotOfRows(lower, i * n, z, 0, i)) / (lower[i * n + i] as number);
  return z;
}

/** As `solveLower`, of several at once, to the same bits: the factor passes through the processor once. */
export function solveLowerEach({ n, lower }: CholeskyFactor, all: readonly Float64Array[]): Float64Array[] {
  const solved = all.map(() => new Float64Array(n));
  for (let i = 0; i < n; i++) {
    const pivot = lower[i * n + i] as number;
    for (const [c, z] of solved.entries()) z[i] = ((all[c]?.[i] as number) - dotOfRows(lower, i * n, z, 0, i)) / pivot;
  }
  return solved;
}

/** The diagonal of A^-1. */
export function inverseDiagonal(factor: CholeskyFactor): Float64Array {
  const { n, lower } = factor;
  const found = n < SMALL ? undefined : faster?.inverseDiagonal(factor);
  if (found !== undefined) return found;
  const diagonal = new Float64Array(n);
  const column = new Float64Array(n); // column j of L^-1, from its diagonal down
  for (let j = 0; j < n; j++) {
    column[j] = 1 / (lower[j * n + j] as number);
    let sum = (column[j] as number) ** 2;
    for (let i = j + 1; i < n; i++) {
      const entry = -dotOfRows(lower, i * n + j, column, j, i - j) / (lower[i * n + i] as number);
      column[i] = entry;
      sum += entry * entry;
    }
    diagonal[j] = sum;
  }
  return diagonal;
}

/** log det A */
export function logDeterminant(factor: CholeskyFactor): number {
  let sum = 0;
  for (let i = 0; i < factor.n; i++) sum += Math.log(factor.lower[i * factor.n + i] as number);
  return 2 * sum;
}

/** Columns that are finished before the rest of the matrix takes them in: their rows stay in the first-level cache. */
const PANEL = 32;

/**
 * Finishes the columns start..end, from which all earlier ones have been subtracted; false where a pivot is not
 * positive.
 */
function factorPanel(lower: Float64Array, n: number, start: number, end: number): boolean {
  for (let j = start; j < end; j++) {
    const pivot = (lower[j * n + j] as number) - dotOfRows(lower, j * n + start, lower, j * n + start, j - start);
    if (!(pivot > 0)) return false;
    const root = Math.sqrt(pivot);
    lower[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      const rest = (lower[i * n + j] as number) - dotOfRows(lower, i * n + start, lower, j * n + start, j - start);
      lower[i * n + j] = rest / root;
    }
  }
  return true;
}

/** Subtracts L_panel L_panel^T from what lies to the right of the panel, in blocks of two rows and two columns. */
function subtractPanel(lower: Float64Array, n: number, start: number, end: number): void {
  for (let i = end; i < n; i += 2) {
    const row = i * n;
    const nextRow = i + 1 < n ? row + n : row; // the last row of an odd number stands for both
    for (let j = end; j <= i + 1 && j < n; j += 2) {
      const column = j * n;
      const nextColumn = j + 1 < n ? column + n : column;
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      for (let k = start; k < end; k++) {
        const a = lower[row + k] as number;
        const b = lower[nextRow + k] as number;
        const c = lower[column + k] as number;
        const d = lower[nextColumn + k] as number;
        s00 += a * c;
        s01 += a * d;
        s10 += b * c;
        s11 += b * d;
      }
      lower[row + j] = (lower[row + j] as number) - s00;
      if (nextColumn !== column) lower[row + j + 1] = (lower[row + j + 1] as number) - s01;
      if (nextRow === row) continue;
      lower[nextRow + j] = (lower[nextRow + j] as number) - s10;
      if (nextColumn !== column) lower[nextRow + j + 1] = (lower[nextRow + j + 1] as number) - s11;
    }
  }
}

/** Four sums side by side, since one alone waits for each addition. */
export function dotOfRows(a: Float64Array, i: number, b: Float64Array, j: number, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 3 < count; k += 4) {
    s0 += (a[i + k] as number) * (b[j + k] as number);
    s1 += (a[i + k + 1] as number) * (b[j + k + 1] as number);
    s2 += (a[i + k + 2] as number) * (b[j + k + 2] as number);
    s3 += (a[i + k + 3] as number) * (b[j + k + 3] as number);
  }
  for (; k < count; k++) s0 += (a[i + k] as number) * (b[j + k] as number);
  return s0 + s1 + (s2 + s3);
}
