import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { realValue } from "../../src/core/text/numbers.js";
import {
  type BlockFacts,
  type Coefficients,
  type FeedState,
  VolumetricKernel,
} from "../../src/kernels/volumetric/volumetric.js";
import { fortran, inLines as lines, someValues, type Triple } from "../jobs/densities/volumetricText.js";
import { nameOf, volumetricCodes, wasmCode } from "./volumetricCodes.js";

const START = { offset: 0, line: 1, lineStart: 0 };

/** What is tried now. */
let { code } = wasmCode;

function read(text: string, grid: Triple, most?: Triple, chunk = 1 << 20) {
  const kernel = new VolumetricKernel(code);
  kernel.startBlock(grid, most && { most }, START);
  const bytes = new TextEncoder().encode(text);
  let state: FeedState = "needsInput";
  for (let at = 0; state === "needsInput" && at < bytes.length; at += chunk) {
    state = kernel.feed(bytes.subarray(at, at + chunk), at + chunk >= bytes.length);
  }
  const facts: BlockFacts = kernel.facts();
  const coefficients = most && state === "complete" && facts.notFinite === 0 ? kernel.coefficients() : undefined;
  return { state, facts, place: kernel.place(), coefficients };
}

/** As pymatgen joins signed numbers: a blank between them, none before the first. */
const withoutFirstBlank = (text: string) => text.replaceAll(/^ /gm, "");

/** One number's bits, as the kernel reads them: it is the only value of its block. */
const readOne = (token: string) => read(`${token}\n`, [1, 1, 1]).facts.minimum;

/** F(h, k, l)/N term by term. */
function plainTransform(values: readonly number[], [nx, ny, nz]: Triple, [h, k, l]: Triple): [number, number] {
  let [re, im] = [0, 0];
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        const turns = ((h * x) % nx) / nx + ((k * y) % ny) / ny + ((l * z) % nz) / nz;
        const value = values[i] ?? Number.NaN;
        re += value * Math.cos(2 * Math.PI * turns);
        im -= value * Math.sin(2 * Math.PI * turns);
      }
  const points = nx * ny * nz;
  return [re / points, im / points];
}

function coefficientAt({ values, stride, most }: Coefficients, [h, k, l]: Triple): [number, number] {
  const at = ((l + most[2]) * (2 * most[1] + 1) + (k + most[1])) * stride + 2 * h;
  return [values[at] ?? Number.NaN, values[at + 1] ?? Number.NaN];
}

