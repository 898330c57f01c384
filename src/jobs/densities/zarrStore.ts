import { closeSync, openSync, readdirSync, readFileSync, readSync, realpathSync, statSync } from "node:fs";
import path from "node:path";

/** Of one stored chunk, in bytes. */
export const LONGEST_CHUNK = 2 ** 28;

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
  /** The same files with a count of their own. */
  readonly again: () => ZarrFiles;
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

  again(): ZarrStore {
    return new ZarrStore(this.#root);
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
