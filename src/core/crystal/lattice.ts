import { cross, determinant, dot, type Matrix3, norm, scaleVector, type Vector3 } from "../math/matrix3.js";

/** The cell's volume in Å³. */
export function volume(lattice: Matrix3): number {
  return Math.abs(determinant(lattice));
}

/** Rows b1, b2, b3 in 1/Å with a_i . b_j = 2 pi delta_ij (spec section 2). */
export function reciprocalLattice(lattice: Matrix3): Matrix3 {
  const factor = (2 * Math.PI) / determinant(lattice);
  const [a1, a2, a3] = lattice;
  return [scaleVector(cross(a2, a3), factor), scaleVector(cross(a3, a1), factor), scaleVector(cross(a1, a2), factor)];
}

/** |a1|, |a2|, |a3| in Å. */
export function lengths(lattice: Matrix3): Vector3 {
  return [norm(lattice[0]), norm(lattice[1]), norm(lattice[2])];
}

/** alpha (a2, a3), beta (a1, a3) and gamma (a1, a2) in degrees. */
export function angles(lattice: Matrix3): Vector3 {
  const [a1, a2, a3] = lattice;
  return [angleBetween(a2, a3), angleBetween(a1, a3), angleBetween(a1, a2)];
}

/** From atan2, which stays exact near 0 and 180 degrees where an arc cosine does not. */
function angleBetween(a: Vector3, b: Vector3): number {
  return (Math.atan2(norm(cross(a, b)), dot(a, b)) * 180) / Math.PI;
}

/** Of a, b, c (Å) and alpha, beta, gamma (degrees): rows with a along x and b in the x y plane. */
export function latticeOfCell([a = 0, b = 0, c = 0, alpha = 90, beta = 90, gamma = 90]: readonly number[]): Matrix3 {
  const cos = (degrees: number) => (degrees === 90 ? 0 : Math.cos((degrees * Math.PI) / 180));
  const sin = Math.sqrt(1 - cos(gamma) ** 2);
  const cx = cos(beta);
  const cy = (cos(alpha) - cos(beta) * cos(gamma)) / sin;
  return [
    [a, 0, 0],
    [b * cos(gamma), b * sin, 0],
    [c * cx, c * cy, c * Math.sqrt(Math.max(0, 1 - cx * cx - cy * cy))],
  ];
}
