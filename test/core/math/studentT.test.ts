import { describe, expect, it } from "vitest";
import { studentTwoSided } from "../../../src/core/math/studentT.js";

describe("studentTwoSided", () => {
  // The 95 % points of every table of t.
  it.each([
    [12.7062047364, 1],
    [4.30265272991, 2],
    [3.18244630528, 3],
    [2.7764451052, 4],
    [2.26215716274, 9],
    [2.09302405441, 19],
    [1.98421695159, 99],
  ])("is 0.05 at t = %d with %d degrees of freedom", (t, degrees) => {
    expect(studentTwoSided(t, degrees)).toBeCloseTo(0.05, 9);
    expect(studentTwoSided(-t, degrees)).toBe(studentTwoSided(t, degrees));
  });

  it("agrees with the closed forms of one and two degrees of freedom", () => {
    for (const t of [0, 0.3, 1, 5, 1e6]) {
      expect(studentTwoSided(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 14);
      expect(studentTwoSided(t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 14);
    }
  });
});
