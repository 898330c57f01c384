import { cross, dot, norm, type Vector3 } from "../math/matrix3.js";

/** The distance of two points, in their unit. */
export function distanceBetween(a: Vector3, b: Vector3): number {
  return norm(minus(a, b));
}

/** The angle a-b-c at b in degrees; undefined where two of the points coincide. */
export function angleAt(a: Vector3, b: Vector3, c: Vector3): number | undefined {
  const [u, v] = [minus(a, b), minus(c, b)];
  if (norm(u) === 0 || norm(v) === 0) return undefined;
  return toDegrees(Math.atan2(norm(cross(u, v)), dot(u, v)));
}

/**
 * The dihedral angle a-b-c-d in degrees from -180 to 180, positive clockwise seen from b to c (IUPAC); undefined where
 * three points lie on a line.
 */
export function dihedralAngle(a: Vector3, b: Vector3, c: Vector3, d: Vector3): number | undefined {
  const [u, v, w] = [minus(b, a), minus(c, b), minus(d, c)];
  const [m, n] = [cross(u, v), cross(v, w)];
  if (norm(m) < 1e-9 || norm(n) < 1e-9) return undefined;
  return toDegrees(Math.atan2(norm(v) * dot(u, n), dot(m, n)));
}

const minus = (a: Vector3, b: Vector3): Vector3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const toDegrees = (radians: number): number => (radians * 180) / Math.PI;
