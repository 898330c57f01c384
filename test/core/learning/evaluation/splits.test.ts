import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  learningCurveSplits,
  type RepeatSplit,
  type SplitRequest,
  splitAmong,
  trainingIds,
  validationSplit,
} from "../../../../src/core/learning/evaluation/splits.js";

const ids = Array.from({ length: 50 }, (_, i) => `mp-${i}`);
const request: SplitRequest = { ids, testSize: 10, trainSizes: [5, 20, 40], repeats: 4, seed: 3 };

function draw(changes: Partial<SplitRequest> = {}): readonly RepeatSplit[] {
  const { value, problems } = learningCurveSplits({ ...request, ...changes });
  expect(problems).toEqual([]);
  return value ?? [];
}

describe("learningCurveSplits", () => {
  it("parts the materials into test and training sets, the smaller inside the larger", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 49 }),
        fc.integer({ min: 1, max: 5 }),
        (seed, testSize, repeats) => {
          const splits = draw({ seed, testSize, repeats, trainSizes: [50 - testSize, 1] });
          expect(splits.map(({ repeat }) => repeat)).toEqual([...Array(repeats).keys()]);
          for (const split of splits) {
            expect(split.test).toHaveLength(testSize);
            expect([...split.test, ...split.pool].sort()).toEqual([...ids].sort());
            expect(trainingIds(split, 7)).toEqual(split.pool.slice(0, 7));
          }
        },
      ),
    );
  });

  it("draws another split each repeat, and the same ones whatever the order of ids, the sizes and the number of repeats", () => {
    const splits = draw();
    expect(new Set(splits.map(({ test }) => test.join())).size).toBe(4);
    expect(draw({ ids: [...ids].reverse() })).toEqual(splits);
    expect(draw({ trainSizes: [3], repeats: 2 })).toEqual(splits.slice(0, 2));
    expect(draw({ seed: 4 })).not.toEqual(splits);
  });

  it("tests every material about equally often", () => {
    const counts = new Map<string, number>();
    for (const { test } of draw({ repeats: 500 })) for (const id of test) counts.set(id, (counts.get(id) ?? 0) + 1);
    expect(counts.size).toBe(50);
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(5 * Math.sqrt(500 * 0.2 * 0.8));
  });

  it.each([
    [{ testSize: 50 }, "A test set of 50 leaves nothing to train on: there are 50 materials"],
    [{ trainSizes: [41] }, "A training set of 41 and a test set of 10 need 51 materials, there are 50"],
    [{ trainSizes: [0] }, "A training size must be a positive integer, not 0"],
    [{ trainSizes: [] }, "No training size is given"],
    [{ testSize: 2.5, trainSizes: [5] }, "The size of the test set must be a positive integer, not 2.5"],
    [{ repeats: -1 }, "The number of repeats must be a positive integer, not -1"],
    [{ ids: [...ids, "mp-7"] }, "Two materials are called mp-7"],
  ] as const)("refuses %o", (changes, message) => {
    const { value, problems } = learningCurveSplits({ ...request, ...changes });
    expect(value).toBeUndefined();
    expect(problems.map((p) => `${p.severity}: ${p.message}`)).toEqual([`error: ${message}`]);
  });
});

describe("validationSplit", () => {
  it("holds a share out, keeps the order, and does not depend on it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 50 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer(),
        (n, fraction, seed) => {
          const some = ids.slice(0, n);
          const { training, validation } = validationSplit(some, fraction, seed);
          expect(some.filter((id) => training.includes(id))).toEqual(training);
          expect([...training, ...validation].sort()).toEqual([...some].sort());
          expect(validation.length).toBe(Math.min(n - 1, Math.max(1, Math.round(fraction * n))));
          expect(new Set(validationSplit([...some].reverse(), fraction, seed).validation)).toEqual(new Set(validation));
        },
      ),
    );
  });

  it("leaves a single material to training", () => {
    expect(validationSplit(["a"], 0.5, 1)).toEqual({ training: ["a"], validation: [] });
  });
});

it("targets that only some materials have keep the common order and the size of the test set", () => {
  const [whole] = draw({});
  if (whole === undefined) throw new Error("no split was drawn");
  expect(splitAmong(whole, () => true)).toEqual(whole);
  const lost = new Set([...whole.test.slice(0, 3), ...whole.pool.slice(5, 9)]);
  const some = splitAmong(whole, (id) => !lost.has(id));
  expect(some.test).toEqual([...whole.test.slice(3), ...whole.pool.slice(0, 3)]);
  expect([...some.test, ...some.pool]).toEqual([...whole.test, ...whole.pool].filter((id) => !lost.has(id)));
  expect(splitAmong(whole, (id) => !lost.has(id))).toEqual(some);
});
