import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";

/** What the path names is no file with bytes in it: a folder, a pipe, a device. */
export class NotAFileError extends Error {}

/** The file is larger than anything of its kind that is written. */
export class TooLargeError extends Error {}

const MB = 2 ** 20;

/** The most bytes that are read of files which are read as a whole; what people and jobs write is far below. */
export const LIMITS = {
  /** Settings, models' heads, results of one work item. */
  small: 16 * MB,
  /** `run.json` and `splits.json`, which name every material. */
  run: 256 * MB,
  /** Lists of files, and `targets.csv`, whose cells are counted, too (`jobs/dataset/targetsFile.ts`). */
  table: 128 * MB,
  /** Arrays. */
  weights: 1024 * MB,
} as const;

/**
 * The bytes of a file that is read as a whole: a regular file of at most `limit` bytes. Never waits for a pipe and
 * never reads a device.
 * Throws NotAFileError, TooLargeError, or what the file system throws.
 */
export function readSmallFile(file: string, limit: number = LIMITS.small): Buffer<ArrayBuffer> {
  return withRegularFile(file, (descriptor, size) => {
    checkSize(size, limit);
    // A file that grows meanwhile is read as long as it was.
    const bytes = Buffer.alloc(size);
    return bytes.subarray(0, fill(descriptor, bytes, 0));
  });
}

/** The same as text (UTF-8, without a byte order mark). */
export function readSmallText(file: string, limit?: number): string {
  return new TextDecoder().decode(readSmallFile(file, limit));
}

/** The same as JSON. Throws SyntaxError too. */
export function readSmallJson(file: string, limit?: number): unknown {
  return JSON.parse(readSmallText(file, limit));
}

/** Opens a regular file for `use`. Throws as `readSmallFile`. */
export function withRegularFile<T>(file: string, use: (descriptor: number, size: number) => T): T {
  // Looked at before it is opened: opening a device may do something.
  refuseOthers(statSync(file));
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const facts = fstatSync(descriptor);
    refuseOthers(facts);
    return use(descriptor, facts.size);
  } finally {
    closeSync(descriptor);
  }
}

/** Reads from `position` until the buffer is full or the file ends; returns how many bytes came. */
export function fill(descriptor: number, bytes: Uint8Array, position: number): number {
  let filled = 0;
  while (filled < bytes.length) {
    const length = readSync(descriptor, bytes, filled, bytes.length - filled, position + filled);
    if (length === 0) break;
    filled += length;
  }
  return filled;
}

/** Throws NotAFileError for what is no regular file. */
export function refuseOthers(facts: Stats): void {
  if (facts.isDirectory()) throw new NotAFileError("this is a folder, not a file");
  if (!facts.isFile()) throw new NotAFileError("this is no regular file");
}

function checkSize(size: number, limit: number): void {
  if (size > limit)
    throw new TooLargeError(`the file has ${inMegabytes(size)}; at most ${inMegabytes(limit)} are read here`);
}

const inMegabytes = (bytes: number) => `${Math.ceil(bytes / MB)} MB`;
