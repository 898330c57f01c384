import { ELEMENT_COUNT } from "./composition.js";
import { placeInPeriodicTable } from "./elementSimilarity.js";

/** Anions: N, O, S and Se; of the halogens all. */
const ANIONS: ReadonlyMap<number, number> = new Map([
  [7, -3],
  [8, -2],
  [16, -2],
  [34, -2],
]);
/** Of Cu, Zn and those below them, whose d shell is full; of Te and Po; of halogens and noble gases. */
const GROUPS: ReadonlyMap<number, number> = new Map([
  [11, 1],
  [12, 2],
  [16, 4],
  [17, -1],
  [18, 0],
]);

/**
 * Charge of the ion of an element whose shells are all full or empty, as it is in most oxides: a metal has given all
 * its outer electrons away (10 at most: Ni +10), a nonmetal has filled its shell.
 */
export function closedShellCharge(z: number): number {
  const { group } = placeInPeriodicTable(z);
  return ANIONS.get(z) ?? GROUPS.get(group) ?? (group > 12 ? group - 10 : group);
}

/**
 * The sum of `closedShellCharge` per atom. 0: ions with closed shells alone, as in most insulators; more: so many
 * electrons stay in d shells, lone pairs or bands; less: so many are missing, as in peroxides or oxyanions.
 * `fractions`: of the atoms, [Z - 1].
 */
export function chargeBalance(fractions: ArrayLike<number>): number {
  let sum = 0;
  for (let z = 1; z <= ELEMENT_COUNT; z++) {
    const fraction = fractions[z - 1] as number;
    if (fraction !== 0) sum += fraction * closedShellCharge(z);
  }
  return sum;
}
