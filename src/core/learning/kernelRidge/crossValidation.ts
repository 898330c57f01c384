import { Random } from "../../math/random.js";
import { mean } from "../../math/statistics.js";
import { fitKernelRidge, predictKernelRidge } from "./kernelRidge.js";

/**
 * Fold of each of `n` samples, 0 .. folds - 1, of sizes that differ by one at most; fewer folds where there are fewer
 * samples.
 */
export function assignFolds(n: number, folds: number, seed: number): Int32Array {
  const order = new Random(seed).shuffle(Array.from({ length: n }, (_, i) => i));
  const fold = new Int32Array(n);
  order.forEach((sample, position) => {
    fold[sample] = position % Math.min(folds, n);
  });
  return fold;
}

/** Predictions of kernel ridge for each sample by the fit on all other folds. `kernel`: n x n, row-major. */
export function outOfFoldPredictions(
  kernel: Float64Array,
  y: Float64Array,
  alpha: number,
  fold: Int32Array,
): Float64Array {
  const n = y.length;
  const predictions = new Float64Array(n);
  const folds = Math.max(...fold) + 1;
  for (let held = 0; held < folds; held++) {
    const inside = indicesWhere(fold, (f) => f !== held);
    const outside = indicesWhere(fold, (f) => f === held);
    const centre = mean(inside.map((i) => y[i] as number));
    const centred = Float64Array.from(inside, (i) => (y[i] as number) - centre);
    const fit = fitKernelRidge(block(kernel, n, inside, inside), centred, alpha);
    predictKernelRidge(fit, block(kernel, n, outside, inside)).forEach((value, row) => {
      predictions[outside[row] as number] = value + centre;
    });
  }
  return predictions;
}

/** The rows and columns of an n x n matrix that are named, [rows][columns]. */
export function block(
  matrix: Float64Array,
  n: number,
  rows: readonly number[],
  columns: readonly number[],
): Float64Array {
  const result = new Float64Array(rows.length * columns.length);
  let at = 0;
  for (const row of rows) for (const column of columns) result[at++] = matrix[row * n + column] as number;
  return result;
}

function indicesWhere(values: Int32Array, accept: (value: number) => boolean): number[] {
  const indices: number[] = [];
  values.forEach((value, i) => {
    if (accept(value)) indices.push(i);
  });
  return indices;
}
