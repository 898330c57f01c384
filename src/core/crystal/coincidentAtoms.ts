import { norm, rowTimes, type Vector3 } from "../math/matrix3.js";
import { reciprocalLattice } from "./lattice.js";
import type { Structure } from "./structure.js";

/** Å. Nuclei of no crystal come as near as this. */
const SAME_PLACE = 0.05;
/** Cells of the grid along an axis, so that their numbers stay exact. */
const MOST_CELLS = 1e5;

/** The first two atoms (from 0) that are at one place, periodic images included; undefined where none are. Time and memory grow with the number of atoms. */
export function coincidentAtoms({ lattice, fractional }: Pick<Structure, "lattice" | "fractional">): readonly [number, number] | undefined {
  const cells = reciprocalLattice(lattice).map((b) =>
    Math.max(1, Math.min(MOST_CELLS, Math.floor((2 * Math.PI) / norm(b) / SAME_PLACE))),
  ) as unknown as Vector3;
  const places = new Map<number, number[]>();
  for (let atom = 0; 3 * atom < fractional.length; atom++) {
    const place = [0, 1, 2].map((axis) => wrapped(fractional[3 * atom + axis] ?? 0)) as unknown as Vector3;
    const cell = place.map((x, axis) => Math.min(Math.floor(x * (cells[axis] ?? 1)), (cells[axis] ?? 1) - 1)) as unknown as Vector3;
    const near = neighbours(cell, cells).flatMap((key) => places.get(key) ?? []);
    const same = near.find((other) => distance(fractional, atom, other, lattice) < SAME_PLACE);
    if (same !== undefined) return [same, atom];
    const key = keyOf(cell, cells);
    places.set(key, [...(places.get(key) ?? []), atom]);
  }
  return undefined;
}

const wrapped = (x: number) => x - Math.floor(x);
const keyOf = ([x, y, z]: Vector3, [nx, ny]: Vector3) => x + nx * (y + ny * z);

/** The cell and those around it, each once. */
function neighbours(cell: Vector3, cells: Vector3): number[] {
  const around = cell.map((at, axis) => {
    const count = cells[axis] ?? 1;
    return [...new Set([at, (at + 1) % count, (at - 1 + count) % count])];
  });
  const [xs = [], ys = [], zs = []] = around;
  return zs.flatMap((z) => ys.flatMap((y) => xs.map((x) => keyOf([x, y, z], cells))));
}

/** To the image that is nearest in fractional coordinates: for atoms that coincide it is the nearest one. */
function distance(fractional: Float64Array, one: number, other: number, lattice: Structure["lattice"]): number {
  const difference = [0, 1, 2].map((axis) => {
    const apart = (fractional[3 * one + axis] ?? 0) - (fractional[3 * other + axis] ?? 0);
    return apart - Math.round(apart);
  });
  return norm(rowTimes(difference as unknown as Vector3, lattice));
}
