import type { Matrix3 } from "../math/matrix3.js";

/** A periodic crystal as a POSCAR or the head of a CHGCAR gives it. */
export interface Structure {
  /** The file's first line. */
  readonly comment: string;
  /** Rows a1, a2, a3 in Å, the scale factor already applied. */
  readonly lattice: Matrix3;
  /**
   * One label a block of atoms: an element symbol (suffixes such as `_pv` and `/hash` removed). Absent when the file
   * (VASP 4) names none.
   */
  readonly species?: readonly string[];
  /** Atoms of each block. */
  readonly counts: readonly number[];
  /** Fractional coordinates, 3 a atom, in the file's order, not reduced into [0, 1). */
  readonly fractional: Float64Array;
  /** Selective dynamics flags (1 = free), 3 an atom, where the file has them. */
  readonly free?: Uint8Array;
}
