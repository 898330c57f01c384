import { useLikelihood } from "../../core/learning/gaussianProcess/likelihood.js";
import { useFactorization } from "../../core/math/cholesky.js";
import { LinearAlgebra } from "../../kernels/linearAlgebra/linearAlgebra.js";
import { wasmLikelihood } from "../../kernels/linearAlgebra/wasmLikelihood.js";
import { loadKernel } from "../files/wasmModule.js";

let algebra: LinearAlgebra | undefined;

/** From now on this thread factors matrices in WebAssembly. Whatever fits or evaluates kernel models calls it first: their last digits depend on it. */
export function useFastAlgebra(): void {
  algebra ??= new LinearAlgebra(loadKernel("linearAlgebra"));
  useFactorization(algebra);
  useLikelihood(wasmLikelihood(loadKernel("linearAlgebra")));
}
