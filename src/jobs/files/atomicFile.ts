import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { messageOf } from "../../core/text/messageOf.js";

/** A file could not be written, in words for the user: the path and the reason. */
export class WriteError extends Error {
  override readonly name = "WriteError";
  constructor(
    readonly file: string,
    readonly reason: string,
  ) {
    super(`cannot write ${file}: ${reason}`);
  }
}

/**
 * Writes a file so that a reader, or a crash at any instant, meets the old one or the new one and nothing between:
 * temporary file in the same folder, fsync, rename, fsync of the folder. Makes the folder when it is missing. Throws
 * `WriteError`.
 */
export function writeFileAtomically(file: string, data: string | Uint8Array): void {
  const output = openAtomically(file);
  try {
    output.write(typeof data === "string" ? Buffer.from(data) : data);
    output.commit();
  } catch (error) {
    output.discard();
    throw error;
  }
}

export interface AtomicOutput {
  write(bytes: Uint8Array): void;
  /** The file appears under its name. */
  commit(): void;
  /** Nothing of it stays. */
  discard(): void;
}

/** The same for a file written piece by piece. Throws `WriteError`. */
export function openAtomically(file: string): AtomicOutput {
  const temporary = temporaryFor(file);
  const descriptor = withWriteError(file, () => {
    mkdirSync(path.dirname(file), { recursive: true });
    sweepOnce(path.dirname(file));
    return openSync(temporary, "wx");
  });
  let open = true;
  const close = () => {
    if (open) closeSync(descriptor);
    open = false;
  };
  return {
    write: (bytes) => withWriteError(file, () => writeAll(descriptor, bytes)),
    commit: () =>
      withWriteError(file, () => {
        fsyncSync(descriptor);
        close();
        renameSync(temporary, file);
        syncFolder(path.dirname(file));
      }),
    discard: () => {
      close();
      rmSync(temporary, { force: true });
    },
  };
}

/** A name beside the file that no other process uses: what is left under it by one that was killed is removed later. */
export function temporaryFor(file: string): string {
  return path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(6).toString("hex")}.tmp`);
}

const TEMPORARY = /^\..+\.[0-9a-f]{12}\.tmp$/;
/** Nothing is written for so long without a byte coming. */
const LEFT_AFTER_MS = 24 * 3_600_000;
const swept = new Set<string>();

/** Removes what killed processes left half-written in a folder, the first time that something is written there. */
function sweepOnce(folder: string): void {
  const place = path.resolve(folder);
  if (swept.has(place)) return;
  swept.add(place);
  removeLeftovers(place, LEFT_AFTER_MS);
}

/** Removes half-written files of killed processes from a folder: those that have not changed for `age` ms. */
export function removeLeftovers(folder: string, age: number): void {
  for (const name of namesIn(folder).filter((candidate) => TEMPORARY.test(candidate))) {
    const file = path.join(folder, name);
    const facts = lstatSync(file, { throwIfNoEntry: false });
    if (facts !== undefined && Date.now() - facts.mtimeMs >= age) rmSync(file, { recursive: true, force: true });
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Runs `write` and turns what the operating system says into words. */
export function withWriteError<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (error instanceof WriteError) throw error;
    throw new WriteError(file, reasonOf(error));
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder",
  ENOTDIR: "part of the path is not a folder",
  // What making a folder says where a file stands.
  EEXIST: "part of the path is not a folder",
  ENAMETOOLONG: "the name is too long",
  EFBIG: "the file would be too large for this file system",
  EIO: "the disk reported an input/output error",
};

/** What an error of the operating system means, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return REASONS[code] ?? messageOf(error);
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) offset += writeSync(descriptor, bytes, offset);
}

/**
 * A rename survives a power cut only when its folder is synced too; some file systems refuse, which costs only that.
 */
export function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Windows opens no folders.
  }
}
