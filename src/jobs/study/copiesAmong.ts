import { FILE_START, type Problem, problem } from "../../core/text/problem.js";
import type { EncodedMaterial } from "../spectra/material.js";

/** What two readings of one density have in common. */
type Density = Pick<EncodedMaterial, "id" | "structure" | "spectrum">;

/** Materials with the very density of an earlier one, packed or not: what is learned from one must not be tested on the other. */
export function copiesAmong<T extends Density>(materials: readonly T[]): { readonly material: T; readonly problem: Problem }[] {
  const known = new Map<string, string>();
  return materials.flatMap((material) => {
    const { id, structure, spectrum } = material;
    const { hkl, amplitude } = spectrum;
    const key = [structure.counts.join(), structure.lattice.join(), hkl.length, amplitude.slice(0, WAVES).join()].join(" ");
    const first = known.get(key);
    known.set(key, first ?? id);
    const template = "the density is the very one of {0}: it is left out, so that nothing is tested on what it was learned from";
    return first === undefined ? [] : [{ material, problem: problem("error", FILE_START, template, first) }];
  });
}

/** So many amplitudes, to the last digit, no two densities share. */
const WAVES = 64;
