import { expect, test } from "vitest";
import { fitDomain } from "../../../../src/core/learning/domain/applicabilityDomain.js";
import { Random } from "../../../../src/core/math/random.js";

const COLUMNS = 6;

/** Members whose nearest neighbours and distances are alike however many there are: points of a cloud. */
function members(count: number) {
  const random = new Random(3);
  return Array.from({ length: count }, (_, i) => ({
    id: `m${i}`,
    atomicNumbers: [8, 12],
    shells: Float64Array.from({ length: COLUMNS }, () => random.normal()),
    kind: "CHGCAR",
  }));
}

test("of many members distances are sampled: width and threshold are those of all pairs within a few per cent", {
  timeout: 60_000,
}, () => {
  const all = members(4400);
  const { width, threshold, features, ids, measuredOn } = fitDomain(all);
  expect(measuredOn).toBe(2000);
  expect(fitDomain(all.slice(0, 100))).not.toHaveProperty("measuredOn");
  expect(ids).toHaveLength(4400);
  const { rows, columns, values } = features;
  const row = (i: number) => values.subarray(i * columns, (i + 1) * columns);
  const distance = (a: Float64Array, b: Float64Array) =>
    Math.sqrt(a.reduce((sum, x, k) => sum + (x - (b[k] as number)) ** 2, 0));
  const nearest = Array.from({ length: rows }, () => Number.POSITIVE_INFINITY);
  const pairs: number[] = [];
  for (let i = 0; i < rows; i++)
    for (let j = i + 1; j < rows; j++) {
      const d = distance(row(i), row(j));
      if ((i + j) % 16 === 0) pairs.push(d);
      nearest[i] = Math.min(nearest[i] as number, d);
      nearest[j] = Math.min(nearest[j] as number, d);
    }
  const middle = (list: readonly number[]) => [...list].sort((a, b) => a - b)[list.length >> 1] as number;
  expect(Math.abs(width / middle(pairs) - 1)).toBeLessThan(0.02);
  // the threshold is a high quantile of the distances to the nearest, times a margin
  const sorted = [...nearest].sort((a, b) => a - b);
  expect(threshold).toBeGreaterThan(sorted[Math.floor(0.9 * rows)] as number);
  expect(threshold).toBeLessThan(3 * (sorted[rows - 1] as number));
});

test("memory does not grow with the square of the number of members", { timeout: 60_000 }, () => {
  const before = process.memoryUsage().arrayBuffers;
  const domain = fitDomain(members(12_000)); // all pairs would be 1.2 GB
  expect(domain.features.rows).toBe(12_000);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(600e6);
});
