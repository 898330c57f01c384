import fc from "fast-check";
import { expect, it } from "vitest";
import { closePairs } from "../../../src/core/crystal/closePairs.js";
import { coincidentAtoms } from "../../../src/core/crystal/coincidentAtoms.js";
import { type Matrix3, rowTimes } from "../../../src/core/math/matrix3.js";

const lattices: readonly Matrix3[] = [
  [
    [4, 0, 0],
    [0, 5, 0],
    [0, 0, 6],
  ],
  [
    [3, 0, 0],
    [-1.5, 2.6, 0],
    [0.4, 0.3, 11],
  ],
  // a layer thinner than the limit, and a needle
  [
    [0.7, 0, 0],
    [0.1, 40, 0],
    [0, 12, 40],
  ],
];

/** Every image within three cells; slow and plain. */
function distances(lattice: Matrix3, fractional: readonly number[], a: number, b: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = -4; i <= 4; i++)
    for (let j = -4; j <= 4; j++)
      for (let k = -4; k <= 4; k++) {
        if (a === b && i === 0 && j === 0 && k === 0) continue;
        const at = (axis: number) => (fractional[3 * b + axis] ?? 0) - (fractional[3 * a + axis] ?? 0);
        const wrapped = [at(0), at(1), at(2)].map((x) => x - Math.round(x));
        least = Math.min(
          least,
          Math.hypot(...rowTimes([(wrapped[0] ?? 0) + i, (wrapped[1] ?? 0) + j, (wrapped[2] ?? 0) + k], lattice)),
        );
      }
  return least;
}

const coordinate = fc.oneof(
  fc.double({ min: -2, max: 2, noNaN: true }),
  fc.constantFrom(0, 0.5, 1, -1e-17, 0.999999999, 0.25),
);
const atoms = fc.array(fc.tuple(coordinate, coordinate, coordinate), { minLength: 1, maxLength: 12 });

it("pairs of near atoms are those that all images give", () => {
  fc.assert(
    fc.property(fc.constantFrom(...lattices), atoms, fc.constantFrom(0.05, 0.8, 2.1), (lattice, places, limit) => {
      const fractional = places.flat();
      const expected: string[] = [];
      for (let a = 0; a < places.length; a++)
        for (let b = a; b < places.length; b++) {
          const distance = distances(lattice, fractional, a, b);
          if (distance < limit - 1e-9) expected.push(`${a} ${b} ${distance.toFixed(6)}`);
        }
      const found = closePairs(lattice, fractional, limit).filter(({ distance }) => distance < limit - 1e-9);
      expect(found.map(({ a, b, distance }) => `${a} ${b} ${distance.toFixed(6)}`)).toEqual(expected);
      const [first] = closePairs(lattice, fractional, 0.05)
        .filter(({ a, b }) => a !== b)
        .sort((x, y) => x.b - y.b || x.a - y.a);
      expect(coincidentAtoms({ lattice, fractional: Float64Array.from(fractional) })).toEqual(
        first && [first.a, first.b],
      );
    }),
    { numRuns: 60 },
  );
});
