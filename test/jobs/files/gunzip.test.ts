import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { constants, gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DamagedPackingError } from "../../../src/jobs/files/packing.js";
import { gunzip, unpack } from "../../../src/jobs/files/unpack.js";
import { loadKernel } from "../../../src/jobs/files/wasmModule.js";
import { UnpackError, Unpacker } from "../../../src/kernels/unpack/unpacker.js";
import { PACKED_TEXT } from "./packedText.js";

const NUMBERS = Buffer.from(PACKED_TEXT);

/** What the kernel makes of `bytes`: all of it, or what is wrong. `whole` is what came before the trouble. */
function unpacked(bytes: Uint8Array, chunk = bytes.length || 1): { readonly whole: Buffer; readonly trouble?: string } {
  const unpacker = new Unpacker(loadKernel("unpack"), "gzip");
  const pieces: Buffer[] = [];
  try {
    for (let at = 0; at < bytes.length; at += chunk) {
      for (const piece of unpacker.push(bytes.subarray(at, at + chunk), false)) pieces.push(Buffer.from(piece));
    }
    for (const piece of unpacker.push(new Uint8Array(0), true)) pieces.push(Buffer.from(piece));
    return { whole: Buffer.concat(pieces) };
  } catch (error) {
    if (!(error instanceof UnpackError)) throw error;
    return { whole: Buffer.concat(pieces), trouble: error.trouble };
  }
}

/** What zlib makes of them, in the same words. */
function byZlib(bytes: Uint8Array): { readonly whole?: Buffer; readonly trouble?: string } {
  try {
    return { whole: gunzipSync(bytes) };
  } catch (error) {
    return { trouble: (error as NodeJS.ErrnoException).code === "Z_BUF_ERROR" ? "short" : "damaged" };
  }
}

function expectAsZlib(bytes: Uint8Array, what: string): void {
  const { whole, trouble } = unpacked(bytes);
  const expected = byZlib(bytes);
  expect(trouble, what).toBe(expected.trouble);
  if (expected.whole) expect(whole.equals(expected.whole), what).toBe(true);
}

/** A header with every optional field that RFC 1952 knows. */
function withFullHeader(packed: Buffer, spoilt = false): Buffer {
  const head = Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 5, 0]),
    Buffer.from("extraCHGCAR\0a comment\0", "latin1"),
  ]);
  const sum = (crcOf(head) & 0xffff) ^ (spoilt ? 1 : 0);
  return Buffer.concat([head, Buffer.from([sum & 255, sum >> 8]), packed.subarray(10)]);
}

/** gzip stores it at the end: the CRC-32 of what was packed. */
const crcOf = (bytes: Uint8Array) => {
  const packed = gzipSync(bytes);
  return packed.readUInt32LE(packed.length - 8);
};

const data = fc.oneof(
  fc.uint8Array({ maxLength: 3000 }),
  fc.string({ maxLength: 2000 }).map((text) => Buffer.from(text)),
  fc
    .array(fc.double({ noNaN: true }), { maxLength: 300 })
    .map((values) => Buffer.from(values.map((x) => x.toExponential(10)).join(" "))),
  fc
    .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 4000 })), {
      minLength: 1,
      maxLength: 12,
    })
    .map((runs) => Buffer.concat(runs.map(([unit, times]) => Buffer.concat(Array<Uint8Array>(times).fill(unit))))),
);
const packing = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  memLevel: fc.integer({ min: 1, max: 9 }),
  strategy: fc.constantFrom(
    constants.Z_DEFAULT_STRATEGY,
    constants.Z_FILTERED,
    constants.Z_HUFFMAN_ONLY,
    constants.Z_RLE,
    constants.Z_FIXED,
  ),
});

