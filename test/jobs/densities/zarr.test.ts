// Zarr groups that no fixture shows: other orders, packings and layouts, and what is damaged or hostile.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { readVolumetric } from "../../../src/jobs/densities/readVolumetric.js";
import { hasVolumetricData } from "../../../src/jobs/densities/volumetricContent.js";
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
  readonly dtype?: "<f8" | ">f8" | "<f4";
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
  const bytes = dtype.endsWith("4") ? 4 : 8;
  const buffer = Buffer.alloc(a * b * c * bytes);
  for (let u = 0; u < a; u++)
    for (let v = 0; v < b; v++)
      for (let w = 0; w < c; w++) {
        const index = [u + a * (at[0] ?? 0), v + b * (at[1] ?? 0), w + c * (at[2] ?? 0)];
        if (index.some((n, axis) => n >= (shape[axis] ?? 0))) continue;
        const [x = 0, y = 0, z = 0] = axes === "xyz" ? index : [...index].reverse();
        const place = bytes * (order === "C" ? (u * b + v) * c + w : (w * b + v) * a + u);
        if (dtype === "<f4") buffer.writeFloatLE(valueAt(x, y, z), place);
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

it("changes for the cache when any chunk does", () => {
  const folder = writeGroup("changing.zarr");
  const before = storedFacts(folder);
  truncateSync(path.join(folder, "0/1.0.1"), 8);
  expect(storedFacts(folder)?.bytes).toBe((before?.bytes ?? 0) - 4 * 4 * 3 * 8 + 8);
});
