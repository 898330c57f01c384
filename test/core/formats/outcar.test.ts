import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sumOfTerms } from "../../../src/core/formats/energyTerms.js";
import { OutcarReader } from "../../../src/core/formats/outcar.js";
import type { Outcar } from "../../../src/core/formats/outcarFacts.js";
import type { Parsed } from "../../../src/core/text/problem.js";
import { LATTICE, outcarText, TERMS, TOTEN } from "./outcarText.js";

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0) & 255);

function read(text: string, chunk = text.length || 1): Parsed<Outcar> {
  const reader = new OutcarReader();
  const all = bytes(text);
  for (let at = 0; at < all.length; at += chunk) reader.push(all.slice(at, at + chunk));
  return reader.finish();
}

const messages = ({ problems }: Parsed<Outcar>) =>
  problems.map(({ severity, line, message }) => `${line}: ${severity}: ${message}`);
const lineOf = (text: string, part: string) => text.slice(0, text.lastIndexOf(part)).split("\n").length;

describe("OUTCAR", () => {
  it("tells its run", () => {
    const { value, problems } = read(outcarText());
    expect(problems).toEqual([]);
    expect(value).toEqual({
      version: "6.4.3",
      atoms: 2,
      species: ["Zn", "O"],
      counts: [1, 1],
      electrons: 18,
      spinPolarized: true,
      noncollinear: false,
      lattice: [
        [0, 2.75, 2.75],
        [2.75, 0, 2.75],
        [2.75, 2.75, 0],
      ],
      terms: new Map(Object.entries(TERMS)),
      stepTerms: new Map(Object.entries(TERMS)),
      electronic: { free: TOTEN, withoutEntropy: -4.75, sigmaZero: -4.765625 },
      steps: [
        { free: TOTEN, withoutEntropy: -4.75, sigmaZero: -4.765625 },
        { free: TOTEN, withoutEntropy: -4.75, sigmaZero: -4.765625 },
      ],
      unfinishedStep: false,
      fermi: 5.1234,
      electronsFound: 18.0000012,
      moments: [1.9876543],
      electronicConverged: true,
      ionicConverged: true,
      finished: true,
      elapsedSeconds: 4.25,
    });
    expect(sumOfTerms(value?.terms ?? new Map())).toBeCloseTo(TOTEN, 10);
  });

  it("passes over linear response, whose blocks have no alpha Z", () => {
    const { value, problems } = read(outcarText({ linearResponse: true }));
    expect(problems).toEqual([]);
    expect(value?.terms?.get("DENC")).toBe(TERMS.DENC);
    expect(value?.electronic?.free).toBe(TOTEN);
    expect(value).toMatchObject({ unfinishedStep: false, electronicConverged: true });
  });

  it("keeps a dispersion energy apart from the terms", () => {
    const { value, problems } = read(outcarText({ dispersion: -0.97292 }));
    expect(problems).toEqual([]);
    expect(value?.dispersion).toBe(-0.97292);
    expect(value?.electronic?.free).toBe(TOTEN);
    expect(value?.steps.at(-1)?.free).toBeCloseTo(TOTEN - 0.97292, 10);
    const silent = outcarText({ dispersion: -0.97292 }).replaceAll(/ Edisp.*\n/g, "");
    expect(messages(read(silent))).toEqual([
      `${lineOf(silent, "free  energy   TOTEN")}: information: TOTEN of the ionic step differs by -0.97292000 eV from its last electronic step plus dispersion energy`,
    ]);
  });

  it("says when the terms do not sum to TOTEN", () => {
    const text = outcarText({ replace: { EBANDS: "          5.06252000" } });
    expect(messages(read(text))).toEqual([
      `${lineOf(text, "free energy    TOTEN")}: warning: the energy terms sum to -4.78123000 eV, but TOTEN = -4.78125000 eV`,
    ]);
  });

  it.each(["********************", "                 NaN", "           -Infinity", "            12.3.4.5"])(
    "has no number where %s stands, and says where",
    (bad) => {
      const text = outcarText({ replace: { DENC: bad } });
      const { value, problems } = read(text);
      expect(value?.terms?.has("DENC")).toBe(false);
      expect(value?.terms?.get("XCENC")).toBe(TERMS.XCENC);
      const line = lineOf(text, "DENC");
      expect(problems).toEqual([
        expect.objectContaining({
          severity: "error",
          line,
          column: 27 + bad.length - bad.trim().length - 1,
          message: `"${bad.trim()}" is not a number`,
        }),
      ]);
      expect(text.split("\n")[line - 1]?.slice((problems[0]?.column ?? 0) - 1)).toBe(bad.trim());
    },
  );

  it("tells merged numbers apart by their signs, and says so", () => {
    const merged = outcarText({ replace: { PAWPS: "     123456.12345678", PAWAE: "-123416." + "12345678" } });
    const { value, problems } = read(merged);
    expect([value?.terms?.get("PAWPS"), value?.terms?.get("PAWAE")]).toEqual([123456.12345678, -123416.12345678]);
    expect(problems.map(({ severity, line, column }) => [severity, line, column])).toEqual([
      ["warning", lineOf(merged, "PAW double"), 31],
      ["warning", lineOf(merged, "free energy    TOTEN"), 1],
    ]);
    const rows = [LATTICE[0] ?? "", "     0.000000000-19.396266833  2.750000000", LATTICE[2] ?? ""];
    const slab = read(outcarText({ lattice: rows }));
    expect(slab.value?.lattice?.[1]).toEqual([0, -19.396266833, 2.75]);
    expect(slab.problems.map(({ severity }) => severity)).toEqual(["warning"]);
  });

  it("knows VASP 5.2's names, tar headers, CRLF and POTCARs without titles", () => {
    const old = outcarText()
      .replaceAll("-Hartree energ DENC   =", "-1/2 Hartree   DENC   =")
      .replaceAll("-exchange      EXHF   =", "-exchange  EXHF       =");
    expect(read(old).value?.terms?.get("DENC")).toBe(TERMS.DENC);
    expect(read(old).value?.terms?.get("EXHF")).toBe(0);
    const tar = `OUTCAR${"\0".repeat(251)}ustar  ${"\0".repeat(80)}${outcarText()}`;
    expect(read(tar).value?.version).toBe("6.4.3");
    expect(messages(read(tar))).toEqual(["1: information: the file starts with the header of a tar archive"]);
    expect(read(outcarText().replaceAll("\n", "\r\n"))).toEqual(read(outcarText()));
    expect(read(outcarText().replaceAll(/ {3}TITEL.*\n/g, "")).value?.species).toEqual(["Zn", "O"]);
  });

  it("is not converged where the last loop ends at NELM", () => {
    const text = outcarText({ nelm: 2 });
    expect(read(text).value?.electronicConverged).toBe(false);
    expect(messages(read(text))).toEqual([
      `${lineOf(text, "aborting loop")}: warning: the electronic loop is not converged: it stopped at NELM = 2 steps`,
    ]);
    const unreached = outcarText().replaceAll(
      "aborting loop because EDIFF is reached -",
      "aborting loop EDIFF was not reached (unconverged) -",
    );
    expect(read(unreached).value?.electronicConverged).toBe(false);
  });

  it("of another file is an error in words", () => {
    expect(messages(read(""))).toEqual(["1: error: the file is empty"]);
    expect(messages(read("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"))).toEqual([
      expect.stringContaining("Git LFS pointer"),
    ]);
    expect(messages(read("hello\nworld\n"))).toEqual([expect.stringContaining("not an OUTCAR")]);
    expect(messages(read("\0\0\0\u0001"))).toEqual(["1: error: this is not a text file"]);
  });

  it("cut at any line tells what stands before the cut, and where it ends", () => {
    const lines = outcarText({ dispersion: -0.5 }).split("\n");
    const whole = read(lines.join("\n")).value;
    for (let count = 0; count < lines.length - 6; count++) {
      const { value, problems } = read(
        lines
          .slice(0, count)
          .map((line) => `${line}\n`)
          .join(""),
      );
      const end = problems.at(-1);
      expect(end?.line, `cut behind line ${count}`).toBe(Math.max(1, count));
      expect(end?.message).toMatch(/empty|not an OUTCAR|ended before its first ionic step|unfinished/);
      expect(value?.finished ?? false).toBe(false);
      expect(whole?.steps.slice(0, value?.steps.length ?? 0)).toEqual(value?.steps ?? []);
    }
  });

  it("cut at any byte never throws and never invents a term", () => {
    const text = outcarText({ ionicSteps: 1 });
    const known = new Set<number | undefined>([...Object.values(TERMS), 50, TOTEN, -4.75, -4.765625, 18, undefined]);
    const from = text.indexOf("NELECT");
    for (let end = from; end < text.length; end += end > text.indexOf("FREE ENERGIE") ? 1 : 5) {
      const { value } = read(text.slice(0, end));
      const told = [
        ...(value?.terms?.values() ?? []),
        value?.electrons,
        ...(value?.steps.flatMap((step) => Object.values(step)) ?? []),
      ];
      expect(
        told.filter((number) => !known.has(number)),
        `cut at ${end}`,
      ).toEqual([]);
    }
  });

  it("says the same for chunks of any size", () => {
    const text = outcarText({ linearResponse: true, dispersion: -0.1, replace: { EATOM: "********************" } });
    const whole = read(text);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (chunk) => {
        expect(read(text, chunk)).toEqual(whole);
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it("survives damage anywhere", () => {
    const text = outcarText({ ionicSteps: 1 });
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.string({ maxLength: 12, unit: fc.nat(255).map((code) => String.fromCharCode(code)) }),
        fc.nat(40),
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
