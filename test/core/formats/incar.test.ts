import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseIncar } from "../../../src/core/formats/incar.js";
import { tagType } from "../../../src/core/formats/incarTags.js";

const tagsOf = (text: string) =>
  Object.fromEntries(parseIncar(text).value?.tags.map(({ name, value }) => [name, value]) ?? []);
const problemsOf = (text: string) =>
  parseIncar(text).problems.map(({ severity, line, column, message }) => `${line}:${column}: ${severity}: ${message}`);

describe("INCAR", () => {
  it("gives values as their tags have them", () => {
    const text = `general:
  SYSTEM = zinc oxide; no = tag   ! a comment
  encut=520.0 eV
  ISMEAR =    2  ; SIGMA = 1.0D-1
  LWAVE = .FALSE.; LCHARG=T ; LREAL = Auto
  MAGMOM = 2*0.6 -5 # ferri
  LDAUL = -1 2 \\
          3
  LORBIT = F
  ALGO = Fast (Davidson first)
`;
    expect(tagsOf(text.replace("; no = tag", ""))).toEqual({
      SYSTEM: "zinc oxide",
      ENCUT: 520,
      ISMEAR: 2,
      SIGMA: 0.1,
      LWAVE: false,
      LCHARG: true,
      LREAL: "Auto",
      MAGMOM: [0.6, 0.6, -5],
      LDAUL: [-1, 2, 3],
      LORBIT: false,
      ALGO: "Fast",
    });
    expect(problemsOf(text.replace("; no = tag", ""))).toEqual([]);
    expect(problemsOf(text)).toEqual(["2:24: information: NO is not a known tag"]);
  });

  it("reads quotes over several lines, whatever stands in them", () => {
    const text = 'WANNIER90_WIN = "\nbegin projections # s;p = 1\nend"\nNSW = 3\n';
    expect(tagsOf(text)).toEqual({ WANNIER90_WIN: "begin projections # s;p = 1\nend", NSW: 3 });
    expect(parseIncar(text).value?.tags[1]).toMatchObject({ name: "NSW", line: 4, column: 1 });
  });

  it("locates unknown, repeated and wrong tags", () => {
    const text =
      "ENCUT = TooHigh\nISMEAR = 1.5\nLREAL = Maybe\nLWAVE = 3\n  UNKNOWN_TAG = 123\nNSW = 1\nNSW = 2; NELM =\nMAGMOM = up\n";
    expect(problemsOf(text)).toEqual([
      '1:9: error: ENCUT must be a number, not "TooHigh"',
      '2:10: error: ISMEAR must be a whole number, not "1.5"',
      '3:9: error: LREAL must be .TRUE., .FALSE., Auto or On, not "Maybe"',
      '4:9: error: LWAVE must be .TRUE. or .FALSE., not "3"',
      "5:3: information: UNKNOWN_TAG is not a known tag",
      "7:1: information: NSW is already set on line 6; VASP uses that one",
      "7:16: error: NELM has no value",
      '8:10: error: MAGMOM must be numbers, not "up"',
    ]);
    expect(tagsOf(text)).toEqual({ UNKNOWN_TAG: "123", NSW: 1 });
  });

  it("knows tags in any case", () => {
    expect(["ENCUT", "encut", "MagMom", "LSORBIT", "NOTAG"].map(tagType)).toEqual([
      "real",
      "real",
      "reals",
      "logical",
      undefined,
    ]);
  });

  it("never throws, and problems stand in the text", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom("NSW", "=", " ", ";", '"', "#", "\\", "\n", "1", "MAGMOM", "9999999*1", ".T.", "é", "\r\n"),
        ),
        (parts) => {
          const text = parts.join("");
          const lines = text.split("\n").length;
          for (const { line, column } of parseIncar(text).problems)
            expect([line >= 1, line <= lines, column >= 1]).toEqual([true, true, true]);
        },
      ),
    );
  });
});
