import { factorCholesky, inverseDiagonal, solveCholesky } from "../math/cholesky.js";
import { placeInPeriodicTable } from "./elementSimilarity.js";

/** Valence electrons an atom of each element, as far as a set of materials tells them. */
export interface Valences {
  /** Ascending atomic numbers. */
  readonly elements: readonly number[];
  /** One an element; NaN where the materials do not tell. */
  readonly electrons: Float64Array;
}

/** A material's atoms and the electrons of its cell. */
export interface ValenceMember {
  readonly atomicNumbers: readonly number[];
  readonly electrons: number;
}

/** What is wrong with a material's number of electrons: one element that alone would explain it, or the whole cell. */
export type ValenceMismatch =
  | { readonly element: number; readonly found: number; readonly expected: number }
  | { readonly found: number; readonly expected: number };

/**
 * H, B, C, N, O, F, Si, P, S, Cl, Se, Br, I: pseudopotentials of these have the outer s and p electrons, whoever made
 * them.
 */
const NEVER_OTHERWISE: readonly number[] = [1, 5, 6, 7, 8, 9, 14, 15, 16, 17, 34, 35, 53];
/** Of a valence from a whole number, and of a cell's electrons from their sum. */
const NEARLY_WHOLE = 0.1;
/**
 * A cell's electrons may differ by this, and by a fiftieth of an electron an atom: a defect's charge in a large cell is
 * no other pseudopotential.
 */
const TOLERANCE = 0.5;
const TOLERANCE_PER_ATOM = 0.02;

/**
 * Valence electrons of each element from the electrons of whole cells: least squares over all materials. Where these do
 * not tell an element whose pseudopotentials are all alike, it has its usual ones, unless that contradicts a material.
 * Undefined where the materials contradict each other, since then they come from different pseudopotentials.
 */
export function fitValences(members: readonly ValenceMember[]): Valences | undefined {
  const elements = [...new Set(members.flatMap(({ atomicNumbers }) => atomicNumbers))].sort((a, b) => a - b);
  if (members.length === 0) return undefined;
  const alone = solveValences(members, elements);
  const untold = elements.filter((z, i) => Number.isNaN(alone?.[i]) && NEVER_OTHERWISE.includes(z));
  if (alone === undefined || untold.length === 0) return alone && { elements, electrons: alone };
  const usual = untold.map((z) => ({ atomicNumbers: [z], electrons: outerElectrons(z) }));
  return { elements, electrons: solveValences([...members, ...usual], elements) ?? alone };
}

/** One an element, NaN where the materials do not tell; undefined where they contradict each other. */
function solveValences(members: readonly ValenceMember[], elements: readonly number[]): Float64Array | undefined {
  const counts = members.map(({ atomicNumbers }) => countsOf(atomicNumbers, elements));
  const { solution, told } = leastSquares(
    counts,
    members.map(({ electrons }) => electrons),
    elements.length,
  );
  const sums = counts.map((row) => sumOf(row, solution));
  const contradicts = members.some(
    ({ electrons, atomicNumbers }, i) => Math.abs(electrons - (sums[i] ?? 0)) > toleranceOf(atomicNumbers.length),
  );
  if (contradicts) return undefined;
  return solution.map((value, i) =>
    told[i] && Math.abs(value - Math.round(value)) < NEARLY_WHOLE ? Math.round(value) : Number.NaN,
  );
}

/** Of a cell with these atoms; undefined where nothing is known of an element. */
export function expectedElectrons(
  { elements, electrons }: Valences,
  atomicNumbers: readonly number[],
): number | undefined {
  const sum = atomicNumbers.reduce((total, z) => total + (electrons[elements.indexOf(z)] ?? Number.NaN), 0);
  return Number.isFinite(sum) ? sum : undefined;
}

/**
 * How a material's electrons differ from those that its atoms have elsewhere; undefined where they agree or nothing is
 * known of an element.
 */
export function findValenceMismatch(
  { elements, electrons }: Valences,
  material: ValenceMember,
): ValenceMismatch | undefined {
  const { atomicNumbers, electrons: found } = material;
  const expected = expectedElectrons({ elements, electrons }, atomicNumbers);
  if (expected === undefined) return undefined;
  const counts = countsOf(atomicNumbers, elements);
  if (Math.abs(found - expected) <= toleranceOf(atomicNumbers.length)) return undefined;
  const culprits = elements.flatMap((element, i) => {
    const count = counts[i] as number;
    const known = electrons[i] as number;
    const would = known + (found - expected) / Math.max(1, count);
    const isPossible =
      count > 0 &&
      !NEVER_OTHERWISE.includes(element) &&
      Math.abs(would - Math.round(would)) < NEARLY_WHOLE &&
      would > 0.5 &&
      Math.round(would) <= element;
    return isPossible ? [{ element, found: Math.round(would), expected: known }] : [];
  });
  const [culprit] = culprits;
  return culprits.length === 1 && culprit !== undefined ? culprit : { found, expected };
}

