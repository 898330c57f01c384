import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  compareProperties,
  languageOf,
  modelLabel,
  propertyLabel,
  propertySymbol,
} from "../../../src/core/text/labels.js";
import { MODELS } from "../../../src/jobs/models/modelNames.js";

const header = readFileSync(new URL("../../../media/oxides/targets.csv", import.meta.url), "utf8").split("\n")[0] ?? "";
const properties = header
  .split(",")
  .map((name) => name.replace(/\s*\(.*\)$/, ""))
  .filter((name) => /_per_atom$|gap/.test(name));

describe("propertyLabel", () => {
  it("names every property of the bundled oxides in both languages", () => {
    expect(properties.map((name) => propertyLabel(name))).toEqual([
      "Hartree energy",
      "E_xc − V_xc",
      "Ion–ion energy",
      "One-electron sum",
      "Cohesive energy",
      "Band gap",
    ]);
    expect(properties.map((name) => propertyLabel(name, "ja")).join()).toMatch(
      /^[^a-zA-Z]+,交換・相関項 E_xc − V_xc,[^a-zA-Z]+$/,
    );
  });

  it("knows the usual spellings, and leaves other columns alone", () => {
    for (const name of ["hartree_energy_per_atom", "E_Hartree_per_atom", "hartree energy"])
      expect(propertyLabel(name)).toBe("Hartree energy");
    for (const name of ["gap", "Band gap", "bandGap"]) expect(propertyLabel(name, "ja")).toBe("バンドギャップ");
    for (const name of ["colour", "gap_of_phonons", "toString", "constructor", ""])
      expect(propertyLabel(name)).toBe(name);
  });

  it("tells two columns of one table apart", () => {
    expect(propertyLabel("band_gap_direct")).toBe("Direct band gap");
    expect([propertyLabel("E_hartree"), propertyLabel("E_hartree", "ja")]).toEqual([
      "Hartree energy of the cell",
      "ハートリーエネルギー (セル)",
    ]);
  });
});

describe("propertySymbol", () => {
  it("is short, tells columns apart, and leaves unknown ones alone", () => {
    const symbols = properties.map((name) => propertySymbol(name));
    expect(symbols).toEqual(["E_H", "E_xc − V_xc", "E_ion-ion", "E_band", "E_coh", "gap"]);
    expect(propertySymbol("band_gap", "ja")).toBe("ギャップ");
    expect(propertySymbol("E_hartree")).toBe("E_H (cell)");
    for (const name of ["colour", "toString", ""]) expect(propertySymbol(name)).toBe(name);
  });
});

describe("compareProperties", () => {
  it("puts gap and cohesive energy before the terms of the total energy, and unknown columns last by name", () => {
    const sorted = ["zeta", ...properties, "alpha"].sort(compareProperties);
    expect(sorted.slice(0, 2)).toEqual(["band_gap", "cohesive_energy_per_atom"]);
    expect(new Set(sorted.slice(2, 6))).toEqual(new Set(properties.filter((name) => !/gap|cohesive/.test(name))));
    expect(sorted.slice(6)).toEqual(["alpha", "zeta"]);
    expect(["E0", "E_formation"].sort(compareProperties)).toEqual(["E_formation", "E0"]);
  });
});

describe("modelLabel", () => {
  it("names every model, alone and as a step", () => {
    for (const model of MODELS.filter((name) => name !== "r3dvs")) expect(modelLabel(model)).not.toBe(model);
    expect(modelLabel("soap+cm")).toBe("SOAP + Coulomb matrix");
    expect(modelLabel("soap+shells", "ja")).toBe("SOAP + |g| 殻");
    for (const own of ["mine", "oxides+slabs", "soap+mine", ""]) expect(modelLabel(own)).toBe(own);
  });
});

describe("languageOf", () => {
  it("is Japanese for Japanese alone", () => {
    expect(["ja", "ja-JP", "en", "jam", "de-DE"].map(languageOf)).toEqual(["ja", "ja", "en", "en", "en"]);
  });
});
