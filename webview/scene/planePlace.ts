import { cross, dot, type Vector3 } from "../../src/core/math/matrix3.js";
import type { PlaneMap } from "./sceneFrame.js";

/** Where a point of the plane stands, in periods along u and v. */
export function placeOn(
  { origin, u, v }: Pick<PlaneMap, "origin" | "u" | "v">,
  point: Vector3,
): readonly [number, number] {
  const r: Vector3 = [point[0] - origin[0], point[1] - origin[1], point[2] - origin[2]];
  const normal = cross(u, v);
  const square = dot(normal, normal);
  return [dot(cross(r, v), normal) / square, dot(cross(u, r), normal) / square];
}
