import { describe, expect, it } from "vitest";
import { scaledSphericalBesselI } from "../../../src/core/math/besselI.js";
import { gaussLegendre } from "../../../src/core/math/gaussLegendre.js";
import {
  divideFixed,
  fixed,
  inverseSquareRoot,
  squareRootFixed,
  toNumber,
} from "../../../src/core/math/inverseSquareRoot.js";
import { RealHarmonics } from "../../../src/core/math/realHarmonics.js";

describe("gaussLegendre", () => {
  it("integrates polynomials up to degree 2n - 1 exactly", () => {
    const { nodes, weights } = gaussLegendre(5, -1, 3);
    for (let degree = 0; degree <= 9; degree++) {
      const sum = nodes.reduce((total, x, i) => total + (weights[i] ?? 0) * x ** degree, 0);
      const exact = (3 ** (degree + 1) - (-1) ** (degree + 1)) / (degree + 1);
      expect(Math.abs(sum / exact - 1)).toBeLessThan(1e-14);
    }
  });

  it("keeps its accuracy with 100 points", () => {
    const { nodes, weights } = gaussLegendre(100, 0, 5);
    const sum = nodes.reduce((total, x, i) => total + (weights[i] ?? 0) * Math.exp(-x), 0);
    expect(Math.abs(sum / (1 - Math.exp(-5)) - 1)).toBeLessThan(2e-15);
  });
});

describe("scaledSphericalBesselI", () => {
  // Power series, all terms positive: exp(-x) x^l/(2l+1)!! sum_k (x²/2)^k / (k! (2l+3)(2l+5)...)
  const series = (l: number, x: number) => {
    let term = Math.exp(-x);
    for (let k = 1; k <= l; k++) term *= x / (2 * k + 1);
    let sum = 0;
    for (let k = 1; k < 500; k++) {
      sum += term;
      term *= (x * x) / 2 / (k * (2 * l + 2 * k + 1));
    }
    return sum;
  };

  it.each([1e-8, 1e-3, 0.3, 1, 5, 10.4, 10.6, 20, 42, 80, 138])("agrees with its power series at x = %d", (x) => {
    const values = new Float64Array(7);
    scaledSphericalBesselI(x, 6, values);
    values.forEach((value, l) => {
      expect(Math.abs(value / series(l, x) - 1)).toBeLessThan(1e-13);
    });
  });

  it("is 1, 0, 0 at 0", () => {
    const values = new Float64Array(3).fill(9);
    scaledSphericalBesselI(0, 2, values);
    expect([...values]).toEqual([1, 0, 0]);
  });
});

describe("RealHarmonics", () => {
  it("is orthonormal on the sphere up to l = 6", () => {
    const harmonics = new RealHarmonics(6);
    const { nodes, weights } = gaussLegendre(8, -1, 1);
    const overlap = new Float64Array(harmonics.count ** 2);
    const values = new Float64Array(harmonics.count);
    nodes.forEach((z, i) => {
      for (let step = 0; step < 16; step++) {
        const phi = (Math.PI * step) / 8;
        const radius = Math.sqrt(1 - z * z);
        harmonics.evaluate(radius * Math.cos(phi), radius * Math.sin(phi), z, values);
        values.forEach((a, row) => {
          values.forEach((b, column) => {
            const at = row * harmonics.count + column;
            overlap[at] = (overlap[at] ?? 0) + ((a * b * Math.PI) / 8) * (weights[i] ?? 0);
          });
        });
      }
    });
    overlap.forEach((value, at) => {
      expect(Math.abs(value - (at % (harmonics.count + 1) === 0 ? 1 : 0))).toBeLessThan(1e-13);
    });
  });
});

describe("inverseSquareRoot", () => {
  it("keeps all digits for Hilbert's matrix of size 12, whose condition is 1e16", () => {
    const n = 12;
    const hilbert = Array.from({ length: n * n }, (_, at) =>
      divideFixed(fixed(1), fixed(Math.floor(at / n) + (at % n) + 1)),
    );
    const root = [...inverseSquareRoot(hilbert, n)].map(fixed);
    // The sum of all entries of H^-1 is n²; B is rounded, so the check is of B B, exactly summed.
    const columnSums = Array.from({ length: n }, (_, k) =>
      root.filter((_, at) => at % n === k).reduce((sum, x) => sum + x, 0n),
    );
    const total = columnSums.reduce((sum, x) => sum + ((x * x) >> 400n), 0n);
    expect(Math.abs(toNumber(total) / n ** 2 - 1)).toBeLessThan(1e-6);
  });

  it("refuses a matrix that is not positive definite", () => {
    expect(() => inverseSquareRoot([fixed(1), fixed(2), fixed(2), fixed(1)], 2)).toThrow(RangeError);
  });

  it("holds doubles exactly and takes roots", () => {
    for (const x of [0.1, -3.7, 1e10 + 0.3, 2 ** -60]) expect(toNumber(fixed(x))).toBe(x);
    expect(toNumber(squareRootFixed(fixed(2)))).toBe(Math.SQRT2);
  });
});
