import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../../src/core/math/random.js";
import {
  mean,
  median,
  populationDeviation,
  quantile,
  sampleDeviation,
  standardError,
  sum,
} from "../../../src/core/math/statistics.js";

describe("statistics", () => {
  it("gives the textbook values", () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9];
    expect(mean(values)).toBe(5);
    expect(populationDeviation(values)).toBe(2);
    expect(sampleDeviation(values)).toBeCloseTo(Math.sqrt(32 / 7), 14);
    expect(standardError(values)).toBeCloseTo(Math.sqrt(32 / 7 / 8), 14);
    expect(median(values)).toBe(4.5);
    expect(quantile([3, 1, 2, 4], 0.9)).toBeCloseTo(3.7, 14); // numpy.quantile
  });

  it("loses nothing of a long sum", () => {
    expect(sum([1, 1e100, 1, -1e100])).toBe(2);
    expect(sum(Array(10_000).fill(0.1))).toBe(1000);
  });

  it("says NaN, not 0, of too few values", () => {
    expect(mean([])).toBeNaN();
    expect(median([])).toBeNaN();
    expect(standardError([1])).toBeNaN();
    expect(populationDeviation([1])).toBe(0);
  });

  it("finds in long lists what sorting finds", () => {
    const random = new Random(3);
    for (const count of [1001, 1002, 5000])
      for (const kind of [() => random.normal(), () => Math.floor(3 * random.uniform()), () => 7]) {
        const values = Float64Array.from({ length: count }, kind);
        const sorted = Float64Array.from(values).sort();
        for (const fraction of [0, 0.1, 0.5, 0.77, 1]) {
          const at = fraction * (count - 1);
          const [low = 0, high = 0] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
          expect(quantile(values, fraction)).toBeCloseTo(low + (at % 1) * (high - low), 14);
        }
        expect(quantile([...values, Number.NaN], 1)).toBeNaN();
      }
  });

  it("keeps quantiles between the extremes and rising", () => {
    const values = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(
        values,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (list, p, q) => {
          const [low, high] = [quantile(list, Math.min(p, q)), quantile(list, Math.max(p, q))];
          expect(low).toBeGreaterThanOrEqual(Math.min(...list));
          expect(high).toBeLessThanOrEqual(Math.max(...list));
          expect(low).toBeLessThanOrEqual(high + 1e-9 * Math.abs(high));
        },
      ),
    );
  });
});
