import { volume } from "../crystal/lattice.js";
import type { Atoms } from "./material.js";

/** Elements of the descriptor, by atomic number from 1. */
export const ELEMENT_COUNT = 118;

/**
 * Composition and density of a crystal, the descriptor that knows nothing of where the atoms are (spec section 6).
 * Returns the fraction of the atoms that each element has, [Z - 1] for Z = 1..118, then the volume per atom in Å³.
 */
export function describeComposition(atoms: Pick<Atoms, "lattice" | "atomicNumbers">): Float64Array {
  const { lattice, atomicNumbers } = atoms;
  const n = atomicNumbers.length;
  const features = new Float64Array(ELEMENT_COUNT + 1);
  for (const z of atomicNumbers) features[z - 1] = (features[z - 1] as number) + 1;
  for (let z = 1; z <= ELEMENT_COUNT; z++) features[z - 1] = (features[z - 1] as number) / n;
  features[ELEMENT_COUNT] = volume(lattice) / n;
  return features;
}
