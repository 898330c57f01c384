// Forms as other versions and other hands write them: each gives the descriptor of the CHGCAR they were made from.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { afterAll, describe, expect, test } from "vitest";
import { lookThrough, resolvePaths } from "../../../src/jobs/dataset/materialFiles.js";
import { readVolumetric } from "../../../src/jobs/densities/readVolumetric.js";
import { bitsOfHalf } from "../../../src/jobs/densities/zarrHalf.js";
import { inspectFile } from "../../../src/jobs/inspect/inspect.js";

const FORMS = path.resolve(import.meta.dirname, "../../fixtures/forms");
const root = mkdtempSync(path.join(tmpdir(), "r3dvs-odd-"));
afterAll(() => rmSync(root, { recursive: true }));

type Json = Readonly<Record<string, unknown>>;
const chgcar = JSON.parse(gunzipSync(readFileSync(path.join(FORMS, "CHGCAR.json.gz"))).toString()) as Json & {
  readonly data: Readonly<Record<string, { readonly data: readonly (readonly (readonly number[])[])[] }>>;
};
const total = chgcar.data.total?.data.flat(2) ?? [];

const reversed = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, one]) => [key, reversed(one)]),
      )
    : value;

function put(name: string, content: string | Uint8Array): string {
  const file = path.join(root, name);
  writeFileSync(file, content);
  return file;
}

async function amplitudesOf(file: string): Promise<Float64Array> {
  const { value, problems } = await readVolumetric(file);
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return value?.blocks[0]?.spectrum?.amplitude ?? new Float64Array(0);
}

const expected = await amplitudesOf(path.join(FORMS, "CHGCAR"));

async function expectSame(file: string, tolerance = 1e-6): Promise<void> {
  const found = await amplitudesOf(file);
  expect(found.length).toBe(expected.length);
  const most = Math.max(...expected);
  expect(Math.max(...found.map((a, i) => Math.abs(a - (expected[i] as number)))) / most).toBeLessThan(tolerance);
}

describe("JSON of pymatgen", () => {
  test.each<[string, string]>([
    ["reversed.json", JSON.stringify(reversed(chgcar))],
    ["indented.json", JSON.stringify(chgcar, undefined, 1)],
    ["list.json", JSON.stringify([chgcar])],
    ["lines.jsonl", `${JSON.stringify({ data: chgcar, task_id: "mp-aaabx" })}\n`],
    ["mark.json", `\ufeff${JSON.stringify(chgcar)}`],
    ["text-augmentation.json", JSON.stringify({ data_aug: { total: ["augmentation occupancies 1 2\n"] }, ...chgcar })],
  ])("is read in whatever order and wrapper: %s", async (name, text) => expectSame(put(name, text)));

  test("names the blocks of a LOCPOT with spin as newer versions do", async () => {
    const { total: up, diff: down } = chgcar.data;
    const { data_aug: _, ...rest } = chgcar;
    const locpot = { ...rest, "@class": "Locpot", data: { spin_up: up, spin_down: down } };
    const { info } = await inspectFile(put("LOCPOT.json", JSON.stringify(locpot)));
    expect(info).toMatchObject({ kind: "LOCPOT", blocks: [{ name: "total" }, { name: "magnetization" }] });
    expect(info.blocks?.[0]?.mean).toBeCloseTo(total.reduce((a, b) => a + b, 0) / total.length, 6);
  });

  test("with several densities gives the first one, with its own structure, and says so", async () => {
    const other = { ...chgcar, data: { total: { data: [[[1, 2]]] } } };
    const file = put("two.json", JSON.stringify([chgcar, other]));
    await expectSame(file);
    const { problems } = await readVolumetric(file);
    expect(problems.map(({ message }) => message)).toContain("the file holds 2 densities: the first one is read");
  });

  test("of a POSCAR or a list with one structure is a structure", async () => {
    const { poscar } = chgcar as unknown as { readonly poscar: { readonly structure: unknown } };
    for (const [name, value] of [
      ["my_poscar.json", poscar],
      ["one.json", [poscar.structure]],
      ["document.json", { material_id: "mp-1", structure: poscar.structure }],
    ] as const)
      expect((await inspectFile(put(name, JSON.stringify(value)))).info).toMatchObject({
        kind: "JSON",
        formula: "Zn1O2",
      });
  });
});

