import { dotOfRows } from "./cholesky.js";

/** a_i . b_j of rows of one width, [rows of a][rows of b]; undefined where another way is as good. */
export type RowProducts = (a: Float64Array, b: Float64Array, width: number) => Float64Array | undefined;

let faster: RowProducts | undefined;

/** Lets products be computed another way from now on, to the last digits the same. */
export function useRowProducts(products: RowProducts | undefined): void {
  faster = products;
}

/** Rows of `a` that stay in the cache while those of `b` pass. */
const BLOCK = 16;

/** a_i . b_j, [rows of a][rows of b], row-major: a b^T. */
export function rowProducts(a: Float64Array, b: Float64Array, width: number): Float64Array {
  return faster?.(a, b, width) ?? plainRowProducts(a, b, width);
}

export function plainRowProducts(a: Float64Array, b: Float64Array, width: number): Float64Array {
  const [rows, columns] = [a.length / width, b.length / width];
  const result = new Float64Array(rows * columns);
  for (let start = 0; start < rows; start += BLOCK)
    for (let j = 0; j < columns; j++)
      for (let i = start; i < Math.min(rows, start + BLOCK); i++)
        result[i * columns + j] = dotOfRows(a, i * width, b, j * width, width);
  return result;
}
