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

/** The same file with all its numbers in zip64's places. */
function asZip64(bytes: Uint8Array): Buffer {
  const old = Buffer.from(bytes);
  const end = old.length - 22;
  const [count, start] = [old.readUInt16LE(end + 10), old.readUInt32LE(end + 16)];
  const entries: Buffer[] = [];
  for (let i = 0, at = start; i < count; i++) {
    const [name, extra] = [old.readUInt16LE(at + 28), old.readUInt16LE(at + 30)];
    const head = Buffer.from(old.subarray(at, at + 46 + name));
    const wide = Buffer.alloc(4 + 24 + 4);
    wide.writeUInt16LE(0x7075, 0); // another field in front, empty
    wide.writeUInt16LE(1, 4);
    wide.writeUInt16LE(24, 6);
    [24, 20, 42].forEach((field, k) => {
      wide.writeBigUInt64LE(BigInt(head.readUInt32LE(field)), 8 + 8 * k);
      head.writeUInt32LE(0xffff_ffff, field);
    });
    head.writeUInt16LE(wide.length, 30);
    entries.push(head, wide);
    at += 46 + name + extra + old.readUInt16LE(at + 32);
  }
  const directory = Buffer.concat(entries);
  const record = Buffer.alloc(56 + 20);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  for (const field of [24, 32]) record.writeBigUInt64LE(BigInt(count), field);
  record.writeBigUInt64LE(BigInt(directory.length), 40);
  record.writeBigUInt64LE(BigInt(start), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(start + directory.length), 64);
  record.writeUInt32LE(1, 72);
  const last = Buffer.from(old.subarray(end));
  last.fill(0xff, 8, 20);
  return Buffer.concat([old.subarray(0, start), directory, record, last]);
}

describe("a file in zip64", () => {
  const wide = asZip64(written());

  test("gives what it gives without", () => {
    expect(seen(wide)).toBe(seen(written()));
  });

  test("is refused or the same with any byte changed, and refused where it is cut", () => {
    const whole = seen(wide);
    for (let at = 0; at < wide.length; at++) {
      for (const change of [1, 0x80, 0xff]) {
        const damaged = Buffer.from(wide);
        damaged[at] = (damaged[at] ?? 0) ^ change;
        let outcome = whole;
        try {
          outcome = seen(damaged);
        } catch (error) {
          expect(error, `byte ${at}`).toBeInstanceOf(DamagedFileError);
        }
        expect(outcome, `byte ${at}, ${change}`).toBe(whole);
      }
    }
    for (let length = 0; length < wide.length; length += 5)
      expect(() => readNpz(wide.subarray(0, length))).toThrow(DamagedFileError);
  });

  test("may not claim more entries than it has bytes for", () => {
    const many = Buffer.from(wide);
    many.writeBigUInt64LE(2n ** 40n, many.length - 22 - 76 + 32);
    expect(() => readNpz(many)).toThrow(DamagedFileError);
  });
});
