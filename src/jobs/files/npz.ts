import { strToU8, Zip } from "fflate";
import { messageOf } from "../../core/text/messageOf.js";
import { openAtomically, WriteError } from "./atomicFile.js";
import { DeflatedEntry } from "./deflatedEntry.js";
import { encodeArrayHeader, type NpyArray, type NpyType, parseArray, toArray } from "./npy.js";
import { fill, withRegularFile } from "./readSmallFile.js";
import { type ArchiveBytes, archiveInMemory, DamagedFileError, ZipArchive } from "./zipArchive.js";

/** Entries larger than this would need zip64. */
const MAX_ENTRY = 0xffff_ffff;

/** Where arrays and what they were made with are written, one after the other. Every method throws `WriteError`. */
export interface ArraySink {
  /** A whole array. */
  add(
    name: string,
    values: readonly string[] | Float64Array | Float32Array | Int32Array | number,
    shape?: readonly number[],
  ): void;
  /** An array whose bytes come in parts, in C order. */
  addInParts(name: string, type: NpyType, shape: readonly number[], parts: Iterable<Uint8Array>): void;
  /** A text beside the arrays. */
  addText(name: string, text: string): void;
  /** All of it appears under its name. */
  close(): void;
  /** Nothing of it stays. */
  discard(): void;
}

/**
 * Writes a `.npz` that numpy reads, entry by entry, so that no array needs to be whole in memory. Same data, same
 * bytes.
 */
export class NpzWriter implements ArraySink {
  private readonly output;
  private readonly zip: Zip;
  private failure: unknown;

  /** Throws `WriteError`, as every method does. */
  constructor(private readonly file: string) {
    this.output = openAtomically(file);
    this.zip = new Zip((error, chunk) => {
      if (error) this.failure ??= error;
      else if (this.failure === undefined) this.output.write(chunk);
    });
  }

  add(
    name: string,
    values: readonly string[] | Float64Array | Float32Array | Int32Array | number,
    shape?: readonly number[],
  ): void {
    const array = toArray(values, shape);
    this.addInParts(name, array.type, array.shape, [array.bytes]);
  }

  addInParts(name: string, type: NpyType, shape: readonly number[], parts: Iterable<Uint8Array>): void {
    this.entry(`${name}.npy`, encodeArrayHeader(type, shape), parts);
  }

  /** numpy gives its bytes. */
  addText(name: string, text: string): void {
    this.entry(name, strToU8(text), []);
  }

  close(): void {
    this.guarded(() => this.zip.end());
    this.output.commit();
  }

  discard(): void {
    this.zip.terminate();
    this.output.discard();
  }

  private entry(name: string, head: Uint8Array, parts: Iterable<Uint8Array>): void {
    const entry = new DeflatedEntry(name);
    entry.mtime = new Date(1980, 0, 1);
    this.guarded(() => {
      this.zip.add(entry);
      let size = head.length;
      entry.push(head);
      for (const part of parts) {
        size += part.length;
        if (size > MAX_ENTRY)
          throw new WriteError(this.file, `the array "${name}" is larger than 4 GB; write fewer materials a file`);
        entry.push(part);
      }
      entry.push(new Uint8Array(0), true);
    });
  }

  private guarded(write: () => void): void {
    write();
    if (this.failure !== undefined) throw this.failure;
  }
}

export interface Npz {
  readonly arrays: ReadonlyMap<string, NpyArray>;
  readonly texts: ReadonlyMap<string, string>;
}

/** The arrays and texts of a `.npz` in memory. Throws `DamagedFileError` on bytes that are not one. */
export function readNpz(bytes: Uint8Array): Npz {
  const archive = ZipArchive.open(archiveInMemory(bytes));
  if (archive === undefined) throw new DamagedFileError("it is no .npz file");
  return contentOf(archive, archive.names);
}

/**
 * Of a `.npz` that r3dvs wrote, its text `head` and those of `arrays` that are in it; undefined for a `.npz` of another
 * kind, of which no more than the directory is read. Each is checked against its check sum. Throws `DamagedFileError`,
 * or what opening it throws.
 */
export function readNpzFile(file: string, head: string, arrays: readonly string[]): Npz | undefined {
  return withRegularFile(file, (descriptor, size) => {
    const archive = ZipArchive.open(archiveOnDisk(descriptor, size));
    if (!archive?.has(head)) return undefined;
    return contentOf(
      archive,
      [head, ...arrays.map((name) => `${name}.npy`)].filter((name) => archive.has(name)),
    );
  });
}

/** Runs `use` on what an archive holds; whatever it stumbles over there is damage. Throws `DamagedFileError`. */
export function orDamaged<T>(use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (error instanceof DamagedFileError) throw error;
    throw new DamagedFileError(messageOf(error));
  }
}

function contentOf(archive: ZipArchive, names: readonly string[]): Npz {
  const arrays = new Map<string, NpyArray>();
  const texts = new Map<string, string>();
  for (const name of names) {
    const content = archive.read(name);
    if (name.endsWith(".npy"))
      arrays.set(
        name.slice(0, -4),
        orDamaged(() => parseArray(content)),
      );
    else texts.set(name, new TextDecoder().decode(content));
  }
  return { arrays, texts };
}

const archiveOnDisk = (descriptor: number, size: number): ArchiveBytes => ({
  size,
  read: (offset, length) => {
    if (offset + length > size) throw new DamagedFileError("it ends too early");
    const bytes = new Uint8Array(length);
    if (fill(descriptor, bytes, offset) < length) throw new DamagedFileError("it ends too early");
    return bytes;
  },
});
