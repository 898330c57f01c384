import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gridLimits, halfSphere, millerLimits } from "../../../src/core/crystal/halfSphere.js";
import { reciprocalLattice } from "../../../src/core/crystal/lattice.js";
import { determinant, type Matrix3, norm, rowTimes } from "../../../src/core/math/matrix3.js";

const component = fc.double({ min: -6, max: 6, noNaN: true });
const row = fc.tuple(component, component, component);
const lattice = fc.tuple(row, row, row).filter((m) => Math.abs(determinant(m)) > 20);
const FAR = [1000, 1000, 1000] as const;

function waves(cell: Matrix3, cutoff: number, held: readonly [number, number, number] = FAR): string[] {
  const { hkl } = halfSphere(cell, cutoff, held);
  return Array.from({ length: hkl.length / 3 }, (_, i) => hkl.subarray(3 * i, 3 * i + 3).join(" "));
}

describe("the half sphere", () => {
  it("holds every wave up to the cutoff once, itself or its negative, by brute force", () => {
    fc.assert(
      fc.property(lattice, fc.double({ min: 1, max: 4, noNaN: true }), (cell, cutoff) => {
        const found = waves(cell, cutoff);
        expect(found[0]).toBe("0 0 0");
        expect(new Set(found).size).toBe(found.length);
        const reciprocal = reciprocalLattice(cell);
        const reach = Math.max(...millerLimits(cell, cutoff)) + 1;
        let all = 0;
        for (let h = -reach; h <= reach; h++)
          for (let k = -reach; k <= reach; k++)
            for (let l = -reach; l <= reach; l++) {
              if (norm(rowTimes([h, k, l], reciprocal)) > cutoff * (1 + 1e-9)) continue;
              all++;
              const upper = l > 0 || (l === 0 && (k > 0 || (k === 0 && h >= 0)));
              expect(found.includes(`${h} ${k} ${l}`)).toBe(upper);
            }
        expect(all).toBe(2 * found.length - 1);
      }),
      { numRuns: 30 },
    );
  });

  it("is ordered by l, k, h, with g = 0 first", () => {
    const cube: Matrix3 = [
      [6, 0, 0],
      [0, 6, 0],
      [0, 0, 6],
    ];
    const found = waves(cube, 1.6);
    expect(found.slice(0, 5)).toEqual(["0 0 0", "1 0 0", "-1 1 0", "0 1 0", "1 1 0"]);
    expect(found).toHaveLength(10);
  });

  it("keeps waves that lie on the sphere", () => {
    const cube: Matrix3 = [
      [2 * Math.PI, 0, 0],
      [0, 2 * Math.PI, 0],
      [0, 0, 2 * Math.PI],
    ];
    expect(waves(cube, 5)).toContain("3 4 0");
    expect(waves(cube, 5 * (1 - 1e-8))).not.toContain("3 4 0");
  });

  it("leaves out what the grid does not hold, and names the first", () => {
    const cell: Matrix3 = [
      [4, 0, 0],
      [0, 5, 0],
      [0, 0, 6],
    ];
    expect(gridLimits([8, 7, 1])).toEqual([3, 3, 0]);
    const held = gridLimits([9, 6, 12]);
    const { firstMissing } = halfSphere(cell, 7, held);
    expect(firstMissing).toBeCloseTo((3 * 2 * Math.PI) / 5, 12);
    expect(waves(cell, 7, held).every((wave) => Math.abs(Number(wave.split(" ")[1])) <= 2)).toBe(true);
    expect(halfSphere(cell, 3, held).firstMissing).toBeUndefined();
  });
});
