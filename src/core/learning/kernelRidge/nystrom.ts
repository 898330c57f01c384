import { type CholeskyFactor, factorCholesky, solveCholesky, solveLower } from "../../math/cholesky.js";
import { rowProducts } from "../../math/rowProducts.js";

/**
 * More training materials than this are taken in through some of them, the landmarks: the exact way needs n² numbers of
 * memory and n³ operations.
 * 8,000 materials need 0.5 GB for each matrix.
 */
export const MOST_EXACT = 8000;
/** Landmarks where there are many materials; half of these where there are few. */
const LANDMARKS = 2000;
/** Kernels of materials with landmarks that are kept at once, for each SOAP scale: 0.44 GB. */
const PAIRS = 5.5e7;

/** Through how many of n materials a model learns from all. */
export const landmarkCount = (n: number): number => Math.min(LANDMARKS, Math.ceil(n / 2), Math.ceil(PAIRS / n));

/** What of an approximated model is stored beside the landmarks and their duals. */
export interface SparseFit {
  /** How many materials it learned from. */
  readonly trainedOn: number;
  /** What was added to the landmarks' kernel, for the digits it has. */
  readonly jitter: number;
  /** What stated variances are multiplied with, so that they agree with errors; absent: 1. */
  readonly calibration?: number;
  /**
   * The Cholesky factor of noise + V V^T, its lower triangle row by row; V = L^-1 K_mn with L that of the landmarks'
   * kernel.
   */
  readonly lower: Float64Array;
}

/**
 * A kernel model of all materials in the functions of the landmarks alone (projected process, Rasmussen and Williams
 * 2006, section 8.3.4).
 */
export interface NystromFit extends SparseFit {
  /** Of the landmarks: a value is the sum of their kernels times these. */
  readonly dual: Float64Array;
  /** Of the landmarks' kernel with jitter. */
  readonly outer: CholeskyFactor;
  /** Of noise + V V^T. */
  readonly inner: CholeskyFactor;
  /** At least what was asked for: more where the digits do not bear it. */
  readonly noise: number;
}

/** Kernels of the materials `from` to `to` (not included) with the landmarks, [to - from][m]. */
export type KernelRows = (from: number, to: number) => Float64Array;

/** Materials that are taken in together. */
export const NYSTROM_BATCH = 256;
/** Of the mean variance, tried one after the other. */
const JITTERS = [1e-13, 1e-12, 1e-11, 1e-10, 1e-8, 1e-6];
const NOISE_STEPS = [1, 10, 100, 1e4, 1e6];

/**
 * Learns `y` from kernels with m landmarks: memory m² and time n m², whatever n. `kernel`: of the landmarks, m x m;
 * `noise`: variance, in the kernel's unit. Throws RangeError where the kernel is not positive definite.
 */
export function fitNystrom(kernel: Float64Array, rows: KernelRows, y: Float64Array, noise: number): NystromFit {
  const m = Math.round(Math.sqrt(kernel.length));
  const { factor: outer, added: jitter } = factorWith(kernel, m, meanDiagonal(kernel, m), JITTERS);
  const inverse = blocksOf(inverseLower(outer), m);
  const gram = new Float64Array(m * m);
  const sums = new Float64Array(m);
  const room = new Float64Array(m * NYSTROM_BATCH);
  for (let from = 0; from < y.length; from += NYSTROM_BATCH) {
    const to = Math.min(y.length, from + NYSTROM_BATCH);
    const count = to - from;
    const v = timesRows(inverse, rows(from, to), m, room); // [m][count]
    addProducts(gram, v, m);
    for (let i = 0; i < m; i++)
      for (let k = 0; k < count; k++)
        sums[i] = (sums[i] as number) + (v[i * count + k] as number) * (y[from + k] as number);
  }
  const { factor: inner, added } = factorWith(gram, m, noise, NOISE_STEPS);
  const weights = solveCholesky(inner, sums);
  return {
    trainedOn: y.length,
    jitter,
    dual: solveUpper(outer, weights),
    outer,
    inner,
    noise: added,
    lower: packTriangle(inner),
  };
}

/** Rows of a triangle that are multiplied together: of each block the zeros behind its last row are left out. */
const BLOCK = 256;

/** The rows from `from` on of a lower triangle, [rows][width], as far as one of them reaches. */
interface Block {
  readonly from: number;
  readonly width: number;
  readonly values: Float64Array;
}

function blocksOf(triangle: Float64Array, m: number): Block[] {
  return Array.from({ length: Math.ceil(m / BLOCK) }, (_, i) => {
    const from = i * BLOCK;
    const width = Math.min(m, from + BLOCK);
    return { from, width, values: firstColumns(triangle.subarray(from * m, width * m), m, width) };
  });
}

