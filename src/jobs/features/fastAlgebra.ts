import { useLikelihood } from "../../core/learning/gaussianProcess/likelihood.js";
import { useRowPairs } from "../../core/learning/kernelRidge/featureMatrix.js";
import { useFactorization } from "../../core/math/cholesky.js";
import { useRowProducts } from "../../core/math/rowProducts.js";
import type { AlgebraCode } from "../../kernels/linearAlgebra/algebraHost.js";
import { kernelLikelihood } from "../../kernels/linearAlgebra/kernelLikelihood.js";
import { LinearAlgebra } from "../../kernels/linearAlgebra/linearAlgebra.js";
import { algebraCode } from "./algebraCode.js";
import { useWasmSoap } from "./useWasmSoap.js";

/** Multiplications below which the way to another memory costs more than it saves. */
const LEAST = 1 << 20;
const LEAST_PAIRS = 1 << 15;

let algebra: { readonly code: AlgebraCode; readonly kernels: LinearAlgebra } | undefined;

function algebraFor(rows: number): LinearAlgebra {
  const code = algebraCode(rows);
  if (algebra?.code !== code) algebra = { code, kernels: new LinearAlgebra(code) };
  return algebra.kernels;
}

/**
 * From now on this thread computes with matrices in the kernels. Whatever fits or evaluates kernel models calls it
 * first: their last digits depend on it.
 */
export function useFastAlgebra(): void {
  useFactorization({
    factor: (matrix, n) => algebraFor(n).factor(matrix, n),
    inverseDiagonal: (factor) => algebraFor(factor.n).inverseDiagonal(factor),
  });
  useRowProducts((a, b, width) => {
    const [left, right] = [a, b].map((values) => ({ rows: values.length / width, width, values }));
    if (left === undefined || right === undefined || left.rows * right.rows * width < LEAST) return undefined;
    return useWasmSoap((kernels) => kernels.products(left, right, [{ startA: 0, startB: 0, length: width }]));
  });
  useRowPairs((kind, a, b, bias) =>
    a.rows * b.rows * a.columns < LEAST_PAIRS ? undefined : algebraFor(a.rows).pairs(kind, a, b, bias),
  );
  useLikelihood((problem) => kernelLikelihood(algebraCode(problem.targets.length))(problem));
}
