// Zarr groups that no fixture shows: other orders, packings and layouts, and what is damaged or hostile.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { afterAll, describe, expect, it } from "vitest";
import { Random } from "../../../src/core/math/random.js";
import { findMaterials } from "../../../src/jobs/dataset/materialFiles.js";
import { readVolumetric } from "../../../src/jobs/densities/readVolumetric.js";
import { hasVolumetricData } from "../../../src/jobs/densities/volumetricContent.js";
import { bitsOfHalf, numberOfHalf } from "../../../src/jobs/densities/zarrHalf.js";
import { openZarr } from "../../../src/jobs/densities/zarrLibrary.js";
import { storedFacts } from "../../../src/jobs/files/storedFacts.js";

const FORMS = path.resolve(import.meta.dirname, "../../fixtures/forms");
const root = mkdtempSync(path.join(tmpdir(), "r3dvs-zarr-"));
afterAll(() => rmSync(root, { recursive: true }));

const SHAPE = [6, 4, 5] as const;
const LATTICE = [
  [3, 0, 0.2],
  [0, 2, 0],
  [0, 0.1, 2.5],
];
/** At [x][y][z]; the mean is 8 electrons. */
const valueAt = (x: number, y: number, z: number) =>
  8 + Math.cos((2 * Math.PI * x) / 6) + Math.sin((2 * Math.PI * (y / 4 + (2 * z) / 5)) as number);
const ELVIS = { material_id: "x", role: "CHGCAR", lattice: LATTICE, atoms: [{ element: "O", frac: [0, 0, 0] }] };

interface Layout {
  readonly order?: "C" | "F";
  readonly dtype?: "<f8" | ">f8" | "<f4" | "<f2";
  readonly pack?: (bytes: Buffer) => Buffer;
  readonly compressor?: object | null;
  /** How the array's own axes are named, the slowest first. */
  readonly axes?: "xyz" | "zyx";
  readonly chunk?: readonly number[];
}

/** A pyramid of one level, of version 2, one chunk after the other. */
function writeGroup(
  name: string,
  { order = "C", dtype = "<f8", pack = (b) => b, compressor = null, axes = "xyz", chunk }: Layout = {},
): string {
  const folder = path.join(root, name);
  const shape = axes === "xyz" ? [...SHAPE] : [...SHAPE].reverse();
  const size = chunk ?? [4, 4, 3];
  mkdirSync(path.join(folder, "0"), { recursive: true });
  writeFileSync(path.join(folder, ".zgroup"), '{"zarr_format": 2}');
  const multiscales = [{ axes: [...axes].map((axis) => ({ name: axis })) }];
  writeFileSync(path.join(folder, ".zattrs"), JSON.stringify({ elvis: ELVIS, multiscales }));
  const array = { zarr_format: 2, shape, chunks: size, dtype, fill_value: 0, order, filters: null, compressor };
  writeFileSync(path.join(folder, "0", ".zarray"), JSON.stringify(array));
  const counts = shape.map((n, axis) => Math.ceil(n / (size[axis] ?? 1)));
  for (let i = 0; i < (counts[0] ?? 0); i++)
    for (let j = 0; j < (counts[1] ?? 0); j++)
      for (let k = 0; k < (counts[2] ?? 0); k++)
        writeFileSync(
          path.join(folder, "0", `${i}.${j}.${k}`),
          pack(chunkOf([i, j, k], shape, size, order, dtype, axes)),
        );
  return folder;
}

function chunkOf(
  at: number[],
  shape: number[],
  size: readonly number[],
  order: string,
  dtype: string,
  axes: string,
): Buffer {
  const [a = 1, b = 1, c = 1] = size;
  const bytes = Number(dtype.at(-1));
  const buffer = Buffer.alloc(a * b * c * bytes);
  for (let u = 0; u < a; u++)
    for (let v = 0; v < b; v++)
      for (let w = 0; w < c; w++) {
        const index = [u + a * (at[0] ?? 0), v + b * (at[1] ?? 0), w + c * (at[2] ?? 0)];
        if (index.some((n, axis) => n >= (shape[axis] ?? 0))) continue;
        const [x = 0, y = 0, z = 0] = axes === "xyz" ? index : [...index].reverse();
        const place = bytes * (order === "C" ? (u * b + v) * c + w : (w * b + v) * a + u);
        if (dtype === "<f2") buffer.writeUInt16LE(bitsOfHalf(Math.round(valueAt(x, y, z) * 16) / 16), place);
        else if (dtype === "<f4") buffer.writeFloatLE(valueAt(x, y, z), place);
        else if (dtype === "<f8") buffer.writeDoubleLE(valueAt(x, y, z), place);
        else buffer.writeDoubleBE(valueAt(x, y, z), place);
      }
  return buffer;
}

