import type { PairedDifference } from "../../core/learning/evaluation/metrics.js";
import { studentTwoSided } from "../../core/math/studentT.js";
import type { ReproductionResults } from "./reproductionResults.js";

/**
 * What the paper found of two models (spec section 7), as a statement about the difference of their errors on the same
 * splits.
 */
export interface Claim {
  readonly target: string;
  readonly model: string;
  readonly baseline: string;
  readonly says: Relation;
}

/**
 * `better`, `worse`: the model's error is lower, higher than the baseline's. `onPar`: they differ by less than `PAR`.
 * `hardlyBetter`: lower by less than `HARDLY`, if at all.
 */
export type Relation = "better" | "worse" | "onPar" | "hardlyBetter";

export type Verdict = "confirmed" | "not confirmed" | "inconclusive";

export interface JudgedClaim extends Claim {
  readonly verdict: Verdict;
  /**
   * MAE of the model less that of the baseline, at the largest training size; absent where they have no split in
   * common.
   */
  readonly difference?: PairedDifference;
  /** MAE of the baseline, mean over the splits that both have. */
  readonly baselineMae?: number;
}

/** Shares of the baseline's error. */
export const PAR = 0.2;
export const HARDLY = 0.1;
/** Two-sided p value below which a difference counts. */
export const LEVEL = 0.05;

/** Models in our form, or in the paper's: its network is compared with its SOAP and Coulomb matrix, ours with ours. */
export type Form = (model: string) => string;

/** The paper's findings on 680 oxides: its network beside SOAP and the Coulomb matrix. */
export function paperClaims(form: Form): Claim[] {
  const [network, soap, cm] = ["r3dvs", "soap", "cm"].map(form) as [string, string, string];
  const hard = ["E_band_per_atom", "cohesive_energy_per_atom", "band_gap"];
  return [
    { target: "E_hartree_per_atom", model: network, baseline: soap, says: "better" },
    { target: "E_hartree_per_atom", model: network, baseline: cm, says: "better" },
    { target: "Exc_minus_Vxc_per_atom", model: network, baseline: soap, says: "onPar" },
    { target: "E_ewald_per_atom", model: network, baseline: soap, says: "onPar" },
    ...hard.map((target): Claim => ({ target, model: network, baseline: soap, says: "worse" })),
  ];
}

/** What the paper found of the second step; of the one-electron sum it claims nothing. */
export function twoStepClaims(form: Form): Claim[] {
  const targets = ["cohesive_energy_per_atom", "band_gap"];
  const of = (model: string, says: Relation) =>
    targets.map((target): Claim => ({ target, model: form(model), baseline: form("soap"), says }));
  return [...of("soap+r3dvs", "better"), ...of("soap+cm", "hardlyBetter")];
}

/**
 * Judges a claim by the corrected paired test on the splits that both models have (`pairedDifference`); below two of
 * them nothing can be said.
 */
export function judgeClaim(claim: Claim, results: ReproductionResults, testSize: number): JudgedClaim {
  const { target, model, baseline, says } = claim;
  const difference = results.difference(target, model, baseline, testSize);
  const baselineMae = results.errorBeside(target, baseline, model);
  if (difference === undefined || baselineMae === undefined) return { ...claim, verdict: "inconclusive" };
  return { ...claim, verdict: verdictOf(says, difference, baselineMae), difference, baselineMae };
}

function verdictOf(says: Relation, difference: PairedDifference, baselineMae: number): Verdict {
  const below = (limit: number) => surelyBelow(difference, limit);
  const above = (limit: number) => surelyBelow({ ...difference, mean: -difference.mean }, -limit);
  switch (says) {
    case "better":
      return decide(below(0), above(0));
    case "worse":
      return decide(above(0), below(0));
    case "onPar": {
      const margin = PAR * baselineMae;
      return decide(below(margin) && above(-margin), Math.abs(difference.mean) > margin && (above(0) || below(0)));
    }
    case "hardlyBetter": {
      const margin = HARDLY * baselineMae;
      return decide(above(-margin), below(-margin));
    }
  }
}

const decide = (yes: boolean, no: boolean): Verdict => (yes ? "confirmed" : no ? "not confirmed" : "inconclusive");

/** Whether a difference lies below a limit beyond the doubt of `LEVEL`. */
function surelyBelow({ mean, standardError, count }: PairedDifference, limit: number): boolean {
  if (count < 2 || !(mean < limit)) return false;
  return standardError === 0 || studentTwoSided((mean - limit) / standardError, count - 1) < LEVEL;
}
