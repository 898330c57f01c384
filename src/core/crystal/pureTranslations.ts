import { atomSpecies } from "./formula.js";
import type { Structure } from "./structure.js";

type Vector = readonly [number, number, number];

/** In fractions of the cell's edges, of atoms that a translation should bring onto each other. */
const TOLERANCE = 1e-3;
/** Atoms: in larger cells nothing is looked for. */
const MOST_ATOMS = 400;

/**
 * The translations other than whole edges that bring a structure onto itself, in fractions of the edges: none for a
 * primitive cell, one for a doubled one. None, too, where there are no elements or more than 400 atoms.
 */
export function pureTranslations(structure: Structure): readonly Vector[] {
  const species = atomSpecies(structure);
  const { fractional } = structure;
  if (species === undefined || species.length > MOST_ATOMS) return [];
  const places = new Map<string, Vector[]>();
  for (const [atom, label] of species.entries()) {
    const place: Vector = [fractional[3 * atom] ?? 0, fractional[3 * atom + 1] ?? 0, fractional[3 * atom + 2] ?? 0];
    places.set(label, [...(places.get(label) ?? []), place]);
  }
  const kinds = [...places.values()];
  const rarest = kinds.reduce((best, kind) => (kind.length < best.length ? kind : best), kinds[0] ?? []);
  const [first] = rarest;
  if (first === undefined) return [];
  return rarest
    .slice(1)
    .map((place): Vector => [place[0] - first[0], place[1] - first[1], place[2] - first[2]])
    .filter((shift) => kinds.every((kind) => kind.every((place) => isThere(kind, place, shift))));
}

const isThere = (kind: readonly Vector[], place: Vector, shift: Vector): boolean =>
  kind.some((other) =>
    other.every((value, axis) => {
      const away = value - (place[axis] ?? 0) - (shift[axis] ?? 0);
      return Math.abs(away - Math.round(away)) <= TOLERANCE;
    }),
  );
