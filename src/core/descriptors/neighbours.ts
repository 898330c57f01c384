import { reciprocalLattice } from "../crystal/lattice.js";
import { norm, rowTimes, type Vector3 } from "../math/matrix3.js";
import type { Atoms } from "./material.js";

/** Atoms closer to the centre than this, in Å, stand on it. */
const SAME_PLACE = 1e-6;

/**
 * Calls `visit` with each atom of the crystal, its periodic images and the centre itself included, within `reach` Å of atom `centre`:
 * its index in the cell, the vector from the centre in Å, and its length (exactly 0 on the centre).
 */
export function forEachNeighbour(
  { lattice, fractional, atomicNumbers }: Atoms,
  centre: number,
  reach: number,
  visit: (atom: number, x: number, y: number, z: number, r: number) => void,
): void {
  // The planes of constant fractional coordinate are 2 pi/|b| apart.
  const [sx, sy, sz] = reciprocalLattice(lattice).map((b) => (reach * norm(b)) / (2 * Math.PI)) as unknown as Vector3;
  const longest = reach * (1 + 1e-14);
  for (let atom = 0; atom < atomicNumbers.length; atom++) {
    const [fx, fy, fz] = [0, 1, 2].map(
      (k) => (fractional[3 * atom + k] as number) - (fractional[3 * centre + k] as number),
    ) as unknown as Vector3;
    for (let i = Math.ceil(-sx - fx - EDGE); i + fx <= sx + EDGE; i++)
      for (let j = Math.ceil(-sy - fy - EDGE); j + fy <= sy + EDGE; j++)
        for (let k = Math.ceil(-sz - fz - EDGE); k + fz <= sz + EDGE; k++) {
          const [x, y, z] = rowTimes([i + fx, j + fy, k + fz], lattice);
          const r = Math.sqrt(x * x + y * y + z * z);
          if (r > longest) continue;
          if (r < SAME_PLACE) visit(atom, 0, 0, 0, 0);
          else visit(atom, x, y, z, r);
        }
  }
}

/** An image on the sphere must not be lost to rounding. */
const EDGE = 1e-9;