describe.each(volumetricCodes.map((each) => [nameOf(each), each] as const))("%s", (_, each) => {
  beforeAll(() => {
    code = each.code;
  });

  it("refuses a grid without points, and goes on", () => {
    const kernel = new VolumetricKernel(code);
    for (const grid of [
      [0, 1, 1],
      [1, -2, 1],
      [1, 1, 2 ** 31],
      [Number.NaN, 1, 1],
    ] as Triple[])
      expect(() => kernel.startBlock(grid, { most: [0, 0, 0] }, START)).toThrow("is no grid");
    expect(readOne("1.5")).toBe(1.5);
  });

  it("looks for columns in lines that have none", () => {
    for (const first of ["", " ", "\r", " 1.0", " 1.0 2.0 3.0"]) {
      const count = first.match(/\d\.0/g)?.length ?? 0;
      const rest = [5, 6, 7, 8, 9]
        .slice(count)
        .map((value) => ` ${value}.0\n`)
        .join("");
      expect(read(`${first}\n${rest}`, [5, 1, 1]), JSON.stringify(first)).toMatchObject({
        state: "complete",
        facts: { maximum: 9 },
      });
    }
    const { state, facts } = read("\n\n 1.0 2.0\n\n 3.0 4.0\n", [2, 2, 1]);
    expect([state, facts.mean]).toEqual(["complete", 2.5]);
  });

  describe("numbers are those of JavaScript, bit for bit", () => {
    const same = (token: string) => {
      expect(readOne(token), token).toBe(realValue(token));
    };

    it("for hard and odd forms", () => {
      const forms =
        "0 -0 1 -1 +2 .5 5. -.5 00012.500 1e0 1E+5 1d-5 1D2 0.12345678901-100 -.98765432109-101 1.7976931348623157e308 4.9e-324 2.2250738585072014e-308 2.2250738585072011e-308 1e23 9007199254740993 9007199254740992.5 123456789012345678901234567890 0.000000000000000000000000000001 8.5e22 1e-400 0e999 3.0e-27 5e-28";
      for (const token of forms.split(" ")) same(token);
    });

    it("for doubles in shortest, long and exponent form", () => {
      const double = fc.double({ min: -1e308, max: 1e308, noNaN: true });
      fc.assert(
        fc.property(double, (value) => same(String(value))),
        { numRuns: 600 },
      );
      fc.assert(
        fc.property(double, fc.integer({ min: 0, max: 20 }), (value, digits) => same(value.toExponential(digits))),
        { numRuns: 600 },
      );
    });

    it("for digits and exponents drawn apart", () => {
      const token = fc.tuple(
        fc.stringMatching(/^[0-9]{1,22}$/),
        fc.integer({ min: 0, max: 22 }),
        fc.integer({ min: -345, max: 310 }),
      );
      fc.assert(
        fc.property(token, ([digits, point, exponent]) => {
          const text = `${digits.slice(0, point)}.${digits.slice(point)}E${exponent}`;
          fc.pre(Number.isFinite(Number(text)));
          same(text);
        }),
        { numRuns: 1000 },
      );
    });

    it("half-way cases round to even", () => {
      for (const token of [
        "9007199254740993e0",
        "9007199254740993e1",
        "9007199254740995",
        "18014398509481986e-1",
        "4503599627370497.5",
        "4503599627370498.5e0",
      ])
        same(token);
    });
  });

  describe("lines in columns give the same bits as single numbers", () => {
    const layouts: readonly (readonly [string, (value: number) => string])[] = [
      ["(1X,E17.11)", (value) => fortran(value)],
      ["(1X,E13.6)", (value) => ` ${fortran(value, 6)}`],
      [
        "%18.11E",
        (value) =>
          value
            .toExponential(11)
            .toUpperCase()
            .replace(/E([+-])(\d)$/, "E$10$2")
            .padStart(18),
      ],
      [
        "%14.6e",
        (value) =>
          value
            .toExponential(6)
            .replace(/e([+-])(\d)$/, "e$10$2")
            .padStart(14),
      ],
      ["D exponents", (value) => fortran(value).replace("E", "D")],
    ];
    const value = fc.oneof(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: -1e-9, max: 1e-9, noNaN: true }),
      fc.constantFrom(0, -0),
    );
    for (const [name, format] of layouts) {
      it(name, () => {
        fc.assert(
          fc.property(
            fc.array(value, { minLength: 1, maxLength: 60 }),
            fc.integer({ min: 1, max: 10 }),
            fc.constantFrom("\n", "\r\n"),
            (values, columns, end) => {
              const tokens = values.map(format);
              const expected = tokens.map((token) => realValue(token.trim()));
              for (const text of [lines(tokens, columns, end), withoutFirstBlank(lines(tokens, columns, end))]) {
                const { facts, state } = read(text, [values.length, 1, 1]);
                expect(state).toBe("complete");
                expect([facts.minimum + 0, facts.maximum + 0]).toEqual([
                  Math.min(...expected) + 0,
                  Math.max(...expected) + 0,
                ]);
              }
              // each value by itself: all of the transform's input
              for (const [i, token] of tokens.entries()) {
                const alone = read(lines([...Array(10).fill(token)], columns, end), [10, 1, 1]).facts;
                expect(alone.minimum + 0).toBe((expected[i] ?? Number.NaN) + 0);
              }
            },
          ),
          { numRuns: 20 },
        );
      });
    }

    it("and most of a file takes that way", () => {
      const tokens = someValues(1000, 3).map((v) => fortran(v));
      expect(read(lines(tokens), [10, 10, 10]).facts.patterned).toBeGreaterThan(980);
      const signed = tokens.map((token) => realValue(token).toExponential(11).replace(/e(.)/, "E$10").padStart(18));
      expect(read(withoutFirstBlank(lines(signed)), [10, 10, 10]).facts.patterned).toBeGreaterThan(980);
    });

    it("also when single lines break the pattern", () => {
      const tokens = someValues(100, 4).map((v) => fortran(v));
      const text = lines(tokens).replace("E+", "+1").replaceAll("3E+02", " E+02");
      const expected = text.trim().split(/\s+/);
      const result = read(text, [expected.length, 1, 1]);
      expect(result.state).toBe("unreadable");
      const [before = ""] = text.split(" E+02");
      expect(result.place.line).toBe(before.split("\n").length);
    });
  });

  describe("the pruned transform", () => {
    const parities: Triple[] = [
      [8, 8, 8],
      [7, 7, 7],
      [6, 9, 10],
      [9, 6, 7],
      [5, 12, 3],
      [12, 10, 8],
      [1, 1, 1],
      [2, 3, 2],
      [3, 2, 17],
      [16, 4, 9],
      [18, 5, 25],
    ];
    for (const grid of parities) {
      it(`agrees with the plain sum on ${grid.join(" x ")}`, () => {
        const values = someValues(grid[0] * grid[1] * grid[2], grid[0]);
        const most = grid.map((n) => Math.floor((n - 1) / 2)) as unknown as Triple;
        const { coefficients } = read(values.join("\n"), grid, most);
        if (!coefficients) throw new Error("no coefficients");
        const scale = Math.max(...values.map(Math.abs));
        for (let l = -most[2]; l <= most[2]; l++)
          for (let k = -most[1]; k <= most[1]; k++)
            for (let h = 0; h <= most[0]; h++) {
              const [re, im] = plainTransform(values, grid, [h, k, l]);
              const [x, y] = coefficientAt(coefficients, [h, k, l]);
              expect(Math.hypot(x - re, y - im)).toBeLessThan(1e-14 * scale);
            }
      });
    }

    it("gives the same numbers when fewer frequencies are wanted", () => {
      const values = someValues(15 * 14 * 13, 9).join(" ");
      const all = read(values, [15, 14, 13], [7, 6, 6]).coefficients;
      const few = read(values, [15, 14, 13], [3, 2, 1]).coefficients;
      if (!all || !few) throw new Error("no coefficients");
      for (const index of [
        [0, 0, 0],
        [3, -2, 1],
        [1, 2, -1],
        [2, 0, 0],
      ] as Triple[])
        expect(coefficientAt(few, index)).toEqual(coefficientAt(all, index));
    });

    it("gives the same numbers for the waves that are named, whichever of g and -g is, in either order of indices", () => {
      const grid: Triple = [20, 18, 17];
      const most: Triple = [6, 5, 4];
      const values = someValues(20 * 18 * 17, 12);
      const whole = read(lines(values.map((v) => fortran(v))), grid, most).coefficients;
      const hkl = [0, 0, 0, 6, 0, 1, -3, 5, 2, 3, 2, -4, 0, -5, 0, -1, -1, 4];
      for (const reversed of [false, true]) {
        const kernel = new VolumetricKernel(code);
        const named = reversed ? hkl.map((_, i) => hkl[i - (i % 3) + 2 - (i % 3)] ?? 0) : hkl;
        kernel.startBlock(grid, { most, hkl: Int32Array.from(named), reversed }, START);
        expect(kernel.feed(new TextEncoder().encode(lines(values.map((v) => fortran(v)))), true)).toBe("complete");
        const amplitudes = kernel.amplitudes(2);
        expect(amplitudes).toHaveLength(hkl.length / 3);
        amplitudes.forEach((amplitude, i) => {
          const sign = (hkl[3 * i] ?? 0) < 0 ? -1 : 1;
          const [h, k, l] = [0, 1, 2].map((axis) => sign * (hkl[3 * i + axis] ?? 0)) as [number, number, number];
          const at = ((l + most[2]) * (2 * most[1] + 1) + k + most[1]) * (whole?.stride ?? 0) + 2 * h;
          const [re = Number.NaN, im = Number.NaN] = whole?.values.subarray(at, at + 2) ?? [];
          expect(amplitude).toBe(Math.sqrt(re * re + im * im) / 2);
        });
      }
    });

    it("turns phases, not amplitudes, when the origin moves", () => {
      const grid: Triple = [6, 5, 8];
      const values = someValues(240, 11);
      const moved = values.map((_, i) => values[Math.floor(i / 6) * 6 + ((i + 1) % 6)] ?? Number.NaN);
      const [a, b] = [
        read(values.join(" "), grid, [2, 2, 3]).coefficients,
        read(moved.join(" "), grid, [2, 2, 3]).coefficients,
      ];
      if (!a || !b) throw new Error("no coefficients");
      for (const index of [
        [1, 0, 0],
        [2, 1, -3],
        [0, 2, 1],
      ] as Triple[]) {
        const [[ar, ai], [br, bi]] = [coefficientAt(a, index), coefficientAt(b, index)];
        const phase = (2 * Math.PI * index[0]) / 6;
        expect(br).toBeCloseTo(ar * Math.cos(phase) - ai * Math.sin(phase), 12);
        expect(bi).toBeCloseTo(ar * Math.sin(phase) + ai * Math.cos(phase), 12);
      }
    });
  });

  describe("chunks", () => {
    it("of any size give the same bits, places and facts", () => {
      const grid: Triple = [10, 9, 7];
      const text = `${lines(
        someValues(630, 5).map((v) => fortran(v)),
        5,
        "\r\n",
      )} tail`;
      const whole = read(text, grid, [4, 4, 3]);
      expect(whole.state).toBe("complete");
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 400 }), (chunk) => {
          const { facts, place, coefficients } = read(text, grid, [4, 4, 3], chunk);
          expect({ ...facts, patterned: 0 }).toEqual({ ...whole.facts, patterned: 0 });
          expect(place).toEqual(whole.place);
          expect(coefficients?.values).toEqual(whole.coefficients?.values);
        }),
        { numRuns: 60 },
      );
    });
  });

  describe("what is no number", () => {
    it("is counted, located and left out of the facts", () => {
      const { facts, state } = read(" 1.0 ******* NaN\n  2.0 -Infinity 1e999\n 3.0", [7, 1, 1], [3, 0, 0]);
      expect(state).toBe("complete");
      expect(facts).toMatchObject({ mean: 2, minimum: 1, maximum: 3, finite: 3, notFinite: 4, missing: 0 });
      expect(facts.troubles).toEqual([
        { line: 1, column: 6, kind: "stars" },
        { line: 1, column: 14, kind: "NaN" },
        { line: 2, column: 7, kind: "infinity" },
        { line: 2, column: 17, kind: "infinity" },
      ]);
    });

    for (const token of [
      "abc",
      "1.0x",
      "1..2",
      "--1",
      "1e",
      "1.5e+",
      ".",
      "-",
      "1,5",
      "0x10",
      "1.0-2.0",
      "augmentation",
      "nanx",
      "\u0000",
    ]) {
      it(`stops at ${JSON.stringify(token)}`, () => {
        const { state, place, facts } = read(`1 2\n 3 ${token} 4\n`, [9, 1, 1]);
        expect(state).toBe("unreadable");
        expect(place).toEqual({ offset: 7, line: 2, lineStart: 4 });
        expect(facts.missing).toBe(6);
      });
    }

    it("numbers glued behind an exponent are read and noted", () => {
      const { facts, state } = read("0.1E+01-.2E+01\n-.3E+01-.4E+01-0.5D+01", [5, 1, 1]);
      expect(state).toBe("complete");
      expect(facts).toMatchObject({ mean: -2.6, glued: { count: 3, line: 1, column: 8 } });
    });

    it("an end inside the block leaves it needsInput", () => {
      expect(read("1 2 3", [4, 1, 1])).toMatchObject({ state: "needsInput", facts: { missing: 1, finite: 0 } });
    });
  });
});
