import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { deserialize, serialize } from "node:v8";
import { listShape, objectShape, textShape } from "../../core/text/shape.js";
import { RUN_FILES, type RunManifest } from "../../protocol/runFiles.js";
import { reasonOf, writeFileAtomically } from "../files/atomicFile.js";
import { LIMITS, readSmallFile } from "../files/readSmallFile.js";
import type { EncodedMaterial } from "../spectra/material.js";

const MATERIALS_SHAPE = listShape(objectShape({ id: textShape, file: textShape, sha256: textShape }), 1e6, 1);

/** The materials of a run in one file, as they are in memory: whoever works on a chunk reads it instead of the dataset. Returns its SHA-256. Throws `WriteError`. */
export function keepInputs(run: string, materials: readonly EncodedMaterial[]): string {
  const bytes = serialize(materials);
  writeFileAtomically(path.join(run, RUN_FILES.inputs), bytes);
  return sha256(bytes);
}

/**
 * The materials that were kept; neither value nor reason where none are. What does not have the check sum that `run.json` names is not looked into:
 * `reason` then says so, and they are to be read from the dataset.
 */
export function readKeptInputs(
  run: string,
  { inputs, materials }: RunManifest,
): { readonly value?: readonly EncodedMaterial[]; readonly reason?: string } {
  const file = path.join(run, RUN_FILES.inputs);
  if (inputs === undefined || !existsSync(file)) return {};
  try {
    const bytes = readSmallFile(file, LIMITS.weights);
    if (sha256(bytes) !== inputs) return { reason: "it does not fit its check sum" };
    const value: unknown = deserialize(bytes);
    const wrong = MATERIALS_SHAPE(value, "");
    if (wrong !== undefined) return { reason: wrong };
    const kept = value as readonly EncodedMaterial[];
    const isSame =
      kept.length === materials.length && kept.every(({ id, sha256 }, i) => id === materials[i]?.id && sha256 === materials[i]?.sha256);
    return isSame ? { value: kept } : { reason: "it holds other materials" };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
