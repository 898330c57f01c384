import { describe, expect, it } from "vitest";
import {
  clusterMatrix,
  sineMatrix,
  sortedByNorm,
  sortedEigenvalues,
} from "../../../src/core/descriptors/coulombMatrix.js";
import { ewaldMatrix } from "../../../src/core/descriptors/ewaldMatrix.js";
import type { Atoms } from "../../../src/core/descriptors/material.js";
import type { Matrix3 } from "../../../src/core/math/matrix3.js";
import { Random } from "../../../src/core/math/random.js";
import { readNpz, readReferenceJson, take } from "../reference.js";

interface ReferenceStructures {
  readonly order: readonly string[];
  readonly structures: readonly {
    readonly lattice: Matrix3;
    readonly numbers: readonly number[];
    readonly frac: readonly number[][];
  }[];
}

const sine = (atoms: Atoms) => sineMatrix(atoms);
const ewald = (accuracy: number) => (atoms: Atoms) => ewaldMatrix(atoms, accuracy);

describe("Coulomb matrices against DScribe", () => {
  const arrays = readNpz("coulomb.npz");
  const materials: Atoms[] = readReferenceJson<ReferenceStructures>("structures.json").structures.map(
    ({ lattice, numbers, frac }) => ({
      lattice,
      atomicNumbers: numbers,
      fractional: Float64Array.from(frac.flat()),
    }),
  );

  it.each([
    ["cluster", clusterMatrix],
    ["sine", sine],
    ["ewald.default", ewald(1e-5)],
    ["ewald.converged", ewald(1e-14)],
  ] as const)("%s: entries and eigenvalues to 1e-13 of the largest entry", (name, compute) => {
    expect(materials).toHaveLength(12);
    const entries = take(arrays, `${name}.none`).data;
    const spectra = take(arrays, `${name}.eigenspectrum`).data;
    materials.forEach((atoms, m) => {
      const n = atoms.atomicNumbers.length;
      const matrix = compute(atoms);
      const largest = Math.max(...matrix.map(Math.abs));
      const reference = (i: number, j: number) => entries[(m * 12 + i) * 12 + j] ?? Number.NaN;
      const errors = matrix.map((value, at) => Math.abs(value - reference(Math.floor(at / n), at % n)));
      expect(Math.max(...errors) / largest).toBeLessThan(1e-13);
      const eigenvalues = sortedEigenvalues(matrix, 12);
      const differences = eigenvalues.map((value, i) => Math.abs(value - (spectra[m * 12 + i] ?? Number.NaN)));
      expect(Math.max(...differences) / largest).toBeLessThan(1e-13);
    });
  });
});

describe("rows by norm against DScribe", () => {
  it.each([
    ["cluster", clusterMatrix],
    ["sine", sine],
    ["ewald.converged", ewald(1e-14)],
  ] as const)("%s: norms fall as in the reference and the matrix is the same one", (name, compute) => {
    const sorted = take(readNpz("coulomb.npz"), `${name}.sorted_l2`).data;
    const { structures } = readReferenceJson<ReferenceStructures>("structures.json");
    structures.forEach(({ lattice, numbers, frac }, m) => {
      const n = numbers.length;
      const ours = sortedByNorm(
        compute({ lattice, atomicNumbers: numbers, fractional: Float64Array.from(frac.flat()) }),
      );
      const theirs = Float64Array.from(
        { length: n * n },
        (_, at) => sorted[(m * 12 + Math.floor(at / n)) * 12 + (at % n)] ?? Number.NaN,
      );
      const norms = (matrix: Float64Array) =>
        Array.from({ length: n }, (_, row) => Math.hypot(...matrix.subarray(row * n, (row + 1) * n)));
      const expected = norms(theirs);
      norms(ours).forEach((value, row) => {
        expect(Math.abs(value / (expected[row] ?? Number.NaN) - 1)).toBeLessThan(1e-12); // ties may change places, their norms not
      });
      const spectrum = sortedEigenvalues(theirs, n);
      const largest = Math.abs(spectrum[0] ?? Number.NaN);
      sortedEigenvalues(ours, n).forEach((value, i) => {
        expect(Math.abs(value - (spectrum[i] ?? Number.NaN)) / largest).toBeLessThan(1e-12);
      });
    });
  });
});

describe("sortedByNorm", () => {
  const matrix = Float64Array.of(1, 0.1, 0.2, 0.1, 5, 0.3, 0.2, 0.3, 3);

  it("sorts rows and columns alike", () => {
    expect([...sortedByNorm(matrix)]).toEqual([5, 0.3, 0.1, 0.3, 3, 0.2, 0.1, 0.2, 1]);
  });

  it("with noise draws every order, the likely ones oftener, and only moves rows", () => {
    const random = new Random(4);
    const firsts = Array.from({ length: 300 }, () => sortedByNorm(matrix, random, 2)[0] ?? Number.NaN);
    const count = (value: number) => firsts.filter((first) => first === value).length;
    expect(count(1) + count(3) + count(5)).toBe(300);
    expect(count(5)).toBeGreaterThan(count(3));
    expect(count(3)).toBeGreaterThan(count(1));
    expect(count(1)).toBeGreaterThan(0);
  });
});

describe("ewaldMatrix", () => {
  const caesiumChloride = (edge: number): Atoms => ({
    lattice: [
      [edge, 0, 0],
      [0, edge, 0],
      [0, 0, edge],
    ],
    atomicNumbers: [1, 1],
    fractional: Float64Array.of(0, 0, 0, 0.5, 0.5, 0.5),
  });

  it("holds Madelung's constant of CsCl, 1.76267477307099 for the shortest distance", () => {
    // Charges +1 and -1: the energy per pair is M_11 + M_22 - M_12 with the matrix of charges +1, since the background
    // cancels.
    const [self = Number.NaN, cross = Number.NaN] = ewaldMatrix(caesiumChloride(2), 1e-16);
    expect(-(2 * self - cross) * Math.sqrt(3)).toBeCloseTo(1.76267477307099, 12);
  });

  it("falls as 1/length", () => {
    const small = ewaldMatrix(caesiumChloride(2), 1e-15);
    ewaldMatrix(caesiumChloride(6), 1e-15).forEach((value, i) => {
      expect(value * 3).toBeCloseTo(small[i] ?? Number.NaN, 13);
    });
  });

  it("does not see which periodic image of an atom a file gives", () => {
    const atoms = caesiumChloride(3);
    const moved = { ...atoms, fractional: Float64Array.of(-3, 2, 0, 1.5, -0.5, 7.5) };
    ewaldMatrix(moved).forEach((value, i) => {
      expect(value).toBeCloseTo(ewaldMatrix(atoms)[i] ?? Number.NaN, 12);
    });
  });
});

describe("sortedEigenvalues", () => {
  it("sorts by falling magnitude with sign, and fills up with zeros", () => {
    const diagonal = Float64Array.of(1, 0, 0, 0, -7, 0, 0, 0, 3);
    expect([...sortedEigenvalues(diagonal, 5)]).toEqual([-7, 3, 1, 0, 0]);
    expect([...sortedEigenvalues(diagonal, 2)]).toEqual([-7, 3]);
  });
});
