import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { strictNumber } from "../../../src/core/text/numbers.js";
import {
  parseTargets,
  readTarget,
  type TargetTable,
  targetColumns,
  targetValues,
} from "../../../src/jobs/dataset/targetsFile.js";

const SAMPLE = new URL("../../../media/sample/oxides/targets.csv", import.meta.url);

describe("the sample's table", () => {
  const { value, problems } = parseTargets(readFileSync(SAMPLE, "utf8"));
  const table = value as TargetTable;

  test("is read without a problem", () => {
    expect(problems).toEqual([]);
    expect(table.rows.length).toBe(120);
    expect(readTarget(table, "E_hartree_per_atom").values.get("mp-1778")).toBe(57.605025);
  });

  test("offers the energies and the gap as targets, with units, not what describes the cell", () => {
    expect(targetColumns(table).map((column) => `${column.name} ${column.unit}`)).toEqual([
      "E_hartree_per_atom eV/atom",
      "Exc_minus_Vxc_per_atom eV/atom",
      "E_ewald_per_atom eV/atom",
      "E_band_per_atom eV/atom",
      "cohesive_energy_per_atom eV/atom",
      "band_gap eV",
    ]);
  });
});

test("every damaged cell is a problem at its place, and only its id is left out", () => {
  const text = 'id,name,gap (eV)\na,"x, y",1.5\nb,"two\nlines",\nc,z,NaN\nd,z,0x10\ne,z,-2e-3\na,again,7\n,z,1\nf,z\n';
  const { value, problems } = parseTargets(text);
  expect(places(problems)).toEqual([
    "8:1 a is already on line 2; this row is skipped",
    "9:1 a row without an id",
    "10:1 f has 2 values, but the header has 3 columns",
  ]);
  const target = readTarget(value as TargetTable, "gap");
  expect([...target.values]).toEqual([
    ["a", 1.5],
    ["e", -2e-3],
  ]);
  expect(places([...target.missing.values()])).toEqual([
    "4:8 b has no value for gap",
    '5:5 "NaN" is not a finite number (gap of c)',
    '6:5 "0x10" is not a finite number (gap of d)',
  ]);
});

test("a table that is none says what is wrong with it", () => {
  expect(places(parseTargets("").problems)).toEqual([
    "1:1 the file is empty; its first line must name the columns, starting with id",
  ]);
  expect(places(parseTargets("material,gap\na,1\n").problems)[0]).toMatch(/^1:1 the first column must be named "id"/);
  expect(places(parseTargets('id,gap\na,"1\nb,2\n').problems)[0]).toMatch(/quote/);
});

test("a byte-order mark and Windows line ends change nothing", () => {
  const { value, problems } = parseTargets("\uFEFFid,gap [eV]\r\na,1\r\nb,\r\n");
  expect(problems).toEqual([]);
  expect(value?.columns).toEqual([{ name: "gap", kind: "intensive", unit: "eV" }]);
  expect(places([...readTarget(value as TargetTable, "gap").missing.values()])).toEqual(["3:3 b has no value for gap"]);
});

test("a table of 100,000 materials and 30 columns is read, and one past all bounds refused with them", () => {
  const row = Array.from({ length: 30 }, (_, column) => (column / 7).toFixed(3)).join(",");
  const head = `id,${Array.from({ length: 30 }, (_, column) => `p${column}`).join(",")}\n`;
  const lines = Array.from({ length: 100_000 }, (_, i) => `m${i},${i === 77 ? row.replace("0.143", "x") : row}\n`);
  const table = parseTargets(head + lines.join("")).value as TargetTable;
  expect([table.rows.length, targetColumns(table).length]).toEqual([100_000, 30]);
  expect(targetValues(table, "p29").get("m99999")).toBe(4.143);
  expect(places([...readTarget(table, "p1").missing.values()])).toEqual([
    '79:11 "x" is not a finite number (p1 of m77)',
  ]);
  const most = `id\n${"a\n".repeat(1_000_001)}`;
  expect(places(parseTargets(most).problems)).toEqual(["1:1 the table has more than 1000000 rows"]);
}, 120_000);

test("no text makes it throw", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("i", "d", ",", '"', "\n", "\r", "1", ".", "-", "\uFEFF") }),
      (text) => void parseTargets(text),
    ),
  );
});

test("two columns of one name, units apart, are an error, and neither is used", () => {
  const head = "id,band_gap,E (eV),band_gap (eV)";
  const { value, problems } = parseTargets(`${head}\na,1,2,3\nb,4,5,6\n`);
  expect(places(problems)).toEqual(["1:20 two columns are named band_gap: neither is used"]);
  expect(value?.columns.map(({ name }) => name)).toEqual(["E"]);
  expect(value && readTarget(value, "E").values).toEqual(new Map(Object.entries({ a: 2, b: 5 })));
  const fixture = readFileSync(new URL("../../fixtures/cases/s01_csv/twocols.csv", import.meta.url), "utf8");
  expect(parseTargets(fixture).problems.map(({ severity }) => severity)).toEqual(["error"]);
});

test("only finite decimal numbers are numbers", () => {
  expect(["1", "-1.5", "+.5", "2.", "1e3", "1E-3"].map(strictNumber)).toEqual([1, -1.5, 0.5, 2, 1000, 0.001]);
  expect(["", " ", "nan", "inf", "1e999", "0x1", "1,5", "1 2", "--1", "."].map(strictNumber)).toEqual(
    Array(10).fill(undefined),
  );
});

const places = (problems: readonly { line: number; column: number; message: string }[]) =>
  problems.map((p) => `${p.line}:${p.column} ${p.message}`);
