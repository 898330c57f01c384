export type Vector3 = readonly [number, number, number];

/** Three rows. A lattice's rows are its vectors a1, a2, a3 in Å. */
export type Matrix3 = readonly [Vector3, Vector3, Vector3];

export const IDENTITY: Matrix3 = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** a . b */
export function dot(a: Vector3, b: Vector3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** a x b */
export function cross(a: Vector3, b: Vector3): Vector3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** |a| */
export function norm(a: Vector3): number {
  return Math.hypot(a[0], a[1], a[2]);
}

/** a scaled by `factor`. */
export function scaleVector(a: Vector3, factor: number): Vector3 {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

/** The signed volume of the box that the rows span. */
export function determinant(m: Matrix3): number {
  return dot(m[0], cross(m[1], m[2]));
}

/** Rows become columns. */
export function transpose(m: Matrix3): Matrix3 {
  return [
    [m[0][0], m[1][0], m[2][0]],
    [m[0][1], m[1][1], m[2][1]],
    [m[0][2], m[1][2], m[2][2]],
  ];
}

/**
 * The inverse. A singular matrix gives entries that are not finite: test `determinant` first where the input is
 * untrusted.
 */
export function inverse(m: Matrix3): Matrix3 {
  const factor = 1 / determinant(m);
  return transpose([
    scaleVector(cross(m[1], m[2]), factor),
    scaleVector(cross(m[2], m[0]), factor),
    scaleVector(cross(m[0], m[1]), factor),
  ]);
}

/** The product a b. */
export function multiply(a: Matrix3, b: Matrix3): Matrix3 {
  return [rowTimes(a[0], b), rowTimes(a[1], b), rowTimes(a[2], b)];
}

/** The row vector times the matrix, v m: a fractional point times the lattice is a Cartesian point. */
export function rowTimes(v: Vector3, m: Matrix3): Vector3 {
  return [
    v[0] * m[0][0] + v[1] * m[1][0] + v[2] * m[2][0],
    v[0] * m[0][1] + v[1] * m[1][1] + v[2] * m[2][1],
    v[0] * m[0][2] + v[1] * m[1][2] + v[2] * m[2][2],
  ];
}

/** The matrix times the column vector, m v: a rotation applied to a point. */
export function timesColumn(m: Matrix3, v: Vector3): Vector3 {
  return [dot(m[0], v), dot(m[1], v), dot(m[2], v)];
}

/** Every entry times `factor`. */
export function scaleMatrix(m: Matrix3, factor: number): Matrix3 {
  return [scaleVector(m[0], factor), scaleVector(m[1], factor), scaleVector(m[2], factor)];
}
