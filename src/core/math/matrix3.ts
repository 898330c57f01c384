export type Vector3 = readonly [number, number, number];

/** Three rows. A lattice's rows are its vectors a1, a2, a3 in Å. */
export type Matrix3 = readonly [Vector3, Vector3, Vector3];
