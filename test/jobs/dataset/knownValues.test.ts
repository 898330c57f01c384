import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { knownValues } from "../../../src/jobs/dataset/knownValues.js";
import type { RunTarget } from "../../../src/protocol/runFiles.js";
import { outcarText, TERMS } from "../../core/formats/outcarText.js";
import { vasprunText } from "../../core/formats/vasprunText.js";

const root = mkdtempSync(path.join(tmpdir(), "r3dvs-known-"));
afterAll(() => rmSync(root, { recursive: true }));

const HARTREE: RunTarget = { name: "E_hartree_per_atom", kind: "perAtom", unit: "eV/atom", reportedUnit: "eV/atom" };
const GAP: RunTarget = { name: "band_gap", kind: "intensive", unit: "eV", reportedUnit: "eV" };
const SIZE = { volume: 20, atoms: 2 };

function folder(files: Readonly<Record<string, string>>): string {
  const place = mkdtempSync(path.join(root, "set-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(place, name)), { recursive: true });
    writeFileSync(path.join(place, name), text);
  }
  return place;
}

const ask = async (file: string, target: RunTarget, id = path.basename(path.dirname(file)), size = SIZE) =>
  (await knownValues({ id, file }, [target.name])).of(target, size);

test("a table tells the value of a material in a folder of its own, and of a file beside the table, whatever its id was made to be", async () => {
  const set = folder({
    "targets.csv": "id,band_gap\nzno,3.25\nmgo,\n",
    "zno/CHGCAR": "",
    "mgo/CHGCAR": "",
    "zno.CHGCAR": "",
  });
  const table = path.join(set, "targets.csv");
  expect(await ask(path.join(set, "zno/CHGCAR"), GAP)).toEqual({ value: 3.25, file: table });
  expect(await ask(path.join(set, "zno/CHGCAR"), GAP, "set/zno")).toEqual({ value: 3.25, file: table });
  expect(await ask(path.join(set, "zno.CHGCAR"), GAP, "zno")).toEqual({ value: 3.25, file: table });
  expect(await ask(path.join(set, "mgo/CHGCAR"), GAP)).toBeUndefined();
  expect(await ask(path.join(set, "zno/CHGCAR"), HARTREE)).toBeUndefined();
});

test("a value per cell comes per atom, and one in another unit not at all", async () => {
  const set = folder({ "targets.csv": "id,E (eV/cell),band_gap (meV)\nzno,-9,3250\n", "zno/CHGCAR": "" });
  const file = path.join(set, "zno/CHGCAR");
  expect((await ask(file, { name: "E", kind: "perCell", unit: "eV/cell", reportedUnit: "eV/atom" }))?.value).toBe(-4.5);
  expect(await ask(file, GAP)).toBeUndefined();
});

test("without a table the outputs in the density's own folder tell it; a table comes first", async () => {
  const outputs = { "zno/OUTCAR": outcarText({}), "zno/vasprun.xml": vasprunText(), "zno/CHGCAR": "" };
  const set = folder(outputs);
  const file = path.join(set, "zno/CHGCAR");
  expect(await ask(file, HARTREE)).toEqual({ value: -TERMS.DENC / 2, file: path.join(set, "zno/OUTCAR") });
  expect(await ask(file, GAP)).toEqual({ value: 2, file: path.join(set, "zno/vasprun.xml") });
  // outputs of another cell are another material's
  expect(await ask(file, HARTREE, "zno", { volume: 40, atoms: 4 })).toBeUndefined();
  const both = folder({ ...outputs, "targets.csv": "id,band_gap\nzno,1.5\n" });
  expect((await ask(path.join(both, "zno/CHGCAR"), GAP))?.value).toBe(1.5);
  expect((await ask(path.join(both, "zno/CHGCAR"), HARTREE))?.value).toBe(-TERMS.DENC / 2);
});

test("outputs say nothing of a density that is not their folder's", async () => {
  const set = folder({ OUTCAR: outcarText({}), CHGCAR: "", "other.CHGCAR": "" });
  expect(await ask(path.join(set, "other.CHGCAR"), HARTREE, "other")).toBeUndefined();
  expect((await ask(path.join(set, "CHGCAR"), HARTREE))?.value).toBe(-TERMS.DENC / 2);
});

test("a table that has changed is read again, and a damaged one tells nothing", async () => {
  const set = folder({ "targets.csv": "id,band_gap\nzno,3.25\n", "zno/CHGCAR": "" });
  const file = path.join(set, "zno/CHGCAR");
  const table = path.join(set, "targets.csv");
  expect((await ask(file, GAP))?.value).toBe(3.25);
  writeFileSync(table, "id,band_gap\nzno,4.25\n");
  utimesSync(table, 1e9, 1e9);
  expect((await ask(file, GAP))?.value).toBe(4.25);
  writeFileSync(table, "nothing of the kind");
  expect(await ask(file, GAP)).toBeUndefined();
});

test("a table that cannot be read is told, and what it holds is not taken for nothing", async () => {
  const set = folder({ "targets.csv": "material,band_gap\nzno,3.25\n", "zno/CHGCAR": "", "mgo/CHGCAR": "" });
  const problemsOf = async (name: string) =>
    (await knownValues({ id: name, file: path.join(set, name, "CHGCAR") }, ["band_gap"])).problems.map(
      ({ severity, message }) => `${severity}: ${message.replace(set, "")}`,
    );
  const reason = 'the first column must be named "id" (the name of the material folder), not "material"';
  const told = `warning: no calculated values are shown, since ${path.sep}targets.csv cannot be read: ${reason}`;
  expect(await problemsOf("zno")).toEqual([told]);
  expect(await problemsOf("mgo")).toEqual([told]);
  writeFileSync(path.join(set, "targets.csv"), "id,band_gap\nzno,3.25\n");
  expect(await problemsOf("mgo")).toEqual([]);
  rmSync(path.join(set, "targets.csv"));
  mkdirSync(path.join(set, "targets.csv"));
  expect(await problemsOf("zno")).toEqual([
    `warning: no calculated values are shown, since ${path.sep}targets.csv cannot be read: this is a folder, not a file`,
  ]);
});
