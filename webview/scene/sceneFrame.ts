import type { Vector3 } from "../../src/core/math/matrix3.js";
import type { Rgb } from "../ui/themeColors.js";
import type { View } from "./orbit.js";

/** Everything one picture is made of; both renderers draw the same. Lengths in Å⁻¹ (voxels) or Å (crystals). */
export interface SceneFrame {
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
  readonly view: View;
  readonly ground: Rgb;
  /** Nothing is drawn behind the scene. */
  readonly transparent?: boolean;
  readonly cubes: Cubes;
  readonly lines: readonly Line[];
  readonly balls?: Balls;
  readonly sticks?: Sticks;
  readonly faces?: Faces;
  readonly map?: PlaneMap;
  /** How far the scene reaches from its centre; default: as far as the cubes. */
  readonly radius?: number;
  /** How much of the ground's colour lies over what is farthest, 0 to 1; default HAZE. */
  readonly haze?: number;
  /** What is nearer or farther than this, measured from the centre towards the viewer, is cut away from surfaces. */
  readonly slab?: readonly [far: number, near: number];
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
  /** Drawn in the order in which they stand, the last over all others, whatever their depth: a projection. */
  readonly isProjection?: boolean;
}

/** Spheres. */
export interface Balls {
  readonly count: number;
  readonly version: number;
  readonly center: Float32Array;
  readonly radius: Float32Array;
  /** Red, green, blue. */
  readonly color: Float32Array;
}

/** Cylinders without ends. */
export interface Sticks {
  readonly count: number;
  readonly version: number;
  readonly from: Float32Array;
  readonly to: Float32Array;
  readonly radius: Float32Array;
  /** Red, green, blue. */
  readonly color: Float32Array;
}

/** Triangles, perhaps translucent. */
export interface Faces {
  readonly version: number;
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  /** Red, green, blue, opacity, per vertex. */
  readonly colors: Float32Array;
  readonly indices: Uint32Array;
  /**
   * Of each triangle: of several in one plane the one with the highest layer is in front for who looks against its
   * normal, whatever the depth of its centre. Absent: none lies on another.
   */
  readonly layers?: Uint8Array;
  /** No vertex lets anything shine through: no order is needed. */
  readonly isOpaque: boolean;
}

/** A plane with values as colours, repeated over a polygon. */
export interface PlaneMap {
  readonly version: number;
  /** Corners in order. */
  readonly polygon: readonly Vector3[];
  readonly origin: Vector3;
  /** Edges of one period; values repeat beyond it. */
  readonly u: Vector3;
  readonly v: Vector3;
  readonly size: number;
  /** size x size numbers of any range, u fastest. */
  readonly values: Float32Array;
  /** What a value is as a place 0..1 on the colours: (value - low) / (high - low), or of the sizes' logarithms. */
  readonly low: number;
  readonly high: number;
  readonly isLog: boolean;
  readonly colors: readonly Rgb[];
  /** Values of the contour lines, as places 0..1: every so much; 0: none. */
  readonly contourStep: number;
  readonly ink: Rgb;
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

export const NO_FACES: Faces = {
  version: 0,
  positions: new Float32Array(),
  normals: new Float32Array(),
  colors: new Float32Array(),
  indices: new Uint32Array(),
  isOpaque: true,
};

let version = 0;

/** Counts up: tells one set of shapes from the one before. */
export const nextVersion = (): number => ++version;

/** Draws frames into its own canvas. */
export interface SceneRenderer {
  readonly kind: "webgl" | "canvas2d";
  readonly canvas: HTMLCanvasElement;
  /** A processor does the work of a graphics card: frames take ten times as long. */
  readonly isSoftware: boolean;
  draw(frame: SceneFrame): void;
  dispose(): void;
}

/**
 * How bright the face of a cube is by its normal in the viewer's frame (x right, y up, z toward): light from the upper
 * left front.
 */
export const LIGHT: Vector3 = [-0.42, 0.72, 0.55];
export const AMBIENT = 0.58;
/** How much of the ground's colour lies over the farthest voxels. */
export const HAZE = 0.45;

/** Indices of the cubes from far to near; of a projection as they stand. */
export function sortByDepth(cubes: Cubes, toward: Vector3): Uint32Array {
  if (cubes.isProjection) return Uint32Array.from({ length: cubes.count }, (_, i) => i);
  const depth = new Float32Array(cubes.count);
  for (let i = 0; i < cubes.count; i += 1) {
    depth[i] =
      (cubes.center[3 * i] ?? 0) * toward[0] +
      (cubes.center[3 * i + 1] ?? 0) * toward[1] +
      (cubes.center[3 * i + 2] ?? 0) * toward[2];
  }
  return Uint32Array.from({ length: cubes.count }, (_, i) => i).sort(
    (a, b) => (depth[a] ?? 0) - (depth[b] ?? 0) || a - b,
  );
}
