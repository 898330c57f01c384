import { describe, expect, it } from "vitest";
import { atomicNumber, electronegativity, elementOfLabel, elementSymbol } from "../../../src/core/crystal/elements.js";
import {
  atomCount,
  atomSpecies,
  cellFormula,
  elementCounts,
  reducedFormula,
} from "../../../src/core/crystal/formula.js";
import type { Structure } from "../../../src/core/crystal/structure.js";
import { IDENTITY } from "../../../src/core/math/matrix3.js";

describe("elements", () => {
  it("are numbered from H = 1 to Og = 118, both ways", () => {
    expect(["H", "O", "Fe", "La", "Lu", "Pb", "U", "Og"].map(atomicNumber)).toEqual([1, 8, 26, 57, 71, 82, 92, 118]);
    for (let z = 1; z <= 118; z++) expect(atomicNumber(elementSymbol(z) ?? "")).toBe(z);
    expect([elementSymbol(0), elementSymbol(119), atomicNumber("Xx"), atomicNumber("fe")]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("have Pauling's electronegativities where he gives one", () => {
    expect(["F", "O", "Cs", "He", "Og", "Xx"].map(electronegativity)).toEqual([
      3.98,
      3.44,
      0.79,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("are found in the labels of POSCAR and POTCAR", () => {
    const labels = [
      "Fe",
      "Fe_pv",
      "Fe_pv/79d9987ad87",
      "Fe/",
      "H.75",
      "O1",
      "U_s",
      "Hamburger",
      "Pizza",
      "fe",
      "X",
      "",
      "Fee",
    ];
    const found = [
      "Fe",
      "Fe",
      "Fe",
      "Fe",
      "H",
      "O",
      "U",
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ];
    expect(labels.map(elementOfLabel)).toEqual(found);
  });
});

describe("formulas", () => {
  const structure = (species: string[] | undefined, counts: number[]): Structure => ({
    comment: "",
    lattice: IDENTITY,
    ...(species && { species }),
    counts,
    fractional: new Float64Array(3 * counts.reduce((a, b) => a + b, 0)),
  });

  it("go from electropositive to electronegative, in the cell's or in the smallest numbers", () => {
    const hematite = structure(["O", "Fe"], [18, 12]);
    expect([cellFormula(hematite), reducedFormula(hematite)]).toEqual(["Fe12O18", "Fe2O3"]);
    expect(reducedFormula(structure(["Cl", "Na"], [4, 4]))).toBe("NaCl");
    expect(cellFormula(structure(["Si"], [1]))).toBe("Si1");
    expect(reducedFormula(structure(["Si"], [2]))).toBe("Si");
  });

  it("gather species that are named more than once", () => {
    const alloy = structure(["Fe", "Cr", "Fe"], [1, 2, 3]);
    expect(cellFormula(alloy)).toBe("Cr2Fe4");
    expect([...(elementCounts(alloy) ?? [])]).toEqual([
      ["Fe", 4],
      ["Cr", 2],
    ]);
    expect(atomSpecies(alloy)?.join("")).toBe("FeCrCrFeFeFe");
    expect(atomCount(alloy)).toBe(6);
  });

  it("are unknown where no species is named", () => {
    const unnamed = structure(undefined, [2]);
    expect([cellFormula(unnamed), reducedFormula(unnamed), atomSpecies(unnamed)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
