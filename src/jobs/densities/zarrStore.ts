import { closeSync, openSync, readdirSync, readFileSync, readSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { nodeOf, ZARR_MARKS, type ZarrNode } from "./zarrNodes.js";

/** Of one stored chunk, in bytes. */
export const LONGEST_CHUNK = 2 ** 28;

/** Of `zarr.json`: with consolidated metadata it tells of everything below. */
const LONGEST_METADATA = 2 ** 28;
/** Of groups in groups. */
const DEEPEST = 6;
const MOST_NODES = 1_000_000;

/** The file is longer than any that is read. */
export class LargeChunkError extends Error {}
/** A link leads out of the folder. */
export class OutsideError extends Error {}

export type Range = { readonly offset: number; readonly length: number } | { readonly suffixLength: number };

/** What zarrita reads from: files by their paths. */
export interface ZarrFiles {
  /** How many chunks were asked for that are not there. */
  missing: number;
  /** Names of the folders at its top, in order. */
  readonly folders: readonly string[];
  readonly get: (key: string) => Uint8Array | undefined;
  readonly getRange: (key: string, range: Range) => Uint8Array | undefined;
  /** Groups and arrays below, by their paths. */
  readonly nodes: () => ReadonlyMap<string, ZarrNode>;
  /** The files of the top, or of a group below it, with a count of their own. */
  readonly again: (group?: string) => ZarrFiles;
}

/**
 * A folder as zarrita wants to read one: its files by their paths. Nothing outside of it is read, whatever a link or a
 * path says.
 */
export class ZarrStore implements ZarrFiles {
  readonly #root: string;
  /** How many chunks were asked for that are not there. */
  missing = 0;

  /** Throws what the operating system says of the folder. */
  constructor(folder: string) {
    this.#root = realpathSync.native(folder);
  }

  /** Throws OutsideError. */
  again(group = ""): ZarrStore {
    const inside = realpathSync.native(path.join(this.#root, group));
    if (inside !== this.#root && !inside.startsWith(this.#root + path.sep)) throw new OutsideError(group);
    return new ZarrStore(inside);
  }

  nodes(): ReadonlyMap<string, ZarrNode> {
    const found = new Map<string, ZarrNode>();
    const visit = (place: string, depth: number): void => {
      const node = this.#nodeAt(place);
      if (node) found.set(place, node);
      if (node === "array" || depth === DEEPEST || found.size > MOST_NODES) return;
      const folder = path.join(this.#root, place);
      for (const entry of readdirSync(folder, { withFileTypes: true }))
        if (entry.isDirectory()) visit(place === "" ? entry.name : `${place}/${entry.name}`, depth + 1);
    };
    visit("", 0);
    return found;
  }

  #nodeAt(place: string): ZarrNode | undefined {
    for (const mark of ZARR_MARKS) {
      const file = path.join(this.#root, place, mark);
      const facts = statSync(file, { throwIfNoEntry: false });
      if (facts?.isFile() && facts.size <= LONGEST_METADATA) return nodeOf(mark, () => readFileSync(file, "utf8"));
    }
    return undefined;
  }

  get folders(): string[] {
    return readdirSync(this.#root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map(({ name }) => name)
      .sort();
  }

  /** Throws LargeChunkError, OutsideError and what the operating system says. */
  get(key: string): Uint8Array | undefined {
    const file = this.#place(key);
    return file === undefined ? undefined : new Uint8Array(readFileSync(file));
  }

  /** As `get`, of a part. */
  getRange(key: string, range: Range): Uint8Array | undefined {
    const file = this.#place(key, Number.POSITIVE_INFINITY);
    if (file === undefined) return undefined;
    const size = statSync(file).size;
    const { offset, length } =
      "offset" in range ? range : { offset: Math.max(0, size - range.suffixLength), length: range.suffixLength };
    if (length > LONGEST_CHUNK) throw new LargeChunkError(key);
    const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
    const descriptor = openSync(file, "r");
    try {
      const read = readSync(descriptor, bytes, 0, bytes.length, offset);
      return bytes.subarray(0, read);
    } finally {
      closeSync(descriptor);
    }
  }

  #place(key: string, longest = LONGEST_CHUNK): string | undefined {
    const file = path.join(this.#root, key);
    const facts = statSync(file, { throwIfNoEntry: false });
    if (!facts?.isFile()) {
      if (!isMetadataKey(key)) this.missing++;
      return undefined;
    }
    if (!`${realpathSync.native(file)}`.startsWith(this.#root + path.sep)) throw new OutsideError(key);
    if (facts.size > longest) throw new LargeChunkError(key);
    return file;
  }
}

export const isMetadataKey = (key: string): boolean => METADATA.test(key);

const METADATA = /(?:^|\/)(?:zarr\.json|\.z(?:array|group|attrs|metadata))$/;
