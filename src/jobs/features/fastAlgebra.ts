import { useLikelihood } from "../../core/learning/gaussianProcess/likelihood.js";
import { useRowPairs } from "../../core/learning/kernelRidge/featureMatrix.js";
import { useSurroundings } from "../../core/learning/kernelRidge/surroundings.js";
import { useFactorization } from "../../core/math/cholesky.js";
import { useRowProducts } from "../../core/math/rowProducts.js";
import type { AlgebraCode } from "../../kernels/linearAlgebra/algebraHost.js";
import { kernelLikelihood } from "../../kernels/linearAlgebra/kernelLikelihood.js";
import { kernelSurroundings } from "../../kernels/linearAlgebra/kernelSurroundings.js";
import { LinearAlgebra } from "../../kernels/linearAlgebra/linearAlgebra.js";
import { algebraCode } from "./algebraCode.js";

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
    const [left, right] = [a, b].map((values) => ({ rows: values.length / width, columns: width, values }));
    if (left === undefined || right === undefined || left.rows * right.rows * width < LEAST) return undefined;
    return algebraFor(Math.max(left.rows, right.rows)).pairs("products", left, right, 0);
  });
  useRowPairs((kind, a, b, bias, into) =>
    a.rows * b.rows * a.columns < LEAST_PAIRS
      ? undefined
      : algebraFor(Math.max(a.rows, b.rows)).pairs(kind, a, b, bias, into),
  );
  useSurroundings((right, rows, zeta) => kernelSurroundings(algebraCode(right.weights.length))(right, rows, zeta));
  useLikelihood((problem) => kernelLikelihood(algebraCode(problem.targets.length))(problem));
}
