import { closeSync, openSync, statSync } from "node:fs";
import { fill, withRegularFile } from "../files/readSmallFile.js";
import { type ArchiveBytes, DamagedFileError, ZipArchive } from "../files/zipArchive.js";
import { nodeOf, type ZarrNode } from "./zarrNodes.js";
import { isMetadataKey, LargeChunkError, LONGEST_CHUNK, type Range, type ZarrFiles } from "./zarrStore.js";

/** A grid of 1000 points per axis in chunks of 16 has 250,000. */
const MOST_ENTRIES = 1_000_000;
/** How a zip file begins. */
const ZIP = "PK\u0003\u0004";

/** Whether a file is a zip file that holds a zarr group, whatever its name. */
export function isZarrArchive(file: string): boolean {
  try {
    return startOf(file) === ZIP && openZarrZip(file) !== undefined;
  } catch {
    return false; // what cannot be opened is told as a zip file
  }
}

const startOf = (file: string): string =>
  withRegularFile(file, (descriptor) => {
    const bytes = Buffer.alloc(ZIP.length);
    return bytes.toString("latin1", 0, fill(descriptor, bytes, 0));
  });

/**
 * The zarr groups in a zip file, whose directory is read once and each chunk when it is asked for. Its top is the group
 * that lies above all others, or all of the file. Undefined for a file that is no zip file with one. Throws
 * DamagedFileError and what the operating system says.
 */
export function openZarrZip(file: string): ZarrZip | undefined {
  const archive = ZipArchive.open(onDisk(file), {
    entries: MOST_ENTRIES,
    bytes: Number.POSITIVE_INFINITY,
    mayRepeat: true,
  });
  const marks = archive?.names.filter((name) => MARK.test(name)) ?? [];
  const folders = [...new Set(marks.map((name) => name.slice(0, name.lastIndexOf("/") + 1)))];
  const least = folders.reduce((depth, folder) => Math.min(depth, depthOf(folder)), Number.POSITIVE_INFINITY);
  const [top, other] = folders.filter((folder) => depthOf(folder) === least);
  if (archive === undefined || top === undefined) return undefined;
  return new ZarrZip(archive, other === undefined ? top : "");
}

const MARK = /(?:^|\/)(?:zarr\.json|\.zgroup|\.zarray)$/;
const ofPath = (name: string) => name.slice(name.lastIndexOf("/") + 1);
const depthOf = (folder: string) => folder.split("/").length;

/** As `ZarrStore`, of a zip file. */
export class ZarrZip implements ZarrFiles {
  missing = 0;
  /** A shard is read chunk by chunk. */
  #last: { readonly key: string; readonly bytes: Uint8Array } | undefined;

  constructor(
    private readonly archive: ZipArchive,
    private readonly top: string,
  ) {}

  /** Another reader of the same directory, which counts for itself. */
  again(group = ""): ZarrZip {
    return new ZarrZip(this.archive, group === "" ? this.top : `${this.top}${group}/`);
  }

  nodes(): ReadonlyMap<string, ZarrNode> {
    const found = new Map<string, ZarrNode>();
    for (const name of this.archive.names) {
      if (!name.startsWith(this.top) || !MARK.test(name)) continue;
      const [place, mark] = [
        name.slice(this.top.length, Math.max(this.top.length, name.lastIndexOf("/"))),
        ofPath(name),
      ];
      const node = nodeOf(mark, () => Buffer.from(this.archive.read(name)).toString("utf8"));
      if (node) found.set(place, node);
    }
    return found;
  }

  get folders(): string[] {
    const inside = this.archive.names.filter((name) => name.startsWith(this.top));
    const first = inside.flatMap((name) => /^([^/]+)\//.exec(name.slice(this.top.length))?.[1] ?? []);
    return [...new Set(first)].sort();
  }

  /** Throws LargeChunkError and DamagedFileError. */
  get(key: string): Uint8Array | undefined {
    const name = `${this.top}${key.replace(/^\//, "")}`;
    const size = this.archive.sizeOf(name);
    if (size === undefined) {
      if (!isMetadataKey(key)) this.missing++;
      return undefined;
    }
    if (size > LONGEST_CHUNK) throw new LargeChunkError(key);
    return this.archive.read(name);
  }

  /** As `get`, of a part: the entry is unpacked as a whole. */
  getRange(key: string, range: Range): Uint8Array | undefined {
    const bytes = this.#last?.key === key ? this.#last.bytes : this.get(key);
    if (bytes === undefined) return undefined;
    this.#last = { key, bytes };
    const { offset, length } =
      "offset" in range
        ? range
        : { offset: Math.max(0, bytes.length - range.suffixLength), length: range.suffixLength };
    return bytes.slice(offset, offset + length);
  }
}

/** Opened for each reading, so that nothing needs to be closed when a reader leaves off. */
function onDisk(file: string): ArchiveBytes {
  const { size } = statSync(file);
  return {
    size,
    read: (offset, length) => {
      if (offset + length > size) throw new DamagedFileError("it ends too early");
      const bytes = new Uint8Array(length);
      const descriptor = openSync(file, "r");
      try {
        if (fill(descriptor, bytes, offset) < length) throw new DamagedFileError("it ends too early");
      } finally {
        closeSync(descriptor);
      }
      return bytes;
    },
  };
}