describe("gzip by the kernel", () => {
  it("gives every byte back that zlib packed, at all levels and by all strategies, in chunks of any size", () => {
    fc.assert(
      fc.property(data, packing, fc.integer({ min: 1, max: 700 }), (bytes, options, chunk) => {
        const { whole, trouble } = unpacked(gzipSync(bytes, options), chunk);
        expect(trouble).toBeUndefined();
        expect(whole.equals(Buffer.from(bytes))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("goes on at every boundary between two chunks", () => {
    for (const strategy of [constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED]) {
      const text = NUMBERS.subarray(0, 2500);
      const packed = gzipSync(text, { strategy });
      for (let cut = 1; cut < packed.length; cut++) {
        const unpacker = new Unpacker(loadKernel("unpack"), "gzip");
        const pieces = [];
        for (const [part, last] of [[packed.subarray(0, cut), false] as const, [packed.subarray(cut), true] as const]) {
          for (const piece of unpacker.push(part, last)) pieces.push(Buffer.from(piece));
        }
        expect(Buffer.concat(pieces).equals(text), `cut at ${cut}`).toBe(true);
      }
    }
  });

  it("keeps its window over many pieces: matches as far back as they reach", () => {
    const noise = Buffer.from(
      Array.from({ length: 32_768 - 262 }, (_, i) => (Math.imul(i ^ (i >> 5), 2_654_435_761) >>> 13) & 255),
    );
    const bytes = Buffer.concat(Array<Buffer>(40).fill(noise));
    const packed = gzipSync(bytes, { level: 9 });
    expect(packed.length).toBeLessThan(bytes.length / 10);
    expect(unpacked(packed, 999).whole.equals(bytes)).toBe(true);
  });

  it("reads all optional fields of a header and checks its check sum", () => {
    const packed = gzipSync(NUMBERS);
    for (const chunk of [1, 3, packed.length])
      expect(unpacked(withFullHeader(packed), chunk).whole.equals(NUMBERS)).toBe(true);
    expectAsZlib(withFullHeader(packed), "as zlib");
    expect(unpacked(withFullHeader(packed, true)).trouble).toBe("damaged");
    for (const [at, bit] of [[2, 1] as const, [3, 0x20] as const, [3, 0x80] as const]) {
      const other = Buffer.from(packed);
      other[at] = (other[at] ?? 0) ^ bit;
      expectAsZlib(other, `bit ${bit} of byte ${at}`);
      expect(unpacked(other).trouble).toBe("damaged");
    }
  });

  it("reads members behind each other, and what follows the last one as zlib does", () => {
    const [one, two] = [gzipSync("one "), gzipSync("two", { level: 0 })];
    const tails = [
      Buffer.alloc(0),
      Buffer.alloc(1),
      Buffer.alloc(600),
      Buffer.from("PK"),
      Buffer.from("garbage"),
      Buffer.from([0x1f]),
      two,
    ];
    for (const tail of tails) {
      const bytes = Buffer.concat([one, two, tail]);
      expectAsZlib(bytes, `${tail.length} bytes behind`);
      expect(unpacked(bytes, 1)).toEqual(unpacked(bytes));
    }
    expect(unpacked(Buffer.concat([one, two])).whole.toString()).toBe("one two");
  });

  it("does not let a member's matches reach into the one before it", () => {
    const dictionary = Buffer.from("0.123456789E+01 ".repeat(20));
    // a stored block of the first member, then a member that starts with a match: fixed codes, length 3, distance 1,
    // end of block
    const body = Buffer.from([0x03 | (0b0000001 << 3) | 0, 0x02, 0x00]);
    const trailer = Buffer.alloc(8);
    const bytes = Buffer.concat([gzipSync(dictionary), gzipSync("").subarray(0, 10), body, trailer]);
    expectAsZlib(bytes, "a match without a past");
    expect(unpacked(bytes).trouble).toBe("damaged");
  });

  it("tells as zlib does where the bytes end too early, and gives what there was", () => {
    const text = NUMBERS.subarray(0, 1200);
    for (const options of [{}, { level: 0 }, { strategy: constants.Z_FIXED }]) {
      const packed = gzipSync(text, options);
      for (let cut = 0; cut < packed.length; cut++) {
        const { whole, trouble } = unpacked(packed.subarray(0, cut));
        expect(trouble, `cut at ${cut}`).toBe("short");
        expect(text.subarray(0, whole.length).equals(whole), `cut at ${cut}`).toBe(true);
      }
      expect(unpacked(packed.subarray(0, -1)).whole.equals(text)).toBe(true);
    }
  });

  it("never passes damaged bytes off as whole, and judges flipped bits as zlib does", () => {
    for (const options of [{}, { level: 0 }, { strategy: constants.Z_FIXED }, { strategy: constants.Z_RLE }]) {
      const packed = gzipSync(NUMBERS.subarray(0, 400), options);
      for (let bit = 0; bit < packed.length * 8; bit += 7) {
        const damaged = Buffer.from(packed);
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expectAsZlib(damaged, `bit ${bit}`);
      }
    }
  });

  it("survives any bytes behind a header, as zlib does", () => {
    const head = gzipSync("").subarray(0, 10);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(0, 2, 4), (bytes, type) => {
        const body = Buffer.from(bytes);
        if (body.length > 0) body[0] = ((body[0] ?? 0) & ~6) | type;
        expectAsZlib(Buffer.concat([head, body]), body.toString("hex"));
      }),
      { numRuns: 600 },
    );
  });

  it("bounds its memory by the window, not by the file", () => {
    const module = loadKernel("unpack");
    const memory = new WebAssembly.Instance(module, {}).exports.memory as WebAssembly.Memory;
    const before = memory.buffer.byteLength;
    const unpacker = new Unpacker(module, "gzip");
    let most = 0;
    let bytes = 0;
    for (const piece of unpacker.push(gzipSync(Buffer.alloc(2 ** 25)), true)) {
      most = Math.max(most, piece.buffer.byteLength);
      bytes += piece.length;
    }
    expect(bytes).toBe(2 ** 25);
    expect(most - before).toBeLessThan(4 * 2 ** 20);
  });
});

describe("unpack", () => {
  const outcome = async (chunks: AsyncIterable<Uint8Array>) => {
    const pieces = [];
    for await (const piece of chunks) pieces.push(Buffer.from(piece));
    return Buffer.concat(pieces).toString();
  };
  async function* stored(bytes: Uint8Array) {
    yield bytes;
  }

  it("says the same of a gzip file by zlib and by the kernel", async () => {
    const packed = gzipSync(NUMBERS);
    expect(await outcome(gunzip(stored(packed)))).toBe(PACKED_TEXT);
    expect(await outcome(unpack("gzip", stored(packed)))).toBe(PACKED_TEXT);
    const spoilt = Buffer.from(packed);
    spoilt[packed.length - 1] = 99;
    for (const [bytes, message] of [
      [packed.subarray(0, 500), "the gzip data ends too early"],
      [spoilt, "the gzip data is damaged"],
    ] as const) {
      for (const reading of [gunzip(stored(bytes)), unpack("gzip", stored(bytes))]) {
        await expect(outcome(reading)).rejects.toThrow(new DamagedPackingError(message));
      }
    }
  });
});

const shared = path.resolve(import.meta.dirname, "../../../../shared/data");

describe.skipIf(!existsSync(shared))("the gzip files of the shared data", () => {
  it("unpack to the bytes that zlib gives", { timeout: 120_000 }, () => {
    const files = readdirSync(shared, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".gz"));
    expect(files.length).toBeGreaterThan(400);
    for (const name of files) expectAsZlib(readFileSync(path.join(shared, name)), name);
  });
});
