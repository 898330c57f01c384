import type { Vector3 } from "../../src/core/math/matrix3.js";
import type { Rgb } from "../ui/themeColors.js";
import type { View } from "./orbit.js";

/** Everything one picture of the voxels is made of; both renderers draw the same. Lengths in 1/Å. */
export interface SceneFrame {
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
  readonly view: View;
  readonly ground: Rgb;
  readonly cubes: Cubes;
  readonly lines: readonly Line[];
}

/** Cubes along the axes, one row of each array a cube. */
export interface Cubes {
  readonly count: number;
  /** Counts up with every change, so that a renderer copies them only then. */
  readonly version: number;
  /** x, y, z of the centre. */
  readonly center: Float32Array;
  readonly side: Float32Array;
  /** Red, green, blue, opacity. */
  readonly color: Float32Array;
}

export interface Line {
  readonly points: readonly Vector3[];
  readonly color: Rgb;
  readonly opacity: number;
}

export const NO_CUBES: Cubes = {
  count: 0,
  version: 0,
  center: new Float32Array(),
  side: new Float32Array(),
  color: new Float32Array(),
};

/** Draws frames into its own canvas. */
export interface SceneRenderer {
  readonly kind: "webgl" | "canvas2d";
  readonly canvas: HTMLCanvasElement;
  draw(frame: SceneFrame): void;
  dispose(): void;
}

/** How bright the face of a cube is by its normal in the viewer's frame (x right, y up, z toward): light from the upper left front. */
export const LIGHT: Vector3 = [-0.42, 0.72, 0.55];
export const AMBIENT = 0.58;
/** How much of the ground's colour lies over the farthest voxels. */
export const HAZE = 0.45;

/** Indices of the cubes from far to near. */
export function sortByDepth(cubes: Cubes, toward: Vector3): Uint32Array {
  const depth = new Float32Array(cubes.count);
  for (let i = 0; i < cubes.count; i += 1) {
    depth[i] =
      (cubes.center[3 * i] ?? 0) * toward[0] + (cubes.center[3 * i + 1] ?? 0) * toward[1] + (cubes.center[3 * i + 2] ?? 0) * toward[2];
  }
  return Uint32Array.from({ length: cubes.count }, (_, i) => i).sort((a, b) => (depth[a] ?? 0) - (depth[b] ?? 0) || a - b);
}
