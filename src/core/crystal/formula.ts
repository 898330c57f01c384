import { electronegativity } from "./elements.js";
import type { Structure } from "./structure.js";

/** Atoms of each species in the cell, in the order of first appearance; undefined where the file names no species. */
export function elementCounts(structure: Structure): ReadonlyMap<string, number> | undefined {
  if (!structure.species) return undefined;
  const counts = new Map<string, number>();
  structure.species.forEach((species, i) => {
    counts.set(species, (counts.get(species) ?? 0) + (structure.counts[i] ?? 0));
  });
  return counts;
}

/** What the cell holds, every count written, from electropositive to electronegative: `Fe4O6`, `Si2`, `Na1Cl1`. */
export function cellFormula(structure: Structure): string | undefined {
  const counts = elementCounts(structure);
  return counts && write(counts, (count) => String(count));
}

/** The same in the smallest whole numbers, a 1 left out: `Fe2O3`, `Si`, `NaCl`. */
export function reducedFormula(structure: Structure): string | undefined {
  const counts = elementCounts(structure);
  if (!counts) return undefined;
  const divisor = [...counts.values()].reduce(greatestCommonDivisor, 0) || 1;
  return write(counts, (count) => (count === divisor ? "" : String(count / divisor)));
}

/** The number of atoms in the cell. */
export function atomCount(structure: Structure): number {
  return structure.counts.reduce((sum, count) => sum + count, 0);
}

/** One species label an atom, in the file's order; undefined where the file names none. */
export function atomSpecies(structure: Structure): string[] | undefined {
  return structure.species?.flatMap((species, i) => Array<string>(structure.counts[i] ?? 0).fill(species));
}

function write(counts: ReadonlyMap<string, number>, amount: (count: number) => string): string {
  const rank = (species: string) => electronegativity(species) ?? Number.POSITIVE_INFINITY;
  const order = (a: string, b: string) => (rank(a) === rank(b) ? (a < b ? -1 : 1) : rank(a) - rank(b));
  return [...counts]
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => order(a, b))
    .map(([species, count]) => species + amount(count))
    .join("");
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
