// What `npm run bench -- kernels` hands to every program alike: crystals of oxides.

import { Random } from "../../src/core/math/random.js";
import { canDescribe } from "../../src/jobs/spectra/material.js";
import { readPackedSpectra } from "../../src/jobs/spectra/packedSpectra.js";

export interface KernelTask {
  readonly what: "vectors" | "kernel" | "ewald" | "sine" | "cluster" | "ridge";
  /** Materials. */
  readonly n: number;
  readonly basis?: "gto" | "polynomial";
  readonly kernel?: "average" | "rematch";
  readonly zeta?: number;
}

/** How far the atoms of a copy are moved, in fractions of the cell: enough to tell it from the first. */
const MOVED = 0.005;

/**
 * `count` crystals: the oxides in an order that mixes small and large ones, then copies of them with their atoms moved
 * a little.
 */
export function kernelsJob(
  spectra: string,
  count: number,
): { lattice: unknown; fractional: number[]; numbers: readonly number[] }[] {
  const random = new Random(1);
  const materials = random.shuffle(readPackedSpectra(spectra)?.materials ?? []);
  if (materials.length === 0) throw new Error(`${spectra} holds no materials`);
  return Array.from({ length: count }, (_, i) => {
    const { lattice, fractional, atomicNumbers } = canDescribe(
      materials[i % materials.length] as (typeof materials)[0],
    );
    const moved = i < materials.length ? 0 : MOVED;
    return {
      lattice,
      fractional: Array.from(fractional, (f) => f + moved * (random.uniform() - 0.5)),
      numbers: atomicNumbers,
    };
  });
}
