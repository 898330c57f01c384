import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Vasprun, VasprunReader } from "../../../src/core/formats/vasprun.js";
import type { Parsed } from "../../../src/core/text/problem.js";
import { SCF, vasprunText, XML_TERMS } from "./vasprunText.js";

function read(text: string, chunk = text.length || 1): Parsed<Vasprun> {
  const reader = new VasprunReader();
  const all = Uint8Array.from(text, (character) => character.charCodeAt(0) & 255);
  for (let at = 0; at < all.length; at += chunk) {
    const part = all.slice(at, at + chunk);
    reader.push(part);
    // the owner of a chunk may fill it anew
    part.fill(63);
  }
  return reader.finish();
}

const messages = ({ problems }: Parsed<Vasprun>) =>
  problems.map(({ severity, line, message }) => `${line}: ${severity}: ${message}`);
const lineOf = (text: string, part: string) => text.slice(0, text.lastIndexOf(part)).split("\n").length;

describe("vasprun.xml", () => {
  it("tells its run", () => {
    const { value, problems } = read(vasprunText());
    expect(problems).toEqual([]);
    const { alphaZ, ewald, hartreedc, XCdc, pawpsdc, pawaedc, eentropy, bandstr, atom } = XML_TERMS;
    const terms = new Map(
      Object.entries({
        PSCENC: alphaZ,
        TEWEN: ewald,
        DENC: hartreedc,
        XCENC: XCdc,
        PAWPS: pawpsdc,
        PAWAE: pawaedc,
        EENTRO: eentropy,
        EBANDS: bandstr,
        EATOM: atom,
      }),
    );
    expect(value).toEqual({
      version: "6.4.3",
      structure: {
        comment: "",
        lattice: [
          [4.5, 0, 0],
          [0, 4, 0],
          [0, 0, 4],
        ],
        species: ["Zn", "O"],
        counts: [1, 1],
        fractional: Float64Array.of(0, 0, 0, 0.5, 0.5, 0.5),
      },
      electrons: 4,
      spinPolarized: false,
      noncollinear: false,
      terms,
      stepTerms: terms,
      electronic: SCF,
      steps: [SCF, SCF],
      unfinishedStep: false,
      fermi: 2.5,
      gap: { gap: 2, direct: 2, metal: false, highestOccupied: 1.5, lowestEmpty: 3.5 },
      kpoints: 2,
      electronicConverged: true,
      truncated: false,
    });
  });

  it("puts VASP 5's ionic energies right, with and without a dispersion energy", () => {
    for (const dispersion of [0, -3.25]) {
      const text = vasprunText({ swapped: true, dispersion });
      const { value } = read(text);
      expect(value?.steps.at(-1)).toEqual({
        free: SCF.free + dispersion,
        withoutEntropy: SCF.withoutEntropy + dispersion,
        sigmaZero: SCF.sigmaZero + dispersion,
      });
      expect(value?.electronic).toEqual(SCF);
      expect(messages(read(text))).toEqual([
        expect.stringMatching(`^${lineOf(text, "e_0_energy")}: information: e_0_energy holds the entropy term`),
      ]);
    }
    expect(read(vasprunText({ dispersion: -3.25 }))).toMatchObject({
      value: { steps: [{}, { sigmaZero: SCF.sigmaZero - 3.25 }] },
      problems: [],
    });
  });

  it("locates what is no number, and says when the terms do not sum up", () => {
    const stars = vasprunText({ replace: { hartreedc: "      ********" } });
    const { value, problems } = read(stars);
    expect(value?.terms?.has("DENC")).toBe(false);
    const line = lineOf(stars, '"hartreedc"');
    expect(problems).toEqual([
      expect.objectContaining({ severity: "warning", line, message: '"********" is not a number' }),
    ]);
    expect(stars.split("\n")[line - 1]?.slice((problems[0]?.column ?? 1) - 1)).toMatch(/^\*{8}/);
    const off = vasprunText({ replace: { bandstr: "      5.06252000" } });
    expect(messages(read(off))).toEqual([expect.stringContaining("the energy terms sum to -4.78123000 eV")]);
  });

  it("names an element whose name VASP cut by its POTCAR", () => {
    expect(read(vasprunText({ element: "X" })).value?.structure?.species).toEqual(["Zn", "O"]);
  });

  it("has no gap where an eigenvalue is no number, and says where", () => {
    const levels = [[["-5.0000 1.0000", "******** 1.0000", "4.0000 0.0000"]]];
    const text = vasprunText({ levels, weights: ["1.0"] });
    const { value, problems } = read(text);
    expect(value?.gap).toBeUndefined();
    expect(problems).toEqual([expect.objectContaining({ severity: "error", line: lineOf(text, "******** 1.0000") })]);
  });

  it("of another file is an error in words", () => {
    expect(messages(read(""))).toEqual(["1: error: the file is empty"]);
    expect(messages(read('<?xml version="1.0"?>\n'))).toEqual([
      expect.stringContaining("the element <modeling> is missing"),
    ]);
    expect(messages(read("no xml at all"))).toEqual([expect.stringContaining("the element <modeling> is missing")]);
  });

  it("goes on behind tags that do not match", () => {
    const text = vasprunText().replace("  </scstep>\n <structure", "  </energy>\n  </scstep>\n <structure");
    const { value, problems } = read(text);
    expect(value?.steps).toEqual([SCF, SCF]);
    expect(problems.every(({ severity }) => severity === "warning")).toBe(true);
  });

  it("cut at any line tells everything before the cut, and where it ends", () => {
    const text = vasprunText();
    const lines = text.split("\n");
    let steps = 0;
    for (let count = 2; count < lines.length - 1; count++) {
      const { value, problems } = read(
        lines
          .slice(0, count)
          .map((line) => `${line}\n`)
          .join(""),
      );
      expect(value?.truncated).toBe(true);
      expect(problems).toEqual([
        expect.objectContaining({
          severity: "error",
          line: count,
          column: (lines[count - 1]?.length ?? 0) + 1,
          message: expect.stringContaining("the file ends within <"),
        }),
      ]);
      expect(value?.steps.length).toBeGreaterThanOrEqual(steps);
      steps = value?.steps.length ?? 0;
      expect(value?.gap === undefined || value.gap.gap === 2).toBe(true);
      expect(value?.gap === undefined).toBe(count < lineOf(text, "  </eigenvalues>\n  <dos>"));
    }
    expect(steps).toBe(2);
  });

  it("says the same for chunks of any size", () => {
    const text = vasprunText({ swapped: true, replace: { atom: " NaN" } });
    const whole = read(text);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), (chunk) => {
        expect(read(text, chunk)).toEqual(whole);
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it("survives damage anywhere", () => {
    const text = vasprunText();
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.string({ maxLength: 12, unit: fc.nat(255).map((code) => String.fromCharCode(code)) }),
        fc.nat(60),
        (at, junk, gone) => {
          const damaged = text.slice(0, at) + junk + text.slice(at + gone);
          const lines = damaged.split("\n").length;
          for (const problem of read(damaged).problems) {
            expect(problem.line).toBeGreaterThan(0);
            expect(problem.line).toBeLessThanOrEqual(lines);
            expect(problem.column).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });
});
