import { constants, readSync } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { messageOf } from "../../core/text/messageOf.js";
import { FILE_START, type Problem, problem } from "../../core/text/problem.js";
import { ContentHash } from "./contentHash.js";
import { DamagedPackingError, MAGIC_BYTES, packingOf } from "./packing.js";
import { NotAFileError, refuseOthers, TooLargeError } from "./readSmallFile.js";
import { unpack } from "./unpack.js";

export interface ByteSourceOptions {
  readonly signal?: AbortSignal;
  /** Told the fraction of the stored bytes that has been read. */
  readonly onProgress?: (fraction: number) => void;
  /** Bytes read at once. */
  readonly chunk?: number;
  /**
   * Where the next bytes of a plain file go instead of a buffer of the source's own, to save a copy; asked again for
   * each chunk.
   */
  readonly target?: () => Uint8Array;
  /** false: no content hash. Default true. */
  readonly hash?: boolean;
}

export interface OpenFile {
  readonly descriptor: number;
  readonly size: number;
}

/** The file changed while it was being read, so that what was read may be of two minds. */
export class ChangedFileError extends Error {}

/** Half a megabyte keeps a chunk and what is made of it in the processor's cache. */
const CHUNK = 512 * 1024;
/** Between so many bytes the event loop runs: messages, timers, cancellation. */
const PAUSE = 8 * 2 ** 20;

/** The unpacked bytes of a file: plain, or packed by gzip (also in several members), bzip2, xz or zstd. */
export class ByteSource {
  readonly #hash = new ContentHash();
  #hashed = 0;
  #position = 0;
  #bytes = 0;
  #open: OpenFile | undefined;

  constructor(
    readonly file: string,
    readonly options: ByteSourceOptions = {},
  ) {}

  /** Stored bytes read so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The file while `chunks` goes over it, if it is plain: then parts of it may be read by other means. */
  get plainFile(): OpenFile | undefined {
    return this.#open;
  }

  /** The next chunk of a plain file begins at `offset`. What is passed over is hashed all the same. */
  async continueAt(offset: number): Promise<void> {
    await this.hashUpTo(offset);
    this.#position = offset;
    this.#bytes = Math.max(this.#bytes, offset);
  }

  /** Hashes a plain file's bytes in front of `offset` that are not yet. */
  async hashUpTo(offset: number): Promise<void> {
    if (this.options.hash === false || !this.#open) return;
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (let pause = this.#hashed + PAUSE; this.#hashed < offset; ) {
      const length = readSync(this.#open.descriptor, buffer, 0, Math.min(CHUNK, offset - this.#hashed), this.#hashed);
      if (length === 0) return;
      this.#hash.update(buffer.subarray(0, length));
      this.#hashed += length;
      if (this.#hashed < pause) continue;
      pause = this.#hashed + PAUSE;
      await setImmediate();
      this.options.signal?.throwIfAborted();
    }
  }

  /** The content hash of the stored bytes, empty where none was wanted; call it once, after the last chunk. */
  hash(): string {
    return this.options.hash === false ? "" : this.#hash.digest();
  }

  /**
   * The unpacked bytes, once. A chunk may be overwritten when the next one is asked for. Throws what the file system
   * throws, NotAFileError, DamagedPackingError, ChangedFileError behind the last chunk, or the signal's reason.
   */
  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    // a pipe without a writer would else be waited for, without an end
    const handle = await open(this.file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const before = await handle.stat();
      refuseOthers(before);
      const start = new Uint8Array(MAGIC_BYTES);
      await handle.read(start, 0, start.length, 0);
      const packing = packingOf(start);
      const target = packing === "plain" ? this.options.target : undefined;
      if (packing === "plain") this.#open = { descriptor: handle.fd, size: before.size };
      yield* unpack(packing, this.#stored(handle, before.size, target ?? this.#ownTarget()), before.size);
      const after = await handle.stat();
      if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
        throw new ChangedFileError("the file changed while it was being read: read it again");
      }
    } finally {
      this.#open = undefined;
      await handle.close();
    }
  }

  #ownTarget(): () => Uint8Array {
    const buffer = Buffer.allocUnsafe(this.options.chunk ?? CHUNK);
    return () => buffer;
  }

  /**
   * The stored bytes. Read in the foreground: what a thread of its own saves in waiting it costs in handing over, and
   * systems read ahead.
   */
  async *#stored(
    handle: FileHandle,
    size: number,
    target: () => Uint8Array,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const { signal, onProgress, hash = true } = this.options;
    let pause = PAUSE;
    for (;;) {
      signal?.throwIfAborted();
      const buffer = target();
      const length = readSync(handle.fd, buffer, 0, buffer.length, this.#position);
      if (length === 0) return;
      const bytes = buffer.subarray(0, length);
      if (hash) this.#hashChunk(bytes);
      this.#position += length;
      this.#bytes = Math.max(this.#bytes, this.#position);
      yield bytes;
      onProgress?.(Math.min(1, this.#bytes / size));
      if (this.#bytes < pause) continue;
      pause = this.#bytes + PAUSE;
      await setImmediate();
    }
  }

  /** The chunk at the present position, or what of it was not hashed before. */
  #hashChunk(bytes: Uint8Array): void {
    const known = Math.max(0, this.#hashed - this.#position);
    if (known >= bytes.length) return;
    this.#hash.update(known > 0 ? bytes.subarray(known) : bytes);
    this.#hashed = this.#position + bytes.length;
  }
}

/** Its bytes as stored. Throws what `chunks` throws before the first chunk. */
export async function sizeOfFile(file: string): Promise<number> {
  const stats = await stat(file);
  refuseOthers(stats);
  return stats.size;
}

/** Why the bytes of a file could not be had, as a problem at its start. */
export function readingProblem(error: unknown): Problem {
  if (
    [DamagedPackingError, NotAFileError, TooLargeError, ChangedFileError, RangeError].some(
      (known) => error instanceof known,
    )
  ) {
    return problem("error", FILE_START, (error as Error).message);
  }
  const { code = "", path: file = "" } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" && isNotUtf8(file)) {
    return problem("error", FILE_START, "the name of this file is not UTF-8 (� marks what is not): rename it");
  }
  const message = messageOf(error);
  return problem("error", FILE_START, "the file cannot be read: {0}", REASONS[code] ?? message);
}

/** Whether Node could not tell the name: it puts U+FFFD for bytes that are no UTF-8, and no file has that name then. */
export const isNotUtf8 = (file: string): boolean => file.includes("\uFFFD");

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "file not found",
  ENOTDIR: "part of the path is not a folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "symbolic-link loop",
  EIO: "the disk reported an input/output error",
  EMFILE: "too many open files",
};
