import { median } from "../../math/statistics.js";
import { type FeatureMatrix, squaredDistances, upperTriangle } from "./featureMatrix.js";

/**
 * A kernel of two feature vectors; `gamma` in the inverse unit of |x - x'|² (gaussian) or |x - x'| (laplacian, 1-norm).
 */
export type Kernel =
  | { readonly name: "gaussian"; readonly gamma: number }
  | { readonly name: "laplacian"; readonly gamma: number }
  | { readonly name: "linear" };

/**
 * k(a_i, b_j), [a.rows][b.rows]: exp(-gamma |a - b|²), exp(-gamma |a - b|_1) or a . b. Both matrices need the same
 * columns unless the kernel is gaussian.
 */
export function kernelMatrix(kernel: Kernel, a: FeatureMatrix, b: FeatureMatrix): Float64Array {
  if (kernel.name === "gaussian") return gaussianOfDistances(squaredDistances(a, b), kernel.gamma);
  if (kernel.name === "laplacian")
    return pairwise(a, b, (x, y) => Math.abs(x - y)).map((distance) => Math.exp(-kernel.gamma * distance));
  return pairwise(a, b, (x, y) => x * y);
}

/** exp(-gamma d²) of each squared distance. */
export function gaussianOfDistances(squared: Float64Array, gamma: number): Float64Array {
  return squared.map((distance) => Math.exp(-gamma * distance));
}

/**
 * 1 / median of |x - x'|² over the pairs of rows (spec section 5); 1 where the median is 0, as for a single material.
 */
export function medianGamma(features: FeatureMatrix): number {
  const middle = median(upperTriangle(squaredDistances(features, features), features.rows));
  return middle > 0 ? 1 / middle : 1;
}

function pairwise(a: FeatureMatrix, b: FeatureMatrix, term: (x: number, y: number) => number): Float64Array {
  if (a.columns !== b.columns) throw new RangeError(`${a.columns} features against ${b.columns}`);
  const { columns } = a;
  const result = new Float64Array(a.rows * b.rows);
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < b.rows; j++) {
      let sum = 0;
      for (let c = 0; c < columns; c++)
        sum += term(a.values[i * columns + c] as number, b.values[j * columns + c] as number);
      result[i * b.rows + j] = sum;
    }
  return result;
}
