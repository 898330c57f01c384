// One density in the forms of other programs, each written by its reference writer (test/bench/forms.py): the
// descriptor is that of its CHGCAR.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { JsonScanner } from "../../../src/core/text/jsonScanner.js";
import { findMaterials } from "../../../src/jobs/dataset/materialFiles.js";
import { readVolumetric } from "../../../src/jobs/densities/readVolumetric.js";
import type { VolumetricReading } from "../../../src/jobs/densities/volumetricReading.js";
import { inspectFile } from "../../../src/jobs/inspect/inspect.js";
import { readCrystal } from "../../../src/jobs/surfaces/readCrystal.js";
import { readGrids } from "../../../src/jobs/surfaces/readGrids.js";

const FORMS = path.resolve(import.meta.dirname, "../../fixtures/forms");
const at = (name: string) => path.join(FORMS, name);
const root = mkdtempSync(path.join(tmpdir(), "r3dvs-forms-"));
afterAll(() => rmSync(root, { recursive: true }));

const SPIN = ["CHGCAR.json.gz", "mp-aaabx.json.gz", "chgcar_pymatgen.hdf5", "packed.h5.gz"];
const TOTAL = ["density.npy", "density.xsf"];
/** In single precision. */
const ZARR = ["mp-v2.zarr", "mp-v3.zarr", "mp-v3.zarr/zarr.json", "mp-v2.zarr/.zgroup"];
const reference = async () =>
  (await readVolumetric(at("CHGCAR"), { functionals: true, preview: 12 })).value as VolumetricReading;

function expectClose(a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined, tolerance = 1e-9): void {
  expect(a?.length).toBe(b?.length);
  const scale = Math.max(...Array.from(b ?? [], Math.abs));
  for (let i = 0; i < (b?.length ?? 0); i++)
    expect(Math.abs((a?.[i] ?? Number.NaN) - (b?.[i] ?? 0))).toBeLessThanOrEqual(tolerance * scale);
}

describe("the descriptor of a CHGCAR", () => {
  it.each([...SPIN, ...TOTAL, ...ZARR])("is that of %s", async (name) => {
    const expected = await reference();
    const { value, problems } = await readVolumetric(at(name), { functionals: true, preview: 12 });
    expect(problems.filter(({ severity }) => severity !== "information")).toEqual([]);
    expect([value?.kind, value?.grid, value?.structure.species, value?.structure.counts]).toEqual([
      "CHGCAR",
      [22, 18, 24],
      ["Zn", "O"],
      [1, 2],
    ]);
    expect(value?.electrons).toBeCloseTo(24, 5);
    const tolerance = ZARR.includes(name) ? 1e-7 : 1e-9;
    const blocks = !TOTAL.includes(name) ? ["total", "magnetization"] : ["total"];
    expect(value?.blocks.map((block) => block.name)).toEqual(blocks);
    for (const [index, block] of (value?.blocks ?? []).entries()) {
      const other = expected.blocks[index];
      expect(block.spectrum?.hkl).toEqual(other?.spectrum?.hkl);
      expectClose(block.spectrum?.amplitude, other?.spectrum?.amplitude, tolerance);
      expectClose(block.spectrum?.functionals, other?.spectrum?.functionals, 1e-6);
      expectClose(block.preview?.values, other?.preview?.values, 1e-5);
      expectClose([block.min, block.max], [other?.min ?? 0, other?.max ?? 0], tolerance);
    }
  });

  it("is told alike by info, in pictures and in the crystal view", async () => {
    const grids = (await readGrids(at("CHGCAR"))).grids;
    for (const name of [...SPIN, ...TOTAL, ...ZARR]) {
      const { info } = await inspectFile(at(name));
      expect([info.kind, info.formula, info.grid], name).toEqual(["CHGCAR", "Zn1O2", [22, 18, 24]]);
      const other = await readGrids(at(name));
      expectClose(other.grids?.blocks[0], grids?.blocks[0], 1e-6);
      const { value } = await readCrystal(at(name));
      expect([value?.hasDensity, value?.structure.species], name).toEqual([true, ["Zn", "O"]]);
    }
  });

  it("makes a material of a dataset, named without what tells the form", async () => {
    const folder = path.join(root, "set");
    for (const [name, from] of [
      ["mp-1/CHGCAR.json.gz", "CHGCAR.json.gz"],
      ["mp-aaabx.json.gz", "mp-aaabx.json.gz"],
      ["mp-3/chgcar.hdf5", "chgcar_pymatgen.hdf5"],
      ["mp-4/density.xsf", "density.xsf"],
      ["mp-5/density.npy", "density.npy"],
      ["mp-5/density.vasp", "density.vasp"],
      ["mp-6.zarr", "mp-v2.zarr"],
      ["mp-7/charge.zarr", "mp-v3.zarr"],
      ["mp-8", "mp-v3.zarr"],
    ] as const) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      cpSync(at(from), path.join(folder, name), { recursive: true });
    }
    writeFileSync(path.join(folder, "notes.json"), '{"a": 1}');
    cpSync(at("structure.json"), path.join(folder, "structure.json"));
    expect((await findMaterials(folder)).map(({ id }) => id)).toEqual([
      ...["mp-1", "mp-3", "mp-4", "mp-5", "mp-6", "mp-7", "mp-8", "mp-aaabx"],
    ]);
  });
});

