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

/**
 * The largest Miller index that M grid points hold on each axis: (M - 1)/2 rounded down, so that the Nyquist wave of an
 * even M is left out.
 */
export function gridLimits(grid: Vector3): Vector3 {
  return [(grid[0] - 1) >> 1, (grid[1] - 1) >> 1, (grid[2] - 1) >> 1];
}

/** The part of the sphere |g| <= cutoff that a grid holds, and the smallest |g| (1/Å) that it does not hold, if any. */
export interface HalfSphere {
  /**
   * Miller indices h, k, l of one half: g = 0, then l > 0, or l = 0 and k > 0, or l = k = 0 and h > 0; ordered by l, k,
   * h.
   */
  readonly hkl: Int32Array;
  readonly firstMissing?: number;
}

/**
 * The half sphere of spec section 3 for a lattice (rows, Å), a cutoff (1/Å) and the largest indices that are held on
 * each axis.
 */
export function halfSphere(lattice: Matrix3, cutoff: number, held: Vector3): HalfSphere {
  const reciprocal = reciprocalLattice(lattice);
  const [h1, k1, l1] = millerLimits(lattice, cutoff);
  const rows = new Int32Array(ROW * (2 * k1 + 1) * (l1 + 1));
  let count = 0;
  let missing = Number.POSITIVE_INFINITY;
  for (let l = 0; l <= l1; l++) {
    for (let k = l > 0 ? -k1 : 0; k <= k1; k++) {
      const row = { k, l, first: l > 0 || k > 0 ? -h1 : 0, last: h1 };
      findRow(row, reciprocal, cutoff * (1 + MARGIN));
      missing = Math.min(missing, cutRow(row, reciprocal, Math.abs(k) <= held[1] && l <= held[2] ? held[0] : -1));
      rows[count++] = row.first;
      rows[count++] = row.last;
      rows[count++] = k;
      rows[count++] = l;
    }
  }
  return { hkl: wavesOf(rows, count), ...(missing < Number.POSITIVE_INFINITY && { firstMissing: missing }) };
}

// What follows runs thousands of times for one file: plain indices, since an engine takes as long to compile a pattern
// of arrays as a file to read.

/** Waves of one k and l, from the first h to the last; none where the last comes before the first. */
interface Row {
  readonly k: number;
  readonly l: number;
  first: number;
  last: number;
}

/** Numbers of a row: first h, last h, k, l. */
const ROW = 4;

/** |g| of a wave, 1/Å. */
function lengthAt(reciprocal: Matrix3, h: number, k: number, l: number): number {
  const a = reciprocal[0];
  const b = reciprocal[1];
  const c = reciprocal[2];
  const x = h * a[0] + k * b[0] + l * c[0];
  const y = h * a[1] + k * b[1] + l * c[1];
  const z = h * a[2] + k * b[2] + l * c[2];
  return Math.sqrt(x * x + y * y + z * z);
}

/** Cuts the row to |g| <= limit: a sphere cuts one stretch out of a row, so that only its ends need a look. */
function findRow(row: Row, reciprocal: Matrix3, limit: number): void {
  const a = reciprocal[0];
  const b = reciprocal[1];
  const c = reciprocal[2];
  const x = row.k * b[0] + row.l * c[0];
  const y = row.k * b[1] + row.l * c[1];
  const z = row.k * b[2] + row.l * c[2];
  const square = a[0] * a[0] + a[1] * a[1] + a[2] * a[2];
  const middle = -(a[0] * x + a[1] * y + a[2] * z) / square;
  const nearest = x * x + y * y + z * z - middle * middle * square;
  const reach = Math.sqrt(Math.max(0, limit * limit - nearest) / square);
  let first = Math.max(row.first, Math.ceil(middle - reach) - 1);
  let last = Math.min(row.last, Math.floor(middle + reach) + 1);
  while (first <= last && lengthAt(reciprocal, first, row.k, row.l) > limit) first++;
  while (last >= first && lengthAt(reciprocal, last, row.k, row.l) > limit) last--;
  row.first = first;
  row.last = last;
}

/** Leaves of a row what is held, -most <= h <= most; returns the smallest |g| of the rest. */
function cutRow(row: Row, reciprocal: Matrix3, most: number): number {
  let missing = Number.POSITIVE_INFINITY;
  for (let h = row.first; h < -most && h <= row.last; h++)
    missing = Math.min(missing, lengthAt(reciprocal, h, row.k, row.l));
  for (let h = row.last; h > most && h >= row.first; h--)
    missing = Math.min(missing, lengthAt(reciprocal, h, row.k, row.l));
  row.first = Math.max(row.first, -most);
  row.last = Math.min(row.last, most);
  return missing;
}

/** h, k, l of every wave in rows of ROW numbers, `length` numbers in all. */
function wavesOf(rows: Int32Array, length: number): Int32Array {
  let waves = 0;
  for (let row = 0; row < length; row += ROW) waves += Math.max(0, (rows[row + 1] ?? 0) - (rows[row] ?? 0) + 1);
  const hkl = new Int32Array(3 * waves);
  let to = 0;
  for (let row = 0; row < length; row += ROW) {
    const last = rows[row + 1] ?? 0;
    for (let h = rows[row] ?? 0; h <= last; h++) {
      hkl[to] = h;
      hkl[to + 1] = rows[row + 2] ?? 0;
      hkl[to + 2] = rows[row + 3] ?? 0;
      to += 3;
    }
  }
  return hkl;
}
