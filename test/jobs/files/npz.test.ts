import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { numbersOf, textsOf } from "../../../src/jobs/files/npy.js";
import { NpzWriter, readNpz } from "../../../src/jobs/files/npz.js";

const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-npz-"));
afterAll(() => rmSync(folder, { recursive: true }));
const hasNumpy = spawnSync("python3", ["-c", "import numpy"]).status === 0;

test("what is written is read again, whatever the numbers and texts", () => {
  const file = path.join(folder, "round.npz");
  const finite = fc.double({ noNaN: false });
  fc.assert(
    fc.property(
      fc.array(finite, { maxLength: 40 }),
      fc.array(fc.string({ unit: "grapheme", maxLength: 6 }), { minLength: 1 }),
      (numbers, texts) => {
        const clean = texts.map((text) => text.replace(/\0/g, ""));
        const writer = new NpzWriter(file);
        writer.add("numbers", Float64Array.from(numbers));
        writer.add("ids", clean);
        writer.addText("meta.json", JSON.stringify({ clean }));
        writer.close();
        const npz = readNpz(readFileSync(file));
        expect([...numbersOf(arrayOf(npz, "numbers"))]).toEqual(numbers);
        expect(textsOf(arrayOf(npz, "ids"))).toEqual(clean);
        expect(JSON.parse(npz.texts.get("meta.json") ?? "")).toEqual({ clean });
      },
    ),
    { numRuns: 50 },
  );
});

test("an array written in parts is the array, and the same data gives the same bytes", () => {
  const values = Float32Array.from({ length: 6000 }, (_, i) => Math.sin(i));
  const bytes = new Uint8Array(values.buffer);
  const write = (name: string) => {
    const writer = new NpzWriter(path.join(folder, name));
    writer.addInParts(
      "descriptor",
      "<f4",
      [2, 3, 1000],
      [bytes.subarray(0, 7), bytes.subarray(7, 20000), bytes.subarray(20000)],
    );
    writer.close();
    return readFileSync(path.join(folder, name));
  };
  const first = write("a.npz");
  expect(write("b.npz").equals(first)).toBe(true);
  const array = arrayOf(readNpz(first), "descriptor");
  expect(array.shape).toEqual([2, 3, 1000]);
  expect(numbersOf(array)).toEqual(values);
});

test.each([0, 1, 2 ** 18 - 80, 2 ** 18, 2 ** 20, 1_500_003])(
  "%d bytes in parts of one memory, used again, come back; Python finds the check sums right",
  (size) => {
    const file = path.join(folder, `parts-${size}.npz`);
    const bytes = Uint8Array.from({ length: size }, (_, i) => (i * i) >> 5);
    const writer = new NpzWriter(file);
    writer.addInParts("bytes", "|u1", [size], inOneMemory(bytes, 70_001));
    writer.close();
    expect(Buffer.compare(arrayOf(readNpz(readFileSync(file)), "bytes").bytes, bytes)).toBe(0);
    const check = spawnSync("python3", ["-m", "zipfile", "-t", file]);
    if (check.error === undefined) expect(check.status).toBe(0);
  },
);

function* inOneMemory(bytes: Uint8Array, step: number): Generator<Uint8Array> {
  const memory = new Uint8Array(step);
  for (let at = 0; at < bytes.length; at += step) {
    const part = bytes.subarray(at, at + step);
    memory.set(part);
    yield memory.subarray(0, part.length);
  }
}

test("a discarded file leaves nothing behind", () => {
  const writer = new NpzWriter(path.join(folder, "gone.npz"));
  writer.add("x", Float64Array.of(1));
  writer.discard();
  expect(readdirSync(folder).filter((name) => name.includes("gone"))).toEqual([]);
});

describe.skipIf(!hasNumpy)("numpy", () => {
  test("reads types, shapes, texts and scalars", () => {
    const file = path.join(folder, "numpy.npz");
    const writer = new NpzWriter(file);
    writer.add("ids", ["mp-1", "α-quartz", ""]);
    writer.add(
      "lattice",
      Float64Array.from({ length: 27 }, (_, i) => i / 7),
      [3, 3, 3],
    );
    writer.add("hkl", Int32Array.of(-1, 2, 3), [1, 3]);
    writer.add("dl", 0.4);
    writer.close();
    const script = `import numpy, json, sys
z = numpy.load(sys.argv[1])
print(json.dumps({k: [str(z[k].dtype), z[k].shape, z[k].tolist()] for k in z.files}))`;
    const seen = JSON.parse(execFileSync("python3", ["-c", script, file], { encoding: "utf8" })) as Record<
      string,
      unknown
    >;
    expect(seen).toMatchObject({
      ids: ["<U8", [3], ["mp-1", "α-quartz", ""]],
      hkl: ["int32", [1, 3], [[-1, 2, 3]]],
      dl: ["float64", [], 0.4],
    });
    expect((seen.lattice as unknown[])[1]).toEqual([3, 3, 3]);
  });
});

function arrayOf(npz: ReturnType<typeof readNpz>, name: string) {
  const array = npz.arrays.get(name);
  if (!array) throw new Error(`no array ${name}`);
  return array;
}
