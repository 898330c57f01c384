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
