import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { cellFormula } from "../../src/core/crystal/formula.js";
import { volume } from "../../src/core/crystal/lattice.js";
import { fileKind } from "../../src/core/formats/fileNames.js";
import { parsePoscar } from "../../src/core/formats/poscar.js";
import type { VolumetricKind } from "../../src/core/formats/volumetric.js";
import { readVolumetric } from "../../src/jobs/densities/readVolumetric.js";
import { inspectFile } from "../../src/jobs/inspect/inspect.js";
import { nameOf, nativeCodes, wasmCode } from "../kernels/volumetricCodes.js";
import { agrees, COLLECTION, hasCollection, type ManifestRow, manifestRows } from "./manifest.js";

const rows = [...manifestRows(), ...manifestRows("big")];
const VOLUMETRIC = ["CHGCAR", "CHG", "AECCAR", "LOCPOT", "ELFCAR"];
const name = (row: ManifestRow) => path.relative(COLLECTION, row.file);

function textOf(file: string): string {
  const bytes = readFileSync(file);
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

/** The order of a formula's elements is a convention, and among noble gases a matter of taste. */
const composition = (formula = "") => formula.match(/[A-Z][a-z]?\d+/g)?.sort();

/** The manifest's kind has no digit for AECCAR0 and AECCAR2. */
const kindOf = (row: ManifestRow) => (row.kind === "AECCAR" ? fileKind(row.file) : row.kind) as VolumetricKind;

describe.skipIf(!hasCollection)("structures of the collection", () => {
  const structures = rows.filter(({ kind }) => kind === "POSCAR");

  for (const row of structures.filter(({ natoms }) => natoms !== "")) {
    it(name(row), () => {
      const { value, problems } = parsePoscar(textOf(row.file));
      expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
      if (!value) throw new Error("no structure");
      expect(value.counts.reduce((sum, count) => sum + count, 0)).toBe(Number(row.natoms));
      expect(agrees(volume(value.lattice), row.volume), `${volume(value.lattice)} for ${row.volume}`).toBe(true);
      // where a file has no line of species, the collection's own reader invented H, He, Li: nothing to agree with
      if (problems.some(({ message }) => message.includes("there is no line of species"))) return;
      if (value.species && row.formula) expect(composition(cellFormula(value))).toEqual(composition(row.formula));
      else expect(value.species === undefined || row.formula === "").toBe(true);
    });
  }

  for (const row of structures.filter(({ natoms }) => natoms === "")) {
    it(`${name(row)}: ${row.expect || "unreadable numbers"}`, () => {
      const { value, problems } = parsePoscar(textOf(row.file));
      const unknownSpecies = row.expect.includes("species");
      expect(value !== undefined).toBe(unknownSpecies);
      expect(problems.map(({ severity }) => severity)).toContain(unknownSpecies ? "warning" : "error");
      const lines = textOf(row.file).split("\n");
      for (const { line, column } of problems) {
        expect(line).toBeLessThanOrEqual(lines.length);
        expect(column).toBeLessThanOrEqual((lines[line - 1] ?? "").length + 1);
      }
    });
  }
});

describe.skipIf(!hasCollection)("volumetric files of the collection", () => {
  const files = rows.filter(({ kind }) => VOLUMETRIC.includes(kind));

  for (const row of files.filter(({ expect }) => expect === "" || expect === "ok")) {
    it(name(row), async () => {
      const { value, problems } = await readVolumetric(row.file, { kind: kindOf(row) });
      expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(value?.truncated).toBe(false);
      expectFacts(value, row.facts);
      for (const block of value?.blocks ?? [])
        expect(Math.abs(block.mean)).toBeCloseTo(meanOf(block.spectrum, value), 8);
    });
  }

  for (const row of files.filter(({ expect }) => expect.startsWith("error: fewer numbers"))) {
    it(`${name(row)}: located, and marked as cut`, async () => {
      const { value, problems } = await readVolumetric(row.file);
      expect(value).toMatchObject({ truncated: true, blocks: [] });
      const errors = problems.filter(({ severity }) => severity === "error");
      expect(errors).toHaveLength(1);
      const lines = textOf(row.file).split("\n");
      const place = errors[0] ?? { line: 0, column: 0 };
      expect(place.line).toBeGreaterThan(lines.length - 20 - 170 * Number(row.file.endsWith("wronggrid")));
      expect(place.column).toBeLessThanOrEqual((lines[place.line - 1] ?? "").length + 1);
    });
  }

  for (const row of files.filter(({ expect }) => expect === "error: not the format")) {
    it(`${name(row)}: an error and nothing else`, async () => {
      const { info, problems } = await inspectFile(row.file);
      expect(Object.keys(info)).toEqual(["file", "problems"]);
      expect(problems.map(({ severity }) => severity)).toEqual(["error"]);
    });
  }

  for (const row of files.filter(({ expect }) => expect.startsWith("warn: unreadable"))) {
    it(`${name(row)}: holes are located and left out of the facts`, async () => {
      const { info, problems } = await inspectFile(row.file);
      expect(problems.every(({ severity }) => severity === "warning")).toBe(true);
      expect(problems[0]).toMatchObject({ line: 16 });
      expect(info.blocks?.[0]?.min).toBeCloseTo(Number((row.facts.block_min as unknown[])[0]), 8);
      if (row.file.endsWith("stars")) expectFacts({ ...info, blocks: info.blocks ?? [] }, row.facts);
      const { value, problems: found } = await readVolumetric(row.file);
      expect(value?.blocks[0]?.spectrum).toBeUndefined();
      expect(found.filter(({ severity }) => severity === "error")).toHaveLength(1);
    });
  }

  for (const row of files.filter(({ expect }) => expect.startsWith("two frames"))) {
    it(`${name(row)}: the last frame alone`, async () => {
      const { value, problems } = await readVolumetric(row.file);
      const half = (values: unknown) => (values as unknown[]).slice(0, (values as unknown[]).length / 2);
      const { block_mean, block_min, block_max, ...rest } = row.facts;
      expectFacts(value, {
        ...rest,
        block_mean: half(block_mean),
        block_min: half(block_min),
        block_max: half(block_max),
      });
      expect(problems.filter(({ severity }) => severity === "information").map(({ message }) => message)).toEqual([
        "the file has 2 frames: the last one is used",
      ]);
    });
  }

  it.each(nativeCodes.map((each) => [nameOf(each), each] as const))(
    "all give the same by %s as by WebAssembly",
    async (_, reader) => {
      for (const row of files) {
        const kind = kindOf(row);
        expect(await readVolumetric(row.file, { kind, reader }), name(row)).toEqual(
          await readVolumetric(row.file, { kind, reader: wasmCode }),
        );
      }
    },
    120_000,
  );

  it("numbers without blanks between them are read, and said so", async () => {
    const file = path.join(COLLECTION, "derived/CHGCAR_si_vasp541_aiida_glued");
    const { value, problems } = await readVolumetric(file);
    expect(value?.blocks[0]?.spectrum).toBeDefined();
    expect(problems[0]).toMatchObject({ severity: "warning", line: 16, column: 18 });
  });

  it("every row of the collection with a volumetric kind has its test here", () => {
    expect(files.length).toBeGreaterThanOrEqual(60);
  });
});

interface Facts {
  readonly structure?: { readonly counts: readonly number[]; readonly lattice: Parameters<typeof volume>[0] };
  readonly grid?: readonly number[];
  readonly blocks: readonly { readonly mean: number; readonly min: number; readonly max: number }[];
}

function expectFacts(value: Facts | undefined, facts: Readonly<Record<string, unknown>>): void {
  if (!value) throw new Error("no value");
  if (value.structure) {
    expect(value.structure.counts).toEqual(facts.counts);
    expect(agrees(volume(value.structure.lattice), facts.volume)).toBe(true);
  }
  expect(value.grid?.join("x")).toBe(facts.grid);
  for (const [key, list] of Object.entries({ mean: facts.block_mean, min: facts.block_min, max: facts.block_max })) {
    const found = value.blocks.map((block) => block[key as "mean" | "min" | "max"]);
    expect(found).toHaveLength((list as unknown[]).length);
    found.forEach((number, i) => {
      // sums of 10^6 values of both signs: their mean is known to the sum's rounding, not to ten digits of a result
      // near zero
      const fact = (list as unknown[])[i];
      expect(agrees(number, fact) || Math.abs(number - Number(fact)) < 1e-12, `${key} ${number} for ${fact}`).toBe(
        true,
      );
    });
  }
}

/** The amplitude at g = 0 is the mean (times 1/V where the unit rule divides). */
function meanOf(
  spectrum: { readonly amplitude: Float64Array; readonly unit: string } | undefined,
  value: unknown,
): number {
  const { structure } = value as { structure: { lattice: Parameters<typeof volume>[0] } };
  return (spectrum?.amplitude[0] ?? Number.NaN) * (spectrum?.unit === "e/Å³" ? volume(structure.lattice) : 1);
}
