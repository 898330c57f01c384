import type { Structure } from "../core/crystal/structure.js";
import type { Spectrum } from "../core/descriptors/spectrum.js";

/** A material as the models see it: where it came from, its atoms and its spectrum. */
export interface Material {
  readonly id: string;
  readonly file: string;
  /** Of the file's bytes. */
  readonly sha256: string;
  /** The file's kind, CHGCAR for instance. */
  readonly kind: string;
  readonly structure: Structure;
  readonly grid: readonly [number, number, number];
  /** The mean of a CHGCAR's first block. */
  readonly electrons?: number;
  readonly spectrum: Spectrum;
}

/** N, the number of atoms. */
export function atomCount(structure: Structure): number {
  return structure.counts.reduce((sum, count) => sum + count, 0);
}
