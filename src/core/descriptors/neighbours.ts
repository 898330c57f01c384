import { reciprocalLattice } from "../crystal/lattice.js";
import { norm, type Vector3 } from "../math/matrix3.js";
import type { Atoms } from "./material.js";

/** Atoms closer to the centre than this, in Å, stand on it. */
const SAME_PLACE = 1e-6;

/**
 * Calls `visit` with each atom of the crystal, its periodic images and the centre itself included, within `reach` Å of
 * atom `centre`:
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
  const [[ax, ay, az], [bx, by, bz], [cx, cy, cz]] = lattice;
  const longest = reach * (1 + 1e-14);
  const cc = cx * cx + cy * cy + cz * cz;
  for (let atom = 0; atom < atomicNumbers.length; atom++) {
    const fx = (fractional[3 * atom] as number) - (fractional[3 * centre] as number);
    const fy = (fractional[3 * atom + 1] as number) - (fractional[3 * centre + 1] as number);
    const fz = (fractional[3 * atom + 2] as number) - (fractional[3 * centre + 2] as number);
    const lastI = Math.floor(sx - fx + EDGE);
    const lastJ = Math.floor(sy - fy + EDGE);
    for (let i = Math.ceil(-sx - fx - EDGE); i <= lastI; i++)
      for (let j = Math.ceil(-sy - fy - EDGE); j <= lastJ; j++) {
        const px = (i + fx) * ax + (j + fy) * bx;
        const py = (i + fx) * ay + (j + fy) * by;
        const pz = (i + fx) * az + (j + fy) * bz;
        // Where along the line p + u c the sphere begins and ends.
        const middle = -(px * cx + py * cy + pz * cz) / cc;
        const half = (longest * longest - (px * px + py * py + pz * pz)) / cc + middle * middle;
        if (half < -EDGE) continue;
        const chord = Math.sqrt(Math.max(0, half)) + EDGE;
        const lastK = Math.floor(Math.min(sz, middle + chord) - fz + EDGE);
        for (let k = Math.ceil(Math.max(-sz, middle - chord) - fz - EDGE); k <= lastK; k++) {
          const u = k + fz;
          const x = px + u * cx;
          const y = py + u * cy;
          const z = pz + u * cz;
          const r = Math.sqrt(x * x + y * y + z * z);
          if (r > longest) continue;
          if (r < SAME_PLACE) visit(atom, 0, 0, 0, 0);
          else visit(atom, x, y, z, r);
        }
      }
  }
}

/** An image on the sphere must not be lost to rounding. */
const EDGE = 1e-6;
