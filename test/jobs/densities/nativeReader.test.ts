// What only the native reader has: windows of the file, memory of its own that grows, an own instruction set, and a
// test before it is trusted.
import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseCode, type VolumetricCode } from "../../../src/jobs/densities/readerChoice.js";
import { readVolumetric } from "../../../src/jobs/densities/readVolumetric.js";
import type { ReadOptions } from "../../../src/jobs/densities/volumetricReading.js";
import { addonFile, addonFolder, addonSets } from "../../../src/jobs/native/nativeAddon.js";
import { VolumetricKernel } from "../../../src/kernels/volumetric/volumetric.js";
import { Dice, damaged, someFile } from "../../fuzz/mutate.js";
import { nameOf, nativeCodes, wasmCode } from "../../kernels/volumetricCodes.js";
import { fortran, inLines, someValues, type Triple, temporaryFile, volumetricText } from "./volumetricText.js";

const START = { offset: 0, line: 1, lineStart: 0 };

/** All that a block of text gives, bit for bit. */
function blockOf({ code }: VolumetricCode, text: string, grid: Triple, most: Triple): unknown {
  const kernel = new VolumetricKernel(code, 4096);
  kernel.startBlock(grid, { most }, START);
  const state = kernel.feed(new TextEncoder().encode(text), true);
  const { minimum, maximum, ...others } = kernel.facts();
  // which of 0 and -0 is the smaller is anybody's guess
  const facts = { ...others, minimum: minimum + 0, maximum: maximum + 0 };
  // of a block that ends early the sums go as far as rows were together
  if (state !== "complete") return { state, missing: facts.missing, troubles: facts.troubles, place: kernel.place() };
  if (facts.notFinite > 0) return { state, facts, place: kernel.place() };
  const { values, stride } = kernel.coefficients();
  const rows = Array.from({ length: values.length / stride }, (_, row) =>
    values.slice(row * stride, row * stride + 2 * (most[0] + 1)),
  );
  return { state, facts, place: kernel.place(), rows };
}

const waysToWrite = {
  vasp: (value: number) => fortran(value),
  short: (value: number) => fortran(value, 5),
  "as C does": (value: number) => value.toExponential(11).padStart(18),
  plain: (value: number) => value.toFixed(6).padStart(14),
};

