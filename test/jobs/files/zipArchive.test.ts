import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { zipSync } from "fflate";
import { afterAll, describe, expect, test } from "vitest";
import { numbersOf } from "../../../src/jobs/files/npy.js";
import { NpzWriter, readNpz, readNpzFile } from "../../../src/jobs/files/npz.js";
import { DamagedFileError } from "../../../src/jobs/files/zipArchive.js";

const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-zip-"));
afterAll(() => rmSync(folder, { recursive: true }));

function written(): Buffer {
  const file = path.join(folder, "written.npz");
  const writer = new NpzWriter(file);
  writer.add(
    "values",
    Float64Array.from({ length: 300 }, (_, i) => Math.sin(i)),
  );
  writer.add("ids", ["a", "β"]);
  writer.addText("meta.json", "{}");
  writer.close();
  return readFileSync(file);
}

/** All that a reader sees, as text. */
function seen(bytes: Uint8Array): string {
  const { arrays, texts } = readNpz(bytes);
  return JSON.stringify([
    [...arrays].map(([name, { type, shape, bytes }]) => [name, type, shape, [...bytes]]),
    [...texts],
  ]);
}

test("no flipped bit of a file passes as other content", () => {
  const bytes = written();
  const whole = seen(bytes);
  for (let at = 0; at < bytes.length; at++) {
    for (const bit of [0, 3, 7]) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
      let outcome: string;
      try {
        outcome = seen(damaged);
      } catch (error) {
        expect(error, `byte ${at}`).toBeInstanceOf(DamagedFileError);
        continue;
      }
      expect(outcome, `byte ${at}, bit ${bit}`).toBe(whole);
    }
  }
});

test("no file that ends early passes", () => {
  const bytes = written();
  for (let length = 0; length < bytes.length; length += 7)
    expect(() => readNpz(bytes.subarray(0, length))).toThrow(DamagedFileError);
});

describe("a bomb", () => {
  const bomb = zipSync({ "meta.json": new Uint8Array(2), "values.npy": new Uint8Array(300 * 2 ** 20) }, { level: 9 });

  test("is refused before it is unpacked", () => {
    expect(bomb.length).toBeLessThan(2 ** 20);
    const before = process.memoryUsage().rss;
    expect(() => readNpz(bomb)).toThrow("values.npy unpacks to far more than arrays of numbers do");
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
  });

  test("that understates its size is refused where that ends", () => {
    const at = Buffer.from(bomb).indexOf("504b0102", Buffer.from(bomb).indexOf("values.npy") + 1, "hex");
    const lying = Buffer.from(bomb);
    const entry = lying.indexOf("values.npy", at) - 46;
    lying.writeUInt32LE(1000, entry + 24);
    expect(() => readNpz(lying)).toThrow("values.npy cannot be unpacked");
  });

  test("beside what is asked for is not touched", () => {
    const file = path.join(folder, "beside.npz");
    writeFileSync(file, bomb);
    expect(readNpzFile(file, "meta.json", [])?.texts.get("meta.json")).toBe("\0\0");
    expect(readNpzFile(file, "state.json", ["values"])).toBeUndefined();
  });
});

test.skipIf(spawnSync("python3", ["-c", "import numpy"]).status !== 0)(
  "numpy's own files are read, packed and plain",
  () => {
    for (const save of ["savez", "savez_compressed"]) {
      const file = path.join(folder, `${save}.npz`);
      execFileSync("python3", [
        "-c",
        `import numpy, sys; numpy.${save}(sys.argv[1], x=numpy.arange(12.0).reshape(3, 4))`,
        file,
      ]);
      const array = readNpz(readFileSync(file)).arrays.get("x");
      expect(array?.shape).toEqual([3, 4]);
      expect(array && [...numbersOf(array)]).toEqual(Array.from({ length: 12 }, (_, i) => i));
    }
  },
);
