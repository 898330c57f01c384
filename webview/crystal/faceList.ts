import { cross, norm, type Vector3 } from "../../src/core/math/matrix3.js";
import { type Faces, nextVersion } from "../scene/sceneFrame.js";
import type { Rgb } from "../ui/themeColors.js";

/** Triangles in the making; several lists become the faces of one picture. */
export interface FaceList {
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  /** Red, green, blue, opacity, per vertex. */
  readonly colors: Float32Array;
  readonly indices: Uint32Array;
  /** As of `Faces`. */
  readonly layers?: Uint8Array;
}

export const NO_FACE_LIST: FaceList = {
  positions: new Float32Array(),
  normals: new Float32Array(),
  colors: new Float32Array(),
  indices: new Uint32Array(),
};

export interface Polygon {
  /** In order around the normal. */
  readonly corners: readonly Vector3[];
  readonly normal: Vector3;
  readonly color: Rgb;
  readonly opacity: number;
}

/**
 * Convex polygons as triangles. `finest`: edges longer than this (Å) are halved, so that large ones sort well among
 * small ones.
 */
export function polygonFaces(polygons: readonly Polygon[], finest = Number.POSITIVE_INFINITY): FaceList {
  const positions: number[] = [];
  const normals: number[] = [];
  const colors: number[] = [];
  for (const { corners, normal, color, opacity } of polygons) {
    const [first] = corners;
    for (let i = 1; first && i + 1 < corners.length; i++) {
      for (const triangle of halve([first, corners[i] ?? first, corners[i + 1] ?? first], finest)) {
        for (const corner of triangle) {
          positions.push(...corner);
          normals.push(...normal);
          colors.push(...color, opacity);
        }
      }
    }
  }
  return {
    positions: Float32Array.from(positions),
    normals: Float32Array.from(normals),
    colors: Float32Array.from(colors),
    indices: Uint32Array.from({ length: positions.length / 3 }, (_, i) => i),
  };
}

type Triangle = readonly [Vector3, Vector3, Vector3];

/** Cuts a triangle into four until its longest edge is short enough; at most five times. */
function halve(triangle: Triangle, finest: number, times = 5): readonly Triangle[] {
  const [a, b, c] = triangle;
  const longest = Math.max(distance(a, b), distance(b, c), distance(c, a));
  if (times === 0 || !(longest > finest)) return [triangle];
  const [ab, bc, ca] = [middle(a, b), middle(b, c), middle(c, a)];
  const parts: readonly Triangle[] = [
    [a, ab, ca],
    [ab, b, bc],
    [ca, bc, c],
    [ab, bc, ca],
  ];
  return parts.flatMap((part) => halve(part, finest, times - 1));
}

/** All lists as one. */
export function joinFaces(lists: readonly FaceList[]): Faces {
  const filled = lists.filter(({ indices }) => indices.length > 0);
  const [only] = filled;
  const joined = filled.length === 1 && only ? only : concatenate(filled);
  return { ...joined, version: nextVersion(), isOpaque: isOpaque(joined.colors) };
}

function concatenate(lists: readonly FaceList[]): FaceList {
  const total = (of: (list: FaceList) => number) => lists.reduce((sum, list) => sum + of(list), 0);
  const vertices = total(({ positions }) => positions.length);
  const positions = new Float32Array(vertices);
  const normals = new Float32Array(vertices);
  const colors = new Float32Array((vertices / 3) * 4);
  const indices = new Uint32Array(total((list) => list.indices.length));
  const layers = new Uint8Array(indices.length / 3);
  let [vertex, index] = [0, 0];
  for (const list of lists) {
    positions.set(list.positions, 3 * vertex);
    normals.set(list.normals, 3 * vertex);
    colors.set(list.colors, 4 * vertex);
    if (list.layers) layers.set(list.layers, index / 3);
    for (let i = 0; i < list.indices.length; i++) indices[index++] = (list.indices[i] ?? 0) + vertex;
    vertex += list.positions.length / 3;
  }
  return { positions, normals, colors, indices, ...(lists.some((list) => list.layers) && { layers }) };
}

function isOpaque(colors: Float32Array): boolean {
  for (let i = 3; i < colors.length; i += 4) if ((colors[i] ?? 1) < 1) return false;
  return true;
}

/** The unit normal of a polygon by its first corners; zero where they lie on a line. */
export function normalOf(corners: readonly Vector3[]): Vector3 {
  const [a = ZERO, b = ZERO, c = ZERO] = corners;
  const normal = cross([b[0] - a[0], b[1] - a[1], b[2] - a[2]], [c[0] - a[0], c[1] - a[1], c[2] - a[2]]);
  const length = norm(normal);
  return length > 0 ? [normal[0] / length, normal[1] / length, normal[2] / length] : ZERO;
}

const ZERO: Vector3 = [0, 0, 0];
const middle = (a: Vector3, b: Vector3): Vector3 => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2];
const distance = (a: Vector3, b: Vector3): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