const spectrumOf = async (folder: string) => {
  const { value, problems } = await readVolumetric(folder);
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return [
    value?.grid,
    [...(value?.blocks[0]?.spectrum?.hkl ?? [])],
    [...(value?.blocks[0]?.spectrum?.amplitude ?? [])].map((a) => a.toFixed(5)),
  ];
};
const errorsOf = async (folder: string) =>
  (await readVolumetric(folder)).problems.filter(({ severity }) => severity === "error").map(({ message }) => message);

describe("a pyramid", () => {
  it("gives the same waves in every order, precision and packing", async () => {
    const expected = await spectrumOf(writeGroup("plain.zarr"));
    expect([expected[0], expected[1]?.length]).toEqual([SHAPE, expected[1]?.length]);
    expect(expected[2]?.filter((a) => a !== "0.00000").length).toBeGreaterThan(2);
    const layouts: readonly Layout[] = [
      { order: "F" },
      { dtype: ">f8" },
      { dtype: "<f4", chunk: [6, 4, 5] },
      { axes: "zyx" },
      { axes: "zyx", order: "F", chunk: [2, 3, 4] },
      { pack: (bytes) => gzipSync(bytes), compressor: { id: "gzip", level: 1 } },
      { pack: (bytes) => deflateSync(bytes), compressor: { id: "zlib", level: 1 } },
    ];
    for (const [index, layout] of layouts.entries())
      expect(await spectrumOf(writeGroup(`layout-${index}.zarr`, layout)), JSON.stringify(layout)).toEqual(expected);
  });
});

describe("a damaged group", () => {
  const copy = (name: string) => {
    const folder = path.join(root, `${name}.zarr`);
    cpSync(path.join(FORMS, "mp-v2.zarr"), folder, { recursive: true });
    return folder;
  };

  it("says how many chunks are not there, and that the electrons are wrong", async () => {
    const folder = copy("missing");
    unlinkSync(path.join(folder, "charge_density_total/0.1.0"));
    const { problems } = await readVolumetric(folder);
    expect(problems.map(({ severity, message }) => [severity, message])).toContainEqual([
      "warning",
      "1 chunks of the zarr array are not there: their values are taken for its fill value",
    ]);
  });

  it("is refused where a chunk is cut, too long for its shape, or packed by an unknown codec", async () => {
    const cut = copy("cut");
    truncateSync(path.join(cut, "charge_density_total/0.0.0"), 500);
    expect(await errorsOf(cut)).toEqual(["a chunk is damaged: its length is not that of its shape"]);
    const bomb = writeGroup("bomb.zarr", {
      pack: () => gzipSync(Buffer.alloc(2 ** 20)),
      compressor: { id: "gzip", level: 9 },
    });
    expect(await errorsOf(bomb)).toEqual(["a chunk is damaged: its length is not that of its shape"]);
    const unknown = writeGroup("unknown.zarr", { compressor: { id: "own" } });
    expect((await errorsOf(unknown))[0]).toMatch(/^the chunks are packed by a codec that is not read/);
  });

  it("is refused where it claims chunks larger than all memory", async () => {
    const folder = writeGroup("huge.zarr");
    const array = {
      zarr_format: 2,
      shape: [9e4, 9e4, 9e4],
      chunks: [9e4, 9e4, 9e4],
      dtype: "<f8",
      fill_value: 0,
      order: "C",
      filters: null,
    };
    writeFileSync(path.join(folder, "0/.zarray"), JSON.stringify({ ...array, compressor: null }));
    expect((await errorsOf(folder)).length).toBeGreaterThan(0);
  });

  it("reads nothing outside of its folder", async () => {
    const folder = writeGroup("linked.zarr");
    const outside = path.join(root, "outside");
    writeFileSync(outside, Buffer.alloc(4 * 4 * 3 * 8));
    unlinkSync(path.join(folder, "0/0.0.0"));
    symlinkSync(outside, path.join(folder, "0/0.0.0"));
    expect((await errorsOf(folder)).length).toBe(1);
  });

  it("is no density without a structure, a grid or metadata", async () => {
    const bare = path.join(root, "bare.zarr");
    mkdirSync(bare);
    expect(await errorsOf(bare)).toEqual(["this is a folder, not a file"]);
    writeFileSync(path.join(bare, ".zgroup"), '{"zarr_format": 2}');
    expect(await errorsOf(bare)).toEqual(["this zarr group holds no grid"]);
    writeFileSync(path.join(bare, "zarr.json"), "{");
    expect(await hasVolumetricData(bare)).toBe(false);
    const lone = writeGroup("lone.zarr");
    unlinkSync(path.join(lone, ".zattrs"));
    expect(await errorsOf(lone)).toEqual(["the zarr group has no structure in its attributes"]);
    writeFileSync(path.join(root, "lone.vasp"), "O\n1\n3 0 0.2\n0 2 0\n0 0.1 2.5\nO\n1\nDirect\n0 0 0\n");
    expect(await errorsOf(lone)).toEqual([]);
  });
});

