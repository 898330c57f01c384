import type { Matrix3 } from "../math/matrix3.js";
import { rowTimes, type Vector3 } from "../math/matrix3.js";
import type { PlaceOperation } from "./cifSymmetry.js";

/** What one setting of the space group makes of the sites. */
export interface ExpandedSites {
  readonly labels: readonly string[];
  readonly positions: readonly Vector3[];
  /** How many atoms each site gives. */
  readonly multiplicities: readonly number[];
}

/** What a CIF tells of the atoms in its cell, besides their symmetry. */
export interface CellEvidence {
  /** `_atom_site_symmetry_multiplicity` of each site, where it is told. */
  readonly multiplicities: readonly (number | undefined)[];
  /** `_chemical_formula_sum`. */
  readonly formula?: string;
  /** `_cell_formula_units_Z` */
  readonly units?: number;
}

/**
 * Which of several settings (origins) of one space group the file means: the one whose atoms agree with the
 * multiplicities and the formula that it tells, and do not overlap. Undefined where none does or several do.
 */
export function settingByContent<T extends { readonly operations: readonly PlaceOperation[] }>(
  settings: readonly T[],
  expand: (operations: readonly PlaceOperation[]) => ExpandedSites,
  evidence: CellEvidence,
  lattice: Matrix3,
): T | undefined {
  const possible = settings.filter(({ operations }) => {
    const found = expand(operations);
    return agrees(found, evidence) && !overlaps(found, lattice);
  });
  return possible.length === 1 ? possible[0] : undefined;
}

function agrees({ labels, multiplicities }: ExpandedSites, { multiplicities: told, formula, units }: CellEvidence) {
  if (told.some((count, site) => count !== undefined && count !== multiplicities[site])) return false;
  const wanted = formulaCounts(formula ?? "");
  if (wanted.size === 0) return true;
  const found = new Map<string, number>();
  for (const label of labels) found.set(label, (found.get(label) ?? 0) + 1);
  if (found.size !== wanted.size) return false;
  const ratios = [...wanted].map(([element, count]) => (found.get(element) ?? 0) / count);
  const [first = 0] = ratios;
  const isWhole = Math.abs(first - (units ?? Math.round(first))) < 1e-3 * first;
  return isWhole && ratios.every((ratio) => Math.abs(ratio - first) < 1e-3 * first);
}

/** `Si4 O8` or `Al2 O3`. */
function formulaCounts(formula: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, element = "", count = ""] of formula.matchAll(/([A-Z][a-z]?)\s*(\d*\.?\d*)/g))
    counts.set(element, (counts.get(element) ?? 0) + (count === "" ? 1 : Number(count)));
  return counts;
}

/** Å; no two atoms of a crystal but hydrogen are nearer. */
const NEAREST = 0.9;
const NEAREST_HYDROGEN = 0.5;
/** Larger cells are not compared pair by pair. */
const MOST_ATOMS = 2000;

function overlaps({ labels, positions }: ExpandedSites, lattice: Matrix3): boolean {
  if (positions.length > MOST_ATOMS) return false;
  return positions.some((one, i) =>
    positions.slice(0, i).some((other, j) => {
      const apart = one.map((x, axis) => x - (other[axis] ?? 0) - Math.round(x - (other[axis] ?? 0)));
      const distance = Math.hypot(...rowTimes(apart as unknown as Vector3, lattice));
      return distance < (labels[i] === "H" || labels[j] === "H" ? NEAREST_HYDROGEN : NEAREST);
    }),
  );
}
