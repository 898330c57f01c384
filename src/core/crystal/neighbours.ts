import { type Matrix3, rowTimes, type Vector3 } from "../math/matrix3.js";
import { imageProblem } from "./imageLimits.js";
import { reciprocalLattice } from "./lattice.js";

/** One atom near another: which, in which cell, how far (Å). */
export interface Neighbour {
  readonly atom: number;
  readonly image: Vector3;
  readonly distance: number;
}

/**
 * All atoms and images within `reach` (Å) of one atom, nearest first; its own images count, itself does not.
 * None where `imageProblem` names a reason.
 */
export function neighboursOf(
  lattice: Matrix3,
  fractional: ArrayLike<number>,
  atom: number,
  reach: number,
): Neighbour[] {
  if (imageProblem(lattice, fractional, reach) !== undefined) return [];
  const spacings = reciprocalLattice(lattice).map((row) => (2 * Math.PI) / Math.hypot(...row));
  const atoms = Math.floor(fractional.length / 3);
  const found: Neighbour[] = [];
  for (let other = 0; other < atoms; other++) {
    const between = [0, 1, 2].map((axis) => (fractional[3 * other + axis] ?? 0) - (fractional[3 * atom + axis] ?? 0));
    const [xs = [], ys = [], zs = []] = between.map((value, axis) =>
      imagesWithin(value, reach / (spacings[axis] ?? 1)),
    );
    for (const x of xs)
      for (const y of ys)
        for (const z of zs) {
          const vector = rowTimes([(between[0] ?? 0) + x, (between[1] ?? 0) + y, (between[2] ?? 0) + z], lattice);
          const distance = Math.hypot(...vector);
          const isItself = other === atom && x === 0 && y === 0 && z === 0;
          if (distance <= reach && !isItself) found.push({ atom: other, image: [x, y, z], distance });
        }
  }
  return found.sort((a, b) => a.distance - b.distance || a.atom - b.atom);
}

/** Whole numbers n with |value + n| <= limit. */
function imagesWithin(value: number, limit: number): number[] {
  const images: number[] = [];
  for (let n = Math.ceil(-limit - value); n <= limit - value; n++) images.push(n);
  return images;
}
