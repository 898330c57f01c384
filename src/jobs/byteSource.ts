import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { type Problem, problem } from "../core/text/problem.js";

export interface ByteSourceOptions {
  readonly signal?: AbortSignal;
  /** Told the fraction of the stored bytes that has been read. */
  readonly onProgress?: (fraction: number) => void;
  /** Bytes read at once. */
  readonly chunk?: number;
}

/** A packing that is recognised but cannot be read yet. */
export class UnsupportedPackingError extends Error {
  constructor(readonly packing: string) {
    super(`${packing} is not supported yet`);
  }
}

/** The packed bytes are damaged or end too early. */
export class DamagedPackingError extends Error {}

/** Half a megabyte keeps a chunk and what is made of it in the processor's cache. */
const CHUNK = 512 * 1024;

type Packing = "plain" | "gzip" | "bzip2" | "xz" | "zstd";

const MAGIC: readonly (readonly [Packing, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
];

/** The unpacked bytes of a file, plain or gzip (also of several members), told apart by its first bytes and not by its name. */
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
   * UnsupportedPackingError, DamagedPackingError, or the signal's reason.
   */
  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    const handle = await open(this.file, "r");
    try {
      const stored = this.#stored(handle);
      const packing = await packingOf(handle);
      if (packing === "plain") yield* stored;
      else if (packing === "gzip") yield* this.#gunzip(stored);
      else throw new UnsupportedPackingError(packing);
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

  async *#gunzip(stored: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    // the stream holds several chunks at once, so each gets bytes of its own
    const source = Readable.from(copies(stored), { objectMode: false, highWaterMark: CHUNK });
    const gunzip = createGunzip({ chunkSize: CHUNK / 2 });
    source.on("error", (error) => gunzip.destroy(error));
    try {
      for await (const chunk of source.pipe(gunzip)) yield chunk as Uint8Array;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "";
      if (!code.startsWith("Z_")) throw error;
      throw new DamagedPackingError(code === "Z_BUF_ERROR" ? "the gzip data ends too early" : "the gzip data is damaged");
    } finally {
      source.destroy();
      gunzip.destroy();
    }
  }
}

/** Why the bytes of a file could not be had, as a problem at its start. */
export function readingProblem(error: unknown): Problem {
  const start = { line: 1, column: 1 };
  if (error instanceof UnsupportedPackingError) return problem("error", start, "{0} is not supported yet: unpack the file", error.packing);
  if (error instanceof DamagedPackingError || error instanceof RangeError) return problem("error", start, error.message);
  const message = error instanceof Error ? error.message : String(error);
  return problem("error", start, "the file cannot be read: {0}", message);
}

async function* copies(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

async function packingOf(handle: FileHandle): Promise<Packing> {
  const start = new Uint8Array(6);
  await handle.read(start, 0, start.length, 0);
  return MAGIC.find(([, magic]) => magic.every((byte, i) => start[i] === byte))?.[0] ?? "plain";
}
