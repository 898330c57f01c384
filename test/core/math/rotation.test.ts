import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  determinant,
  IDENTITY,
  type Matrix3,
  multiply,
  transpose,
  type Vector3,
} from "../../../src/core/math/matrix3.js";
import { Random } from "../../../src/core/math/random.js";
import { applyRotation, randomRotation, rotateLattice, rotationAboutAxis } from "../../../src/core/math/rotation.js";

function distance(a: Matrix3, b: Matrix3): number {
  return Math.max(...a.flatMap((row, i) => row.map((x, j) => Math.abs(x - (b[i]?.[j] ?? Number.NaN)))));
}

describe("randomRotation", () => {
  it("is a proper rotation", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const rotation = randomRotation(new Random(seed));
        expect(distance(multiply(rotation, transpose(rotation)), IDENTITY)).toBeLessThan(1e-14);
        expect(Math.abs(determinant(rotation) - 1)).toBeLessThan(1e-14);
      }),
    );
  });

  it("is uniform on SO(3): a rotated axis covers the sphere, the angle has density (1 - cos t)/pi", () => {
    const random = new Random(11);
    const n = 20_000;
    const heights = [0, 0, 0, 0];
    const angles = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const rotation = randomRotation(random);
      // z of a point of the unit sphere is uniform over [-1, 1]
      const bin = Math.min(3, Math.floor((rotation[2][0] + 1) * 2));
      heights[bin] = (heights[bin] ?? 0) + 1;
      const t = Math.acos((rotation[0][0] + rotation[1][1] + rotation[2][2] - 1) / 2);
      const quarter = Math.min(3, Math.floor(((t - Math.sin(t)) / Math.PI) * 4));
      angles[quarter] = (angles[quarter] ?? 0) + 1;
    }
    for (const count of [...heights, ...angles])
      expect(Math.abs(count / n - 0.25)).toBeLessThan(5 * Math.sqrt(3 / 16 / n));
  });
});

describe("rotationAboutAxis", () => {
  it("turns right-handed", () => {
    const quarter = rotationAboutAxis([0, 0, 2], Math.PI / 2);
    const expected: Vector3 = [0, 1, 5];
    const turned = applyRotation(quarter, [1, 0, 5]);
    expect(distance([turned, turned, turned], [expected, expected, expected])).toBeLessThan(1e-15);
    const cycle = rotationAboutAxis([1, 1, 1], (2 * Math.PI) / 3);
    expect(distance(rotateLattice(cycle, IDENTITY), [IDENTITY[1], IDENTITY[2], IDENTITY[0]])).toBeLessThan(1e-15);
  });
});
