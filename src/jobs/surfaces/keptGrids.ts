import { statSync } from "node:fs";
import type { Grids } from "./gridFields.js";

const LIMIT = 512 * 2 ** 20;

interface Entry {
  readonly grids: Grids;
  readonly bytes: number;
  /** The file as it was: size and time. */
  readonly stamp: string;
}

/** Grids that were read last, up to a number of bytes in all; the newest is kept however large it is. */
export class KeptGrids {
  readonly #entries = new Map<string, Entry>();

  constructor(readonly limit = LIMIT) {}

  get(file: string, what: string): Grids | undefined {
    const key = keyOf(file, what);
    const entry = this.#entries.get(key);
    if (!entry || entry.stamp !== stampOf(file)) {
      this.#entries.delete(key);
      return undefined;
    }
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.grids;
  }

  /** `what`: which frame of the file, or that it is a sample. `stamp` is that of the file before it was read. */
  put(file: string, what: string, grids: Grids, stamp: string): void {
    const bytes = grids.blocks.reduce((sum, { byteLength }) => sum + byteLength, 0);
    this.#entries.delete(keyOf(file, what));
    this.#entries.set(keyOf(file, what), { grids, bytes, stamp });
    for (const [key, entry] of this.#entries) {
      if (this.bytes <= this.limit || entry.grids === grids) break;
      this.#entries.delete(key);
    }
  }

  /** Lets go of all that is kept of a file. */
  forget(file: string): void {
    for (const key of [...this.#entries.keys()]) if (key.startsWith(keyOf(file, ""))) this.#entries.delete(key);
  }

  get bytes(): number {
    return [...this.#entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }
}

const keyOf = (file: string, what: string) => `${file}\n${what}`;

/** Size and time of a file; empty where it cannot be looked at. */
export function stampOf(file: string): string {
  try {
    const { size, mtimeMs } = statSync(file);
    return `${size} ${mtimeMs}`;
  } catch {
    return "";
  }
}
