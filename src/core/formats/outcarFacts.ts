import type { Matrix3 } from "../math/matrix3.js";
import type { EnergyTerms, StepEnergies } from "./energyTerms.js";

/** What an OUTCAR tells of its run; absent where the file does not tell it. Energies in eV. */
export interface Outcar {
  readonly version?: string;
  readonly atoms?: number;
  /** One element a POTCAR, and the atoms of each, which add up to `atoms`. */
  readonly species?: readonly string[];
  readonly counts?: readonly number[];
  /** NELECT */
  readonly electrons?: number;
  readonly spinPolarized?: boolean;
  readonly noncollinear?: boolean;
  /** Rows in Å, of the last finished ionic step, or of the start before there is one. */
  readonly lattice?: Matrix3;
  /**
   * Of the last electronic step that has all of them (linear response writes blocks without `alpha Z`), if it is of the
   * last ionic step; spec section 8.
   */
  readonly terms?: EnergyTerms;
  /** Those of the last finished ionic step: they belong to the last of `steps`. */
  readonly stepTerms?: EnergyTerms;
  /** TOTEN and its kin of that electronic step: without a dispersion correction. */
  readonly electronic?: StepEnergies;
  /** Of each finished ionic step, everything included. */
  readonly steps: readonly StepEnergies[];
  /** The dispersion correction of the last finished ionic step, which the terms do not have. */
  readonly dispersion?: number;
  /**
   * There are electronic steps after the last finished ionic step: `terms` are of a step that has no ionic energies.
   */
  readonly unfinishedStep: boolean;
  readonly fermi?: number;
  /** The number of electrons that the last step found. */
  readonly electronsFound?: number;
  /** One number for a spin-polarised run, three for a noncollinear one; in Bohr magnetons. */
  readonly moments?: readonly number[];
  /** The last electronic loop ended before NELM because EDIFF was reached. */
  readonly electronicConverged?: boolean;
  /** Of a relaxation: the required accuracy was reached. */
  readonly ionicConverged?: boolean;
  /** The run came to its end and wrote its timing. */
  readonly finished: boolean;
  readonly elapsedSeconds?: number;
}
