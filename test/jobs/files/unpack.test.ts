import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readVolumetric } from "../../../src/jobs/densities/readVolumetric.js";
import { DamagedPackingError, packingOf } from "../../../src/jobs/files/packing.js";
import { unpack } from "../../../src/jobs/files/unpack.js";
import { temporaryFile } from "../densities/volumetricText.js";
import { PACKED_TEXT } from "./packedText.js";

const FILES = [
  ["CHGCAR.bz2", "bzip2"],
  ["CHGCAR.xz", "xz"],
  ["CHGCAR_sha256.xz", "xz"],
  ["CHGCAR.zst", "zstd"],
] as const;
const fixture = (name: string) => readFileSync(path.resolve(import.meta.dirname, "../../fixtures/packed", name));

async function textOf(bytes: Uint8Array, chunk: number): Promise<string> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  }
  const pieces: Buffer[] = [];
  for await (const piece of unpack(packingOf(bytes), chunks())) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString();
}

for (const [name, packing] of FILES) {
  describe(name, () => {
    const bytes = fixture(name);

    it("is known by its first bytes and unpacks whole, in chunks of any size", async () => {
      expect(packingOf(bytes)).toBe(packing);
      for (const chunk of [1, 7, 1000, 1 << 20]) expect(await textOf(bytes, chunk)).toBe(PACKED_TEXT);
    });

    it("reads as the plain file does", async () => {
      const plain = await readVolumetric(temporaryFile("CHGCAR", PACKED_TEXT));
      const packed = await readVolumetric(temporaryFile("CHGCAR", bytes));
      expect(packed.problems).toEqual(plain.problems);
      expect({ ...packed.value, hash: "", bytes: 0 }).toEqual({ ...plain.value, hash: "", bytes: 0 });
      expect(packed.value?.truncated).toBe(false);
    });

    it("never passes damaged bytes off as whole", async () => {
      const unchecked = uncheckedRanges(name, bytes);
      for (let at = 0; at < bytes.length; at += 29) {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
        if (packingOf(damaged) !== packing || unchecked.some(([from, to]) => at >= from && at < to)) continue;
        const outcome = await textOf(damaged, 4096).catch((error: unknown) => error);
        if (outcome !== PACKED_TEXT) expect(outcome, `bit ${at % 8} of byte ${at}`).toBeInstanceOf(DamagedPackingError);
      }
    });

    if (name === "CHGCAR_sha256.xz") {
      it("holds the SHA-256 of each block of 4096 bytes, and one that differs is damage", async () => {
        for (let from = 0; from < PACKED_TEXT.length; from += 4096) {
          const at = bytes.indexOf(
            createHash("sha256")
              .update(PACKED_TEXT.slice(from, from + 4096))
              .digest(),
          );
          expect(at, `the block from ${from}`).toBeGreaterThan(0);
          const damaged = Buffer.from(bytes);
          damaged[at + ((from / 4096) % 32)] = (damaged[at + ((from / 4096) % 32)] ?? 0) ^ 1;
          await expect(textOf(damaged, bytes.length)).rejects.toBeInstanceOf(DamagedPackingError);
        }
      });
    }

    it("cut anywhere is an error at the place in the text that it reaches", async () => {
      for (let cut = 7; cut < bytes.length - 1; cut += 211) {
        const { value, problems } = await readVolumetric(temporaryFile("CHGCAR", bytes.subarray(0, cut)));
        const errors = problems.filter(({ severity }) => severity === "error");
        expect(errors, `cut at ${cut}`).toHaveLength(1);
        expect(errors[0]?.message).toMatch(/the (bzip2|xz|zstd) data ends too early|the file ends/);
        expect(value?.truncated ?? true).toBe(true);
        if (value) expect(errors[0]?.line).toBeGreaterThan(12);
      }
    });
  });
}

/** Where the fixtures have no check sum over the text: the last stream of the xz, the middle frame of the zst. */
function uncheckedRanges(name: string, bytes: Buffer): readonly (readonly [number, number])[] {
  if (name === "CHGCAR.bz2" || name === "CHGCAR_sha256.xz") return [];
  if (name === "CHGCAR.xz") return [[bytes.lastIndexOf(Buffer.from("fd377a585a00", "hex")), bytes.length]];
  const magic = Buffer.from("28b52ffd", "hex");
  const second = bytes.indexOf(magic, 4);
  return [[second, bytes.indexOf(magic, second + 4)]];
}

describe("the window of zstd", () => {
  /** 600,000 characters whose repeats stand far apart. */
  function farRepeats(): string {
    let state = 7;
    const next = () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return state / 2147483648;
    };
    const words = Array.from({ length: 200 }, () => Math.floor(next() * 1e8).toString());
    let text = "";
    while (text.length < 600_000) text += words[Math.floor(next() * next() * 200)] + (next() < 0.1 ? "\n" : " ");
    return text.slice(0, 600_000);
  }

  it("slides over a text of several windows", async () => {
    const text = farRepeats();
    for (const chunk of [1000, 1 << 20]) expect(await textOf(fixture("window.zst"), chunk)).toBe(text);
  });

  /** A frame with a window of 128 MB. */
  const frame = (...blocks: readonly (readonly number[])[]) =>
    Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0, 17 << 3, ...blocks.flat()]);
  const raw = (text: string, isLast: boolean) => {
    const head = (text.length << 3) | (isLast ? 1 : 0);
    return [head & 255, (head >> 8) & 255, head >> 16, ...Buffer.from(text)];
  };

  it("costs what the text costs, however large it is and however small the blocks are", async () => {
    const blocks = Array.from({ length: 30_000 }, (_, i) => raw(String(i % 10), i === 29_999));
    expect(await textOf(frame(...blocks), 1 << 16)).toBe("0123456789".repeat(3000));
  });

  it("holds no block of more than 128 kB", async () => {
    const head = ((131_073 << 3) | 2 | 1) >>> 0;
    const block = [head & 255, (head >> 8) & 255, head >> 16, 65];
    await expect(textOf(frame(block), 1 << 16)).rejects.toThrow("the zstd data is damaged");
  });

  it("refuses fifty bytes that claim to repeat themselves for megabytes, before they are copied", async () => {
    const claim = Buffer.from(
      "28b52ffd60f0047d0100640261206c696e65206f6620746578742c20616e3032206e756d626572730a01003e2efdea0987c4b2b96420302e31",
      "hex",
    );
    await expect(textOf(claim, 1 << 16)).rejects.toThrow("the zstd data is damaged");
  });
});
