import { cross, dot, type Vector3 } from "../../src/core/math/matrix3.js";

/** Where the viewer stands: degrees around and above the xy plane, and the zoom (1 = everything fits). */
export interface Orbit {
  readonly azimuth: number;
  readonly elevation: number;
  readonly zoom: number;
}

export const FRONT: Orbit = { azimuth: 35, elevation: 22, zoom: 1 };

/** An orthographic view: parallel projection keeps lengths, so that a sphere stays a circle and 1/Å can be read off. */
export interface View {
  readonly right: Vector3;
  readonly up: Vector3;
  /** From the centre to the viewer. */
  readonly toward: Vector3;
  /** px a 1/Å. */
  readonly scale: number;
  readonly centerX: number;
  readonly centerY: number;
}

/** The view in which a sphere of radius `extent` (1/Å) fits a canvas of width x height px at zoom 1. */
export function makeView(orbit: Orbit, width: number, height: number, extent: number): View {
  const azimuth = (orbit.azimuth * Math.PI) / 180;
  const elevation = (orbit.elevation * Math.PI) / 180;
  const toward: Vector3 = [Math.cos(elevation) * Math.cos(azimuth), Math.cos(elevation) * Math.sin(azimuth), Math.sin(elevation)];
  const right: Vector3 = [-Math.sin(azimuth), Math.cos(azimuth), 0];
  const scale = (orbit.zoom * Math.min(width, height)) / (2 * extent);
  return { right, up: cross(toward, right), toward, scale, centerX: width / 2, centerY: height / 2 };
}

/** px from the top left, and how near (1/Å, larger is nearer). */
export function project(view: View, point: Vector3): Vector3 {
  return [view.centerX + view.scale * dot(point, view.right), view.centerY - view.scale * dot(point, view.up), dot(point, view.toward)];
}

/** Turns by degrees; the elevation stops at the poles. */
export function turn(orbit: Orbit, azimuth: number, elevation: number): Orbit {
  return {
    ...orbit,
    azimuth: (((orbit.azimuth + azimuth) % 360) + 360) % 360,
    elevation: Math.max(-90, Math.min(90, orbit.elevation + elevation)),
  };
}

export function zoomBy(orbit: Orbit, factor: number): Orbit {
  return { ...orbit, zoom: Math.max(0.4, Math.min(12, orbit.zoom * factor)) };
}
