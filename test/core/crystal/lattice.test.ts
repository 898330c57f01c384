import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { angles, lengths, reciprocalLattice, volume } from "../../../src/core/crystal/lattice.js";
import {
  determinant,
  dot,
  IDENTITY,
  inverse,
  type Matrix3,
  multiply,
  rowTimes,
  timesColumn,
  transpose,
} from "../../../src/core/math/matrix3.js";

const component = fc.double({ min: -10, max: 10, noNaN: true });
const row = fc.tuple(component, component, component);
const lattice = fc.tuple(row, row, row).filter((m) => Math.abs(determinant(m)) > 1);

describe("the reciprocal lattice", () => {
  it("a_i . b_j = 2 pi delta_ij", () => {
    fc.assert(
      fc.property(lattice, (a) => {
        const b = reciprocalLattice(a);
        for (const i of [0, 1, 2] as const)
          for (const j of [0, 1, 2] as const) expect(dot(a[i], b[j])).toBeCloseTo(i === j ? 2 * Math.PI : 0, 8);
      }),
    );
  });

  it("of the reciprocal lattice is the lattice", () => {
    fc.assert(fc.property(lattice, (a) => expectClose(reciprocalLattice(reciprocalLattice(a)), a)));
  });
});

describe("a cell", () => {
  const hexagonal: Matrix3 = [
    [2, 0, 0],
    [-1, Math.sqrt(3), 0],
    [0, 0, 5],
  ];
  it("has lengths, angles and a volume", () => {
    expect(lengths(hexagonal)).toEqual([2, expect.closeTo(2, 14), 5]);
    expect(angles(hexagonal)).toEqual([90, 90, expect.closeTo(120, 12)]);
    expect(volume(hexagonal)).toBeCloseTo(10 * Math.sqrt(3), 12);
    expect(volume([hexagonal[1], hexagonal[0], hexagonal[2]])).toBeCloseTo(10 * Math.sqrt(3), 12);
  });
});

describe("matrices", () => {
  it("times their inverse are the identity, from both sides", () => {
    fc.assert(
      fc.property(lattice, (m) => {
        expectClose(multiply(m, inverse(m)), IDENTITY);
        expectClose(multiply(inverse(m), m), IDENTITY);
      }),
    );
  });

  it("times a column are the transpose's row product; the product is associative with both", () => {
    fc.assert(
      fc.property(lattice, lattice, row, (a, b, v) => {
        timesColumn(a, v).forEach((x, i) => {
          expect(x).toBeCloseTo(rowTimes(v, transpose(a))[i] ?? Number.NaN, 8);
        });
        rowTimes(rowTimes(v, a), b).forEach((x, i) => {
          expect(x).toBeCloseTo(rowTimes(v, multiply(a, b))[i] ?? Number.NaN, 6);
        });
        expect(determinant(multiply(a, b)) / (determinant(a) * determinant(b))).toBeCloseTo(1, 6);
      }),
    );
  });
});

function expectClose(found: Matrix3, expected: Matrix3): void {
  found.flat().forEach((x, i) => {
    expect(x).toBeCloseTo(expected.flat()[i] ?? Number.NaN, 7);
  });
}
