import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { plainRowPairs } from "../../src/core/learning/kernelRidge/featureMatrix.js";
import { factorCholesky, inverseDiagonal, useFactorization } from "../../src/core/math/cholesky.js";
import { Random } from "../../src/core/math/random.js";
import { algebraAlike } from "../../src/jobs/features/algebraCode.js";
import { addonFolder, addonSets, loadAddon } from "../../src/jobs/native/nativeAddon.js";
import { LinearAlgebra } from "../../src/kernels/linearAlgebra/linearAlgebra.js";

const module = new WebAssembly.Module(
  readFileSync(path.resolve(import.meta.dirname, "../../dist/kernels/linearAlgebra.wasm")),
);

/** B B^T / n + 0.1, which is positive definite. */
function matrixOf(n: number, seed: number): Float64Array {
  const random = new Random(seed);
  const b = Float64Array.from({ length: n * n }, () => random.normal());
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = i === j ? 0.1 : 0;
    for (let k = 0; k < n; k++) sum += ((b[i * n + k] ?? 0) * (b[j * n + k] ?? 0)) / n;
    return sum;
  });
}

const lowerOf = (lower: Float64Array, n: number) => lower.filter((_, at) => at % n <= Math.floor(at / n));

function worst(one: ArrayLike<number>, other: ArrayLike<number>): number {
  expect(one.length).toBe(other.length);
  return Array.from(one).reduce((most, value, i) => Math.max(most, Math.abs(value - (other[i] ?? Number.NaN))), 0);
}

describe("LinearAlgebra", () => {
  const algebra = new LinearAlgebra(module);
  afterEach(() => useFactorization(undefined));

  it("factors a matrix of any size as the plain functions do, and inverts its diagonal", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 0, max: 1e6 }), (n, seed) => {
        const matrix = matrixOf(n, seed);
        const plain = factorCholesky(matrix, n);
        const ours = algebra.factor(matrix, n);
        if (plain === undefined || ours === undefined || ours === "not positive definite") throw new Error("no factor");
        expect(worst(lowerOf(ours.lower, n), lowerOf(plain.lower, n))).toBeLessThan(1e-12);
        const inverse = inverseDiagonal(plain);
        expect(worst(algebra.inverseDiagonal(plain) ?? [], inverse) / Math.max(...inverse)).toBeLessThan(1e-11);
      }),
      { numRuns: 30 },
    );
  });

  it("refuses what is not positive definite, wherever that shows", () => {
    for (const at of [0, 63, 64, 130]) {
      const matrix = matrixOf(131, 7);
      matrix[at * 132] = -1;
      expect(algebra.factor(matrix, 131)).toBe("not positive definite");
    }
    expect(algebra.factor(new Float64Array(4).fill(Number.NaN), 2)).toBe("not positive definite");
  });

  it("gives the same bits whatever was factored before, also after a matrix that was too large to keep", () => {
    const frugal = new LinearAlgebra(module, 1 << 18);
    const matrix = matrixOf(100, 1);
    const first = frugal.factor(matrix, 100);
    expect(frugal.factor(matrixOf(250, 2), 250)).toEqual(algebra.factor(matrixOf(250, 2), 250));
    expect(frugal.factor(matrix, 100)).toEqual(first);
    expect(algebra.factor(matrix, 100)).toEqual(first);
  });

  it("is what the plain functions go by once it is in use", () => {
    const matrix = matrixOf(80, 3);
    const plain = factorCholesky(matrix, 80);
    useFactorization(algebra);
    expect(factorCholesky(matrix, 80)).toEqual(algebra.factor(matrix, 80));
    expect(plain && inverseDiagonal(plain)).toEqual(plain && algebra.inverseDiagonal(plain));
    matrix[0] = -1;
    expect(factorCholesky(matrix, 80)).toBeUndefined();
  });
});

describe("pairs of rows", () => {
  const matrixOfRows = (rows: number, columns: number, seed: number) => {
    const random = new Random(seed);
    return { rows, columns, values: Float64Array.from({ length: rows * columns }, () => random.normal()) };
  };

  it("have the bits of the definition, for all sizes", () => {
    const algebra = new LinearAlgebra(module);
    for (const [rows, others, columns] of [
      [1, 1, 1],
      [15, 33, 7],
      [64, 16, 100],
      [130, 47, 3],
    ] as const) {
      const [a, b] = [matrixOfRows(rows, columns, 1), matrixOfRows(others, columns, 2)];
      for (const kind of ["products", "distances"] as const)
        expect(algebra.pairs(kind, a, b, 0.5), `${rows} ${others} ${columns}`).toEqual(plainRowPairs(kind, a, b, 0.5));
    }
  });
});

describe("an addon", () => {
  const folder = addonFolder();
  const sets = existsSync(folder) ? addonSets(folder, "linearAlgebra") : [];
  const usable = sets.find((set) => loadAddon(folder, "linearAlgebra", set).instructionSets().includes(set));

  it("gives the bits of WebAssembly for factors, inverses, pairs, surroundings and likelihoods", () => {
    if (usable === undefined) return; // no compiler here, or no instruction set that there is an addon for
    expect(algebraAlike(loadAddon(folder, "linearAlgebra", usable), module)).toBe(true);
  });

  it("refuses places outside its memory", () => {
    if (usable === undefined) return;
    const calls = loadAddon(folder, "linearAlgebra", usable).create();
    expect(() => calls.factorCholesky(0, 16, 2048)).toThrow("memory");
    calls.attach(new ArrayBuffer(4096));
    expect(() => calls.factorCholesky(0, 160, 2048)).toThrow("memory");
    expect(() => calls.differentiate(-8)).toThrow("from 0 on");
  });

  it("is told apart by what it computes", () => {
    const [nothing, one] = [() => {}, () => 1];
    const pairs = { comparePairs: nothing, addSurroundings: nothing, meanSurroundings: nothing };
    const calls = { ...pairs, inverseDiagonal: nothing, differentiate: nothing, factorKernel: one };
    const create = () => ({ ...calls, factorCholesky: one, attach: () => 0 });
    expect(algebraAlike({ instructionSets: () => [], create }, module)).toBe(false);
  });
});
