import type { Parsed } from "../../core/text/problem.js";
import type { EncodedMaterial } from "./material.js";
import type { MaterialFile } from "./materialFile.js";
import { readStructure } from "./readStructure.js";

/** The kind of what holds atoms and no density. */
const STRUCTURE = "structure";

/** A structure as a material without any plane wave: for models that read no density. */
export async function readAtomsMaterial(entry: MaterialFile, signal?: AbortSignal): Promise<Parsed<EncodedMaterial>> {
  const { value, problems } = await readStructure(entry, signal ? { signal } : {});
  if (!value) return { problems };
  const { lattice } = value.structure;
  const spectrum = {
    lattice,
    cutoff: 0,
    hkl: new Int32Array(0),
    amplitude: new Float64Array(0),
    unit: "e/Å³",
  } as const;
  return { value: { ...value, hash: "", kind: STRUCTURE, components: ["total"], grid: [1, 1, 1], spectrum }, problems };
}

export const isAtomsMaterial = ({ kind }: Pick<EncodedMaterial, "kind">): boolean => kind === STRUCTURE;
