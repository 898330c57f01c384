/** Feature vectors as rows, row-major. */
export interface FeatureMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/**
 * Stacks vectors, filling shorter ones (Coulomb spectra of smaller cells) with zeros up to the longest, or up to
 * `columns` where that is more.
 */
export function stackFeatures(vectors: readonly Float64Array[], columns = 0): FeatureMatrix {
  const width = vectors.reduce((most, vector) => Math.max(most, vector.length), columns);
  const values = new Float64Array(vectors.length * width);
  vectors.forEach((vector, row) => {
    values.set(vector, row * width);
  });
  return { rows: vectors.length, columns: width, values };
}

/** The rows at some places; all where none are given. */
export function rowsAt(matrix: FeatureMatrix, places?: readonly number[]): FeatureMatrix {
  if (places === undefined) return matrix;
  const { columns, values } = matrix;
  const picked = new Float64Array(places.length * columns);
  places.forEach((place, row) => {
    picked.set(values.subarray(place * columns, (place + 1) * columns), row * columns);
  });
  return { rows: places.length, columns, values: picked };
}

/**
 * |a_i - b_j|² for all rows of a and b, [a.rows][b.rows]; a narrower matrix counts as filled up with zeros. `into`: as
 * for `rowPairs`.
 */
export function squaredDistances(a: FeatureMatrix, b: FeatureMatrix, into?: Float64Array): Float64Array {
  const [left, right] = a.columns === b.columns ? [a, b] : [widen(a, b.columns), widen(b, a.columns)];
  return rowPairs("distances", left, right, 0, into);
}

/** bias + a_i . b_j, or |a_i - b_j|². */
export type RowComparison = "products" | "distances";
/** As `plainRowPairs`, to the bit; undefined where another way is as good. */
export type RowPairs = (...given: Parameters<typeof plainRowPairs>) => Float64Array | undefined;

let faster: RowPairs | undefined;

/** Lets rows be compared another way from now on, with the same bits. */
export function useRowPairs(pairs: RowPairs | undefined): void {
  faster = pairs;
}

/**
 * All rows of a with all rows of b, [a.rows][b.rows]; both have the same columns. `into`: where the result is written,
 * of its length; who compares again and again keeps it, since each new array brings a garbage collection nearer.
 */
export function rowPairs(
  kind: RowComparison,
  a: FeatureMatrix,
  b: FeatureMatrix,
  bias: number,
  into?: Float64Array,
): Float64Array {
  return faster?.(kind, a, b, bias, into) ?? plainRowPairs(kind, a, b, bias, into);
}

export function plainRowPairs(
  kind: RowComparison,
  a: FeatureMatrix,
  b: FeatureMatrix,
  bias: number,
  into?: Float64Array,
): Float64Array {
  const { columns } = a;
  const result = into ?? new Float64Array(a.rows * b.rows);
  for (let i = 0, at = 0; i < a.rows; i++)
    for (let j = 0; j < b.rows; j++, at++) {
      const [from, to] = [i * columns, j * columns];
      let sum = bias;
      if (kind === "products")
        for (let c = 0; c < columns; c++) sum += (a.values[from + c] as number) * (b.values[to + c] as number);
      else
        for (let c = 0; c < columns; c++) {
          const difference = (a.values[from + c] as number) - (b.values[to + c] as number);
          sum += difference * difference; // not a power, whose bits depend on the engine
        }
      result[at] = sum;
    }
  return result;
}

/** The entries above the diagonal of an n x n matrix: one a pair. */
export function upperTriangle(matrix: Float64Array, n: number): Float64Array {
  const pairs = new Float64Array((n * (n - 1)) / 2);
  let at = 0;
  for (let i = 0; i < n; i++) {
    pairs.set(matrix.subarray(i * n + i + 1, (i + 1) * n), at);
    at += n - i - 1;
  }
  return pairs;
}

/** Column-wise mean and population deviation; a constant column has deviation 0. */
export function columnMoments(matrix: FeatureMatrix): {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
} {
  const { rows, columns, values } = matrix;
  const mean = new Float64Array(columns);
  const deviation = new Float64Array(columns);
  for (let c = 0; c < columns; c++) {
    for (let r = 0; r < rows; r++) mean[c] = (mean[c] as number) + (values[r * columns + c] as number) / rows;
    let variance = 0;
    for (let r = 0; r < rows; r++) variance += ((values[r * columns + c] as number) - (mean[c] as number)) ** 2 / rows;
    deviation[c] = Math.sqrt(variance);
  }
  return { mean, deviation };
}

function widen(matrix: FeatureMatrix, columns: number): FeatureMatrix {
  if (matrix.columns >= columns) return matrix;
  const rows = Array.from({ length: matrix.rows }, (_, row) =>
    matrix.values.subarray(row * matrix.columns, (row + 1) * matrix.columns),
  );
  return stackFeatures(rows, columns);
}
