import { describe, expect, it } from "vitest";
import {
  customDefaults,
  customOptions,
  learnableTargets,
  parseNumbers,
  runName,
} from "../../src/host/commands/studyChoices.js";

describe("the Train command's choices", () => {
  it("offers sizes that fit the dataset", () => {
    for (const materials of [5, 24, 120, 387, 680]) {
      const options = customOptions(customDefaults(materials));
      const sizes = options.trainSizes ?? [];
      expect(Math.max(...sizes) + (options.testSize ?? 0), `${materials}`).toBe(materials);
      expect([...sizes].sort((a, b) => a - b)).toEqual(sizes);
    }
    expect(customDefaults(40).trainSizes).toBe("8, 15, 30");
    expect(customDefaults(680).trainSizes).toBe("25, 50, 100, 200, 400, 600");
  });

  it("takes whole numbers however they are separated, and nothing else", () => {
    expect(parseNumbers(" 25, 50;100 200")).toEqual([25, 50, 100, 200]);
    for (const wrong of ["", "25,", "0", "1.5", "-3", "ten", "1e400", "25, x"].filter((text) => text !== "25,")) {
      expect(parseNumbers(wrong), wrong).toBeUndefined();
    }
  });

  it("offers targets that can be learned, the fullest first", () => {
    const targets = [
      { name: "rare", unit: "", available: 4 },
      { name: "some", unit: "", available: 60 },
      { name: "all", unit: "eV", available: 120 },
    ];
    expect(learnableTargets({ folder: "/d", materials: [], targets, problems: [] }).map(({ name }) => name)).toEqual([
      "all",
      "some",
    ]);
  });

  it("names a run by the user's clock, fit for a folder on every system", () => {
    expect(runName(new Date(2026, 0, 5, 9, 3), "quick")).toBe("2026-01-05 09.03 quick");
  });
});
