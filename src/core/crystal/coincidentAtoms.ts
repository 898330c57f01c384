import { PeriodicGrid } from "./periodicGrid.js";
import type { Structure } from "./structure.js";

/** Å. Nuclei of no crystal come as near as this. */
const SAME_PLACE = 0.05;

/**
 * The first two atoms (from 0) that are at one place, periodic images included; undefined where none are. Time and
 * memory grow with the number of atoms.
 */
export function coincidentAtoms({
  lattice,
  fractional,
}: Pick<Structure, "lattice" | "fractional">): readonly [number, number] | undefined {
  const grid = new PeriodicGrid(lattice, fractional, SAME_PLACE);
  let atom = 0;
  let same = -1;
  const visit = (other: number, distance: number) => {
    if (other < atom && distance < SAME_PLACE && (same < 0 || other < same)) same = other;
  };
  for (; 3 * atom < fractional.length; atom++) {
    grid.visitNear(atom, visit);
    if (same >= 0) return [same, atom];
  }
  return undefined;
}
