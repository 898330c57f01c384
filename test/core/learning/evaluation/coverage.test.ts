import { expect, test } from "vitest";
import { measureCoverage } from "../../../../src/core/learning/evaluation/coverage.js";
import { Random } from "../../../../src/core/math/random.js";

const SPLIT = { trainSize: 320, testSize: 80 };

function drawn(count: number, stated: number, seed: number) {
  const random = new Random(seed);
  const deviations = Float64Array.from({ length: count }, () => Math.exp(random.normal()));
  return {
    errors: deviations.map((deviation) => deviation * random.normal()),
    sigmas: deviations.map((deviation) => stated * deviation),
  };
}

test("errors of the stated size lie on the diagonal at every level, half the size above and twice below", () => {
  const share = (stated: number, level: number) =>
    measureCoverage([drawn(20_000, stated, 5)], SPLIT)?.curve.find((point) => Math.abs(point.level - level) < 1e-9)
      ?.share;
  for (const level of [0.1, 0.5, 0.8, 0.95, 0.99]) expect(share(1, level)).toBeCloseTo(level, 1.9);
  // twice as far as 50 % is 82.3 %, half as far 26.4 %
  expect(share(2, 0.5)).toBeCloseTo(0.823, 1.9);
  expect(share(0.5, 0.5)).toBeCloseTo(0.264, 1.9);
});

test("one and two standard deviations hold 68.3 and 95.4 %, and what is certain does not count", () => {
  const { errors, sigmas } = drawn(20_000, 1, 6);
  const measure = measureCoverage([{ errors: [...errors, 0, 3], sigmas: [...sigmas, 0, 0] }], SPLIT);
  expect(measure?.count).toBe(20_000);
  expect(measure?.one.share).toBeCloseTo(0.6827, 1.9);
  expect(measure?.two.share).toBeCloseTo(0.9545, 1.9);
  expect(measureCoverage([{ errors: [1, 0], sigmas: [0, 0] }], SPLIT)).toBeUndefined();
  expect(measureCoverage([], SPLIT)).toBeUndefined();
});

test("the standard error is that of independent errors for one repeat, and the corrected one of repeats that differ by more", () => {
  const repeat = (inside: number) => ({
    errors: Array.from({ length: 100 }, (_, i) => (i < inside ? 0.5 : 3)),
    sigmas: Array(100).fill(1),
  });
  const one = measureCoverage([repeat(64)], SPLIT)?.one;
  expect([one?.share, one?.standardError]).toEqual([0.64, Math.sqrt((0.64 * 0.36) / 100)]);
  // shares 0.5 and 0.7: their mean's standard error 0.1, corrected by sqrt(1 + 2 * 80/320)
  const two = measureCoverage([repeat(50), repeat(70)], SPLIT)?.one;
  expect(two?.share).toBeCloseTo(0.6, 12);
  expect(two?.standardError).toBeCloseTo(0.1 * Math.sqrt(1.5), 12);
  const alike = measureCoverage([repeat(60), repeat(60)], SPLIT)?.one;
  expect(alike?.standardError).toBeCloseTo(Math.sqrt((0.6 * 0.4) / 200), 12);
});
