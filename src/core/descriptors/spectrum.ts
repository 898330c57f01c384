import type { Matrix3 } from "../math/matrix3.js";
import type { Functionals } from "./functionals.js";

/**
 * The sparse spectrum |s_g| of one block of a volumetric file: the natural stored form of R3DVS, a few kB a material.
 * One half of the sphere |g| <= cutoff: g = 0 first, then l > 0, or l = 0 and k > 0, or l = k = 0 and h > 0; ordered by
 * l, then k, then h.
 * The other half follows from Friedel's law |s(-g)| = |s(g)|.
 */
export interface Spectrum {
  /** Rows a1, a2, a3 in Å; g = h b1 + k b2 + l b3 with a_i . b_j = 2 pi delta_ij. */
  readonly lattice: Matrix3;
  /** g_cut = pi / dL in 1/Å. */
  readonly cutoff: number;
  /** Miller indices, 3 a coefficient. */
  readonly hkl: Int32Array;
  /** |s_g| in `unit`, one a coefficient. */
  readonly amplitude: Float64Array;
  readonly unit: FieldUnit;
  /**
   * |m_g| of the same waves, of the magnetisation beside the total density; "none" for a density without spin; absent
   * where it is not known.
   */
  readonly magnetization?: Float64Array | "none";
  /** Of a density: functionals in real space; absent where the spectrum was stored without them. */
  readonly functionals?: Functionals;
  /** The smallest |g| <= cutoff (1/Å) that the file's grid cannot represent; absent when the grid suffices. */
  readonly firstMissing?: number;
}

/** e/Å³: densities; μ_B/Å³: magnetisation, as views show it; eV: potentials; 1: electron localisation function. */
export type FieldUnit = "e/Å³" | "μ_B/Å³" | "eV" | "1";

/** The blocks of a volumetric file. */
export type Component = "total" | "magnetization" | "mx" | "my" | "mz";
