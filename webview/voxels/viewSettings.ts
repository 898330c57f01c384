import { IDENTITY, type Matrix3, type Vector3 } from "../../src/core/math/matrix3.js";
import { rotationAboutAxis } from "../../src/core/math/rotation.js";
import { FRONT, type Orbit, restoreOrbit } from "../scene/orbit.js";
import { COLOR_MAPS, type ColorMap } from "../scene/transfer.js";

/** In space, a plane of voxels, or the strongest voxel behind every point (maximum intensity projection). */
export type Mode = "3d" | "x" | "y" | "z" | "mip";
export type TurnAxis = "x" | "y" | "z" | "xyz";

/** What the reader has chosen; kept while the page is hidden. */
export interface ViewSettings {
  readonly orbit: Orbit;
  readonly mode: Mode;
  /** Mesh steps of the slice from g = 0. */
  readonly plane: number;
  /** Voxels below this strength (0..1 on the logarithmic scale) are hidden. */
  readonly threshold: number;
  /** At most so many voxels, the strongest ones; 0: all. */
  readonly strongest: number;
  /** Voxels as balls, larger with their value. */
  readonly points: boolean;
  /** How much is cut away in front, and how thick the rest is: shares of the whole depth. */
  readonly front: number;
  readonly slab: number;
  readonly colorMap: ColorMap;
  readonly turnAxis: TurnAxis;
  /** How far the crystal is turned about `turnAxis`. */
  readonly degrees: number;
  readonly shells: boolean;
  readonly box: boolean;
}

export const DEFAULT_SETTINGS: ViewSettings = {
  orbit: FRONT,
  mode: "3d",
  plane: 0,
  threshold: 0.2,
  strongest: 0,
  points: false,
  front: 0,
  slab: 1,
  colorMap: "viridis",
  turnAxis: "z",
  degrees: 0,
  shells: true,
  box: false,
};

const AXES: Readonly<Record<TurnAxis, Vector3>> = { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1], xyz: [1, 1, 1] };

/** The rotation of the crystal that the settings ask for. */
export function rotationOf({ turnAxis, degrees }: Pick<ViewSettings, "turnAxis" | "degrees">): Matrix3 {
  return degrees === 0 ? IDENTITY : rotationAboutAxis(AXES[turnAxis], (degrees * Math.PI) / 180);
}

/** Settings kept by an earlier page, perhaps of another version: what does not fit falls back to the default. */
export function restoreSettings(kept: Readonly<Record<string, unknown>>): ViewSettings {
  const number = (value: unknown, fallback: number) =>
    typeof value === "number" && Number.isFinite(value) ? value : fallback;
  const choice = <T extends string>(value: unknown, options: readonly T[], fallback: T) =>
    options.find((one) => one === value) ?? fallback;
  const flag = (value: unknown, fallback: boolean) => (typeof value === "boolean" ? value : fallback);
  const d = DEFAULT_SETTINGS;
  return {
    orbit: restoreOrbit(kept.orbit) ?? d.orbit,
    mode: choice(kept.mode, ["3d", "x", "y", "z", "mip"], d.mode),
    plane: Math.round(number(kept.plane, d.plane)),
    threshold: Math.max(0, Math.min(1, number(kept.threshold, d.threshold))),
    strongest: Math.max(0, Math.round(number(kept.strongest, d.strongest))),
    points: flag(kept.points, d.points),
    front: Math.max(0, Math.min(1, number(kept.front, d.front))),
    slab: Math.max(0.02, Math.min(1, number(kept.slab, d.slab))),
    colorMap: choice(kept.colorMap, COLOR_MAPS, d.colorMap),
    turnAxis: choice(kept.turnAxis, ["x", "y", "z", "xyz"], d.turnAxis),
    degrees: number(kept.degrees, d.degrees),
    shells: flag(kept.shells, d.shells),
    box: flag(kept.box, d.box),
  };
}
