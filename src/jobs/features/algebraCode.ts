import type { FeatureMatrix } from "../../core/learning/kernelRidge/featureMatrix.js";
import type { Surroundings } from "../../core/learning/kernelRidge/surroundings.js";
import { Random } from "../../core/math/random.js";
import type { AlgebraCode } from "../../kernels/linearAlgebra/algebraHost.js";
import { kernelLikelihood } from "../../kernels/linearAlgebra/kernelLikelihood.js";
import { kernelSurroundings } from "../../kernels/linearAlgebra/kernelSurroundings.js";
import { LinearAlgebra } from "../../kernels/linearAlgebra/linearAlgebra.js";
import { loadKernel } from "../files/wasmModule.js";
import { testedAddon } from "../native/testedAddon.js";

/** Matrices of so many rows gain by an addon what its first test on a machine costs. */
const TEST_THRESHOLD = 256;

let chosen: AlgebraCode | undefined;
let isKnown = false;

/**
 * What computes with matrices of so many rows: the best addon that has passed its self-check on this machine, else
 * WebAssembly. Both give the same bits.
 */
export function algebraCode(rows: number): AlgebraCode {
  const mayTest = rows >= TEST_THRESHOLD;
  if (chosen !== undefined || (isKnown && !mayTest)) return chosen ?? loadKernel("linearAlgebra");
  const found = testedAddon("linearAlgebra", mayTest);
  isKnown = true;
  if (found !== "later") chosen = found ?? loadKernel("linearAlgebra");
  return chosen ?? loadKernel("linearAlgebra");
}

/** Whether two kinds of code give the same bits, for sizes that fill strips and panels in different ways. */
export function algebraAlike(...codes: readonly [AlgebraCode, AlgebraCode]): boolean {
  return [5, 66, 209].every((n) => {
    const [one, other] = codes.map((code) => JSON.stringify(resultsOf(code, n)));
    return one === other;
  });
}

function resultsOf(code: AlgebraCode, n: number): unknown {
  const random = new Random(n);
  const algebra = new LinearAlgebra(code);
  const numbers = (count: number) => Float64Array.from({ length: count }, () => random.uniform() - 0.5);
  const points: FeatureMatrix = { rows: n, columns: 7, values: numbers(7 * n) };
  const matrices = (["products", "distances"] as const).map((kind) => algebra.pairs(kind, points, points, 0));
  const [products = new Float64Array(0), distances = new Float64Array(0)] = matrices;
  const triangle = (matrix: Float64Array) =>
    Float64Array.from({ length: (n * (n + 1)) / 2 }, (_, at) => {
      const i = Math.floor((Math.sqrt(8 * at + 1) - 1) / 2);
      return matrix[i * n + at - (i * (i + 1)) / 2] as number;
    });
  const evaluate = kernelLikelihood(code)({
    terms: [
      { form: "linear", reads: "density", matrix: triangle(products) },
      { form: "gaussian", reads: "atoms", matrix: triangle(distances) },
    ],
    weights: { atoms: new Float64Array(n).fill(1), density: numbers(n).map((x) => 1 + x) },
    targets: numbers(n),
  })?.evaluate;
  const point = { variances: Float64Array.of(0.5, 0.8), gammas: Float64Array.of(0, 0.7), noise: 0.01 };
  const likelihood = evaluate?.(point);
  const factor = algebra.factor(
    products.map((value, at) => value + (at % (n + 1) === 0 ? 0.1 : 0)),
    n,
  );
  const diagonal = typeof factor === "object" ? algebra.inverseDiagonal(factor) : undefined;
  const surroundings: Surroundings = {
    weights: numbers(n).map((x) => 1 + x),
    starts: Int32Array.of(0, 2, n),
    blocks: new Map([[8008, { places: Int32Array.from({ length: n }, (_, i) => i), width: 7, values: points.values }]]),
  };
  const means = [1, 2, 3, 4].map((zeta) => kernelSurroundings(code)(surroundings, n, zeta)?.(surroundings));
  return [matrices, likelihood, factor, diagonal, means].map((part) =>
    JSON.stringify(part, (_, value) => (value instanceof Float64Array ? [...value] : value)),
  );
}
