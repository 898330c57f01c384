// Values near the largest number are numbers, and their sums are none: whatever the form, no spectrum of NaN comes of
// them.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { readVolumetric } from "../../../src/jobs/densities/readVolumetric.js";
import { temporaryFolder } from "../../cli/harness.js";

const fixtures = path.resolve(import.meta.dirname, "../../fixtures/forms");
const folder = temporaryFolder();
cpSync(path.join(fixtures, "density.vasp"), path.join(folder, "POSCAR"));

const HEAD = "a\n1.0\n4 0 0\n0 4 0\n0 0 4\nSi\n1\nDirect\n0 0 0\n\n4 4 4\n";
const rows = (value: string) => `${Array.from({ length: 13 }, () => Array(5).fill(value).join(" ")).join("\n")}\n`;
const text = (value: string) => `${HEAD}${rows(value).split(" ").slice(0, 64).join(" ")}\n`;
const BOX = [
  "made",
  "here",
  " 1 0.0 0.0 0.0",
  " 5 1.0 0.0 0.0",
  " 13 0.0 1.0 0.0",
  " 1 0.0 0.0 1.0",
  " 8 8.0 0.5 0.5 0.5",
];

function npy(value: number): Buffer {
  const bytes = readFileSync(path.join(fixtures, "density.npy"));
  const start = 10 + bytes.readUInt16LE(8);
  const width = /f(\d)/.exec(bytes.toString("latin1", 0, start))?.[1] === "8" ? 8 : 4;
  for (let at = start; at + width <= bytes.length; at += width)
    if (width === 8) bytes.writeDoubleLE(value, at);
    else bytes.writeFloatLE(value, at);
  return bytes;
}

const FILES: readonly (readonly [string, string | Buffer])[] = [
  ["CHGCAR", text("1.7E+308")],
  ["CHGCAR_signs", text("1.7E+308").replace("1.7E", "-1.7E")],
  ["LOCPOT", text("-1.7E+308")],
  ["x.cube", `${BOX.join("\n")}\n${rows("1.7E+308")}`],
  ["x.npy", npy(1.7e308)],
];

test.each(FILES)("%s of them is an error without a spectrum", async (name, content) => {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  const { value, problems } = await readVolumetric(file, { functionals: true });
  expect(problems.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual([
    "the values of block 1 are too large to be added up, so no spectrum can be computed",
  ]);
  expect([value?.blocks.length, value?.blocks[0]?.spectrum, value?.electrons]).toEqual([1, undefined, undefined]);
});

test("where only squares are too large, the functionals alone are missing", async () => {
  const file = path.join(folder, "CHGCAR_squares");
  writeFileSync(file, text("1.0E+200"));
  const { value } = await readVolumetric(file, { functionals: true });
  expect([
    value?.blocks[0]?.spectrum?.amplitude.every(Number.isFinite),
    value?.blocks[0]?.spectrum?.functionals,
  ]).toEqual([true, undefined]);
});
