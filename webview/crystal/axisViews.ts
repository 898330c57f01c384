import { direction, planeNormal } from "../../src/core/crystal/directions.js";
import type { Matrix3, Vector3 } from "../../src/core/math/matrix3.js";
import { type Orbit, orbitAlong } from "../scene/orbit.js";

export const AXIS_VIEWS = ["a", "b", "c", "a*", "b*", "c*"] as const;
export type AxisView = (typeof AXIS_VIEWS)[number];

const UNITS: Readonly<Record<string, Vector3>> = { a: [1, 0, 0], b: [0, 1, 0], c: [0, 0, 1] };
/** Which axis points upwards when one looks along another: c, a, b in turn. */
const UPWARDS: Readonly<Record<string, Vector3>> = { a: [0, 0, 1], b: [1, 0, 0], c: [0, 1, 0] };

/** The camera that looks against an axis of the cell or of its reciprocal cell (`a*`); undefined for other names. */
export function axisOrbit(lattice: Matrix3, axis: string): Orbit | undefined {
  const name = axis.charAt(0);
  const [along, upwards] = [UNITS[name], UPWARDS[name]];
  if (!along || !upwards) return undefined;
  return axis.endsWith("*")
    ? orbitAlong(planeNormal(lattice, along), planeNormal(lattice, upwards))
    : orbitAlong(direction(lattice, along), direction(lattice, upwards));
}

/** The camera that looks against the normal of the planes (hkl), with c upwards, or b where the normal is along c. */
export function planeOrbit(lattice: Matrix3, hkl: Vector3): Orbit | undefined {
  const normal = planeNormal(lattice, hkl);
  return orbitAlong(normal, lattice[2]) ?? orbitAlong(normal, lattice[1]);
}
