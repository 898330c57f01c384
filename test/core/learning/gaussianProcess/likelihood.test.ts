import { afterEach, describe, expect, it } from "vitest";
import {
  createLikelihood,
  type LikelihoodPoint,
  type LikelihoodProblem,
  plainKernel,
  plainLikelihood,
  useLikelihood,
} from "../../../../src/core/learning/gaussianProcess/likelihood.js";
import { Random } from "../../../../src/core/math/random.js";
import { loadKernel } from "../../../../src/jobs/files/wasmModule.js";
import { kernelLikelihood } from "../../../../src/kernels/linearAlgebra/kernelLikelihood.js";

afterEach(() => useLikelihood(undefined));

/** Points in three dimensions with products and squared distances, of which one term reads the density. */
function problemOf(n: number, seed = 1): LikelihoodProblem {
  const random = new Random(seed);
  const points = Array.from({ length: n }, () => [0, 1, 2].map(() => random.uniform() - 0.5));
  const pairs = (of: (a: readonly number[], b: readonly number[]) => number) =>
    Float64Array.from(points.flatMap((a, i) => points.slice(0, i + 1).map((b) => of(a, b))));
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
  const distance = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, x, i) => sum + (x - (b[i] ?? 0)) ** 2, 0);
  return {
    terms: [
      { form: "linear", reads: "density", matrix: pairs(dot) },
      { form: "gaussian", reads: "atoms", matrix: pairs(distance) },
      { form: "gaussian", reads: "density", matrix: pairs((a, b) => ((a[0] ?? 0) - (b[0] ?? 0)) ** 2) },
    ],
    weights: {
      atoms: new Float64Array(n).fill(1),
      density: Float64Array.from({ length: n }, () => 0.5 + random.uniform()),
    },
    targets: Float64Array.from(points, ([x = 0, y = 0]) => Math.sin(3 * x) + y + 0.1 * random.uniform()),
  };
}

const POINT: LikelihoodPoint = {
  variances: Float64Array.of(0.7, 1.3, 0.2),
  gammas: Float64Array.of(0, 0.8, 2.5),
  noise: 0.02,
};

const half = ({ square, logDeterminant }: { readonly square: number; readonly logDeterminant: number }) =>
  0.5 * (square + logDeterminant);

describe("the marginal likelihood", () => {
  const problem = problemOf(23);
  const at = (point: LikelihoodPoint) => {
    const found = plainLikelihood(problem).evaluate(point);
    if (found === undefined) throw new Error("the kernel is positive definite");
    return found;
  };

  it("has the derivatives that differences tell", () => {
    const { bySize, byLength, byNoise } = at(POINT);
    const h = 1e-5;
    const slope = (change: (factor: number) => LikelihoodPoint) =>
      (half(at(change(Math.exp(h)))) - half(at(change(Math.exp(-h))))) / (2 * h);
    const scaled = (values: Float64Array, term: number, factor: number) =>
      values.map((v, i) => (i === term ? v * factor : v));
    for (const term of [0, 1, 2]) {
      expect(bySize[term]).toBeCloseTo(
        slope((f) => ({ ...POINT, variances: scaled(POINT.variances, term, f * f) })),
        6,
      );
      expect(byLength[term]).toBeCloseTo(
        slope((f) => ({ ...POINT, gammas: scaled(POINT.gammas, term, 1 / (f * f)) })),
        6,
      );
    }
    expect(byNoise).toBeCloseTo(
      slope((f) => ({ ...POINT, noise: POINT.noise * f * f })),
      6,
    );
  });

  it.each([1, 3, 4, 23, 67, 130, 201])("is the same in WebAssembly, for %i materials", (n) => {
    const larger = problemOf(n, n);
    useLikelihood(kernelLikelihood(loadKernel("linearAlgebra")));
    const [plain, fast] = [plainLikelihood(larger).evaluate(POINT), createLikelihood(larger).evaluate(POINT)];
    if (plain === undefined || fast === undefined) throw new Error("the kernel is positive definite");
    const close = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThan(1e-9 * (1 + Math.abs(a)));
    close(plain.square, fast.square);
    close(plain.logDeterminant, fast.logDeterminant);
    close(plain.byNoise, fast.byNoise);
    for (const term of [0, 1, 2]) {
      close(plain.bySize[term] as number, fast.bySize[term] as number);
      close(plain.byLength[term] as number, fast.byLength[term] as number);
    }
  });

  it.each([23, 67, 130])("gives the kernel's factor, which multiplied is the kernel, for %i materials", (n) => {
    const larger = problemOf(n, n);
    const kernel = plainKernel(larger, POINT);
    for (const likelihood of [plainLikelihood(larger), kernelLikelihood(loadKernel("linearAlgebra"))(larger)]) {
      const { lower = new Float64Array(0) } = likelihood?.factor(POINT) ?? {};
      for (let i = 0; i < n; i++)
        for (let j = 0; j <= i; j++) {
          let product = 0;
          for (let k = 0; k <= j; k++) product += (lower[i * n + k] as number) * (lower[j * n + k] as number);
          expect(Math.abs(product - (kernel[i * n + j] as number))).toBeLessThan(1e-12 * n);
        }
    }
  });

  it("is not there for a kernel that is not positive definite", () => {
    const worse = { ...POINT, variances: Float64Array.of(-50, 1, 1) };
    expect(plainLikelihood(problem).evaluate(worse)).toBeUndefined();
    expect(kernelLikelihood(loadKernel("linearAlgebra"))(problem)?.evaluate(worse)).toBeUndefined();
  });
});
