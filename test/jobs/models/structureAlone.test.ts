import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { isStructureName } from "../../../src/host/files/fileState.js";
import { runCli } from "../../cli/harness.js";

const FORMS = path.resolve(import.meta.dirname, "../../fixtures/forms");
const ATOMATE = path.resolve(import.meta.dirname, "../../fixtures/cases/t01_atomate");
const root = mkdtempSync(path.join(tmpdir(), "r3dvs-alone-"));
afterAll(() => rmSync(root, { recursive: true }));

interface Told {
  readonly id: string;
  readonly target: string;
  readonly value?: number;
  readonly outOfDomain?: boolean;
  readonly reasons?: readonly { readonly code: string; readonly message: string }[];
}

const predicted = async (...files: string[]): Promise<readonly Told[]> => {
  const { stdout, code } = await runCli(["predict", "oxides", ...files, "--json"]);
  expect(code).toBe(0);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Told & { event?: string });
  return lines.filter(({ event }) => event === undefined);
};

const NEEDS = "This model needs a density: the file holds a structure alone.";

describe("a structure without a density", () => {
  it("is predicted by the models that need none, whatever its form, the same from each", async () => {
    mkdirSync(path.join(root, "mp-1"));
    cpSync(path.join(FORMS, "density.vasp"), path.join(root, "mp-1/POSCAR"));
    const expected = new Map(
      (await predicted(path.join(FORMS, "structure.cif"))).map(({ target, value }) => [target, value]),
    );
    for (const file of [
      path.join(root, "mp-1/POSCAR"),
      path.join(root, "mp-1"),
      path.join(FORMS, "structure.cif"),
      path.join(FORMS, "structure.json"),
    ]) {
      const told = await predicted(file);
      expect(told.length).toBe(6);
      const values = told.filter(({ value }) => value !== undefined);
      expect(values.map(({ target }) => target).sort()).toEqual(["band_gap", "cohesive_energy_per_atom"]);
      for (const { target, value } of values) expect(value, target).toBeCloseTo(expected.get(target) ?? Number.NaN, 4);
      const refused = told.filter(({ value }) => value === undefined);
      expect(new Set(refused.flatMap(({ reasons = [] }) => reasons.map(({ message }) => message)))).toEqual(
        new Set([NEEDS]),
      );
    }
  });

  it("may be that of a vasprun.xml, and is named after its folder", async () => {
    for (const place of ["mp-1/vasprun.xml.relax2.gz", "mp-1"]) {
      const told = await predicted(path.join(ATOMATE, place));
      expect(told.map(({ id }) => id)).toEqual(Array(6).fill("mp-1"));
      expect(told.find(({ target }) => target === "band_gap")?.outOfDomain).toBe(true); // Si without oxygen
    }
  });

  it("is what the editor predicts for files of these names", () => {
    expect(["POSCAR", "CONTCAR", "a.cif", "vasprun.xml", "MgO.vasp"].map(isStructureName)).toEqual(Array(5).fill(true));
    expect(["CHGCAR", "OUTCAR", "notes.txt", "INCAR"].map(isStructureName)).toEqual(Array(4).fill(false));
  });
});
