import type { Matrix3 } from "../math/matrix3.js";
import type { Spectrum } from "./spectrum.js";

/** The atoms of one cell of a crystal. */
export interface Atoms {
  /** Rows a1, a2, a3 in Å. */
  readonly lattice: Matrix3;
  /** Fractional coordinates, 3 an atom. */
  readonly fractional: Float64Array;
  /** One an atom. */
  readonly atomicNumbers: readonly number[];
}

/** What all descriptors of one material are computed from. */
export interface Material extends Atoms {
  readonly id: string;
  readonly spectrum: Spectrum;
}
