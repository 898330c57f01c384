import { describe, expect, it } from "vitest";
import { chargeBalance, closedShellCharge } from "../../../src/core/descriptors/chargeBalance.js";
import { describeComposition } from "../../../src/core/descriptors/composition.js";
import { describeElectrostatics, valenceMember } from "../../../src/core/descriptors/electrostatics.js";
import { COULOMB, ewaldEnergy } from "../../../src/core/descriptors/ewaldEnergy.js";
import { fitValences } from "../../../src/core/descriptors/valenceElectrons.js";
import type { Matrix3 } from "../../../src/core/math/matrix3.js";
import { readSampleMaterials } from "../learning/sampleMaterials.js";

const cube = (a: number): Matrix3 => [
  [a, 0, 0],
  [0, a, 0],
  [0, 0, a],
];
const faces = [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0];

describe("the energy of point charges", () => {
  it("has the Madelung constants of rock salt and caesium chloride", () => {
    const a = 5.64;
    const salt = { lattice: cube(a), fractional: Float64Array.from([...faces, ...faces.map((x) => x + 0.5)]) };
    const ofSalt = ewaldEnergy(salt, [1, 1, 1, 1, -1, -1, -1, -1]);
    expect(ofSalt / 4).toBeCloseTo((-1.747564594633 * COULOMB) / (a / 2), 9);
    const chloride = { lattice: cube(4), fractional: Float64Array.of(0, 0, 0, 0.5, 0.5, 0.5) };
    expect(ewaldEnergy(chloride, [1, -1])).toBeCloseTo((-1.762674773 * COULOMB) / (2 * Math.sqrt(3)), 7);
  });

  it("has that of a lattice of charges in a background, whichever cell and coordinates describe it", () => {
    const simple = ewaldEnergy({ lattice: cube(3), fractional: Float64Array.of(0.2, 0.9, 0.4) }, [2]);
    expect(simple).toBeCloseTo((-1.4186487397403098 * 4 * COULOMB) / 3, 8); // Wigner's crystal, a = 1: -1.41865
    const twice: Matrix3 = [
      [3, 3, 0],
      [0, 6, 0],
      [0, 0, -3],
    ];
    const inTwo = { lattice: twice, fractional: Float64Array.of(0.1, 5.2, 0.3, 0.1, 5.7, -0.7) };
    expect(ewaldEnergy(inTwo, [2, 2])).toBeCloseTo(2 * simple, 8);
  });

  it("is refused for a cell that no crystal has", () => {
    expect(() => ewaldEnergy({ lattice: cube(1e-3), fractional: Float64Array.of(0, 0, 0) }, [1])).toThrow(RangeError);
  });
});

describe("electrostatics of the sample oxides", () => {
  const samples = readSampleMaterials(120);
  const materials = samples.map(({ material }) => material);
  const valences = fitValences(materials.map(valenceMember)) ?? { elements: [], electrons: new Float64Array() };
  const found = materials.map((material) => describeElectrostatics(material, valences));

  it("are the ion-ion energy of the calculation, by charges that the densities themselves tell", () => {
    const told = new Set(valences.elements.filter((_, i) => Number.isFinite(valences.electrons[i])));
    let count = 0;
    samples.forEach(({ targets, material }, i) => {
      const known = targets.get("E_ewald_per_atom") ?? Number.NaN;
      const isTold = material.atomicNumbers.every((z) => told.has(z));
      count += isTold ? 1 : 0;
      expect(Math.abs((found[i]?.[0] ?? Number.NaN) / known - 1)).toBeLessThan(isTold ? 2e-5 : 0.1);
    });
    expect(count).toBeGreaterThan(80);
  });

  it("are nearly its Hartree energy, and the mean density by element", () => {
    samples.forEach(({ targets, material }, i) => {
      const [, hartree = Number.NaN, ...shares] = found[i] ?? [];
      expect(hartree / (targets.get("E_hartree_per_atom") ?? Number.NaN)).toBeCloseTo(1, 2);
      const density = material.spectrum.amplitude[0] ?? Number.NaN;
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(density, 9);
    });
  });

  it("take what is left of the electrons for an element that is not known", () => {
    const without = { elements: valences.elements.slice(1), electrons: valences.electrons.slice(1) };
    materials.forEach((material, i) => {
      if (new Set(material.atomicNumbers).has(valences.elements[0] ?? 0))
        expect(describeElectrostatics(material, without)[0]).toBeCloseTo(found[i]?.[0] ?? Number.NaN, 2);
    });
  });
});

describe("the balance of charges", () => {
  const of = (...atomicNumbers: number[]) => chargeBalance(describeComposition({ lattice: cube(5), atomicNumbers }));

  it("is nothing for ions with closed shells", () => {
    expect(of(22, 8, 8)).toBeCloseTo(0); // TiO2
    expect(of(1, 1, 8)).toBeCloseTo(0);
    expect(of(56, 22, 8, 8, 8)).toBeCloseTo(0); // BaTiO3
    expect(of(30, 8)).toBeCloseTo(0);
    expect(of(20, 6, 8, 8, 8)).toBeCloseTo(0); // CaCO3
    expect(of(83, 17, 8)).toBeCloseTo(2 / 3); // BiOCl: the lone pair
  });

  it("counts the electrons that are left, and those that are missing", () => {
    expect(of(22, 22, 8, 8, 8)).toBeCloseTo(2 / 5); // Ti2O3: one d electron per Ti
    expect(of(28, 8)).toBeCloseTo(8 / 2); // NiO: d8
    expect(of(56, 8, 8)).toBeCloseTo(-2 / 3); // BaO2, a peroxide
  });

  it("has a charge for every element", () => {
    for (let z = 1; z <= 118; z++) expect(Math.abs(closedShellCharge(z))).toBeLessThanOrEqual(10);
    expect([26, 29, 47, 57, 58, 82, 10].map(closedShellCharge)).toEqual([8, 1, 1, 3, 3, 4, 0]);
  });
});
