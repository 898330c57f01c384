import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chunkItems, planItems } from "../../../src/jobs/cluster/chunks.js";
import { estimateSeconds, TaskTimes } from "../../../src/jobs/cluster/taskCost.js";
import { resolveStudy } from "../../../src/jobs/settings/studySettings.js";

const settingsOf = (repeats: number, models = ["r3dvs", "soap", "composition"]) =>
  resolveStudy({ models, trainSizes: [20, 40, 80], testSize: 20, repeats, ensemble: 3 }, ["a", "b"], 100);

describe("chunks", () => {
  test("hold every work item once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 200 }), (repeats, count) => {
        const settings = settingsOf(repeats);
        const chunks = chunkItems(settings, count);
        expect(chunks.length).toBe(count);
        const places = chunks.flat().map(({ item }) => item.place);
        expect(new Set(places).size).toBe(places.length);
        expect([...places].sort()).toEqual(
          planItems(settings)
            .map(({ item }) => item.place)
            .sort(),
        );
      }),
      { numRuns: 40 },
    );
  });

  test("cost about the same", () => {
    const settings = settingsOf(10);
    const costs = chunkItems(settings, 12).map((chunk) =>
      chunk.reduce((sum, { task }) => sum + estimateSeconds(settings, task), 0),
    );
    const longest = Math.max(...planItems(settings).map(({ task }) => estimateSeconds(settings, task)));
    expect(Math.max(...costs) - Math.min(...costs)).toBeLessThanOrEqual(longest);
  });
});

describe("the time of a task", () => {
  const settings = settingsOf(2);
  const items = planItems(settings);
  const of = (model: string, size: number, target = "a") => {
    const found = items.find(({ task }) => task.model === model && task.trainSize === size && task.target === target);
    if (found === undefined) throw new Error("no such task");
    return found.task;
  };

  test("is the median of what its like took", () => {
    const task = of("soap", 40);
    const times = new TaskTimes(
      settings,
      [3, 100, 2].map((seconds) => ({ task, seconds })),
    );
    expect(times.of(task)).toBe(3);
  });

  test("follows from other sizes of its model, else from all that was measured", () => {
    const measured = of("soap", 40);
    const times = new TaskTimes(settings, [{ task: measured, seconds: 7 * estimateSeconds(settings, measured) }]);
    expect(times.of(of("soap", 80, "b"))).toBeCloseTo(7 * estimateSeconds(settings, of("soap", 80, "b")), 9);
    expect(times.of(of("r3dvs", 20))).toBeCloseTo(7 * estimateSeconds(settings, of("r3dvs", 20)), 9);
  });
});
