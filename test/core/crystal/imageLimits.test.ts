import { describe, expect, it } from "vitest";
import { closePairs } from "../../../src/core/crystal/closePairs.js";
import { coincidentAtoms } from "../../../src/core/crystal/coincidentAtoms.js";
import { imageProblem } from "../../../src/core/crystal/imageLimits.js";
import { neighboursOf } from "../../../src/core/crystal/neighbours.js";
import { ewaldMatrix } from "../../../src/core/descriptors/ewaldMatrix.js";
import { describeSoap } from "../../../src/core/descriptors/soap.js";
import { defaultSoapOptions } from "../../../src/core/descriptors/soapOptions.js";
import { parsePoscar } from "../../../src/core/formats/poscar.js";
import { diagnosePoscar } from "../../../src/core/language/poscar/diagnosePoscar.js";
import type { Matrix3 } from "../../../src/core/math/matrix3.js";

const CUBE: Matrix3 = [
  [4, 0, 0],
  [0, 4, 0],
  [0, 0, 4],
];
const cell = (a: Matrix3[0], b: Matrix3[1], c: Matrix3[2]): Matrix3 => [a, b, c];

/** Sums over images of these do not end, fill the memory or mean nothing. */
const HOSTILE: readonly [string, Matrix3, readonly number[], RegExp][] = [
  [
    "a cell a hundredth as long",
    cell([0.02, 0, 0], [0, 0.02, 0], [0, 0, 0.02]),
    [0, 0, 0],
    /too small for its atoms \(1\)/,
  ],
  ["one without a volume", cell([4, 0, 0], [8, 0, 0], [0, 0, 4]), [0, 0, 0], /too small/],
  ["one that is no number", cell([Number.NaN, 0, 0], [0, 4, 0], [0, 0, 4]), [0, 0, 0], /too small/],
  ["one of oblique vectors", cell([4, 0, 0], [4e6, 0.1, 0], [0, 0, 4]), [0, 0, 0], /too thin or too oblique/],
  ["a thin one that is wide", cell([1e-6, 0, 0], [0, 1e4, 0], [0, 0, 1e4]), [0, 0, 0], /too thin/],
  ["an atom far away", CUBE, [0, 0, 0, 1e200, 0, 0], /coordinate 1e\+200 of atom 2/],
  ["an atom beyond all digits", CUBE, [0, -1e18, 0], /coordinate -1000000000000000000 of atom 1/],
  ["an atom nowhere", CUBE, [0, Number.NaN, 0], /coordinate NaN of atom 1/],
  ["an atom at infinity", CUBE, [Number.NEGATIVE_INFINITY, 0, 0], /coordinate -Infinity/],
];

describe("sums over images of cells that no crystal has", () => {
  it.each(HOSTILE)("%s: the reason is given, and nothing is computed", (_, lattice, coordinates, reason) => {
    const fractional = Float64Array.from(coordinates);
    expect(imageProblem(lattice, fractional, 7)?.message).toMatch(reason);
    expect(neighboursOf(lattice, fractional, 0, 4)).toEqual([]);
    const atoms = { lattice, fractional, atomicNumbers: coordinates.filter((_, i) => i % 3 === 0).map(() => 8) };
    expect(() => ewaldMatrix(atoms)).toThrow(RangeError);
    expect(() => describeSoap(atoms, defaultSoapOptions)).toThrow(RangeError);
  });

  it("a POSCAR of such a cell is read at once, its atoms compared with none", () => {
    for (const row of ["0 4 4294967296", "4e9 4 0", "1e-9 4e9 0"]) {
      const { value } = parsePoscar(`a\n1.0\n4 0 0\n${row}\n0 0 5\nSi O\n1 2\nDirect\n0 0 0\n.5 .5 .5\n.1 .2 .3\n`);
      if (value !== undefined) expect(coincidentAtoms(value)).toBeUndefined();
    }
  });

  it("a POSCAR of such a cell is checked at once, and its lattice is told", () => {
    for (const rows of ["4 0 0\n4000000 0.1 0\n0 0 4", "0.02 0 0\n0 0.02 0\n0 0 0.02"]) {
      const found = diagnosePoscar(`a\n1.0\n${rows}\nSi\n1\nDirect\n0 0 0\n`);
      expect(found.filter(({ code }) => code === "poscar/unusual-cell")).toMatchObject([
        { line: 3, severity: "warning" },
      ]);
    }
  });
});

it("crystals, chains, slabs and dense matter are none of them", () => {
  const one = Float64Array.of(0, 0, 0);
  const cells: readonly Matrix3[] = [
    CUBE,
    cell([1.2, 0, 0], [0, 1.2, 0], [0, 0, 1.2]), // hydrogen at 0.6 atoms per Å³
    cell([2.46, 0, 0], [-1.23, 2.13, 0], [0, 0, 1000]), // graphene with much vacuum
    cell([1.3, 0, 0], [0, 500, 0], [0, 0, 500]), // a chain
    cell([300, 0, 0], [0, 300, 0], [0, 0, 300]),
    cell([4, 0, 0], [400, 4, 0], [0, 0, 4]), // oblique, as a transformed cell may be
  ];
  for (const lattice of cells) expect(imageProblem(lattice, one, 12), JSON.stringify(lattice)).toBeUndefined();
  expect(imageProblem(CUBE, Float64Array.of(-3, 2.5, 1000), 12)).toBeUndefined();
  expect(closePairs(cell([0.02, 0, 0], [0, 0.02, 0], [0, 0, 0.02]), one, 0.5)).toHaveLength(1);
});
