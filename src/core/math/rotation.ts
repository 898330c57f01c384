import { type Matrix3, norm, timesColumn, type Vector3 } from "./matrix3.js";
import type { Random } from "./random.js";

/**
 * A rotation drawn uniformly from SO(3), as the matrix that acts on column vectors (Shoemake 1992: a uniform unit
 * quaternion).
 */
export function randomRotation(random: Random): Matrix3 {
  const u = random.uniform();
  const first = 2 * Math.PI * random.uniform();
  const second = 2 * Math.PI * random.uniform();
  const inner = Math.sqrt(1 - u);
  const outer = Math.sqrt(u);
  return rotationOfQuaternion(
    outer * Math.cos(second),
    inner * Math.sin(first),
    inner * Math.cos(first),
    outer * Math.sin(second),
  );
}

/** The right-handed rotation by `angle` (radians) about `axis`, which need not be of unit length but must not be 0. */
export function rotationAboutAxis(axis: Vector3, angle: number): Matrix3 {
  const s = Math.sin(angle / 2) / norm(axis);
  return rotationOfQuaternion(Math.cos(angle / 2), axis[0] * s, axis[1] * s, axis[2] * s);
}

/** The rotated vector R v. */
export function applyRotation(rotation: Matrix3, vector: Vector3): Vector3 {
  return timesColumn(rotation, vector);
}

/** The lattice (rows a1, a2, a3) with each vector rotated. */
export function rotateLattice(rotation: Matrix3, lattice: Matrix3): Matrix3 {
  return [
    applyRotation(rotation, lattice[0]),
    applyRotation(rotation, lattice[1]),
    applyRotation(rotation, lattice[2]),
  ];
}

/** The rotation matrix of the unit quaternion w + x i + y j + z k. */
function rotationOfQuaternion(w: number, x: number, y: number, z: number): Matrix3 {
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
}
