import { cross, dot, norm, scaleVector, type Vector3 } from "../../src/core/math/matrix3.js";

/**
 * How the viewer looks at the scene: which directions point right and up on the screen, the zoom (1 = everything fits)
 * and what was moved aside, in px.
 */
export interface Orbit {
  readonly right: Vector3;
  readonly up: Vector3;
  readonly zoom: number;
  readonly pan: readonly [number, number];
}

/** Degrees around z and above the xy plane, z upwards. */
export function orbitFrom(azimuth: number, elevation: number): Orbit {
  const [a, e] = [(azimuth * Math.PI) / 180, (elevation * Math.PI) / 180];
  const toward: Vector3 = [Math.cos(e) * Math.cos(a), Math.cos(e) * Math.sin(a), Math.sin(e)];
  const right: Vector3 = [-Math.sin(a), Math.cos(a), 0];
  return { right, up: cross(toward, right), zoom: 1, pan: [0, 0] };
}

export const FRONT: Orbit = orbitFrom(35, 22);

/**
 * Looks from where `toward` points, with `up` upwards as far as it can be; undefined where one is zero or both are
 * parallel.
 */
export function orbitAlong(toward: Vector3, up: Vector3, zoom = 1): Orbit | undefined {
  const right = cross(up, toward);
  if (norm(right) < 1e-9 * norm(up) * norm(toward) || norm(toward) === 0) return undefined;
  const [x, z] = [scaleVector(right, 1 / norm(right)), scaleVector(toward, 1 / norm(toward))];
  return { right: x, up: cross(z, x), zoom, pan: [0, 0] };
}

/** From the centre to the viewer. */
export const towardOf = ({ right, up }: Orbit): Vector3 => cross(right, up);

/** A view of the scene: parallel, so that lengths can be read off, or from a finite distance. */
export interface View {
  readonly right: Vector3;
  readonly up: Vector3;
  /** From the centre to the viewer. */
  readonly toward: Vector3;
  /** px per unit of length, at the centre. */
  readonly scale: number;
  readonly centerX: number;
  readonly centerY: number;
  /** What is in the middle; default the origin. */
  readonly center?: Vector3;
  /** The eye's distance from the centre; absent: a parallel projection. */
  readonly eye?: number;
}

/** The view in which a sphere of radius `extent` fits a canvas of width x height px at zoom 1. */
export function makeView(orbit: Orbit, width: number, height: number, extent: number): View {
  const { right, up, zoom, pan } = orbit;
  const scale = (zoom * Math.min(width, height)) / (2 * extent);
  return { right, up, toward: towardOf(orbit), scale, centerX: width / 2 + pan[0], centerY: height / 2 + pan[1] };
}

/** px from the top left, and how near (in units of length, larger is nearer). */
export function project(view: View, point: Vector3): Vector3 {
  const [cx, cy, cz] = view.center ?? [0, 0, 0];
  const at: Vector3 = [point[0] - cx, point[1] - cy, point[2] - cz];
  const depth = dot(at, view.toward);
  const scale = view.scale * magnification(view, depth);
  return [view.centerX + scale * dot(at, view.right), view.centerY - scale * dot(at, view.up), depth];
}

/** How much larger something at this depth looks than at the centre. */
export function magnification({ eye }: View, depth: number): number {
  return eye === undefined ? 1 : eye / Math.max(eye - depth, eye * 1e-3);
}

/** Turns the viewer by degrees: around the screen's upward axis, then upwards. */
export function turn(orbit: Orbit, around: number, upwards: number): Orbit {
  const toward = towardOf(orbit);
  const [a, e] = [(around * Math.PI) / 180, (upwards * Math.PI) / 180];
  const right = unit(mixed(orbit.right, Math.cos(a), toward, -Math.sin(a)));
  const turned = unit(cross(right, orbit.up));
  const up = unit(mixed(orbit.up, Math.cos(e), turned, -Math.sin(e)));
  return { ...orbit, right, up: unit(mixed(up, 1, right, -dot(up, right))) };
}

/** Turns the picture in its plane by degrees, clockwise. */
export function roll(orbit: Orbit, degrees: number): Orbit {
  const a = (degrees * Math.PI) / 180;
  const { right, up } = orbit;
  return {
    ...orbit,
    right: unit(mixed(right, Math.cos(a), up, Math.sin(a))),
    up: unit(mixed(up, Math.cos(a), right, -Math.sin(a))),
  };
}

export function zoomBy(orbit: Orbit, factor: number): Orbit {
  return { ...orbit, zoom: Math.max(0.4, Math.min(12, orbit.zoom * factor)) };
}

/** A camera kept by an earlier page; undefined where it is none. */
export function restoreOrbit(kept: unknown): Orbit | undefined {
  if (typeof kept !== "object" || kept === null) return undefined;
  const { right, up, zoom, pan } = kept as Readonly<Record<string, unknown>>;
  if (!isNumbers(right, 3) || !isNumbers(up, 3) || typeof zoom !== "number" || !Number.isFinite(zoom)) return undefined;
  const [x, y] = [right as unknown as Vector3, up as unknown as Vector3];
  if (Math.abs(norm(x) - 1) > 1e-6 || Math.abs(norm(y) - 1) > 1e-6 || Math.abs(dot(x, y)) > 1e-6) return undefined;
  const moved: readonly [number, number] = isNumbers(pan, 2) ? [pan[0] ?? 0, pan[1] ?? 0] : [0, 0];
  return zoomBy({ right: x, up: y, zoom, pan: moved }, 1);
}

const isNumbers = (value: unknown, count: number): value is readonly number[] =>
  Array.isArray(value) &&
  value.length === count &&
  value.every((one) => typeof one === "number" && Number.isFinite(one));

const mixed = (a: Vector3, m: number, b: Vector3, n: number): Vector3 => [
  m * a[0] + n * b[0],
  m * a[1] + n * b[1],
  m * a[2] + n * b[2],
];
const unit = (v: Vector3): Vector3 => scaleVector(v, 1 / norm(v));
