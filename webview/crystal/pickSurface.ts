import { inverse, type Matrix3, rowTimes, type Vector3 } from "../../src/core/math/matrix3.js";
import type { View } from "../scene/orbit.js";
import { type Ray, rayAt } from "./pickAtom.js";
import type { LevelMesh } from "./surfaceStyles.js";

/** A point of a surface under the pointer. Å */
export interface SurfaceHit {
  readonly mesh: LevelMesh;
  readonly point: Vector3;
  /** In units of the cell's axes; beyond 1 in repeated cells. */
  readonly fractional: Vector3;
  /** Towards the viewer, from the view's centre. */
  readonly depth: number;
  /** On a face of the cell, where the field is beyond the level. */
  readonly isWall: boolean;
  /** Of the field that colours the surface. */
  readonly colour?: number;
}

export interface PickedScene {
  readonly meshes: readonly LevelMesh[];
  readonly lattice: Matrix3;
  readonly cells: Vector3;
  /** Depths that are drawn: the farthest and the nearest. */
  readonly slab: readonly [number, number];
}

/** How near to a face of the cell a point of that face lies, fractional. */
const ON_FACE = 1e-3;

/** The point of a surface that is in front at a place of the canvas (px); undefined where there is none. */
export function pickSurface(scene: PickedScene, view: View, x: number, y: number): SurfaceHit | undefined {
  const ray = rayAt(view, x, y);
  const toFractional = inverse(scene.lattice);
  let best: SurfaceHit | undefined;
  for (let i = 0; i < scene.cells[0]; i++)
    for (let j = 0; j < scene.cells[1]; j++)
      for (let k = 0; k < scene.cells[2]; k++) {
        const shift = rowTimes([i, j, k], scene.lattice);
        for (const mesh of scene.meshes) {
          const hit = nearestOf(mesh, shift, ray, { view, scene, toFractional });
          if (hit && !(best && best.depth >= hit.depth)) best = hit;
        }
      }
  return best;
}

interface Surroundings {
  readonly view: View;
  readonly scene: PickedScene;
  readonly toFractional: Matrix3;
}

/** Möller and Trumbore's intersection (J. Graphics Tools 2, 21, 1997) with each triangle of one mesh in one cell. */
function nearestOf(
  mesh: LevelMesh,
  shift: Vector3,
  { from, along }: Ray,
  around: Surroundings,
): SurfaceHit | undefined {
  const { positions, indices, facesFrom } = mesh;
  const [ox, oy, oz] = [from[0] - shift[0], from[1] - shift[1], from[2] - shift[2]];
  const [dx, dy, dz] = along;
  let best: SurfaceHit | undefined;
  for (let at = 0; at < indices.length; at += 3) {
    const [a, b, c] = [3 * (indices[at] ?? 0), 3 * (indices[at + 1] ?? 0), 3 * (indices[at + 2] ?? 0)];
    const [ax, ay, az] = [positions[a] ?? 0, positions[a + 1] ?? 0, positions[a + 2] ?? 0];
    const [e1x, e1y, e1z] = [(positions[b] ?? 0) - ax, (positions[b + 1] ?? 0) - ay, (positions[b + 2] ?? 0) - az];
    const [e2x, e2y, e2z] = [(positions[c] ?? 0) - ax, (positions[c + 1] ?? 0) - ay, (positions[c + 2] ?? 0) - az];
    const [px, py, pz] = [dy * e2z - dz * e2y, dz * e2x - dx * e2z, dx * e2y - dy * e2x];
    const determinant = e1x * px + e1y * py + e1z * pz;
    if (determinant === 0) continue;
    const [sx, sy, sz] = [ox - ax, oy - ay, oz - az];
    const u = (sx * px + sy * py + sz * pz) / determinant;
    if (u < 0 || u > 1) continue;
    const [qx, qy, qz] = [sy * e1z - sz * e1y, sz * e1x - sx * e1z, sx * e1y - sy * e1x];
    const v = (dx * qx + dy * qy + dz * qz) / determinant;
    if (v < 0 || u + v > 1) continue;
    const t = (e2x * qx + e2y * qy + e2z * qz) / determinant;
    const point: Vector3 = [from[0] + t * dx, from[1] + t * dy, from[2] + t * dz];
    const depth = depthOf(point, around.view);
    if (best && best.depth >= depth) continue;
    const fractional = rowTimes(point, around.toFractional);
    const isWall = at >= facesFrom;
    if (!isDrawn(depth, fractional, isWall, around.scene)) continue;
    const { colour } = mesh;
    const value = colour && mix(colour[a / 3] ?? 0, colour[b / 3] ?? 0, colour[c / 3] ?? 0, u, v);
    best = { mesh, point, fractional, depth, isWall, ...(value !== undefined && { colour: value }) };
  }
  return best;
}

/** What is cut away is not there, and closed faces stand only where no further cell follows. */
function isDrawn(depth: number, fractional: Vector3, isWall: boolean, { slab, cells }: PickedScene): boolean {
  if (depth < slab[0] || depth > slab[1]) return false;
  return (
    !isWall || fractional.some((value, i) => Math.abs(value) < ON_FACE || Math.abs(value - (cells[i] ?? 1)) < ON_FACE)
  );
}

function depthOf(point: Vector3, { center = [0, 0, 0], toward }: View): number {
  return (point[0] - center[0]) * toward[0] + (point[1] - center[1]) * toward[1] + (point[2] - center[2]) * toward[2];
}

const mix = (a: number, b: number, c: number, u: number, v: number): number => a * (1 - u - v) + b * u + c * v;
