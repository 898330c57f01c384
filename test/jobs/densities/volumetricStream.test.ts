import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { VolumetricCode } from "../../../src/jobs/densities/readerChoice.js";
import { VolumetricStream } from "../../../src/jobs/densities/volumetricStream.js";
import { type Coefficients, VolumetricKernel } from "../../../src/kernels/volumetric/volumetric.js";
import { nameOf, volumetricCodes, wasmCode } from "../../kernels/volumetricCodes.js";
import { HEAD, someValues, type Triple, volumetricText } from "./volumetricText.js";

const GRID: Triple = [10, 9, 8];

function read(
  text: string,
  cuts: readonly number[] = [],
  capacity?: number,
  code: VolumetricCode["code"] = wasmCode.code,
) {
  const kernel = new VolumetricKernel(code, capacity);
  const stream = new VolumetricStream({ kind: "CHGCAR", cutoff: Math.PI / 0.5, transform: true }, kernel);
  const bytes = new TextEncoder().encode(text);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (let i = 1; i < places.length; i++) stream.push(bytes.slice(places[i - 1], places[i]));
  stream.finish();
  const blocks = stream.frame?.blocks.map(({ facts, ...rest }) => ({ ...rest, facts: { ...facts, patterned: 0 } }));
  return {
    head: stream.frame?.head,
    blocks,
    problems: stream.problems,
    frames: stream.frames,
    truncated: stream.truncated,
  };
}

const spin = volumetricText({ grid: GRID, blocks: [someValues(720, 1), someValues(720, 2)] });
const frames = volumetricText({ grid: GRID, blocks: [someValues(720, 3)], augmentation: false, end: "\r\n" }).repeat(2);
const holes = spin.replace(/ \S+ \S+\n/, " ***************** NaN\n").replace("E+02 -.", "E+02-.");
const cases = {
  spin,
  frames,
  holes,
  cut: spin.slice(0, 20_000),
  word: `${spin.slice(0, 15_000)} oops ${spin.slice(15_000)}`,
  short: HEAD.join("\n"),
};

describe("the same bytes in other chunks give the same bits, problems and places", () => {
  for (const [name, text] of Object.entries(cases)) {
    it.each(volumetricCodes.map((each) => [nameOf(each), each] as const))(`${name} (%s)`, (_, { code }) => {
      const whole = read(text, [], undefined, code);
      fc.assert(
        fc.property(
          fc.array(fc.nat(), { maxLength: 12 }),
          fc.constantFrom(64, 333, 4096, 1 << 19),
          (cuts, capacity) => {
            expect(read(text, cuts, capacity, code)).toEqual(whole);
          },
        ),
        { numRuns: 40 },
      );
    });
    it(`${name}, byte by byte`, () => {
      expect(
        read(
          text,
          Array.from({ length: text.length }, (_, i) => i),
        ),
      ).toEqual(read(text));
    });
  }
});

describe("damaged bytes", () => {
  const place = fc.nat({ max: spin.length - 1 });
  const damage = fc.array(
    fc.tuple(place, fc.constantFrom("\u0000", "\n", " ", "-", "*", "9", "E", "x", ".", "\u00ff")),
    {
      minLength: 1,
      maxLength: 4,
    },
  );

  it("never throw, and what is wrong is told at a place in the file", () => {
    fc.assert(
      fc.property(damage, (changes) => {
        const text = [...spin];
        for (const [at, character] of changes) text[at] = character;
        const { blocks, problems } = read(text.join(""));
        const lines = text.join("").split("\n");
        for (const { line, column } of problems) {
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(column).toBeLessThanOrEqual(new TextEncoder().encode(lines[line - 1]).length + 1);
        }
        // a file of two blocks gives both with numbers, or says why not
        const complete = blocks?.length === 2 && blocks.every(({ spectrum }) => spectrum);
        expect(complete || problems.length > 0).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});

/** Real and imaginary part of F(h, k, l), also for negative h, by F(-g) = conj F(g). */
function coefficientAt({ values, stride, most }: Coefficients, h: number, k: number, l: number): [number, number] {
  const sign = h < 0 ? -1 : 1;
  const at = ((sign * l + most[2]) * (2 * most[1] + 1) + sign * k + most[1]) * stride + 2 * sign * h;
  return [values[at] ?? Number.NaN, sign * (values[at + 1] ?? Number.NaN)];
}

describe("the complex coefficients", () => {
  it("obey Friedel's law and turn their phases with the origin", () => {
    const values = someValues(720, 5);
    const moved = values.map((_, i) => values[Math.floor(i / 90) * 90 + ((i + 10) % 90)] ?? Number.NaN);
    const [a, b] = [values, moved].map(
      (block) => read(volumetricText({ grid: GRID, blocks: [block] })).blocks?.[0]?.coefficients,
    );
    if (!a || !b) throw new Error("no coefficients");
    for (const [h, k, l] of [
      [1, 2, 3],
      [-2, 1, 0],
      [0, -1, 2],
      [3, 0, -1],
    ] as const) {
      const [re, im] = coefficientAt(a, h, k, l);
      expect(coefficientAt(a, -h, -k, -l)).toEqual(
        [re, h === 0 ? expect.closeTo(-im, 12) : -im].map((x) => (typeof x === "number" ? expect.closeTo(x, 12) : x)),
      );
      // s(y + 1/9): the phase of wave k grows by 2 pi k/9
      const angle = (2 * Math.PI * k) / 9;
      const [movedRe, movedIm] = coefficientAt(b, h, k, l);
      expect(movedRe).toBeCloseTo(re * Math.cos(angle) - im * Math.sin(angle), 11);
      expect(movedIm).toBeCloseTo(re * Math.sin(angle) + im * Math.cos(angle), 11);
    }
  });
});

describe("memory", () => {
  it("does not grow with the number of planes", () => {
    const size = (planes: number) => {
      const kernel = new VolumetricKernel(wasmCode.code);
      kernel.startBlock([60, 60, planes], { most: [12, 12, 12] }, { offset: 0, line: 1, lineStart: 0 });
      return kernel.memoryBytes;
    };
    expect(size(40_000) - size(40)).toBeLessThan(2 * 16 * 40_000);
    expect(size(40)).toBeLessThan(4 * 2 ** 20);
  });
});
