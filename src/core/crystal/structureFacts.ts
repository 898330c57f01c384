import { dot, type Matrix3, norm, rowTimes, type Vector3 } from "../math/matrix3.js";
import { atomicMass } from "./atomicMasses.js";
import { angles, lengths, volume } from "./lattice.js";
import type { Structure } from "./structure.js";
import { atomLabels } from "./structureOfAtoms.js";

/** Å, degrees, Å³. */
export interface CellParameters {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly volume: number;
}

export function cellParameters(lattice: Matrix3): CellParameters {
  const [a, b, c] = lengths(lattice);
  const [alpha, beta, gamma] = angles(lattice);
  return { a, b, c, alpha, beta, gamma, volume: volume(lattice) };
}

/** One atomic mass unit per Å³ in g/cm³. */
const DENSITY = 1.66053906892;

/** g/cm³; undefined where the file names no elements. */
export function massDensity(structure: Structure): number | undefined {
  const masses = atomLabels(structure).map(atomicMass);
  if (masses.includes(undefined)) return undefined;
  return (masses.reduce<number>((sum, mass) => sum + (mass ?? 0), 0) * DENSITY) / volume(structure.lattice);
}

export interface Neighbour {
  /** From 0. */
  readonly atom: number;
  /** Å */
  readonly distance: number;
}

/** Distances within this share of the nearest one belong to the first shell. */
const SHELL = 1.15;

/** The first shell of neighbours of an atom under periodicity, nearest first. */
export function firstNeighbours({ lattice, fractional }: Structure, atom: number): Neighbour[] {
  const at = (i: number): Vector3 => [fractional[3 * i] ?? 0, fractional[3 * i + 1] ?? 0, fractional[3 * i + 2] ?? 0];
  const here = at(atom);
  const found: Neighbour[] = [];
  for (let other = 0; 3 * other < fractional.length; other++) {
    const d = at(other)
      .map((x, axis) => x - (here[axis] ?? 0))
      .map((x) => x - Math.round(x)) as unknown as Vector3;
    for (const shift of shiftsOf(lattice)) {
      const r = rowTimes([d[0] + shift[0], d[1] + shift[1], d[2] + shift[2]], lattice);
      if (dot(r, r) > SAME_PLACE) found.push({ atom: other, distance: norm(r) });
    }
  }
  const nearest = found.reduce((least, { distance }) => Math.min(least, distance), Number.POSITIVE_INFINITY);
  return found
    .filter(({ distance }) => distance <= SHELL * nearest)
    .sort((a, b) => a.distance - b.distance || a.atom - b.atom);
}

const SAME_PLACE = 1e-6;

/** Cells around one: more where the cell is flat. */
function shiftsOf(lattice: Matrix3): Vector3[] {
  const longest = Math.max(...lengths(lattice));
  const reach = lattice.map((_, axis) => {
    const [u, v] = [lattice[(axis + 1) % 3] ?? lattice[0], lattice[(axis + 2) % 3] ?? lattice[0]];
    const across = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]] as const;
    return Math.min(3, Math.ceil(longest / (2 * (volume(lattice) / norm(across)))) + 1);
  });
  const [na = 1, nb = 1, nc = 1] = reach;
  const range = (n: number) => Array.from({ length: 2 * n + 1 }, (_, i) => i - n);
  return range(na).flatMap((i) => range(nb).flatMap((j) => range(nc).map((k): Vector3 => [i, j, k])));
}
