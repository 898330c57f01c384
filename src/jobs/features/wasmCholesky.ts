import { useLikelihood } from "../../core/learning/gaussianProcess/likelihood.js";
import { useFactorization } from "../../core/math/cholesky.js";
import { useRowProducts } from "../../core/math/rowProducts.js";
import { LinearAlgebra } from "../../kernels/linearAlgebra/linearAlgebra.js";
import { wasmLikelihood } from "../../kernels/linearAlgebra/wasmLikelihood.js";
import { loadKernel } from "../files/wasmModule.js";
import { useWasmSoap } from "./useWasmSoap.js";

/** Multiplications below which the way to another memory costs more than it saves. */
const LEAST = 1 << 20;

let algebra: LinearAlgebra | undefined;

/**
 * From now on this thread factors matrices in WebAssembly. Whatever fits or evaluates kernel models calls it first:
 * their last digits depend on it.
 */
export function useFastAlgebra(): void {
  algebra ??= new LinearAlgebra(loadKernel("linearAlgebra"));
  useFactorization(algebra);
  useRowProducts((a, b, width) => {
    const [left, right] = [a, b].map((values) => ({ rows: values.length / width, width, values }));
    if (left === undefined || right === undefined || left.rows * right.rows * width < LEAST) return undefined;
    return useWasmSoap((kernels) => kernels.products(left, right, [{ startA: 0, startB: 0, length: width }]));
  });
  useLikelihood(wasmLikelihood(loadKernel("linearAlgebra")));
}
