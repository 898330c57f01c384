import { describe, expect, it } from "vitest";
import {
  correctedError,
  meanAbsoluteError,
  pairedDifference,
  rootMeanSquareError,
} from "../../../../src/core/learning/evaluation/metrics.js";
import { Random } from "../../../../src/core/math/random.js";

describe("errors", () => {
  it("are means of absolute and squared differences", () => {
    expect(meanAbsoluteError([1, 2, 3], [2, 2, 1])).toBe(1);
    expect(rootMeanSquareError([1, 2, 3], [2, 2, 1])).toBeCloseTo(Math.sqrt(5 / 3), 15);
    expect(() => meanAbsoluteError([1], [1, 2])).toThrow("1 values against 2");
  });

  it("have a mean whose standard error grows with what splits share", () => {
    const split = { trainSize: 300, testSize: 75 };
    expect(correctedError([1, 2, 3, 4], split)).toBeCloseTo(Math.sqrt((5 / 3) * (1 / 4 + 75 / 300)), 14);
    expect(correctedError([1, 2, 3, 4], split)).toBe(pairedDifference([1, 2, 3, 4], [0, 0, 0, 0], split).standardError);
    expect(correctedError([7], split)).toBeNaN();
  });
});

describe("pairedDifference", () => {
  const split = { trainSize: 300, testSize: 80 };

  it("widens the standard error by the materials that repeats share", () => {
    const { mean, standardError, count } = pairedDifference([3, 5, 4, 8], [1, 4, 4, 5], split);
    expect(mean).toBe(1.5);
    expect(count).toBe(4);
    const sample = Math.sqrt((0.25 + 0.25 + 2.25 + 2.25) / 3);
    expect(standardError).toBeCloseTo(sample * Math.sqrt(1 / 4 + 80 / 300), 14);
  });

  it("finds a difference that is there and none where there is none", () => {
    const random = new Random(2);
    const base = Array.from({ length: 20 }, () => 1 + 0.3 * random.normal());
    const same = base.map((x) => x + 0.02 * random.normal());
    const worse = same.map((x) => x + 0.1);
    expect(pairedDifference(worse, base, split).p).toBeLessThan(1e-3);
    expect(pairedDifference(same, base, split).p).toBeGreaterThan(0.05);
    expect(pairedDifference(base, worse, split).mean).toBeLessThan(0);
  });

  it("knows when it cannot say", () => {
    expect(pairedDifference([1], [2], split)).toEqual({ mean: -1, standardError: Number.NaN, count: 1, p: Number.NaN });
    expect(pairedDifference([1, 2], [1, 2], split)).toEqual({ mean: 0, standardError: 0, count: 2, p: 1 });
    expect(pairedDifference([2, 3], [1, 2], split).p).toBe(0);
  });
});