/**
 * Valence electrons of each atom. What a material has beside those of known elements is shared by its other atoms in
 * proportion to their elements' outer electrons, so that a single unknown element has the right ones. Of several, those
 * whose pseudopotentials are all alike have their outer electrons first, as long as something is left for the others.
 */
export function valenceOfAtoms(
  { elements, electrons }: Valences,
  { atomicNumbers, electrons: all }: ValenceMember,
): Float64Array {
  const known = new Map(elements.map((z, i) => [z, electrons[i] as number]));
  const found = withUsualOnes(
    Float64Array.from(atomicNumbers, (z) => known.get(z) ?? Number.NaN),
    { atomicNumbers, electrons: all },
  );
  let [left, outer] = [all, 0];
  for (const [i, charge] of found.entries())
    if (Number.isNaN(charge)) outer += outerElectrons(atomicNumbers[i] as number);
    else left -= charge;
  return found.map((charge, i) =>
    Number.isNaN(charge) ? (left * outerElectrons(atomicNumbers[i] as number)) / outer : charge,
  );
}

function withUsualOnes(found: Float64Array, { atomicNumbers, electrons }: ValenceMember): Float64Array {
  const usual = found.map((charge, i) => {
    const z = atomicNumbers[i] as number;
    return Number.isNaN(charge) && NEVER_OTHERWISE.includes(z) ? outerElectrons(z) : charge;
  });
  const others = usual.filter(Number.isNaN).length;
  const taken = usual.reduce((sum, charge) => sum + (Number.isNaN(charge) ? 0 : charge), 0);
  // at least one electron for each other atom; without others the sum must be the cell's, whatever is usual
  return others > 0 && electrons - taken >= others ? usual : found;
}

function outerElectrons(z: number): number {
  const { group } = placeInPeriodicTable(z);
  return group > 12 ? group - 10 : group;
}

const toleranceOf = (atoms: number) => Math.max(TOLERANCE, TOLERANCE_PER_ATOM * atoms);

function countsOf(atomicNumbers: readonly number[], elements: readonly number[]): Float64Array {
  const counts = new Float64Array(elements.length);
  for (const z of atomicNumbers) {
    const at = elements.indexOf(z);
    if (at >= 0) counts[at] = (counts[at] as number) + 1;
  }
  return counts;
}

const sumOf = (counts: Float64Array, electrons: Float64Array) =>
  counts.reduce((sum, count, i) => sum + count * (electrons[i] as number), 0);

/** What keeps the equations solvable, and how much of an unknown may be its doing where the others tell it. */
const RIDGE = 1e-6;
const UNTOLD = 1e-3;

/**
 * Of the solutions the shortest, near enough: with a small ridge, and twice more on what is left. `told`: whether the
 * rows say what an unknown is. Elements that only come together in fixed ratios share what is not
 * told apart, sometimes in whole numbers.
 */
function leastSquares(
  rows: readonly Float64Array[],
  values: readonly number[],
  n: number,
): { readonly solution: Float64Array; readonly told: readonly boolean[] } {
  const normal = new Float64Array(n * n);
  for (const row of rows) {
    for (let i = 0; i < n; i++) {
      if (row[i] === 0) continue;
      for (let j = 0; j < n; j++)
        normal[i * n + j] = (normal[i * n + j] as number) + (row[i] as number) * (row[j] as number);
    }
  }
  for (let i = 0; i < n; i++) normal[i * n + i] = (normal[i * n + i] as number) + RIDGE;
  const factor = factorCholesky(normal, n);
  if (factor === undefined) return { solution: new Float64Array(n).fill(Number.NaN), told: [] };
  const solution = new Float64Array(n);
  for (let round = 0; round < 3; round++) {
    const right = new Float64Array(n);
    rows.forEach((row, r) => {
      const left = (values[r] as number) - sumOf(row, solution);
      for (let i = 0; i < n; i++) right[i] = (right[i] as number) + (row[i] as number) * left;
    });
    const step = solveCholesky(factor, right);
    for (let i = 0; i < n; i++) solution[i] = (solution[i] as number) + (step[i] as number);
  }
  return { solution, told: Array.from(inverseDiagonal(factor), (variance) => RIDGE * variance < UNTOLD) };
}
