import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { deserialize, serialize } from "node:v8";
import { finiteShape, listShape, objectShape, textShape } from "../../core/text/shape.js";
import { RUN_FILES, type RunManifest } from "../../protocol/runFiles.js";
import { openAtomically, reasonOf } from "../files/atomicFile.js";
import { fill, withRegularFile } from "../files/readSmallFile.js";
import type { EncodedMaterial } from "../spectra/material.js";
import { MaterialStore } from "../spectra/materialStore.js";

/** What stands behind the records, before its own position (8 bytes). */
interface Index {
  readonly materials: readonly {
    readonly id: string;
    readonly hash: string;
    /** Of the record, in bytes. */
    readonly at: number;
    readonly length: number;
  }[];
}

const INDEX_SHAPE = objectShape({
  materials: listShape(objectShape({ id: textShape, hash: textShape, at: finiteShape, length: finiteShape }), 1e6, 1),
});
const FOOTER = 8;
const CHUNK = 4 * 2 ** 20;

/**
 * The materials of a run in one file, record by record: whoever works on a chunk reads it instead of the dataset, as
 * far as it is needed. Returns its SHA-256. Throws `WriteError`.
 */
export function keepInputs(run: string, materials: readonly EncodedMaterial[], store: MaterialStore): string {
  const output = openAtomically(path.join(run, RUN_FILES.inputs));
  const hash = createHash("sha256");
  let size = 0;
  const write = (bytes: Uint8Array) => {
    hash.update(bytes);
    output.write(bytes);
    size += bytes.length;
  };
  try {
    const entries = materials.map((material) => {
      const record = store.recordOf(material.id);
      const entry = { id: material.id, hash: material.hash, at: size, length: record.length };
      write(record);
      return entry;
    });
    const footer = new Float64Array([size]);
    write(serialize({ materials: entries } satisfies Index));
    write(new Uint8Array(footer.buffer));
    output.commit();
    return hash.digest("hex");
  } catch (error) {
    output.discard();
    throw error;
  }
}

/**
 * The materials that were kept; neither value nor reason where none are. What does not have the check sum that
 * `run.json` names is not looked into:
 * `reason` then says so, and they are to be read from the dataset.
 */
export function readKeptInputs(
  run: string,
  { inputs, materials }: RunManifest,
  file: string = path.join(run, RUN_FILES.inputs),
): { readonly value?: MaterialStore; readonly reason?: string } {
  if (inputs === undefined || !existsSync(file)) return {};
  try {
    const index = withRegularFile(file, (descriptor, size) =>
      sumOf(descriptor, size) === inputs ? indexOf(descriptor, size) : undefined,
    );
    if (index === undefined) return { reason: "it does not fit its check sum" };
    const wrong = INDEX_SHAPE(index, "");
    if (wrong !== undefined) return { reason: wrong };
    const kept = (index as Index).materials;
    const isSame =
      kept.length === materials.length &&
      kept.every(({ id, hash }, i) => id === materials[i]?.id && hash === materials[i]?.hash);
    return isSame ? { value: storeOf(file, kept) } : { reason: "it holds other materials" };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

function storeOf(file: string, kept: Index["materials"]): MaterialStore {
  const places = Float64Array.from(kept.flatMap(({ at, length }) => [0, at, length]));
  return MaterialStore.open({ ids: kept.map(({ id }) => id), places, segments: [0], file });
}

function indexOf(descriptor: number, size: number): unknown {
  const footer = new Float64Array(1);
  fill(descriptor, new Uint8Array(footer.buffer), size - FOOTER);
  const at = footer[0] as number;
  const bytes = Buffer.alloc(size - FOOTER - at);
  fill(descriptor, bytes, at);
  return deserialize(bytes);
}

function sumOf(descriptor: number, size: number): string {
  const hash = createHash("sha256");
  const chunk = Buffer.alloc(CHUNK);
  for (let at = 0; at < size; ) {
    const length = fill(descriptor, chunk.subarray(0, Math.min(CHUNK, size - at)), at);
    if (length === 0) break;
    hash.update(chunk.subarray(0, length));
    at += length;
  }
  return hash.digest("hex");
}
