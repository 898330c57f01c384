import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fortranReal, type VolumetricBlock } from "../../../src/core/formats/writeVolumetric.js";
import { readVolumetric } from "../../../src/jobs/densities/readVolumetric.js";
import { writeVolumetricFile } from "../../../src/jobs/densities/writeVolumetricFile.js";
import { HEAD, someValues, type Triple, temporaryFile, volumetricText } from "./volumetricText.js";

const GRID: Triple = [10, 9, 8];

/** Pieces of uneven lengths. */
function* pieces(values: readonly number[]): Generator<Float64Array> {
  for (let at = 0, length = 1; at < values.length; at += length, length = (length * 7) % 97) {
    yield Float64Array.from(values.slice(at, at + length));
  }
}

async function sourceOf(blocks: readonly (readonly number[])[]) {
  const file = temporaryFile("CHGCAR", volumetricText({ grid: GRID, blocks }));
  const { value } = await readVolumetric(file);
  if (!value) throw new Error("nothing was read");
  const text = readFileSync(file, "utf8");
  return { file, value, text };
}

describe("a written CHGCAR", () => {
  for (const count of [1, 2, 4]) {
    it(`of ${count} blocks reads as the one it was made of, to the last bit`, async () => {
      const blocks = Array.from({ length: count }, (_, i) => someValues(720, 40 + i));
      const { value: source, text } = await sourceOf(blocks);
      // the numbers as the first file has them, and what stands between its blocks
      const numbers = blocks.map((block) => block.map((v) => Number(fortranReal(v))));
      const between = text
        .split(/^ +10 +9 +8\n/m)
        .slice(1)
        .map((part) => part.slice(part.indexOf("augmentation")));
      const content = numbers.map(
        (values, i): VolumetricBlock => ({ values: pieces(values), behind: between[i] ?? "" }),
      );
      const file = temporaryFile("CHGCAR", "");
      writeVolumetricFile(file, { structure: source.structure, grid: GRID, blocks: content });
      const { value, problems } = await readVolumetric(file);
      expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
      expect({ ...value, hash: "", bytes: 0 }).toEqual({ ...source, hash: "", bytes: 0 });
      const written = readFileSync(file, "utf8");
      expect(written.slice(written.indexOf("   10    9    8"))).toBe(text.slice(text.indexOf("   10    9    8")));
    });
  }

  it("has no exponent of three digits, which pymatgen and ASE misread", async () => {
    const values = [1e-98, -1e-98, 1e-99, 1e-100, -1e-120, 5e-324, ...someValues(714, 3)];
    const file = temporaryFile("CHGCAR", "");
    const { value: source } = await sourceOf([someValues(720, 1)]);
    writeVolumetricFile(file, { structure: source.structure, grid: GRID, blocks: [{ values: pieces(values) }] });
    const text = readFileSync(file, "utf8");
    expect(text).not.toMatch(/\d[+-]\d{3}\b/);
    expect(text).toContain(
      " 0.10000000000E-97 -.10000000000E-97 0.10000000000E-98 0.00000000000E+00 0.00000000000E+00\n 0.00000000000E+00 ",
    );
  });

  it("has VASP's columns", () => {
    const [first = ""] = [...volumetricText({ grid: GRID, blocks: [someValues(720, 1)] }).split("\n")].slice(
      HEAD.length + 2,
    );
    expect(first).toMatch(/^( [0-]\.\d{11}E[+-]\d{2}){5}$/);
  });

  it("is not written from too few or too many values, nor from what is no number; nothing stays behind", async () => {
    const { value } = await sourceOf([someValues(720, 1)]);
    if (!value) throw new Error("no source");
    for (const values of [someValues(719, 1), someValues(721, 1), [...someValues(719, 1), Number.NaN]]) {
      const file = temporaryFile("CHGCAR", "old");
      const write = () =>
        writeVolumetricFile(file, { structure: value.structure, grid: GRID, blocks: [{ values: pieces(values) }] });
      expect(write).toThrow(RangeError);
      expect(readFileSync(file, "utf8")).toBe("old");
      expect(readdirSync(path.dirname(file))).toEqual(["CHGCAR"]);
    }
  });
});

describe("a real number", () => {
  it("is written in seventeen characters and is the nearest of eleven digits", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = fortranReal(value);
        expect(text).toMatch(/^[0-]\.\d{11}(E[+-]\d{2}|[+-]\d{3})$/);
        const back = Number(text.replace(/(\d)([+-])/, "$1e$2"));
        if (Math.abs(value) > 1e-290 && Math.abs(value) < 1e308)
          expect(Math.abs(back / value - 1)).toBeLessThanOrEqual(5.1e-11);
      }),
    );
    expect([0, -0, 1, -0.1, 9.99999999999, 1e-101, -1e99].map(fortranReal)).toEqual([
      "0.00000000000E+00",
      "-.00000000000E+00",
      "0.10000000000E+01",
      "-.10000000000E+00",
      "0.10000000000E+02",
      "0.10000000000-100",
      "-.10000000000+100",
    ]);
  });
});
