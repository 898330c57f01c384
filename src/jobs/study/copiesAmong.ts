import { createHash } from "node:crypto";
import { FILE_START, type Problem, problem } from "../../core/text/problem.js";
import type { EncodedMaterial } from "../spectra/material.js";

/** What two readings of one density have in common. */
type Density = Pick<EncodedMaterial, "structure" | "spectrum">;

/** The same for two readings of one density, packed or not. */
export function densityKey({ structure, spectrum: { hkl, amplitude } }: Density): string {
  const hash = createHash("sha256").update([structure.counts.join(), structure.lattice.join(), hkl.length].join(" "));
  return hash.update(amplitude.slice(0, WAVES)).digest("base64");
}

/** Those with the very density of an earlier one: what is learned from one must not be tested on the other. */
export function copiesAmong<T extends { readonly id: string; readonly key: string }>(
  densities: readonly T[],
): { readonly material: T; readonly problem: Problem }[] {
  const known = new Map<string, string>();
  return densities.flatMap((material) => {
    const { id, key } = material;
    const first = known.get(key);
    known.set(key, first ?? id);
    const template =
      "the density is the very one of {0}: it is left out, so that nothing is tested on what it was learned from";
    return first === undefined ? [] : [{ material, problem: problem("error", FILE_START, template, first) }];
  });
}

/** So many amplitudes, to the last digit, no two densities share. */
const WAVES = 64;