describe("half precision", () => {
  it("has the numbers of its bits, all of them", () => {
    const view = new DataView(new ArrayBuffer(4));
    const all = Array.from({ length: 0x10000 }, (_, bits) => bits);
    const values = all.map(numberOfHalf);
    const expected = all.map((bits) => {
      const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
      if (exponent === 0) return (bits & 0x8000 ? -1 : 1) * fraction * 2 ** -24;
      // through float32: its exponent is biased by 127 and its fraction has 13 bits more
      view.setUint32(0, ((bits & 0x8000) << 16) | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13));
      return view.getFloat32(0);
    });
    expect(values).toEqual(expected);
    const numbers = all.filter((bits) => !Number.isNaN(values[bits]));
    expect(numbers.map((bits) => bitsOfHalf(values[bits] as number))).toEqual(numbers);
    expect([1e5, 2 ** -26, 1 + 2 ** -11, 1 + 3 * 2 ** -11].map((x) => numberOfHalf(bitsOfHalf(x)))).toEqual([
      Number.POSITIVE_INFINITY,
      0,
      1,
      1 + 2 ** -9,
    ]);
  });

  it("is read like the other precisions, with what is not stored filled in", async () => {
    const folder = writeGroup("half.zarr", { dtype: "<f2" });
    const grid = async () => {
      const { fields } = await openZarr(folder);
      const values: number[] = [];
      for await (const part of fields.get("0")?.layers() ?? []) values.push(...part);
      return values;
    };
    const [, ny, nz] = SHAPE;
    const expected = Array.from({ length: SHAPE.reduce((a: number, b) => a * b, 1) }, (_, i) => {
      const value = valueAt(Math.floor(i / (ny * nz)), Math.floor(i / nz) % ny, i % nz);
      return Math.round(value * 16) / 16;
    });
    expect(await grid()).toEqual(expected);
    expect(await errorsOf(folder)).toEqual([]);
    const metadata = path.join(folder, "0/.zarray");
    writeFileSync(metadata, readFileSync(metadata, "utf8").replace('"fill_value":0', '"fill_value":2.5'));
    unlinkSync(path.join(folder, "0/0.0.0"));
    expect((await grid()).slice(0, 3)).toEqual([2.5, 2.5, 2.5]);
  });
});

describe("chunks of many layers", () => {
  it("are read in parts that fit, and what is missing is counted once", async () => {
    const folder = writeGroup("layers.zarr", { chunk: [5, 3, 2] });
    unlinkSync(path.join(folder, "0/1.0.1"));
    const field = (await openZarr(folder)).fields.get("0");
    const read = async (most?: number) => {
      const parts: Float64Array[] = [];
      for await (const part of field?.layers(most) ?? []) parts.push(part);
      expect(field?.missing()).toBe(1);
      return parts;
    };
    const whole = (await read()).flatMap((part) => [...part]);
    // 4 x 5 x 8 bytes a layer, 240 a chunk
    const parts = await read(2 * 160);
    expect(parts.map(({ length }) => length)).toEqual([40, 40, 20, 20]);
    expect(parts.flatMap((part) => [...part])).toEqual(whole);
    await expect(read(239)).rejects.toThrow(/one chunk has 1 MB, and at most 1 are read/);
  });
});

