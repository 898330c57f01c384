import type { Matrix3 } from "../math/matrix3.js";
import { atomSpecies } from "./formula.js";
import type { Structure } from "./structure.js";

/** A structure from one label per atom: those of one element together, in the order of first appearance. */
export function structureOfAtoms(
  comment: string,
  lattice: Matrix3,
  labels: readonly string[],
  fractional: Float64Array,
): Structure {
  const species = [...new Set(labels)];
  const order = species.flatMap((label) => labels.flatMap((other, i) => (other === label ? [i] : [])));
  return {
    comment,
    lattice,
    species,
    counts: species.map((label) => labels.filter((other) => other === label).length),
    fractional: Float64Array.from(order.flatMap((i) => Array.from(fractional.subarray(3 * i, 3 * i + 3)))),
  };
}

/** One label per atom; `X` where the file names none. */
export const atomLabels = (structure: Structure): string[] =>
  atomSpecies(structure) ?? Array<string>(structure.fractional.length / 3).fill("X");
