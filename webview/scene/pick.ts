import { dot, type Vector3 } from "../../src/core/math/matrix3.js";
import { project, type View } from "./orbit.js";
import type { Cubes } from "./sceneFrame.js";

/**
 * Index of the nearest cube within the slab under a point of the canvas (px), of a projection the last; or undefined.
 */
export function pickCube(
  cubes: Cubes,
  view: View,
  x: number,
  y: number,
  slab: readonly [number, number] = [-1e9, 1e9],
): number | undefined {
  const dx = (x - view.centerX) / view.scale;
  const dy = -(y - view.centerY) / view.scale;
  const origin: Vector3 = [
    dx * view.right[0] + dy * view.up[0],
    dx * view.right[1] + dy * view.up[1],
    dx * view.right[2] + dy * view.up[2],
  ];
  let best: number | undefined;
  let nearest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < cubes.count; i += 1) {
    const half = (cubes.side[i] ?? 0) / 2;
    const relative: Vector3 = [
      origin[0] - (cubes.center[3 * i] ?? 0),
      origin[1] - (cubes.center[3 * i + 1] ?? 0),
      origin[2] - (cubes.center[3 * i + 2] ?? 0),
    ];
    const hit = leaveBox(relative, view.toward, half);
    if (hit === undefined || (hit <= nearest && !cubes.isProjection)) continue;
    const depth = dot(
      [cubes.center[3 * i] ?? 0, cubes.center[3 * i + 1] ?? 0, cubes.center[3 * i + 2] ?? 0],
      view.toward,
    );
    if (depth < slab[0] || depth > slab[1]) continue;
    nearest = hit;
    best = i;
  }
  return best;
}

/** The outline of one cube on the canvas: the convex hull's six corners, or fewer where the view runs along an axis. */
export function outlineCube(view: View, center: Vector3, side: number): readonly (readonly [number, number])[] {
  const corners = [-0.5, 0.5].flatMap((a) => [-0.5, 0.5].flatMap((b) => [-0.5, 0.5].map((c): Vector3 => [a, b, c])));
  const points = corners.map((corner): readonly [number, number] => {
    const [x, y] = project(view, [
      center[0] + corner[0] * side,
      center[1] + corner[1] * side,
      center[2] + corner[2] * side,
    ]);
    return [x, y];
  });
  return convexHull(points);
}

/**
 * How far along the line origin + t direction the box |p| <= half is left towards the viewer; undefined where it is
 * missed.
 */
function leaveBox(origin: Vector3, direction: Vector3, half: number): number | undefined {
  let enter = Number.NEGATIVE_INFINITY;
  let leave = Number.POSITIVE_INFINITY;
  for (const axis of [0, 1, 2] as const) {
    if (Math.abs(direction[axis]) < 1e-9) {
      if (Math.abs(origin[axis]) > half) return undefined;
      continue;
    }
    const a = (-half - origin[axis]) / direction[axis];
    const b = (half - origin[axis]) / direction[axis];
    enter = Math.max(enter, Math.min(a, b));
    leave = Math.min(leave, Math.max(a, b));
  }
  return enter <= leave && dot(direction, direction) > 0 ? leave : undefined;
}

type Point = readonly [number, number];

/** Andrew's monotone chain. */
function convexHull(points: readonly Point[]): readonly Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (list: readonly Point[]) => {
    const chain: Point[] = [];
    for (const point of list) {
      for (;;) {
        const [a, b] = [chain[chain.length - 2], chain[chain.length - 1]];
        if (
          a === undefined ||
          b === undefined ||
          (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0]) > 1e-9
        )
          break;
        chain.pop();
      }
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half([...sorted].reverse())];
}
