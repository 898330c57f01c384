import { scaleVector, type Vector3 } from "../math/matrix3.js";
import type { Structure } from "./structure.js";

/**
 * The cell repeated along a, b, c (whole numbers from 1). The copies of an atom follow each other, along c fastest, so
 * that species stay together; flags of selective dynamics are copied.
 */
export function supercell(structure: Structure, copies: Vector3): Structure {
  const [na, nb, nc] = copies;
  const total = na * nb * nc;
  const { lattice, counts, fractional, free } = structure;
  const atoms = fractional.length / 3;
  const positions = new Float64Array(fractional.length * total);
  const flags = free && new Uint8Array(free.length * total);
  let to = 0;
  for (let atom = 0; atom < atoms; atom++)
    for (let i = 0; i < na; i++)
      for (let j = 0; j < nb; j++)
        for (let k = 0; k < nc; k++) {
          positions[to] = ((fractional[3 * atom] ?? 0) + i) / na;
          positions[to + 1] = ((fractional[3 * atom + 1] ?? 0) + j) / nb;
          positions[to + 2] = ((fractional[3 * atom + 2] ?? 0) + k) / nc;
          flags?.set(free?.subarray(3 * atom, 3 * atom + 3) ?? [], to);
          to += 3;
        }
  return {
    ...structure,
    lattice: [scaleVector(lattice[0], na), scaleVector(lattice[1], nb), scaleVector(lattice[2], nc)],
    counts: counts.map((count) => count * total),
    fractional: positions,
    ...(flags && { free: flags }),
  };
}