describe("spin and quantity", () => {
  it("of a spin-orbit calculation are three directions, and the class tells a potential from a density", async () => {
    const { value } = await readVolumetric(at("noncollinear.json.gz"));
    expect(value?.blocks.map(({ name, mean }) => [name, Number(mean.toFixed(6))])).toEqual([
      ["total", 24],
      ["mx", 1],
      ["my", 0.5],
      ["mz", 2],
    ]);
    const kinds = await Promise.all(
      ["locpot.json.gz", "elfcar.json.gz"].map(async (name) => (await readVolumetric(at(name))).value),
    );
    expect(kinds.map((one) => [one?.kind, one?.electrons])).toEqual([
      ["LOCPOT", undefined],
      ["ELFCAR", undefined],
    ]);
  });
});

describe("structures alone", () => {
  it.each([
    ["structure.json", "JSON"],
    ["structure.cif", "CIF"],
  ])("are told of %s", async (name, kind) => {
    const { info } = await inspectFile(at(name));
    expect([info.kind, info.formula, info.natoms, info.problems]).toEqual([kind, "Zn1O2", 3, []]);
    expect(info.volume).toBeCloseTo(67.956, 4);
    expect((await readCrystal(at(name))).value?.structure.counts).toEqual([1, 2]);
  });
});

describe("JSON", () => {
  const text = gunzipSync(readFileSync(at("mp-aaabx.json.gz")));

  it("is scanned alike however it is cut into chunks, and whatever stands first", () => {
    const scan = (bytes: Uint8Array, size: number) => {
      const found: unknown[] = [];
      const scanner = new JsonScanner(
        {
          wanted: (keys) =>
            keys.at(-1) === "structure"
              ? "capture"
              : keys.at(-1) === "data" && keys.at(-2) === "total"
                ? "grid"
                : undefined,
          onText: (keys, value) => found.push([keys.join("."), value]),
          onGrid: (keys, grid) => found.push([keys.join("."), grid]),
        },
        (part) => new TextDecoder().decode(part),
      );
      for (let from = 0; from < bytes.length; from += size) scanner.push(bytes.subarray(from, from + size));
      scanner.finish();
      return found;
    };
    const whole = scan(text, text.length);
    expect(whole.map((one) => (one as [string])[0])).toEqual(["data.poscar.structure", "data.data.total.data"]);
    for (const size of [1, 7, 4096]) expect(scan(text, size)).toEqual(whole);
  });

  it("may hold the structure behind the numbers, diff before total, numbers without an array's wrapper, and a byte order mark", async () => {
    const { poscar, data } = (
      JSON.parse(text.toString()) as {
        data: { poscar: object; data: Record<"total" | "diff", { data: number[][][] }> };
      }
    ).data;
    const file = path.join(root, "CHGCAR_turned.json");
    writeFileSync(
      file,
      `\uFEFF${JSON.stringify({ data: { diff: data.diff.data, total: data.total.data }, data_aug: {}, poscar }, null, 1)}`,
    );
    const [{ value }, expected] = [await readVolumetric(file), await reference()];
    expect(value?.blocks.map(({ name }) => name)).toEqual(["total", "magnetization"]);
    for (const [index, block] of (value?.blocks ?? []).entries())
      expectClose(block.spectrum?.amplitude, expected.blocks[index]?.spectrum?.amplitude);
  });

  it("is refused where rows differ in length, where it is cut, and where a value is no number", async () => {
    const json = text.toString();
    const start = json.indexOf("[[[");
    const told = async (content: string) => {
      const file = path.join(root, "CHGCAR_wrong.json");
      writeFileSync(file, content);
      return (await readVolumetric(file)).problems
        .filter(({ severity }) => severity === "error")
        .map(({ message }) => message);
    };
    expect(await told(json.replace("[[[", "[[[1, "))).toEqual([
      "the JSON cannot be read: the rows of the grid are not of one length",
    ]);
    expect(await told(json.slice(0, -1000))).toEqual(["the JSON cannot be read: the file ends too early: it is cut"]);
    expect(await told(`${json.slice(0, start + 3)}x${json.slice(start + 4)}`)).toEqual([
      expect.stringMatching(/is not a number$/),
    ]);
    expect((await told(`${json.slice(0, start + 3)}NaN, ${json.slice(json.indexOf(",", start) + 1)}`))[0]).toMatch(
      /no spectrum can be computed/,
    );
    expect(await told('{"@class": "Chgcar", "data": 3}')).toEqual([
      "this JSON file holds no density of pymatgen (data.total)",
    ]);
  });
});

describe("arrays", () => {
  it("say what is missing beside them", async () => {
    cpSync(at("density.npy"), path.join(root, "alone.npy"));
    const { problems } = await readVolumetric(path.join(root, "alone.npy"));
    expect(problems[0]?.message).toBe(
      "there is no structure beside this array: put alone.vasp, alone.cif or a POSCAR into its folder",
    );
  });
});
