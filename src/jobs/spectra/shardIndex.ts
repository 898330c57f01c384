import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { finiteShape, listShape, objectShape, oneOfShape, textShape, wholeShape } from "../../core/text/shape.js";
import { readCheckedJson, writeCheckedJson } from "../files/checkedJson.js";
import { LIMITS } from "../files/readSmallFile.js";
import { softwareVersion } from "../files/version.js";

/** The names of packed spectra that are kept in several files. */
const SHARD = /^spectra-\d{5}\.npz$/;

export const shardName = (number: number): string => `spectra-${String(number).padStart(5, "0")}.npz`;

export const isShard = (file: string): boolean => SHARD.test(path.basename(file));

/** One material of a shard, and the file that it was made of. */
export interface ShardEntry {
  readonly id: string;
  /** Reduced; empty where the elements are not told. */
  readonly formula: string;
  readonly bytes: number;
  /** Of the file, ms since 1970. */
  readonly modified: number;
}

/**
 * What stands beside a shard (`spectra-00001.json`): enough to list its materials, and to know which need not be
 * encoded again.
 */
export interface ShardIndex {
  readonly component: string;
  /** g_cut in 1/Å. */
  readonly cutoff: number;
  /** Of the shard: an index of another one counts for nothing. */
  readonly bytes: number;
  readonly materials: readonly ShardEntry[];
}

const FORMAT = 1;
const SHAPE = objectShape({
  format: oneOfShape(FORMAT),
  software: textShape,
  component: textShape,
  cutoff: finiteShape,
  bytes: wholeShape(1),
  materials: listShape(objectShape({ id: textShape, formula: textShape, bytes: wholeShape(0), modified: finiteShape })),
});

/** The shards of a folder, in their order. */
export function shardsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => SHARD.test(name))
      .sort()
      .map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}

/** Throws `WriteError`. */
export function writeShardIndex(shard: string, index: Omit<ShardIndex, "bytes">): void {
  writeCheckedJson(indexOf(shard), {
    format: FORMAT,
    software: softwareVersion,
    ...index,
    bytes: statSync(shard).size,
  });
}

/** What stands beside a shard, if it belongs to it; undefined for any other file. */
export function readShardIndex(shard: string): ShardIndex | undefined {
  if (!isShard(shard)) return undefined;
  try {
    const list = indexOf(shard);
    const facts = statSync(list);
    const version = `${facts.mtimeMs} ${facts.size} ${statSync(shard).size}`;
    const before = known.get(list);
    if (before?.version === version) return before.index;
    const content = readCheckedJson(list, LIMITS.run);
    if (SHAPE(content, "") !== undefined || statSync(shard).size !== (content as ShardIndex).bytes) return undefined;
    const index = content as ShardIndex;
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(list, { version, index });
    return index;
  } catch {
    return undefined;
  }
}

/** Lists are asked for several times in a row: for ids, then for formulas. */
const known = new Map<string, { readonly version: string; readonly index: ShardIndex }>();
const MOST_KNOWN = 200;

const indexOf = (shard: string) => shard.replace(/\.npz$/, ".json");
