import type { EnergyTerms, StepEnergies } from "../../core/formats/energyTerms.js";
import type { Outcar } from "../../core/formats/outcarFacts.js";
import type { Vasprun } from "../../core/formats/vasprun.js";

/** One output of a run that tells energies. */
export interface EnergySource {
  readonly file: string;
  readonly run: Outcar | Vasprun;
  /** Of its last finished ionic step. */
  readonly energies: StepEnergies;
  readonly terms: EnergyTerms;
  /** It has the total for zero smearing and all terms that are targets. */
  readonly isComplete: boolean;
}

/** OUTCAR's names of the terms that are targets. */
export const TARGET_TERMS = ["DENC", "XCENC", "TEWEN", "EBANDS"] as const;

/** Free energies of one step in two files are the same. */
const SAME_STEP = 1e-4;

/**
 * What a file tells of its last finished ionic step; undefined before there is one. Electronic steps alone are of no
 * use: their terms are not converged.
 */
export function energySource(file: string | undefined, run: Outcar | Vasprun | undefined): EnergySource | undefined {
  const energies = run?.steps.at(-1);
  if (file === undefined || run === undefined || energies === undefined) return undefined;
  const terms = run.stepTerms ?? new Map<string, number>();
  return {
    file,
    run,
    energies,
    terms,
    isComplete: energies.sigmaZero !== undefined && TARGET_TERMS.every((name) => terms.has(name)),
  };
}

/**
 * Both files tell the same energy of the same last step. One that was cut has fewer steps, and its last one stands in
 * the other too.
 */
export function areOfOneRun(one: EnergySource, other: EnergySource): boolean {
  const [shorter, longer] = one.run.steps.length <= other.run.steps.length ? [one, other] : [other, one];
  const free = shorter.energies.free;
  const same = longer.run.steps[shorter.run.steps.length - 1]?.free;
  return free === undefined || same === undefined || Math.abs(free - same) <= SAME_STEP;
}

/**
 * The one of which all energies are taken, never some of one and some of the other: the OUTCAR, unless the vasprun.xml
 * of the same run is complete for a step for which the OUTCAR is not.
 */
export function chooseSource(
  outcar: EnergySource | undefined,
  vasprun: EnergySource | undefined,
): EnergySource | undefined {
  if (!outcar || !vasprun || !areOfOneRun(outcar, vasprun)) return outcar ?? vasprun;
  const steps = vasprun.run.steps.length - outcar.run.steps.length;
  const isBetter = vasprun.isComplete && (steps > 0 || (steps === 0 && !outcar.isComplete));
  return isBetter ? vasprun : outcar;
}
