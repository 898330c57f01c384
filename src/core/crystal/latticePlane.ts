import { cross, dot, type Matrix3, norm, rowTimes, scaleVector, type Vector3 } from "../math/matrix3.js";
import { reciprocalLattice } from "./lattice.js";

/**
 * A plane h x + k y + l z = offset of a lattice, with vectors that span whole periods of it. Fractional coordinates.
 */
export interface LatticePlane {
  readonly origin: Vector3;
  /** u x v points along the plane's normal g. */
  readonly u: Vector3;
  readonly v: Vector3;
  /** Å between neighbouring planes (whose offsets differ by 1). */
  readonly spacing: number;
}

/**
 * The plane with Miller indices hkl (whole numbers, not all 0), `offset` in spacings from the origin. `lattice`: u and
 * v are the shortest lattice vectors in the plane; `rectangle`: v is the part of it across u (or of 2 v - u, where that
 * is whole periods), a rectangle that covers whole periods, too.
 * Throws RangeError for indices that are none.
 */
export function latticePlane(
  lattice: Matrix3,
  hkl: Vector3,
  offset: number,
  axes: "lattice" | "rectangle" = "lattice",
): LatticePlane {
  if (!hkl.every(Number.isInteger) || hkl.every((index) => index === 0))
    throw new RangeError(`${hkl.join(", ")} are no Miller indices`);
  const [h, k, l] = hkl;
  const [gcdHk, p, q] = bezout(h, k);
  const [all, s, t] = bezout(gcdHk, l);
  // hkl . inside = all
  const inside: Vector3 = [p * s, q * s, t];
  const one: Vector3 = gcdHk === 0 ? [1, 0, 0] : [k / gcdHk, -h / gcdHk, 0];
  const other: Vector3 = gcdHk === 0 ? [0, 1, 0] : [(-p * l) / all, (-q * l) / all, gcdHk / all];
  const g = rowTimes(hkl, reciprocalLattice(lattice));
  const [u, v] = oriented(lattice, ...reduced(lattice, one, other), g);
  const origin = scaleVector(inside, offset / all);
  const spacing = (2 * Math.PI) / norm(g);
  return axes === "lattice" ? { origin, u, v, spacing } : { origin, u, v: across(lattice, u, v), spacing };
}

/** [d, x, y] with a x + b y = d, the greatest common divisor, not negative. */
function bezout(a: number, b: number): [number, number, number] {
  let [r0, r1, x0, x1, y0, y1] = [a, b, 1, 0, 0, 1];
  while (r1 !== 0) {
    const quotient = Math.trunc(r0 / r1);
    [r0, r1] = [r1, r0 - quotient * r1];
    [x0, x1] = [x1, x0 - quotient * x1];
    [y0, y1] = [y1, y0 - quotient * y1];
  }
  return r0 < 0 ? [-r0, -x0, -y0] : [r0, x0, y0];
}

/** Lagrange's reduction of two lattice vectors to the shortest ones. */
function reduced(lattice: Matrix3, one: Vector3, other: Vector3): [Vector3, Vector3] {
  let [u, v] = [one, other];
  for (;;) {
    const [a, b] = [rowTimes(u, lattice), rowTimes(v, lattice)];
    const ofV = Math.round(dot(a, b) / dot(a, a) - Math.sign(dot(a, b)) * 1e-9);
    if (ofV !== 0) {
      v = minus(v, u, ofV);
      continue;
    }
    const ofU = Math.round(dot(a, b) / dot(b, b) - Math.sign(dot(a, b)) * 1e-9);
    if (ofU === 0) return [u, v];
    u = minus(u, v, ofU);
  }
}

const minus = (a: Vector3, b: Vector3, factor: number): Vector3 => [
  a[0] - factor * b[0],
  a[1] - factor * b[1],
  a[2] - factor * b[2],
];

/** Both towards positive indices, as far as u x v then points along g. */
function oriented(lattice: Matrix3, u: Vector3, v: Vector3, g: Vector3): [Vector3, Vector3] {
  const [a, b] = [towardsPositive(u), towardsPositive(v)];
  return dot(cross(rowTimes(a, lattice), rowTimes(b, lattice)), g) > 0 ? [a, b] : [b, a];
}

function towardsPositive(v: Vector3): Vector3 {
  const sum = v[0] + v[1] + v[2];
  const leading = sum === 0 ? (v.find((x) => x !== 0) ?? 1) : sum;
  return leading < 0 ? [0 - v[0], 0 - v[1], 0 - v[2]] : v;
}

function across(lattice: Matrix3, u: Vector3, v: Vector3): Vector3 {
  const a = rowTimes(u, lattice);
  const share = dot(a, rowTimes(v, lattice)) / dot(a, a);
  const twice = 2 * share;
  const whole = Math.abs(share) > 1e-6 && Math.abs(twice - Math.round(twice)) < 1e-6;
  return whole ? minus(scaleVector(v, 2), u, twice) : minus(v, u, share);
}
