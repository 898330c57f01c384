/** The non-zero voxels of one descriptor (one material in one orientation), the network's input. */
export interface SparseVoxels {
  /** Voxels a side. */
  readonly size: number;
  readonly channels: number;
  /** Flat index (z * size + y) * size + x of each non-zero voxel, ascending. */
  readonly index: Int32Array;
  /** `channels` values a voxel of `index`. */
  readonly value: Float32Array;
}

/**
 * magnetization: sum of |m_g| of the magnetisation density; amplitude: sum of |s_g|; power: sum of |s_g|²; coulomb: sum
 * of |s_g|²/|g|² over g != 0, (the Hartree energy's integrand, Å² times the unit squared).
 */
export type Channel = (typeof CHANNELS)[number];

export const CHANNELS = ["amplitude", "power", "coulomb", "magnetization"] as const;
