/**
 * The terms of the free energy in eV, as OUTCAR names them: PSCENC (alpha Z), TEWEN (Ewald), DENC (-Hartree), EXHF
 * (-exchange), XCENC (-V(xc)+E(xc)), PAWPS and PAWAE (PAW double counting), EENTRO (T*S), EBANDS (eigenvalues), EATOM,
 * Ediel_sol (solvation), and whatever else a version writes.
 * TOTEN, their sum, is not among them.
 */
export type EnergyTerms = ReadonlyMap<string, number>;

/** The energies of one ionic or electronic step in eV; absent where the file does not tell one or tells no number. */
export interface StepEnergies {
  /** The free energy, TOTEN. */
  readonly free?: number;
  readonly withoutEntropy?: number;
  /** Extrapolated to zero smearing. */
  readonly sigmaZero?: number;
}

/** Each term is rounded to 1e-8; a dozen of them never sum up to an error like this. */
export const SUM_TOLERANCE = 1e-6;

/** The sum of the terms in eV. */
export function sumOfTerms(terms: EnergyTerms): number {
  let sum = 0;
  for (const term of terms.values()) sum += term;
  return sum;
}
