import type { Matrix3, Vector3 } from "../math/matrix3.js";
import { lengths, reciprocalLattice } from "./lattice.js";

/** Waves whose |g| equals the cutoff within this relative margin are kept (spec section 2). */
const MARGIN = 1e-9;

/** The largest Miller index on each axis that a wave with |g| <= cutoff (1/Å) can have: floor(cutoff |a_i| / 2 pi). */
export function millerLimits(lattice: Matrix3, cutoff: number): Vector3 {
  const [a, b, c] = lengths(lattice);
  const limit = (length: number) => Math.floor((cutoff * (1 + MARGIN) * length) / (2 * Math.PI));
  return [limit(a), limit(b), limit(c)];
}

/** The largest Miller index that M grid points hold on each axis: (M - 1)/2 rounded down, so that the Nyquist wave of an even M is left out. */
export function gridLimits(grid: Vector3): Vector3 {
  return [(grid[0] - 1) >> 1, (grid[1] - 1) >> 1, (grid[2] - 1) >> 1];
}

/** The part of the sphere |g| <= cutoff that a grid holds, and the smallest |g| (1/Å) that it does not hold, if any. */
export interface HalfSphere {
  /** Miller indices h, k, l of one half: g = 0, then l > 0, or l = 0 and k > 0, or l = k = 0 and h > 0; ordered by l, k, h. */
  readonly hkl: Int32Array;
  readonly firstMissing?: number;
}

/** The half sphere of spec section 3 for a lattice (rows, Å), a cutoff (1/Å) and the largest indices that are held on each axis. */
export function halfSphere(lattice: Matrix3, cutoff: number, held: Vector3): HalfSphere {
  const [a, b, c] = reciprocalLattice(lattice);
  const [h1, k1, l1] = millerLimits(lattice, cutoff);
  const limit = cutoff * (1 + MARGIN);
  const lengthAt = (h: number, k: number, l: number) => {
    const x = h * a[0] + k * b[0] + l * c[0];
    const y = h * a[1] + k * b[1] + l * c[1];
    const z = h * a[2] + k * b[2] + l * c[2];
    return Math.sqrt(x * x + y * y + z * z);
  };
  const hkl: number[] = [];
  let missing = Number.POSITIVE_INFINITY;
  for (let l = 0; l <= l1; l++) {
    for (let k = l > 0 ? -k1 : 0; k <= k1; k++) {
      const least = l > 0 || k > 0 ? -h1 : 0;
      const [from, to] = rowOf(a, [k * b[0] + l * c[0], k * b[1] + l * c[1], k * b[2] + l * c[2]], limit);
      let [first, last] = [Math.max(least, from), Math.min(h1, to)];
      while (first <= last && lengthAt(first, k, l) > limit) first++;
      while (last >= first && lengthAt(last, k, l) > limit) last--;
      const held1 = Math.abs(k) <= held[1] && l <= held[2] ? held[0] : -1;
      for (let h = first; h <= last; h++) {
        if (h >= -held1 && h <= held1) hkl.push(h, k, l);
        else missing = Math.min(missing, lengthAt(h, k, l));
      }
    }
  }
  return { hkl: Int32Array.from(hkl), ...(missing < Number.POSITIVE_INFINITY && { firstMissing: missing }) };
}

/** The h with |h a + rest| <= limit, or one more at either end: a sphere cuts one stretch out of a row, so that only its ends need a look. */
function rowOf(a: Vector3, rest: Vector3, limit: number): readonly [number, number] {
  const square = a[0] * a[0] + a[1] * a[1] + a[2] * a[2];
  const middle = -(a[0] * rest[0] + a[1] * rest[1] + a[2] * rest[2]) / square;
  const nearest = rest[0] * rest[0] + rest[1] * rest[1] + rest[2] * rest[2] - middle * middle * square;
  const reach = Math.sqrt(Math.max(0, limit * limit - nearest) / square);
  return [Math.ceil(middle - reach) - 1, Math.floor(middle + reach) + 1];
}
