import fc from "fast-check";
import { expect, test } from "vitest";
import { readHybrid } from "../../../src/jobs/densities/parquetLevels.js";

/**
 * A run of one number, or numbers packed by their bits (a multiple of eight of them), as Parquet's format describes the
 * encoding RLE.
 */
type Part = { readonly run: number; readonly count: number } | { readonly packed: readonly number[] };

const header = (value: number): number[] =>
  value < 128 ? [value] : [128 + (value % 128), ...header(Math.floor(value / 128))];

function encoded(parts: readonly Part[], width: number): Uint8Array {
  const bytes = parts.flatMap((part) => {
    if ("run" in part)
      return [
        ...header(2 * part.count),
        ...Array.from({ length: (width + 7) >> 3 }, (_, i) => Math.floor(part.run / 256 ** i) % 256),
      ];
    const bits = part.packed.flatMap((value) =>
      Array.from({ length: width }, (_, bit) => Math.floor(value / 2 ** bit) % 2),
    );
    const packed = Array.from({ length: bits.length / 8 }, (_, i) =>
      bits.slice(8 * i, 8 * i + 8).reduce((sum, bit, at) => sum + bit * 2 ** at, 0),
    );
    return [...header(2 * (part.packed.length / 8) + 1), ...packed];
  });
  return Uint8Array.from(bytes);
}

const valuesOf = (parts: readonly Part[]) =>
  parts.flatMap((part) => ("run" in part ? Array<number>(part.count).fill(part.run) : part.packed));

test("numbers of any width come back from runs and packed bits, and no more than there is room for", () => {
  const cases = fc.integer({ min: 1, max: 31 }).chain((width) => {
    const number = fc.integer({ min: 0, max: 2 ** width - 1 });
    const run = fc.record({ run: number, count: fc.integer({ min: 1, max: 300 }) });
    const packed = fc
      .array(fc.array(number, { minLength: 8, maxLength: 8 }), { minLength: 1, maxLength: 4 })
      .map((all) => ({ packed: all.flat() }));
    return fc.record({
      width: fc.constant(width),
      parts: fc.array(fc.oneof(run, packed), { minLength: 1, maxLength: 6 }),
      less: fc.integer({ min: 0, max: 7 }),
    });
  });
  fc.assert(
    fc.property(cases, ({ width, parts, less }) => {
      const expected = valuesOf(parts);
      const room = Math.max(0, expected.length - less);
      expect(Array.from(readHybrid(encoded(parts, width), width, new Uint32Array(room)))).toEqual(
        expected.slice(0, room),
      );
    }),
  );
});

test("bytes that end too early, and runs without length, are said, and a run that claims billions takes no time", () => {
  expect(() => readHybrid(Uint8Array.of(16), 3, new Uint8Array(8))).toThrow("too early");
  expect(() => readHybrid(Uint8Array.of(3, 1), 3, new Uint8Array(8))).toThrow("too early");
  expect(() => readHybrid(Uint8Array.of(0, 1), 1, new Uint8Array(8))).toThrow("too early");
  expect(Array.from(readHybrid(Uint8Array.of(...header(2 ** 32), 2), 2, new Uint8Array(3)))).toEqual([2, 2, 2]);
});
