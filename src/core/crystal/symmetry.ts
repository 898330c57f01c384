import type { Matrix3 } from "../math/matrix3.js";

/** A crystal as symmetry sees it: which atoms are alike is told by numbers. */
export interface SymmetryCell {
  readonly lattice: Matrix3;
  /** 3 per atom. */
  readonly fractional: Float64Array;
  readonly numbers: readonly number[];
}

export interface FoundSymmetry {
  /** International Tables, 1 to 230. */
  readonly number: number;
  /** Short Hermann-Mauguin symbol: `Fm-3m`. */
  readonly symbol: string;
  readonly hall: string;
  /** `cF8` */
  readonly pearson: string;
  /** One per atom of the cell that was given. */
  readonly wyckoff: readonly string[];
  readonly siteSymmetry: readonly string[];
  /** Of each atom the first one that is equivalent to it. */
  readonly orbits: readonly number[];
  readonly operations: number;
  /** Standardised cells. */
  readonly primitive: SymmetryCell;
  readonly conventional: SymmetryCell;
}

/** Finds the space group; `tolerance` in Å. Undefined where none is found, as for atoms that overlap. */
export type FindSymmetry = (cell: SymmetryCell, tolerance: number) => FoundSymmetry | undefined;
