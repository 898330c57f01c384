import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { type Problem, problem } from "../core/text/problem.js";
import { DamagedPackingError, MAGIC_BYTES, packingOf } from "./packing.js";
import { unpack } from "./unpack.js";

export interface ByteSourceOptions {
  readonly signal?: AbortSignal;
  /** Told the fraction of the stored bytes that has been read. */
  readonly onProgress?: (fraction: number) => void;
  /** Bytes read at once. */
  readonly chunk?: number;
}

/** Half a megabyte keeps a chunk and what is made of it in the processor's cache. */
const CHUNK = 512 * 1024;

/** The unpacked bytes of a file: plain, or packed by gzip (also in several members), bzip2, xz or zstd. */
export class ByteSource {
  readonly #hash = createHash("sha256");
  #bytes = 0;

  constructor(
    readonly file: string,
    readonly options: ByteSourceOptions = {},
  ) {}

  /** Stored bytes read so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The SHA-256 of the stored bytes, in hexadecimal; call it once, after the last chunk. */
  sha256(): string {
    return this.#hash.digest("hex");
  }

  /**
   * The unpacked bytes, once. A chunk may be overwritten when the next one is asked for. Throws what the file system throws,
   * DamagedPackingError, or the signal's reason.
   */
  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    const handle = await open(this.file, "r");
    try {
      const start = new Uint8Array(MAGIC_BYTES);
      await handle.read(start, 0, start.length, 0);
      yield* unpack(packingOf(start), this.#stored(handle));
    } finally {
      await handle.close();
    }
  }

  /** The stored bytes, through two buffers: one is filled while the other is used. */
  async *#stored(handle: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
    const { signal, onProgress, chunk = CHUNK } = this.options;
    const { size } = await handle.stat();
    const buffers = [Buffer.allocUnsafe(chunk), Buffer.allocUnsafe(chunk)] as const;
    const read = (turn: number) => handle.read(buffers[turn % 2 === 0 ? 0 : 1], 0, chunk, null);
    let next = read(0);
    try {
      for (let turn = 1; ; turn++) {
        const { bytesRead, buffer } = await next;
        signal?.throwIfAborted();
        if (bytesRead === 0) return;
        next = read(turn);
        const bytes = buffer.subarray(0, bytesRead);
        this.#hash.update(bytes);
        this.#bytes += bytesRead;
        yield bytes;
        onProgress?.(Math.min(1, this.#bytes / size));
      }
    } finally {
      await next.catch(() => undefined);
    }
  }
}

/** Why the bytes of a file could not be had, as a problem at its start. */
export function readingProblem(error: unknown): Problem {
  const start = { line: 1, column: 1 };
  if (error instanceof DamagedPackingError || error instanceof RangeError) return problem("error", start, error.message);
  const message = error instanceof Error ? error.message : String(error);
  return problem("error", start, "the file cannot be read: {0}", message);
}
