import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  convert,
  fitTargetScale,
  fromLearned,
  inferTargets,
  learnedUnit,
  standardise,
  toLearned,
  unstandardise,
} from "../../../../src/core/learning/evaluation/targetScaling.js";
import { sampleFolder } from "../../descriptors/density.js";

const size = { volume: 40, atoms: 5 };

describe("inferTargets", () => {
  it("reads the sample's table", () => {
    const header =
      readFileSync(path.join(sampleFolder, "targets.csv"), "utf8").split("\n", 1)[0]?.trim().split(",") ?? [];
    const found = new Map(inferTargets(header).map((target) => [target.name, target]));
    for (const name of [
      "E_hartree_per_atom",
      "Exc_minus_Vxc_per_atom",
      "E_ewald_per_atom",
      "E_band_per_atom",
      "cohesive_energy_per_atom",
    ])
      expect(found.get(name)).toEqual({ name, kind: "perAtom", unit: "eV/atom", learnedPer: "volume" });
    expect(found.get("band_gap")).toEqual({ name: "band_gap", kind: "intensive", unit: "eV", learnedPer: "none" });
  });

  it.each([
    [["E_total", "E_total_per_atom"], "E_total", "perCell", "eV", "volume"],
    [["bulk_modulus (GPa)"], "bulk_modulus (GPa)", "intensive", "GPa", "none"],
    [["formation energy (eV/atom)"], "formation energy (eV/atom)", "perAtom", "eV/atom", "volume"],
    [["moment [mu_B/cell]"], "moment [mu_B/cell]", "perCell", "mu_B/cell", "volume"],
    [["dielectric"], "dielectric", "intensive", "", "none"],
    [["entropy_per_atom"], "entropy_per_atom", "perAtom", "", "volume"],
    [["E_total"], "E_total", "intensive", "eV", "none"],
  ] as const)("%o: %s is %s in %s", (columns, name, kind, unit, learnedPer) => {
    expect(inferTargets(columns).find((target) => target.name === name)).toEqual({ name, kind, unit, learnedPer });
  });

  it("leaves intensive targets alone whatever the normalization", () => {
    expect(inferTargets(["E_per_atom", "band_gap"], "atom").map(({ learnedPer }) => learnedPer)).toEqual([
      "atom",
      "none",
    ]);
  });
});

describe("conversion", () => {
  it("is exact with the cell's volume and atoms", () => {
    expect(toLearned(8, { kind: "perAtom", learnedPer: "volume" }, size)).toBe(1);
    expect(toLearned(8, { kind: "perCell", learnedPer: "volume" }, size)).toBe(0.2);
    expect(toLearned(8, { kind: "perAtom", learnedPer: "cell" }, size)).toBe(40);
    expect(toLearned(8, { kind: "perAtom", learnedPer: "atom" }, size)).toBe(8);
    expect(toLearned(8, { kind: "intensive", learnedPer: "none" }, size)).toBe(8);
    expect(() => convert(1, "none", "volume", size)).toThrow("A value per none cannot become one per volume");
  });

  it("goes both ways", () => {
    const positive = fc.double({ min: 0.1, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        positive,
        fc.integer({ min: 1, max: 500 }),
        fc.constantFrom("perAtom", "perCell"),
        fc.constantFrom("volume", "atom", "cell"),
        (value, volume, atoms, kind, learnedPer) => {
          const cell = { volume, atoms };
          const back = fromLearned(toLearned(value, { kind, learnedPer }, cell), { kind, learnedPer }, cell);
          expect(Math.abs(back - value)).toBeLessThanOrEqual(4e-15 * Math.abs(value) + 1e-300);
        },
      ),
    );
  });

  it("does not see a supercell", () => {
    const target = { kind: "perAtom", learnedPer: "volume" } as const;
    expect(toLearned(8, target, { volume: 120, atoms: 15 })).toBe(toLearned(8, target, size));
  });

  it("names the learned unit", () => {
    const [energy, whole, gap, nameless] = inferTargets(["X_per_atom (eV/atom)", "E", "E_per_atom", "a_per_atom"]);
    expect([energy, whole, gap, nameless].map((target) => (target === undefined ? "" : learnedUnit(target)))).toEqual([
      "eV/Å³",
      "eV/Å³",
      "eV/Å³",
      "",
    ]);
    expect(learnedUnit({ name: "band_gap", kind: "intensive", unit: "eV", learnedPer: "none" })).toBe("eV");
    expect(learnedUnit({ name: "X", kind: "perCell", unit: "eV", learnedPer: "atom" })).toBe("eV/atom");
    expect(learnedUnit({ name: "X", kind: "perAtom", unit: "eV/atom", learnedPer: "cell" })).toBe("eV");
  });
});

describe("standardisation", () => {
  it("uses the population's deviation and goes both ways", () => {
    const scale = fitTargetScale([2, 4, 4, 4, 5, 5, 7, 9]);
    expect(scale).toEqual({ mean: 5, deviation: 2 });
    expect(standardise(9, scale)).toBe(2);
    expect(unstandardise(2, scale)).toBe(9);
  });

  it("leaves equal targets finite", () => {
    expect(fitTargetScale([3, 3])).toEqual({ mean: 3, deviation: 1 });
    expect(standardise(3, fitTargetScale([3]))).toBe(0);
  });
});
