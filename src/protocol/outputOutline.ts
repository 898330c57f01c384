import type { Diagnosis } from "../core/language/diagnosis.js";

/** Where in an output of VASP its ionic steps begin, and what VASP warns of. Lines from 0, those of warnings from 1. */
export interface OutputOutline {
  /** Of the file. */
  readonly lines: number;
  readonly steps: readonly OutlinedStep[];
  readonly warnings: readonly Diagnosis[];
}

export interface OutlinedStep {
  readonly number: number;
  readonly line: number;
  /** How many electronic steps it has. */
  readonly electronic: number;
  /** eV */
  readonly energy?: number;
  /** eV/Å: the largest. */
  readonly force?: number;
}