describe.skipIf(nativeCodes.length === 0).each(nativeCodes.map((each) => [nameOf(each), each] as const))(
  "the reader for %s",
  (_, native) => {
    it("gives WebAssembly's bits for any grid, form and size of numbers", () => {
      const points = fc.integer({ min: 1, max: 26 });
      const sizes = fc.array(fc.double({ noNaN: true, min: -1, max: 1 }), { minLength: 3, maxLength: 40 });
      const form = fc.constantFrom(...Object.values(waysToWrite));
      fc.assert(
        fc.property(
          fc.tuple(points, points, points),
          sizes,
          form,
          fc.integer({ min: 1, max: 8 }),
          fc.integer({ min: -12, max: 9 }),
          fc.constantFrom("\n", "\r\n"),
          (grid, numbers, write, columns, exponent, end) => {
            const count = grid[0] * grid[1] * grid[2];
            const tokens = Array.from({ length: count }, (_, i) =>
              write((numbers[i % numbers.length] ?? 0) * 10 ** (exponent + (i % 4))),
            );
            const most: Triple = [(grid[0] - 1) >> 1, (grid[1] - 1) >> 1, (grid[2] - 1) >> 1];
            const text = inLines(tokens, columns, end);
            expect(blockOf(native, text, grid, most)).toEqual(blockOf(wasmCode, text, grid, most));
          },
        ),
        { numRuns: 150 },
      );
    });

    it("takes no byte for another: one of VASP's lines with any single byte changed", () => {
      const grid: Triple = [8, 5, 6];
      const text = inLines(someValues(240, 9).map((value) => fortran(value)));
      const places = text.length;
      fc.assert(
        fc.property(fc.nat({ max: places - 1 }), fc.integer({ min: 1, max: 126 }), (at, byte) => {
          const changed = `${text.slice(0, at)}${String.fromCharCode(byte)}${text.slice(at + 1)}`;
          expect(blockOf(native, changed, grid, [3, 2, 2])).toEqual(blockOf(wasmCode, changed, grid, [3, 2, 2]));
        }),
        { numRuns: 2000 },
      );
      for (const byte of [",", ".", "*", "/", "E", ")"]) {
        const changed = text.replaceAll("E+0", `E${byte}0`);
        expect(blockOf(native, changed, grid, [3, 2, 2])).toEqual(blockOf(wasmCode, changed, grid, [3, 2, 2]));
      }
    });

    it("finds WebAssembly's problems at their places in damaged files", async () => {
      const file = temporaryFile("CHGCAR", "");
      for (let seed = 1; seed <= 200; seed++) {
        const dice = new Dice(seed);
        writeFileSync(file, damaged(someFile(dice), dice));
        const [own, other] = [
          await readVolumetric(file, { reader: native }),
          await readVolumetric(file, { reader: wasmCode }),
        ];
        expect(own, `seed ${seed}`).toEqual(other);
      }
    });

    it("takes more memory where the transform needs it, and the bits stay the same", () => {
      const grid: Triple = [64, 60, 62];
      const text = inLines(someValues(64 * 60 * 62, 5).map((value) => fortran(value)));
      expect(blockOf(native, text, grid, [31, 29, 30])).toEqual(blockOf(wasmCode, text, grid, [31, 29, 30]));
    });

    it("tells when there is no memory", () => {
      const kernel = new VolumetricKernel(native.code);
      expect(() => kernel.startBlock([4000, 4000, 4000], { most: [1999, 1999, 1999] }, START)).toThrow(
        "Not enough memory",
      );
      kernel.startBlock([2, 1, 1], { most: [0, 0, 0] }, START);
      expect(kernel.feed(new TextEncoder().encode("1 2\n"), true)).toBe("complete");
    });

    describe("reads a plain file where the system holds it", () => {
      const values = [71, 72].map((seed) => someValues(64 * 50 * 60, seed));
      const whole = volumetricText({ grid: [64, 50, 60], blocks: values });
      const middle = Math.floor(whole.length / 4);
      const cases: Readonly<Record<string, string>> = {
        whole,
        "carriage returns": volumetricText({ grid: [64, 50, 60], blocks: values, end: "\r\n" }),
        "seven columns": volumetricText({ grid: [64, 50, 60], blocks: values, columns: 7 }),
        "several frames": whole + whole,
        "cut in its first block": whole.slice(0, middle),
        "cut in its second block": whole.slice(0, 3 * middle),
        "stars in the first block": `${whole.slice(0, middle)}${whole.slice(middle).replace(/ \S+E\S+ /, " ***************** ")}`,
        "a word in the first block": `${whole.slice(0, middle)}${whole.slice(middle).replace(/ \S+E\S+ /, " word ")}`,
        "bytes from elsewhere": `${whole.slice(0, middle)}${"\u0000".repeat(1000)}${whole.slice(middle + 1000)}`,
        "a long run of digits": `${whole.slice(0, middle)}${"7".repeat(5000)}${whole.slice(middle + 5000)}`,
      };
      it.each(Object.keys(cases))("%s", async (name) => {
        const file = temporaryFile("CHGCAR", cases[name] ?? "");
        const read = (options: ReadOptions) => readVolumetric(file, { hash: false, ...options });
        const usual = await read({ reader: wasmCode });
        expect(await read({ reader: native })).toEqual(usual);
        expect(await read({ reader: native, threads: 2, threadsFrom: 0 })).toEqual(usual);
      });

      it("and tells a file that becomes shorter meanwhile", async () => {
        // a block of more than one window, so that the next one has nothing behind it: that is a signal, which would
        // end the process
        const grid: Triple = [120, 100, 60];
        const file = temporaryFile("CHGCAR", volumetricText({ grid, blocks: [someValues(720_000, 73)] }));
        const places: number[] = [];
        const onProgress = (fraction: number) => {
          if (places.push(fraction) === 1) truncateSync(file, 700_000);
        };
        const { problems, value } = await readVolumetric(file, { reader: native, hash: false, onProgress });
        expect(places[0]).toBeGreaterThan(0.5);
        expect(places[0]).toBeLessThan(0.9);
        expect(value).toMatchObject({ truncated: true, blocks: [] });
        expect(problems).toEqual([
          expect.objectContaining({
            severity: "error",
            message: expect.stringContaining("changed while it was being read"),
          }),
        ]);
      });
    });
  },
);

describe.skipIf(nativeCodes.length === 0)("the choice of the reader", () => {
  const [set = ""] = nativeCodes.map(nameOf);
  const root = path.dirname(temporaryFile("engines", ""));
  const folderOf = (name: string, change: (library: Buffer) => Buffer) => {
    const folder = path.join(root, name);
    mkdirSync(folder, { recursive: true });
    for (const each of addonSets(addonFolder(), "volumetric"))
      copyFileSync(addonFile(addonFolder(), "volumetric", each), addonFile(folder, "volumetric", each));
    writeFileSync(
      addonFile(folder, "volumetric", set),
      change(readFileSync(addonFile(addonFolder(), "volumetric", set))),
    );
    return folder;
  };
  /** What is remembered, in place of the user's own file. */
  const memory = () => {
    const passed = new Map<string, string>();
    return {
      passed,
      recall: (key: string) => passed.get(key),
      remember: (key: string, value: string) => void passed.set(key, value),
    };
  };

  it("waits for a file that is worth a test, and then remembers what passed", () => {
    const { passed, recall, remember } = memory();
    expect(chooseCode(false, addonFolder(), recall, remember)).toBeUndefined();
    expect(chooseCode(true, addonFolder(), recall, remember)?.instructionSet).toBe(set);
    expect([...passed.values()]).toEqual([set]);
    expect(chooseCode(false, addonFolder(), recall, remember)?.instructionSet).toBe(set);
  });

  it("falls to the next best, or WebAssembly, where an addon is damaged, and tests anew when it is another", () => {
    const { passed, recall, remember } = memory();
    const damagedFolder = folderOf("damaged", (library) => library.subarray(0, library.length / 2));
    const next = chooseCode(true, damagedFolder, recall, remember);
    expect(next?.instructionSet).toBe(nativeCodes.map(nameOf)[1]);
    writeFileSync(addonFile(damagedFolder, "volumetric", set), "another");
    expect(chooseCode(false, damagedFolder, recall, remember)).toBeUndefined();
    expect(passed.size).toBe(1);
  });

  it("takes WebAssembly where there is no addon", () => {
    const { recall, remember } = memory();
    expect(chooseCode(true, path.join(root, "nothing"), recall, remember)).toEqual(wasmCode);
  });
});
