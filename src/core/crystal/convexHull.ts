import { cross, dot, type Vector3 } from "../math/matrix3.js";
import { orderAround, unitVector } from "./directions.js";

/** Faces of a convex body: corners in order around the outward normal. */
export interface ConvexHull {
  readonly faces: readonly { readonly corners: readonly Vector3[]; readonly normal: Vector3 }[];
}

/** Å: points this near to a face's plane lie in it. */
const FLAT = 0.05;
/** Coordination shells are small; more points than this are no polyhedron that anyone could read. */
const MAX_POINTS = 24;

/**
 * The convex hull of a few points, coplanar triangles merged into one face; undefined where they are too many or lie in
 * one plane.
 */
export function convexHull(points: readonly Vector3[]): ConvexHull | undefined {
  if (points.length < 4 || points.length > MAX_POINTS) return undefined;
  const faces: { corners: readonly Vector3[]; normal: Vector3 }[] = [];
  const taken = new Set<string>();
  for (let i = 0; i < points.length; i++)
    for (let j = i + 1; j < points.length; j++)
      for (let k = j + 1; k < points.length; k++) {
        const face = faceThrough(points, i, j, k);
        if (face === undefined || taken.has(face.key)) continue;
        taken.add(face.key);
        faces.push({ corners: orderAround(face.corners, face.normal), normal: face.normal });
      }
  return faces.length >= 4 ? { faces } : undefined;
}

/** The face in the plane of three points, if all others lie on one side of it. */
function faceThrough(points: readonly Vector3[], i: number, j: number, k: number) {
  const [p, q, r] = [points[i], points[j], points[k]];
  if (!p || !q || !r) return undefined;
  const normal = unitVector(cross(minus(q, p), minus(r, p)));
  if (normal === undefined) return undefined;
  const heights = points.map((point) => dot(normal, minus(point, p)));
  const isAbove = heights.some((height) => height > FLAT);
  const isBelow = heights.some((height) => height < -FLAT);
  if (isAbove === isBelow) return undefined;
  const inPlane = points.flatMap((_, index) => (Math.abs(heights[index] ?? 1) <= FLAT ? [index] : []));
  const outward: Vector3 = isBelow ? normal : [-normal[0], -normal[1], -normal[2]];
  return { key: inPlane.join(" "), corners: inPlane.map((index) => points[index] ?? p), normal: outward };
}

const minus = (a: Vector3, b: Vector3): Vector3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
