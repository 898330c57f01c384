import { cpSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { numbersOf } from "../../src/jobs/files/npy.js";
import { readNpz } from "../../src/jobs/files/npz.js";
import { runCli, temporaryFolder } from "./harness.js";

const CASES = path.resolve(import.meta.dirname, "../fixtures/cases");
const root = temporaryFolder();
const files = readdirSync(CASES, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/^(cases\.json|PROVENANCE\.md)$|\.csv$/.test(entry.name))
  .map((entry) => path.join(entry.parentPath, entry.name));

/** Where a number is meant and none stands: JSON has null for NaN and Infinity. */
const holes = (value: unknown, at = ""): string[] => {
  if (value === null || (typeof value === "string" && /^-?(NaN|Infinity|undefined|null)$/.test(value))) return [at];
  return typeof value === "object"
    ? Object.entries(value as object).flatMap(([name, one]) => holes(one, `${at}.${name}`))
    : [];
};

test("info tells numbers or nothing of every odd file, in words too", async () => {
  const { events, stderr } = await runCli(["info", "--json", ...files]);
  expect(events.length).toBe(files.length);
  expect(events.flatMap((event) => holes(event, String(event.file)))).toEqual([]);
  expect(stderr).not.toMatch(/\b(NaN|Infinity|undefined)\b/);
  const words = await runCli(["info", ...files]);
  expect(`${words.stdout}${words.stderr}`.match(/.*\b(NaN|Infinity|undefined|null)\b.*/g)).toBeNull();
});

test("targets have numbers or empty cells", async () => {
  const outputs = files.filter((file) => /OUTCAR|vasprun/.test(path.basename(file)));
  const { events } = await runCli(["targets", "--json", "--per-cell", ...outputs]);
  expect(events.length).toBe(outputs.length);
  expect(events.flatMap((event) => holes(event, String(event.id)))).toEqual([]);
  expect((await runCli(["targets", "--per-cell", ...outputs])).stdout).not.toMatch(/NaN|Infinity|undefined|null/);
});

test("descriptors are finite, and files without one are named", async () => {
  const folder = path.join(root, "structures");
  for (const file of files.filter((one) => /POSCAR|CONTCAR/.test(path.basename(one))))
    cpSync(file, path.join(folder, path.basename(file)));
  for (const descriptor of ["sine", "ewald", "soap"]) {
    const out = path.join(root, `${descriptor}.npz`);
    const { stderr } = await runCli(["describe", folder, "--descriptor", descriptor, "-o", out]);
    expect(stderr).toContain("error: the atoms Ni (1) and Ti (2) are at one place");
    for (const name of ["features", "kernel"]) {
      const array = readNpz(readFileSync(out)).arrays.get(name);
      expect(array && numbersOf(array).every(Number.isFinite), `${descriptor} ${name}`).toBe(true);
    }
  }
});
