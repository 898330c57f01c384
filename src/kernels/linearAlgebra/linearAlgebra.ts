import type { FeatureMatrix, RowComparison } from "../../core/learning/kernelRidge/featureMatrix.js";
import type { CholeskyFactor, Factorization } from "../../core/math/cholesky.js";
import {
  type AlgebraCode,
  type AlgebraHost,
  type AlgebraMemory,
  openAlgebra,
  PANEL,
  padded,
  STRIP,
} from "./algebraHost.js";

/**
 * Cholesky factors and pairs of rows by the kernels, for `useFactorization` and `useRowPairs`; undefined results where
 * there is not enough memory.
 */
export class LinearAlgebra implements Factorization {
  #host: AlgebraHost | undefined;

  /** `kept`: bytes of memory that stay when a matrix is done; what a larger one took goes with its host. */
  constructor(
    private readonly code: AlgebraCode,
    private readonly kept = 1 << 26,
  ) {}

  factor(matrix: Float64Array, n: number): CholeskyFactor | "not positive definite" | undefined {
    const wide = padded(n);
    return this.#with(wide * (wide + PANEL), ({ calls }, { place, doubles }) => {
      for (let i = 0; i < wide; i++) {
        const row = doubles.subarray(i * wide, (i + 1) * wide).fill(0);
        if (i < n) row.set(matrix.subarray(i * n, i * n + i + 1));
        else row[i] = 1;
      }
      if (calls.factorCholesky(place, wide, place + 8 * wide * wide) === 0) return "not positive definite";
      const lower = new Float64Array(n * n);
      for (let i = 0; i < n; i++) lower.set(doubles.subarray(i * wide, i * wide + i + 1), i * n);
      return { n, lower };
    });
  }

  inverseDiagonal({ n, lower }: CholeskyFactor): Float64Array | undefined {
    return this.#with(n * (n + 2), ({ calls }, { place, doubles }) => {
      doubles.set(lower.subarray(0, n * n));
      const column = place + 8 * n * n;
      calls.inverseDiagonal(place, n, column, column + 8 * n);
      return doubles.slice(n * (n + 1), n * (n + 2));
    });
  }

  /** As `plainRowPairs`, to the bit. Both matrices have the same columns. */
  pairs(
    kind: RowComparison,
    a: FeatureMatrix,
    b: FeatureMatrix,
    bias: number,
    into?: Float64Array,
  ): Float64Array | undefined {
    const [rowsA, rowsB] = [padded(a.rows), padded(b.rows)];
    const width = a.columns;
    const [atB, room, out] = [rowsA * width, (rowsA + rowsB) * width, (rowsA + rowsB + STRIP) * width];
    return this.#with(out + rowsA * rowsB, ({ calls }, { place, doubles }) => {
      doubles.fill(0, 0, room);
      doubles.set(a.values.subarray(0, a.rows * width));
      doubles.set(b.values.subarray(0, b.rows * width), atB);
      const places = [0, atB, room, out].map((at) => place + 8 * at) as [number, number, number, number];
      const number = kind === "distances" ? 1 : 0;
      calls.comparePairs(number, places[0], rowsA, places[1], rowsB, width, bias, places[2], places[3]);
      const result = into ?? new Float64Array(a.rows * b.rows);
      for (let i = 0; i < a.rows; i++)
        result.set(doubles.subarray(out + i * rowsB, out + i * rowsB + b.rows), i * b.rows);
      return result;
    });
  }

  #with<T>(doubles: number, work: (host: AlgebraHost, memory: AlgebraMemory) => T): T | undefined {
    this.#host ??= openAlgebra(this.code);
    const memory = this.#host.open(doubles);
    const result = memory && work(this.#host, memory);
    if (8 * doubles > this.kept) this.#host = undefined;
    return result;
  }
}