function firstColumns(rows: Float64Array, m: number, width: number, room?: Float64Array): Float64Array {
  if (width === m) return rows;
  const length = (rows.length / m) * width;
  const cut = room?.subarray(0, length) ?? new Float64Array(length);
  for (let row = 0; row * m < rows.length; row++) cut.set(rows.subarray(row * m, row * m + width), row * width);
  return cut;
}

/** The triangle times the transposed rows, [m][rows]; `room` for as many numbers. */
function timesRows(triangle: readonly Block[], rows: Float64Array, m: number, room: Float64Array): Float64Array {
  const product = new Float64Array(rows.length);
  for (const { from, width, values } of triangle)
    product.set(rowProducts(values, firstColumns(rows, m, width, room), width), (from * rows.length) / m);
  return product;
}

/** Adds v v^T; the products below the diagonal are those above it. */
function addProducts(gram: Float64Array, v: Float64Array, m: number): void {
  const count = v.length / m;
  for (let from = 0; from < m; from += BLOCK) {
    const to = Math.min(m, from + BLOCK);
    const own = rowProducts(v.subarray(from * count, to * count), v.subarray(from * count), count);
    for (let i = from; i < to; i++)
      for (let j = from; j < m; j++) {
        const product = own[(i - from) * (m - from) + j - from] as number;
        gram[i * m + j] = (gram[i * m + j] as number) + product;
        if (j >= to) gram[j * m + i] = (gram[j * m + i] as number) + product;
      }
  }
}

/**
 * Both factors of a model that is stored: `kernel` as it was then. Throws RangeError where it is not positive definite.
 */
export function restoreNystrom(
  kernel: Float64Array,
  { jitter, lower }: SparseFit,
): Pick<NystromFit, "outer" | "inner"> {
  const m = Math.round(Math.sqrt(kernel.length));
  return { outer: factorWith(kernel, m, jitter, [1]).factor, inner: unpackTriangle(lower, m) };
}

/**
 * How much of the variance of a new material its kernels with training materials (landmarks, where `inner` is given)
 * explain, in the kernel's unit.
 */
export function explainedVariance(
  { outer, inner }: { readonly outer: CholeskyFactor; readonly inner?: CholeskyFactor },
  noise: number,
  row: Float64Array,
): number {
  const z = solveLower(outer, row);
  return squareOf(z) - (inner === undefined ? 0 : noise * squareOf(solveLower(inner, z)));
}

/** A triangle row by row. */
export function packTriangle({ n, lower }: CholeskyFactor): Float64Array {
  const packed = new Float64Array((n * (n + 1)) / 2);
  for (let i = 0, at = 0; i < n; at += ++i) packed.set(lower.subarray(i * n, i * n + i + 1), at);
  return packed;
}

export function unpackTriangle(packed: Float64Array, n: number): CholeskyFactor {
  const lower = new Float64Array(n * n);
  for (let i = 0, at = 0; i < n; at += ++i) lower.set(packed.subarray(at, at + i + 1), i * n);
  return { n, lower };
}

const squareOf = (values: Float64Array) => values.reduce((sum, x) => sum + x * x, 0);

function factorWith(matrix: Float64Array, n: number, least: number, steps: readonly number[]) {
  for (const step of steps) {
    const added = least * step;
    const raised = Float64Array.from(matrix);
    for (let i = 0; i < n; i++) raised[i * n + i] = (raised[i * n + i] as number) + added;
    const factor = factorCholesky(raised, n);
    if (factor !== undefined) return { factor, added };
  }
  throw new RangeError(`The kernel matrix of ${n} landmarks is not positive definite`);
}

function meanDiagonal(matrix: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (matrix[i * n + i] as number) / n;
  return sum;
}

/** L^-1, n x n, zeros above the diagonal. */
function inverseLower({ n, lower }: CholeskyFactor): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = inverse.subarray(i * n, i * n + i + 1);
    for (let j = 0; j < i; j++) {
      const factor = lower[i * n + j] as number;
      for (let k = 0; k <= j; k++) row[k] = (row[k] as number) - factor * (inverse[j * n + k] as number);
    }
    row[i] = 1;
    const pivot = lower[i * n + i] as number;
    for (let k = 0; k <= i; k++) row[k] = (row[k] as number) / pivot;
  }
  return inverse;
}

/** x of L^T x = b. */
function solveUpper({ n, lower }: CholeskyFactor, b: Float64Array): Float64Array {
  const x = Float64Array.from(b);
  for (let i = n - 1; i >= 0; i--) {
    const xi = (x[i] as number) / (lower[i * n + i] as number);
    x[i] = xi;
    for (let j = 0; j < i; j++) x[j] = (x[j] as number) - xi * (lower[i * n + j] as number);
  }
  return x;
}