describe("arrays of numpy", () => {
  const [nx, ny, nz] = [22, 18, 24];
  const head = (descr: string, isFortran = false) => {
    const text = `{'descr': '${descr}', 'fortran_order': ${isFortran ? "True" : "False"}, 'shape': (${nx}, ${ny}, ${nz}), }`;
    const padded = `${text.padEnd(117)}\n`;
    return Buffer.concat([Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, padded.length, 0]), Buffer.from(padded)]);
  };
  const array = (
    name: string,
    descr: string,
    size: number,
    write: (bytes: Buffer, value: number, at: number) => void,
  ) => {
    const bytes = Buffer.alloc(size * total.length);
    total.forEach((value, i) => void write(bytes, value, size * i));
    cpSync(path.join(FORMS, "density.vasp"), path.join(root, `${name}.vasp`));
    return put(`${name}.npy`, Buffer.concat([head(descr), bytes]));
  };

  test("of half precision, of big-endian and of whole numbers are read", async () => {
    await expectSame(
      array("half", "<f2", 2, (bytes, value, at) => bytes.writeUInt16LE(bitsOfHalf(value), at)),
      1e-3,
    );
    await expectSame(array("big", ">f8", 8, (bytes, value, at) => bytes.writeDoubleBE(value, at)));
    await expectSame(
      array("whole", "<i8", 8, (bytes, value, at) => bytes.writeBigInt64LE(BigInt(Math.round(value)), at)),
      0.02,
    );
    await expectSame(
      array("small", "|u1", 1, (bytes, value, at) => bytes.writeUInt8(Math.round(value), at)),
      0.02,
    );
  });

  test("of Fortran's order are not transposed", async () => {
    const bytes = Buffer.alloc(8 * total.length);
    total.forEach((value, i) => {
      const [x, y, z] = [Math.floor(i / (ny * nz)), Math.floor(i / nz) % ny, i % nz];
      bytes.writeDoubleLE(value, 8 * (x + nx * (y + ny * z)));
    });
    cpSync(path.join(FORMS, "density.vasp"), path.join(root, "fortran.vasp"));
    await expectSame(put("fortran.npy", Buffer.concat([head("<f8", true), bytes])));
  });

  test("with a value that is no number are told in words", async () => {
    const file = array("hole", "<f8", 8, (bytes, value, at) =>
      bytes.writeDoubleLE(at === 800 ? Number.NaN : value, at),
    );
    const { value, problems } = await readVolumetric(file);
    expect(value?.blocks[0]?.spectrum).toBeUndefined();
    expect(problems.map(({ message }) => message)).toContain(
      "1 values of this block are not numbers, so no spectrum can be computed",
    );
  });

  test("of what are no numbers are refused", async () => {
    const file = put("flags.npy", Buffer.concat([head("|b1"), Buffer.alloc(total.length)]));
    const { problems } = await readVolumetric(file);
    expect(problems.map(({ message }) => message)).toEqual(["the array is not of real numbers"]);
  });
});

test("an XSF file with several grids gives the first one and says so", async () => {
  const text = readFileSync(path.join(FORMS, "density.xsf"), "latin1");
  const block = text.slice(text.indexOf("BEGIN_DATAGRID"), text.indexOf("END_BLOCK"));
  const file = put("three.xsf", text.replace("END_BLOCK", `${block}${block}END_BLOCK`));
  await expectSame(file);
  const { problems } = await readVolumetric(file);
  expect(problems.map(({ message }) => message)).toContain("the file holds 3 grids: the first one is read");
});

describe("zip files", () => {
  const zarr = filesBelow(path.join(FORMS, "mp-v3.zarr"));
  const inside = (folder: string) =>
    Object.fromEntries(Object.entries(zarr).map(([name, one]) => [folder + name, one]));

  test.each([
    ["plain.zip", ""],
    ["mp-5.zarr.zip", "mp-5.zarr/"],
    ["deep.zip", "exports/of/mp-6.zarr/"],
  ])("with a zarr group are read whatever their name and folder: %s", async (name, folder) => {
    await expectSame(put(name, zipSync(inside(folder))), 1e-6);
  });

  test("are found among other files of a dataset, and those without a group are passed over", async () => {
    const folder = mkdtempSync(path.join(root, "set-"));
    writeFileSync(path.join(folder, "mp-7.zip"), zipSync(zarr));
    writeFileSync(path.join(folder, "backup.zip"), zipSync({ "notes.txt": Buffer.from("nothing") }));
    writeFileSync(path.join(folder, "two.zip"), zipSync({ ...inside("a/"), ...inside("b/") }));
    expect((await lookThrough(folder)).materials.map(({ id }) => id)).toEqual(["a", "b", "mp-7"]);
  });

  test("without a zarr group are named", async () => {
    const { problems } = await readVolumetric(put("other.zip", zipSync({ CHGCAR: Buffer.from("text") })));
    expect(problems.map(({ message }) => message)).toEqual(["this is a zip file, which is not read: unpack it"]);
  });
});

test("rows of one name in several tables of a folder are told apart by the tables' names", async () => {
  const folder = mkdtempSync(path.join(root, "tables-"));
  for (const name of ["first.parquet", "second.parquet"])
    cpSync(path.join(FORMS, "materials_snappy.parquet"), path.join(folder, name));
  const ids = ["first/agm-1", "first/agm-2", "second/agm-1", "second/agm-2"];
  expect((await lookThrough(folder)).materials.map(({ id }) => id).sort()).toEqual(ids);
  const named = await resolvePaths(["first", "second"].map((name) => path.join(folder, `${name}.parquet`)));
  expect(named.materials.map(({ id }) => id).sort()).toEqual(ids);
});

function filesBelow(folder: string, below = ""): Record<string, Uint8Array> {
  return Object.assign(
    {},
    ...readdirSync(folder).map((name) => {
      const file = path.join(folder, name);
      return statSync(file).isDirectory()
        ? filesBelow(file, `${below}${name}/`)
        : { [below + name]: new Uint8Array(readFileSync(file)) };
    }),
  ) as Record<string, Uint8Array>;
}
