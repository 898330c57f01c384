import type { Matrix3 } from "../math/matrix3.js";
import { PeriodicGrid } from "./periodicGrid.js";

/** Two atoms, a < b (or a = b and an image of itself), and the distance in Å of their nearest images. */
export interface ClosePair {
  readonly a: number;
  readonly b: number;
  readonly distance: number;
}

/**
 * Pairs of atoms nearer than `limit` (Å) under periodicity, at most `most` of them, in the order of the atoms.
 * `fractional`: 3 numbers per atom. Time grows with the number of atoms. None in a cell too thin or oblique
 * (`PeriodicGrid`).
 */
export function closePairs(lattice: Matrix3, fractional: ArrayLike<number>, limit: number, most = 1000): ClosePair[] {
  const atoms = Math.floor(fractional.length / 3);
  const grid = new PeriodicGrid(lattice, fractional, limit);
  const pairs: ClosePair[] = [];
  const near = new Map<number, number>();
  let a = 0;
  const visit = (b: number, distance: number) => {
    if (b >= a && distance < limit) near.set(b, Math.min(distance, near.get(b) ?? Number.POSITIVE_INFINITY));
  };
  for (; a < atoms && pairs.length < most; a++) {
    near.clear();
    grid.visitNear(a, visit);
    if (near.size === 0) continue;
    for (const [b, distance] of [...near].sort(([x], [y]) => x - y))
      if (pairs.length < most) pairs.push({ a, b, distance });
  }
  return pairs;
}
