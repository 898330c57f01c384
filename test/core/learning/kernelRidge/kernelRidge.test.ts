import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assignFolds, block, outOfFoldPredictions } from "../../../../src/core/learning/kernelRidge/crossValidation.js";
import {
  type FeatureMatrix,
  squaredDistances,
  stackFeatures,
} from "../../../../src/core/learning/kernelRidge/featureMatrix.js";
import {
  calibratedVariance,
  fitKernelRidge,
  leaveOneOutResiduals,
  predictDeviation,
  predictKernelRidge,
} from "../../../../src/core/learning/kernelRidge/kernelRidge.js";
import { kernelMatrix, medianGamma } from "../../../../src/core/learning/kernelRidge/kernels.js";
import { Random } from "../../../../src/core/math/random.js";
import { hasWholeReference, readNpz, readReferenceJson, take } from "../../reference.js";

function rowsOf(matrix: FeatureMatrix, rows: readonly number[]): FeatureMatrix {
  return stackFeatures(rows.map((row) => matrix.values.subarray(row * matrix.columns, (row + 1) * matrix.columns)));
}

function largest(values: ArrayLike<number>): number {
  return Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function difference(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  expect(a.length).toBe(b.length);
  return Float64Array.from(a, (value, i) => value - (b[i] ?? Number.NaN));
}

function randomFeatures(rows: number, columns: number, seed: number): FeatureMatrix {
  const random = new Random(seed);
  return { rows, columns, values: Float64Array.from({ length: rows * columns }, () => random.normal()) };
}

describe("kernel ridge against scikit-learn, 307 oxides", () => {
  const arrays = readNpz("krr.npz");
  const indices = (name: string) => Array.from(take(arrays, name).data);
  const alphas = readReferenceJson<{ models: Record<string, { alpha: number }> }>("krr.json").models;

  it.each(["sine", "ewald", ...(hasWholeReference ? ["soap"] : [])])(
    "%s: dual coefficients to 1e-10, predictions to 1e-8 eV",
    (name) => {
      const [train, test] = [indices("train"), indices("test")];
      const y = take(arrays, "y").data;
      const mean = take(arrays, "y_mean_train").data[0] ?? Number.NaN;
      const centred = Float64Array.from(train, (i) => (y[i] ?? Number.NaN) - mean);
      const { kernel, cross } = name === "soap" ? precomputed() : gaussian();
      const fit = fitKernelRidge(kernel, centred, alphas[name]?.alpha ?? Number.NaN);
      const expected = take(arrays, `${name}.dual_coef`).data;
      expect(largest(difference(fit.dual, expected)) / largest(expected)).toBeLessThan(1e-10);
      const predictions = predictKernelRidge(fit, cross).map((value) => value + mean);
      expect(largest(difference(predictions, take(arrays, `${name}.prediction`).data))).toBeLessThan(1e-8);

      function gaussian() {
        const { shape, data } = take(arrays, `${name}.X`);
        const all = { rows: shape[0] ?? 0, columns: shape[1] ?? 0, values: Float64Array.from(data) };
        const training = rowsOf(all, train);
        const gamma = medianGamma(training);
        expect(gamma / (take(arrays, `${name}.gamma`).data[0] ?? Number.NaN)).toBeCloseTo(1, 12);
        return {
          kernel: kernelMatrix({ name: "gaussian", gamma }, training, training),
          cross: kernelMatrix({ name: "gaussian", gamma }, rowsOf(all, test), training),
        };
      }

      function precomputed() {
        const all = Float64Array.from(take(arrays, "soap.K").data);
        return { kernel: block(all, 387, train, train), cross: block(all, 387, test, train) };
      }
    },
  );
});

describe("kernelMatrix", () => {
  const a = stackFeatures([Float64Array.of(1, 2), Float64Array.of(-1, 0)]);
  const b = stackFeatures([Float64Array.of(3, 1)]);

  it("is gaussian, laplacian or linear", () => {
    expect(
      largest(difference(kernelMatrix({ name: "gaussian", gamma: 0.1 }, a, b), [Math.exp(-0.5), Math.exp(-1.7)])),
    ).toBeLessThan(1e-15);
    expect([...kernelMatrix({ name: "laplacian", gamma: 0.1 }, a, b)]).toEqual([
      Math.exp(-0.1 * 3),
      Math.exp(-0.1 * 5),
    ]);
    expect([...kernelMatrix({ name: "linear" }, a, b)]).toEqual([5, -3]);
  });

  it("counts missing eigenvalues of a smaller cell as zeros", () => {
    const long = stackFeatures([Float64Array.of(1, 2, 4)]);
    expect([...squaredDistances(a, long)]).toEqual([16, 4 + 4 + 16]);
    expect([...squaredDistances(long, a)]).toEqual([16, 24]);
  });
});

describe("fitKernelRidge", () => {
  it("gives leave-one-out residuals that equal those of n fits without one", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 3, max: 12 }), (seed, n) => {
        const features = randomFeatures(n, 3, seed);
        const kernel = kernelMatrix({ name: "gaussian", gamma: 0.2 }, features, features);
        const random = new Random(seed);
        const y = Float64Array.from({ length: n }, () => random.normal());
        const residuals = leaveOneOutResiduals(fitKernelRidge(kernel, y, 0.01));
        for (let left = 0; left < n; left++) {
          const rest = [...y.keys()].filter((i) => i !== left);
          const fit = fitKernelRidge(
            block(kernel, n, rest, rest),
            Float64Array.from(rest, (i) => y[i] ?? 0),
            0.01,
          );
          const [value = Number.NaN] = predictKernelRidge(fit, block(kernel, n, [left], rest));
          expect(Math.abs((y[left] ?? 0) - value - (residuals[left] ?? Number.NaN))).toBeLessThan(1e-8);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("gives standard deviations that hold for data drawn from its own process", () => {
    // y is drawn with variance 4 and noise 4 * 0.05; about 68 % of new values must lie within one deviation, 95 %
    // within two.
    const n = 150;
    const features = randomFeatures(2 * n, 2, 5);
    const kernel = kernelMatrix({ name: "gaussian", gamma: 0.5 }, features, features);
    const all = [...Array(2 * n).keys()];
    const drawn = drawProcess(kernel, 2 * n, 4, 0.05);
    const [train, test] = [all.slice(0, n), all.slice(n)];
    const fit = fitKernelRidge(block(kernel, 2 * n, train, train), drawn.slice(0, n), 0.05);
    const variance = calibratedVariance(fit);
    expect(variance).toBeGreaterThan(3);
    expect(variance).toBeLessThan(5.3);
    const cross = block(kernel, 2 * n, test, train);
    const predictions = predictKernelRidge(fit, cross);
    const deviations = predictDeviation(fit, cross, Array(n).fill(1), variance);
    const within = (k: number) =>
      test.filter((i, row) => Math.abs((drawn[i] ?? 0) - (predictions[row] ?? 0)) < k * (deviations[row] ?? 0)).length /
      n;
    expect(Math.abs(within(1) - 0.68)).toBeLessThan(0.12);
    expect(Math.abs(within(2) - 0.95)).toBeLessThan(0.05);
  });

  it("says when a matrix is no kernel", () => {
    expect(() => fitKernelRidge(Float64Array.of(1, 3, 3, 1), Float64Array.of(1, 1), 0.1)).toThrow(
      "not positive definite",
    );
  });
});

/** A draw of the Gaussian process: L z with L of the Cholesky factor, by the fit's own factor. */
function drawProcess(kernel: Float64Array, n: number, variance: number, noise: number): Float64Array {
  const random = new Random(9);
  const z = Float64Array.from({ length: n }, () => random.normal());
  const { lower } = fitKernelRidge(kernel, z, noise).factor;
  return z.map(
    (_, i) => Math.sqrt(variance) * z.subarray(0, i + 1).reduce((sum, zj, j) => sum + (lower[i * n + j] ?? 0) * zj, 0),
  );
}

describe("cross-validation", () => {
  it("puts every sample into one fold, of sizes that differ by one at most", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 2, max: 7 }), fc.integer(), (n, folds, seed) => {
        const counts = new Array<number>(Math.min(n, folds)).fill(0);
        for (const fold of assignFolds(n, folds, seed)) counts[fold] = (counts[fold] ?? Number.NaN) + 1;
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(n);
      }),
    );
  });

  it("predicts each sample without having seen it", () => {
    const features = randomFeatures(20, 2, 1);
    const kernel = kernelMatrix({ name: "gaussian", gamma: 0.3 }, features, features);
    const y = Float64Array.from({ length: 20 }, (_, i) => features.values[2 * i] ?? 0);
    const fold = assignFolds(20, 5, 3);
    const predictions = outOfFoldPredictions(kernel, y, 1e-3, fold);
    const changed = Float64Array.from(y, (value, i) => (fold[i] === 2 ? value + 100 : value));
    const again = outOfFoldPredictions(kernel, changed, 1e-3, fold);
    fold.forEach((f, i) => {
      if (f === 2) expect(again[i]).toBe(predictions[i]);
      else expect(again[i]).not.toBe(predictions[i]);
    });
  });
});
