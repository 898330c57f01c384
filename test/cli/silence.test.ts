import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
let head: readonly string[];
let values: readonly number[];
let volume: number;

beforeAll(() => {
  const [id = ""] = SAMPLE_IDS;
  const folder = sampleDataset(root, [id]);
  const lines = gunzipSync(readFileSync(path.join(folder, id, "CHGCAR.gz")))
    .toString("utf8")
    .split("\n");
  const grid = lines.findIndex((line, row) => row > 8 && /^\s*\d+\s+\d+\s+\d+\s*$/.test(line));
  const [a = 0, b = 0, c = 0] = (lines[grid] ?? "").trim().split(/\s+/).map(Number);
  head = lines.slice(0, grid + 1);
  values = lines
    .slice(grid + 1)
    .join(" ")
    .trim()
    .split(/\s+/)
    .slice(0, a * b * c)
    .map(Number);
  const [x, y, z] = lines.slice(2, 5).map((line) => line.trim().split(/\s+/).map(Number)) as [
    number[],
    number[],
    number[],
  ];
  const cross = (i: number, j: number) => (y[i] ?? 0) * (z[j] ?? 0) - (y[j] ?? 0) * (z[i] ?? 0);
  volume = Math.abs((x[0] ?? 0) * cross(1, 2) + (x[1] ?? 0) * cross(2, 0) + (x[2] ?? 0) * cross(0, 1));
});

const mean = () => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A folder with the sample's density, its values changed. */
function write(name: string, change: (value: number) => number, file = "CHGCAR"): string {
  const folder = path.join(root, "made", name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(folder, file),
    [...head, ...values.map((value) => change(value).toExponential(9)), ""].join("\n"),
  );
  return folder;
}

test("densities that are none of a neutral cell get a reason and no number, and the unit that they have", async () => {
  const bohr3 = 0.529177210903 ** 3;
  const folders = [
    write("a per Å³", (value) => value / volume),
    write("b per bohr³", (value) => (value / volume) * bohr3),
    write("c bohr³", (value) => value * bohr3),
    write("d too much", (value) => value * 1.05),
    write("e negative", (value) => -value),
    write("f nothing", () => 0),
    write("g difference", (value) => value - mean()),
  ];
  const { events, code } = await runCli(["predict", "oxides", ...folders, "--json"]);
  expect(code).toBe(0);
  expect(events.map(({ value }) => value)).toEqual(Array(42).fill(undefined));
  const said = events.filter(({ target }) => target === "band_gap").flatMap(({ reasons }) => reasons as Reason[]);
  expect(said.map(({ code }) => code)).toEqual(Array(7).fill("electrons"));
  const words = said.map(({ message }) => message.replace(/integrates to -?[\d.]+/, "integrates to X"));
  const unit = (name: string) =>
    `The density integrates to X electrons; as values in ${name} it would be ${Math.round(mean())}. VASP's are e/Å³ times the volume of the cell.`;
  const none = "The density integrates to X electrons: it may be a difference of densities, or damaged.";
  expect(words).toEqual([
    unit("e/Å³"),
    unit("e/bohr³"),
    unit("e/bohr³ × Å³"),
    "The density integrates to X electrons, not a whole number: the file may be damaged or in another unit.",
    ...[none, none, none],
  ]);
  const { stdout } = await runCli(["predict", "oxides", ...folders]);
  expect(stdout).not.toMatch(/ = | ± /);
});

const KINDS = [
  ...["LOCPOT", "LOCPOT.vasp", "ELFCAR", "AECCAR0", "AECCAR2", "AECCAR1.gz.old", "PARCHG", "PARCHG.0012.0001"],
  ...["PARCHG-1", "mgo_LOCPOT"],
];

test("no number for a file whose name says that it holds another quantity", async () => {
  const files = KINDS.map((name) =>
    path.join(
      write(`kind ${name}`, (value) => value, name),
      name,
    ),
  );
  const { events } = await runCli(["predict", "oxides", ...files, "--json"]);
  const told = events.map(({ file, value, reasons = [] }) => [
    file,
    value,
    ...(reasons as Reason[]).map(({ code }) => code),
  ]);
  const expected = files.flatMap((file) => Array(6).fill([file, undefined, "quantity"]));
  expect(told).toEqual(expect.arrayContaining(expected));
  expect(told).toHaveLength(6 * KINDS.length);
});

test("out of domain a number is printed on demand alone: of flat and smoothed densities, too", async () => {
  const folders = [write("h flat", mean), write("i half", (value) => value / 2)];
  const { events } = await runCli(["predict", "oxides", ...folders, "--json"]);
  expect(events.map(({ outOfDomain }) => outOfDomain)).toEqual(Array(12).fill(true));
  expect(((events[0]?.reasons ?? []) as Reason[]).map(({ code }) => code)).toEqual(["density"]);
  const silent = (await runCli(["predict", "oxides", ...folders])).stdout.trim().split("\n");
  expect(silent).toHaveLength(12);
  for (const line of silent) {
    expect(line).toMatch(/: out of domain \(--out-of-domain prints the value\): \S/);
    expect(line).not.toMatch(/ = | ± /);
  }
  const told = (await runCli(["predict", "oxides", ...folders, "--out-of-domain"])).stdout.trim().split("\n");
  for (const line of told) expect(line).toMatch(/ = -?[\d.]+( ± [\d.]+)? eV.* out of domain: /);
});

interface Reason {
  readonly code: string;
  readonly message: string;
}
