import { cross, dot, type Matrix3, norm, rowTimes, scaleVector, type Vector3 } from "../math/matrix3.js";
import { reciprocalLattice } from "./lattice.js";

/** A part of space in fractional coordinates, both ends included. */
export interface FractionalBox {
  readonly from: Vector3;
  readonly to: Vector3;
}

/** `cells` unit cells along each axis, from the origin. */
export const boxOfCells = (cells: Vector3): FractionalBox => ({ from: [0, 0, 0], to: cells });

/** The distances in Å between the lattice planes (100), (010) and (001): the cell's heights. */
export function planeSpacings(lattice: Matrix3): Vector3 {
  const [a, b, c] = reciprocalLattice(lattice);
  const spacing = (g: Vector3) => (2 * Math.PI) / norm(g);
  return [spacing(a), spacing(b), spacing(c)];
}

/** The Cartesian reciprocal vector h b1 + k b2 + l b3 in 1/Å: the normal of the planes (hkl), of length 2 pi / d. */
export function planeNormal(lattice: Matrix3, hkl: Vector3): Vector3 {
  return rowTimes(hkl, reciprocalLattice(lattice));
}

/** The Cartesian vector u a1 + v a2 + w a3 in Å of the direction [uvw]. */
export function direction(lattice: Matrix3, uvw: Vector3): Vector3 {
  return rowTimes(uvw, lattice);
}

/** The vector of length 1; undefined for the zero vector. */
export function unitVector(v: Vector3): Vector3 | undefined {
  const length = norm(v);
  return length > 1e-12 && Number.isFinite(length) ? scaleVector(v, 1 / length) : undefined;
}

/**
 * The polygon that a plane h x + k y + l z = `offset` (fractional x, y, z) cuts out of a box of cells: its corners in
 * order around the normal, Cartesian, Å; empty where the plane misses the box. `hkl` need not be whole.
 */
export function planeInBox(lattice: Matrix3, hkl: Vector3, offset: number, box: FractionalBox): readonly Vector3[] {
  const corners = cutCorners(hkl, offset, box).map((corner) => rowTimes(corner, lattice));
  const normal = unitVector(planeNormal(lattice, hkl));
  return normal === undefined || corners.length < 3 ? [] : orderAround(corners, normal);
}

/** The least and the largest h x + k y + l z in a box: the planes between them cut it. */
export function offsetsInBox(hkl: Vector3, { from, to }: FractionalBox): readonly [number, number] {
  let [low, high] = [0, 0];
  for (const axis of [0, 1, 2] as const) {
    const ends = [hkl[axis] * from[axis], hkl[axis] * to[axis]] as const;
    low += Math.min(...ends);
    high += Math.max(...ends);
  }
  return [low, high];
}

/** Where the plane meets the box's twelve edges, each point once, fractional. */
function cutCorners(hkl: Vector3, offset: number, box: FractionalBox): readonly Vector3[] {
  const found: Vector3[] = [];
  const value = (p: Vector3) => dot(hkl, p) - offset;
  const tolerance = 1e-9 * (1 + Math.abs(offset) + norm(hkl));
  for (const [start, end] of boxEdges(box)) {
    const [a, b] = [value(start), value(end)];
    if (Math.abs(a) <= tolerance) addOnce(found, start);
    if (Math.abs(b) <= tolerance) addOnce(found, end);
    if (a * b < 0 && Math.abs(a) > tolerance && Math.abs(b) > tolerance) {
      const t = a / (a - b);
      addOnce(found, [
        start[0] + t * (end[0] - start[0]),
        start[1] + t * (end[1] - start[1]),
        start[2] + t * (end[2] - start[2]),
      ]);
    }
  }
  return found;
}

function addOnce(points: Vector3[], point: Vector3): void {
  const isThere = points.some((one) => Math.hypot(one[0] - point[0], one[1] - point[1], one[2] - point[2]) < 1e-7);
  if (!isThere) points.push(point);
}

/** The twelve edges of a box as pairs of corners, fractional. */
export function boxEdges({ from, to }: FractionalBox): readonly (readonly [Vector3, Vector3])[] {
  const edges: (readonly [Vector3, Vector3])[] = [];
  for (const axis of [0, 1, 2] as const) {
    const [other, third] = [((axis + 1) % 3) as 0 | 1 | 2, ((axis + 2) % 3) as 0 | 1 | 2];
    for (const p of [from[other], to[other]])
      for (const q of [from[third], to[third]]) {
        const ends = [from[axis], to[axis]].map((end): Vector3 => {
          const corner: [number, number, number] = [0, 0, 0];
          corner[axis] = end;
          corner[other] = p;
          corner[third] = q;
          return corner;
        });
        edges.push([ends[0] ?? from, ends[1] ?? to]);
      }
  }
  return edges;
}

/** Sorts the corners of a convex polygon around its normal, counter-clockwise seen from where it points. */
export function orderAround(corners: readonly Vector3[], normal: Vector3): readonly Vector3[] {
  const sum = corners.reduce((total, p): Vector3 => [total[0] + p[0], total[1] + p[1], total[2] + p[2]], [
    0, 0, 0,
  ] as Vector3);
  const center = scaleVector(sum, 1 / corners.length);
  const from = (p: Vector3): Vector3 => [p[0] - center[0], p[1] - center[1], p[2] - center[2]];
  const farthest = corners.reduce((best, p) => (norm(from(p)) > norm(from(best)) ? p : best));
  const u = unitVector(from(farthest)) ?? [1, 0, 0];
  const v = cross(normal, u);
  const angle = (p: Vector3) => Math.atan2(dot(from(p), v), dot(from(p), u));
  return [...corners].sort((p, q) => angle(p) - angle(q));
}
