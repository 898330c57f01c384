import fc from "fast-check";
import { expect, test } from "vitest";
import { type SimulatedCluster, simulateCluster } from "../../../src/jobs/cluster/simulateCluster.js";

const CALM: SimulatedCluster = {
  cores: 1,
  threadsPerElement: 1,
  aim: 3600,
  mostElements: 500,
  queueWait: 0,
  refill: 0,
  startup: 0,
  failuresPerCoreHour: 0,
  requeued: 1,
  requeueWait: 121,
  attention: 3600,
  spread: 0,
};
const equal = (count: number, seconds: number) => Array.from({ length: count }, () => seconds);

test("on one core without waits and failures a run takes the sum of its tasks", () => {
  const { seconds, efficiency, submissions, lost } = simulateCluster([100, 200, 3000, 5000], CALM);
  expect([seconds, efficiency, submissions, lost]).toEqual([8300, 1, 1, 0]);
});

test("waits, starts and refills come on top, once for each element that follows another", () => {
  const costs = { ...CALM, aim: 100, startup: 3, refill: 30 };
  // 10 elements of 100 s on 2 cores: 5 one after the other
  expect(simulateCluster(equal(10, 100), { ...costs, cores: 2 }).seconds).toBe(5 * 103 + 4 * 30);
  // no more cores than elements can be used, and none ends before its longest task
  expect(simulateCluster(equal(10, 100), { ...costs, cores: 4096 }).seconds).toBe(103);
  expect(simulateCluster([...equal(10, 100), 900], { ...costs, cores: 4096 }).seconds).toBe(903);
});

test("threads of an element work side by side", () => {
  expect(simulateCluster(equal(8, 50), { ...CALM, cores: 4, threadsPerElement: 4 }).seconds).toBe(100);
});

test("whatever fails, every task ends: later, with the lost work done again, and never faster than the work allows", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0, max: 1, noNaN: true }), (seed, requeued) => {
      const cluster = { ...CALM, cores: 8, aim: 600, failuresPerCoreHour: 0.5, requeued };
      const run = simulateCluster(equal(300, 60), cluster, seed);
      expect(run.seconds).toBeGreaterThanOrEqual((300 * 60) / 8);
      expect(run.starts).toBeGreaterThanOrEqual(30);
      expect(run.efficiency).toBeLessThanOrEqual(1);
      if (run.lost > 0) expect(run.starts).toBeGreaterThan(30);
    }),
    { numRuns: 50 },
  );
});

test("the same seed gives the same run, another one another", () => {
  const cluster = { ...CALM, cores: 8, aim: 600, failuresPerCoreHour: 0.5, spread: 0.3, queueWait: 600 };
  expect(simulateCluster(equal(300, 60), cluster, 5)).toEqual(simulateCluster(equal(300, 60), cluster, 5));
  expect(simulateCluster(equal(300, 60), cluster, 5)).not.toEqual(simulateCluster(equal(300, 60), cluster, 6));
});
