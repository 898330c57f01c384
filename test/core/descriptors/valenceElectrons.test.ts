import { describe, expect, it } from "vitest";
import {
  findValenceMismatch,
  fitValences,
  type Valences,
  valenceOfAtoms,
} from "../../../src/core/descriptors/valenceElectrons.js";

/** Atoms of a formula: `atoms([12, 1], [8, 1])`. */
const atoms = (...parts: [element: number, count: number][]) =>
  parts.flatMap(([z, count]) => new Array<number>(count).fill(z));
const known: Readonly<Record<number, number>> = { 8: 6, 12: 2, 14: 4, 22: 12 };
const electronsOf = (atomicNumbers: readonly number[]) => atomicNumbers.reduce((sum, z) => sum + (known[z] ?? 0), 0);
const material = (atomicNumbers: readonly number[], noise = 0) => ({
  atomicNumbers,
  electrons: electronsOf(atomicNumbers) + noise,
});
const MgO = atoms([12, 1], [8, 1]);
const TiO2 = atoms([22, 1], [8, 2]);
const training = [MgO, TiO2, atoms([14, 1], [8, 2]), atoms([12, 2], [14, 1], [8, 4]), atoms([22, 2], [8, 3])];

describe("valences of a training set", () => {
  it("are the electrons of each element, from whole cells that are a little off", () => {
    const valences = fitValences(training.map((one, i) => material(one, 0.004 * (i - 2))));
    expect(valences?.elements).toEqual([8, 12, 14, 22]);
    expect([...(valences?.electrons ?? [])]).toEqual([6, 2, 4, 12]);
  });

  it("are not told apart where two elements always come together, and then nothing is said of them", () => {
    const MgTi = atoms([12, 1], [22, 1]);
    // 14 electrons would be 7 and 7, 15 no whole numbers
    for (const electrons of [14, 15]) {
      const pair = { atomicNumbers: MgTi, electrons };
      const twice = { atomicNumbers: [...MgTi, ...MgTi], electrons: 2 * electrons };
      const valences = fitValences([pair, twice]) as Valences;
      expect([...valences.electrons]).toEqual([Number.NaN, Number.NaN]);
      expect(findValenceMismatch(valences, { atomicNumbers: MgTi, electrons: 99 })).toBeUndefined();
    }
    // oxygen is told, magnesium and calcium are not
    const mixed = [material(atoms([14, 1], [8, 2])), material(atoms([14, 1], [8, 1])), material(TiO2)];
    const both = { atomicNumbers: atoms([12, 1], [20, 1], [8, 2]), electrons: 24 };
    expect([...(fitValences([...mixed, both])?.electrons ?? [])]).toEqual([6, Number.NaN, 4, Number.NaN, 12]);
  });

  it("are the usual ones of oxygen where it always comes with the same metal, and then the metal's are told", () => {
    const pairs = [1, 2].map((count) => ({ atomicNumbers: atoms([12, count], [8, count]), electrons: 8 * count }));
    expect([...(fitValences(pairs)?.electrons ?? [])]).toEqual([6, 2]);
    // unless oxygen has others in these files
    const others = [...pairs, { atomicNumbers: atoms([8, 2]), electrons: 14 }];
    expect([...(fitValences(others)?.electrons ?? [])]).toEqual([7, 1]);
  });

  it("are none where materials contradict each other", () => {
    expect(fitValences([material(MgO), { atomicNumbers: MgO, electrons: 14 }])).toBeUndefined();
    expect(fitValences([])).toBeUndefined();
  });
});

describe("a number of electrons", () => {
  const valences = fitValences(training.map((one) => material(one))) as Valences;
  const found = (atomicNumbers: readonly number[], electrons: number) =>
    findValenceMismatch(valences, { atomicNumbers, electrons });

  it("that agrees is no mismatch, nor one whose atoms are unknown", () => {
    expect([found(MgO, 8.003), found(MgO, 8.4), found(atoms([94, 1], [8, 1]), 77)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(found(atoms([12, 100], [8, 100]), 801)).toBeUndefined();
  });

  it("that one element alone explains names it", () => {
    expect(found(MgO, 16)).toEqual({ element: 12, found: 10, expected: 2 });
    expect(found(TiO2, 16)).toEqual({ element: 22, found: 4, expected: 12 });
  });

  it("that several would explain, or none, is one of the cell", () => {
    expect(found(atoms([12, 1], [22, 1], [8, 3]), 33)).toEqual({ found: 33, expected: 32 });
    expect(found(MgO, 300)).toEqual({ found: 300, expected: 8 });
  });
});

describe("the electrons of atoms that no material tells", () => {
  const none: Valences = { elements: [], electrons: new Float64Array() };

  it("are the usual ones where all pseudopotentials of an element are alike, and the rest is the other's", () => {
    const charges = valenceOfAtoms(none, { atomicNumbers: atoms([22, 1], [8, 2]), electrons: 24 });
    expect([...charges]).toEqual([12, 6, 6]);
  });

  it("add up to the cell's, also where the usual ones would not", () => {
    for (const [cell, electrons] of [
      [atoms([14, 1], [8, 2]), 30],
      [atoms([22, 1], [8, 2]), 12],
      [atoms([12, 1], [20, 1], [8, 2]), 24],
    ] as const) {
      const charges = valenceOfAtoms(none, { atomicNumbers: cell, electrons });
      expect(charges.reduce((sum, charge) => sum + charge, 0)).toBeCloseTo(electrons, 10);
      expect(Math.min(...charges)).toBeGreaterThan(0);
    }
  });
});
