import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spreadLabels } from "../../../src/core/plots/spreadLabels.js";
import {
  formatTick,
  formatValue,
  formatWithError,
  linearAxis,
  logAxis,
  logAxisAt,
  padDomain,
  wholeAxis,
} from "../../../src/core/plots/ticks.js";

describe("logarithmic axis", () => {
  test("over a narrow range shows round numbers, not powers alone", () => {
    expect(logAxis([0.3, 0.42], [0, 200]).ticks.map((tick) => tick.label)).toEqual(["0.3", "0.35", "0.4"]);
    expect(logAxis([0.09, 2.9], [0, 200]).ticks.map((tick) => tick.label)).toEqual(["0.1", "0.3", "1"]);
    expect(logAxis([0.005, 60], [0, 200]).ticks.map((tick) => tick.label)).toEqual(["0.01", "0.1", "1", "10"]);
  });

  test("has at least two labels over any range of errors", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-4, max: 1e4, noNaN: true }),
        fc.double({ min: 1.05, max: 1e5, noNaN: true }),
        (low, ratio) => {
          const { ticks } = logAxis([low, low * ratio], [0, 300]);
          expect(ticks.length).toBeGreaterThanOrEqual(2);
          expect(new Set(ticks.map((tick) => tick.label)).size).toBe(ticks.length);
          for (const { at } of ticks) expect(at >= -1e-6 && at <= 300 + 1e-6).toBe(true);
        },
      ),
    );
  });

  test("at training sizes keeps both ends and drops what would overlap", () => {
    const { ticks, minor } = logAxisAt([100, 200, 300, 310, 327], [90, 350], [0, 200], 30);
    expect(ticks.map((tick) => tick.label)).toEqual(["100", "200", "327"]);
    expect(minor).toHaveLength(2);
  });
});

test("a linear axis stays inside its range", () => {
  for (const { at } of linearAxis([-3.2, 7.9], [300, 0]).ticks) expect(at >= 0 && at <= 300).toBe(true);
});

test("numbers read as people write them", () => {
  expect([0, 1e-15, 0.05, 20, 12000, -0.5].map(formatTick)).toEqual(["0", "0", "0.05", "20", "12000", "−0.5"]);
  expect([1e-5, 2e-5, 3e6].map(formatTick)).toEqual(["10⁻⁵", "2×10⁻⁵", "3×10⁶"]);
  expect([0.10849, 2.884, 13.31, 127.955, 0, Number.NaN, -0.0359, 2.3456e-5].map(formatValue)).toEqual([
    "0.108",
    "2.88",
    "13.3",
    "128",
    "0",
    "–",
    "−0.0359",
    "2.35×10⁻⁵",
  ]);
});

test("a value has as many decimals as its error, which has two digits", () => {
  const write = (value: number, error: number) => Object.values(formatWithError(value, error)).join(" ± ");
  expect([write(3.0641, 0.0606), write(127.9554, 1.82), write(-0.73123, 0.41), write(1520.4, 23.7)]).toEqual([
    "3.064 ± 0.061",
    "128.0 ± 1.8",
    "−0.73 ± 0.41",
    "1520 ± 24",
  ]);
  // as the command line writes them
  expect([write(0.62, 0.0996), write(168094.6, 1234), write(3.1e-5, 2.1e-7)]).toEqual([
    "0.62 ± 0.10",
    "168100 ± 1200",
    "0.00003100 ± 0.00000021",
  ]);
  expect([write(0.5, 0), write(2, Number.NaN)]).toEqual(["0.500 ± 0", "2.00 ± –"]);
});

test("an empty domain is still a domain", () => {
  expect(padDomain([], 0.1, true)).toEqual([0.1, 1]);
  const [low, high] = padDomain([5], 0.1);
  expect(low < 5 && 5 < high).toBe(true);
});

test("spread labels never overlap, keep their order and stay inside", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -50, max: 250, noNaN: true }), { minLength: 1, maxLength: 12 }), (wanted) => {
      const placed = spreadLabels(wanted, 14, 0, 200);
      const sorted = [...placed].sort((a, b) => a - b);
      sorted.slice(1).forEach((at, i) => {
        expect(at - (sorted[i] ?? 0)).toBeGreaterThanOrEqual(14 - 1e-9);
      });
      for (const at of placed) expect(at >= -1e-9 && at <= 200 + 1e-9).toBe(true);
      for (let i = 0; i < wanted.length; i += 1) {
        for (let j = 0; j < wanted.length; j += 1) {
          if ((wanted[i] ?? 0) < (wanted[j] ?? 0)) expect(placed[i]).toBeLessThan(placed[j] ?? 0);
        }
      }
    }),
  );
});

test("labels with room stay where they want to be", () => {
  expect(spreadLabels([10, 50, 90], 14, 0, 100)).toEqual([10, 50, 90]);
});

test("the labels of one axis have one number of decimals", () => {
  const labels = (low: number, high: number) => linearAxis([low, high], [0, 200], 40).ticks.map(({ label }) => label);
  expect(labels(0.365, 0.405)).toEqual(["0.37", "0.38", "0.39", "0.40"]);
  expect(labels(-1.2, 1.2)).toEqual(["−1.0", "−0.5", "0", "0.5", "1.0"]);
  expect(labels(0, 100)).toEqual(["0", "20", "40", "60", "80", "100"]);
});

test("steps and epochs have no ticks between whole numbers", () => {
  expect(wholeAxis([1, 3], [0, 300], 40).ticks.map(({ label }) => label)).toEqual(["1", "2", "3"]);
  expect(wholeAxis([1, 2], [0, 300], 40).ticks.map(({ label }) => label)).toEqual(["1", "2"]);
});