describe("a group in a zip file", () => {
  const entriesOf = (folder: string, top = "") =>
    Object.fromEntries(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => {
          const file = path.join(parentPath, name);
          return [top + path.relative(folder, file).replaceAll("\\", "/"), new Uint8Array(readFileSync(file))];
        }),
    );
  const zipOf = (name: string, entries: Record<string, Uint8Array>, level: 0 | 6 = 0) => {
    const file = path.join(root, name);
    writeFileSync(file, zipSync(entries, { level }));
    return file;
  };

  it.each(["mp-v2", "mp-v3"])(
    "gives what the folder %s gives, stored and packed, with a folder of its own",
    async (name) => {
      const folder = path.join(FORMS, `${name}.zarr`);
      const expected = await spectrumOf(folder);
      const entries = entriesOf(folder);
      for (const [i, file] of [
        zipOf(`${name}.zarr.zip`, entries),
        zipOf(`${name}-packed.zarr.zip`, entries, 6),
        zipOf(`${name}-top.zarr.zip`, entriesOf(folder, `${name}.zarr/`)),
      ].entries()) {
        expect(await spectrumOf(file), String(i)).toEqual(expected);
        expect(await hasVolumetricData(file)).toBe(true);
      }
      const [material] = await findMaterials(root).then((all) =>
        all.filter(({ file }) => file.endsWith(`${name}.zarr.zip`)),
      );
      expect(material?.id).toMatch(new RegExp(`${name}$`));
    },
  );

  it("counts the last of two entries of one name, as zarr-python writes them", async () => {
    const folder = path.join(FORMS, "mp-v2.zarr");
    const entries = entriesOf(folder);
    const twice = zipSync({ xzattrs: new TextEncoder().encode("{}"), ...entries }, { level: 0 });
    const renamed = Buffer.from(Buffer.from(twice).toString("latin1").replaceAll("xzattrs", ".zattrs"), "latin1");
    const file = path.join(root, "twice.zarr.zip");
    writeFileSync(file, renamed);
    expect(await spectrumOf(file)).toEqual(await spectrumOf(folder));
  });

  it("is refused in a plain sentence where it is cut, damaged, or no group", async () => {
    const entries = entriesOf(path.join(FORMS, "mp-v2.zarr"));
    const cut = zipOf("cut.zarr.zip", entries);
    truncateSync(cut, 3000);
    expect(await errorsOf(cut)).toEqual(["the zip file is damaged: it ends too early"]);
    const other = zipOf("other.zarr.zip", { "a.txt": new Uint8Array(10) });
    expect(await errorsOf(other)).toEqual(["the zip file holds no zarr group"]);
    const bytes = zipSync(entries, { level: 0 });
    const place = Buffer.from(bytes).indexOf("charge_density_total/0.0.0") + 60;
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    const flipped = path.join(root, "flipped.zarr.zip");
    writeFileSync(flipped, bytes);
    expect(await errorsOf(flipped)).toEqual([
      "the zip file is damaged: charge_density_total/0.0.0 does not fit its check sum",
    ]);
  });

  it("never throws or passes in silence, whatever bytes are changed or missing", { timeout: 60_000 }, async () => {
    const expected = await spectrumOf(path.join(FORMS, "mp-v2.zarr"));
    let damaged = 0;
    const sound = zipSync(entriesOf(path.join(FORMS, "mp-v2.zarr")), { level: 0 });
    const random = new Random(18);
    const file = path.join(root, "fuzz.zarr.zip");
    for (let round = 0; round < 60; round++) {
      const bytes = sound.slice(0, round % 3 === 0 ? random.integer(sound.length) : sound.length);
      // near the end stands the directory
      for (let i = 0; i < 8 && bytes.length > 0; i++) {
        const span = i % 2 === 0 ? bytes.length : Math.min(bytes.length, 1500);
        bytes[bytes.length - 1 - random.integer(span)] = random.integer(256);
      }
      writeFileSync(file, bytes);
      const { problems } = await readVolumetric(file);
      for (const { message } of problems) expect(message).not.toMatch(/undefined|RangeError|TypeError/);
      if (problems.length > 0) damaged++;
      else expect(await spectrumOf(file)).toEqual(expected);
    }
    expect(damaged).toBeGreaterThan(20);
  });
});

it("changes for the cache when any chunk does", () => {
  const folder = writeGroup("changing.zarr");
  const before = storedFacts(folder);
  truncateSync(path.join(folder, "0/1.0.1"), 8);
  expect(storedFacts(folder)?.bytes).toBe((before?.bytes ?? 0) - 4 * 4 * 3 * 8 + 8);
});
