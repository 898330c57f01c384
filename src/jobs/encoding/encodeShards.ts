import path from "node:path";
import { reducedFormula } from "../../core/crystal/formula.js";
import { cutoffOfSpacing } from "../../core/descriptors/r3dvs.js";
import { storedFacts } from "../files/storedFacts.js";
import type { EncodedMaterial } from "../spectra/material.js";
import type { MaterialFile } from "../spectra/materialFile.js";
import { writePackedSpectra } from "../spectra/packedSpectra.js";
import { readShardIndex, type ShardEntry, shardName, shardsIn, writeShardIndex } from "../spectra/shardIndex.js";
import { type EncodeOptions, type EncodeOutcome, encodeMaterials } from "./encodeMaterials.js";

/** So many materials are in memory at a time, and lost where the process is ended. */
export const SHARD_SIZE = 1000;

export interface ShardOptions extends EncodeOptions {
  readonly shardSize?: number;
  /** Told of each material that an earlier call has encoded. */
  readonly onKnown?: (entry: MaterialFile) => void;
}

/**
 * Encodes any number of materials into a folder, in shards of packed spectra: memory does not grow with their number.
 * What an earlier call wrote of files that have not changed since is kept, so that a call that was ended goes on.
 * Returns how many materials the folder has. Rejects when cancelled; throws `WriteError`.
 */
export async function encodeShards(
  folder: string,
  entries: readonly MaterialFile[],
  options: ShardOptions,
): Promise<number> {
  const { settings, shardSize = SHARD_SIZE, onKnown, ...encoding } = options;
  const origin = { component: settings.component, cutoff: cutoffOfSpacing(settings.spacing) };
  const known = knownEntries(folder, origin);
  const open: MaterialFile[] = [];
  for (const entry of entries) {
    const before = known.get(entry.id);
    if (before && isUnchanged(entry, before)) onKnown?.(entry);
    else open.push(entry);
  }
  let count = entries.length - open.length;
  let number = nextNumber(folder);
  for (let from = 0; from < open.length; from += shardSize) {
    const outcomes = await encodeMaterials(open.slice(from, from + shardSize), { settings, ...encoding });
    const materials = outcomes.flatMap(({ material }) => material ?? []);
    if (materials.length === 0) continue;
    const shard = path.join(folder, shardName(number++));
    writePackedSpectra(shard, materials, origin);
    writeShardIndex(shard, { ...origin, materials: outcomes.flatMap(indexEntry) });
    count += materials.length;
  }
  return count;
}

function knownEntries(
  folder: string,
  { component, cutoff }: { readonly component: string; readonly cutoff: number },
): ReadonlyMap<string, ShardEntry> {
  const known = new Map<string, ShardEntry>();
  for (const shard of shardsIn(folder)) {
    const index = readShardIndex(shard);
    if (index?.component !== component || index.cutoff !== cutoff) continue;
    for (const entry of index.materials) known.set(entry.id, entry);
  }
  return known;
}

/** Behind all that are there, those of other settings included. */
function nextNumber(folder: string): number {
  const last = shardsIn(folder).at(-1);
  return last === undefined ? 1 : Number(/\d{5}/.exec(path.basename(last))?.[0] ?? 0) + 1;
}

function isUnchanged({ file }: MaterialFile, { bytes, modified }: ShardEntry): boolean {
  const facts = storedFacts(file);
  return facts !== undefined && facts.bytes === bytes && facts.modified === modified;
}

/** The size and time of the file that the entry names, which the next call looks at. */
function indexEntry({ entry, material }: EncodeOutcome): ShardEntry[] {
  if (material === undefined) return [];
  const facts = storedFacts(entry.file);
  return [{ id: entry.id, formula: formulaOf(material), bytes: facts?.bytes ?? 0, modified: facts?.modified ?? 0 }];
}

const formulaOf = ({ structure }: EncodedMaterial) => reducedFormula(structure) ?? "";
