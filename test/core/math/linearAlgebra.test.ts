import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  factorCholesky,
  inverseDiagonal,
  logDeterminant,
  solveCholesky,
  solveLower,
} from "../../../src/core/math/cholesky.js";
import { Random } from "../../../src/core/math/random.js";
import { symmetricEigenvalues } from "../../../src/core/math/symmetricEigen.js";

/** Q diag(values) Q^T with Q a product of random reflections. */
function matrixWithEigenvalues(values: readonly number[], random: Random): Float64Array {
  const n = values.length;
  const a = new Float64Array(n * n);
  values.forEach((value, i) => {
    a[i * n + i] = value;
  });
  for (let reflection = 0; reflection < 3; reflection++) {
    const v = Float64Array.from({ length: n }, () => random.normal());
    const factor = 2 / v.reduce((sum, x) => sum + x * x, 0);
    for (const side of ["rows", "columns"]) {
      const [along, across] = side === "rows" ? [1, n] : [n, 1];
      for (let i = 0; i < n; i++) {
        let dot = 0;
        for (let j = 0; j < n; j++) dot += (a[i * across + j * along] ?? 0) * (v[j] ?? 0);
        for (let j = 0; j < n; j++)
          a[i * across + j * along] = (a[i * across + j * along] ?? 0) - factor * dot * (v[j] ?? 0);
      }
    }
  }
  return a;
}

function times(a: Float64Array, x: Float64Array): Float64Array {
  return x.map((_, i) => x.reduce((sum, xj, j) => sum + (a[i * x.length + j] ?? Number.NaN) * xj, 0));
}

describe("symmetricEigenvalues", () => {
  it("finds the known ones of the second difference, 2 - 2 cos(pi k/(n+1))", () => {
    const n = 50;
    const a = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      a[i * n + i] = 2;
      if (i > 0) a[i * n + i - 1] = -1;
    }
    const values = symmetricEigenvalues(a, n);
    values.forEach((value, i) => {
      expect(Math.abs(value - (2 - 2 * Math.cos((Math.PI * (i + 1)) / (n + 1))))).toBeLessThan(1e-14);
    });
  });

  it("finds the ones a matrix was made of, degenerate, zero and of any sign, to 1e-14 of the largest", () => {
    const eigenvalue = fc.oneof(fc.constantFrom(0, 1, -1, 5), fc.double({ min: -1e6, max: 1e6, noNaN: true }));
    fc.assert(
      fc.property(fc.integer(), fc.array(eigenvalue, { minLength: 1, maxLength: 24 }), (seed, values) => {
        const found = symmetricEigenvalues(matrixWithEigenvalues(values, new Random(seed)), values.length);
        const largest = Math.max(...values.map(Math.abs), 1e-290);
        const expected = Float64Array.from(values).sort();
        expected.forEach((value, i) => {
          expect(Math.abs((found[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(2e-14 * largest);
        });
      }),
    );
  });

  it("leaves its input as it was, and reads the lower triangle alone", () => {
    const a = Float64Array.of(2, 99, 1, 2);
    expect([...symmetricEigenvalues(a, 2)].map((value) => Math.round(value * 1e12) / 1e12)).toEqual([1, 3]);
    expect([...a]).toEqual([2, 99, 1, 2]);
    expect(symmetricEigenvalues(new Float64Array(), 0)).toHaveLength(0);
  });
});

describe("Cholesky factor", () => {
  const positive = fc.array(fc.double({ min: 0.1, max: 100, noNaN: true }), { minLength: 1, maxLength: 30 });

  it("solves, inverts and gives the determinant", () => {
    fc.assert(
      fc.property(fc.integer(), positive, (seed, values) => {
        const n = values.length;
        const random = new Random(seed);
        const a = matrixWithEigenvalues(values, random);
        const factor = factorCholesky(a, n);
        if (factor === undefined) throw new Error("not factored");
        const x = Float64Array.from({ length: n }, () => random.normal());
        const b = times(a, x);
        solveCholesky(factor, b).forEach((value, i) => {
          expect(Math.abs(value - (x[i] ?? Number.NaN))).toBeLessThan(1e-10);
        });
        const z = solveLower(factor, b);
        const quadratic = x.reduce((sum, xi, i) => sum + xi * (b[i] ?? 0), 0);
        expect(Math.abs(z.reduce((sum, zi) => sum + zi * zi, 0) / quadratic - 1)).toBeLessThan(1e-10);
        inverseDiagonal(factor).forEach((value, i) => {
          const unit = new Float64Array(n);
          unit[i] = 1;
          expect(Math.abs(value - (solveCholesky(factor, unit)[i] ?? Number.NaN))).toBeLessThan(1e-10);
        });
        expect(Math.abs(logDeterminant(factor) - values.reduce((sum, value) => sum + Math.log(value), 0))).toBeLessThan(
          1e-10,
        );
      }),
    );
  });

  it("says when a matrix is not positive definite", () => {
    expect(factorCholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined();
    expect(factorCholesky(Float64Array.of(Number.NaN), 1)).toBeUndefined();
  });
});
