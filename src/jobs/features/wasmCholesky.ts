import { useFactorization } from "../../core/math/cholesky.js";
import { LinearAlgebra } from "../../kernels/linearAlgebra/linearAlgebra.js";
import { loadKernel } from "../files/wasmModule.js";

let algebra: LinearAlgebra | undefined;

/** From now on this thread factors matrices in WebAssembly. Whatever fits or evaluates kernel models calls it first: their last digits depend on it. */
export function useFastAlgebra(): void {
  algebra ??= new LinearAlgebra(loadKernel("linearAlgebra"));
  useFactorization(algebra);
}
