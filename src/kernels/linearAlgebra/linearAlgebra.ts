import type { CholeskyFactor, Factorization } from "../../core/math/cholesky.js";

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly __heap_base: { readonly value: number };
  factorCholesky(matrix: number, n: number): number;
  inverseDiagonal(lower: number, n: number, column: number, diagonal: number): void;
}

/**
 * Cholesky factors in WebAssembly, for `useFactorization`; undefined results where the matrix does not fit into its
 * memory.
 */
export class LinearAlgebra implements Factorization {
  readonly #module: WebAssembly.Module;
  #exports: Exports | undefined;

  /** `kept`: bytes of memory that stay when a matrix is done; what a larger one took goes with its instance. */
  constructor(
    module: WebAssembly.Module,
    private readonly kept = 1 << 26,
  ) {
    this.#module = module;
  }

  factor(matrix: Float64Array, n: number): CholeskyFactor | "not positive definite" | undefined {
    return this.#with(matrix, n, ({ factorCholesky }, at, memory) =>
      factorCholesky(at, n) === 0 ? "not positive definite" : { n, lower: memory().slice(at / 8, at / 8 + n * n) },
    );
  }

  inverseDiagonal({ n, lower }: CholeskyFactor): Float64Array | undefined {
    return this.#with(lower, n, ({ inverseDiagonal }, at, memory) => {
      const column = at + 8 * n * n;
      inverseDiagonal(at, n, column, column + 8 * n);
      return memory().slice(column / 8 + n, column / 8 + 2 * n);
    });
  }

  /** With the matrix at `at`, and room for 2 n numbers behind it. */
  #with<T>(
    matrix: Float64Array,
    n: number,
    work: (exports: Exports, at: number, memory: () => Float64Array) => T,
  ): T | undefined {
    this.#exports ??= new WebAssembly.Instance(this.#module).exports as unknown as Exports;
    const { memory, __heap_base } = this.#exports;
    const at = Math.ceil(__heap_base.value / 64) * 64;
    const missing = at + 8 * (n * n + 2 * n) - memory.buffer.byteLength;
    try {
      if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    } catch {
      return undefined;
    }
    const floats = () => new Float64Array(memory.buffer);
    floats().set(matrix.subarray(0, n * n), at / 8);
    const result = work(this.#exports, at, floats);
    if (memory.buffer.byteLength > this.kept) this.#exports = undefined;
    return result;
  }
}
