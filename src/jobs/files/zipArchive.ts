import { inflateRawSync } from "node:zlib";
import { crc32 } from "./crc32.js";

/** What is stored is not what was written: a check sum, a size or a name does not fit. */
export class DamagedFileError extends Error {}

/** The bytes of an archive, wherever they are. */
export interface ArchiveBytes {
  readonly size: number;
  /** Throws DamagedFileError where there are fewer. */
  read(offset: number, length: number): Uint8Array;
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly checkSum: number;
  readonly packed: number;
  readonly size: number;
  /** Of its own head. */
  readonly offset: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const [END_SIZE, CENTRAL_SIZE, LOCAL_SIZE] = [22, 46, 30];
/** Zip64: the record at the end, what points to it, and the extra field of an entry. */
const [END64, LOCATOR64, EXTRA64] = [0x06064b50, 0x07064b50, 1];
const [END64_SIZE, LOCATOR64_SIZE] = [56, 20];
const LONGEST_COMMENT = 0xffff;
const MB = 2 ** 20;

export interface ZipLimits {
  readonly entries: number;
  /** Of all that is unpacked together; at most 32 times the file and 16 MB, where it is finite. */
  readonly bytes: number;
  /** Whether a name may stand in the directory again: then the last one counts. */
  readonly mayRepeat: boolean;
}

/** Archives of arrays have ten entries. */
const LIMITS: ZipLimits = { entries: 1000, bytes: 2048 * MB, mayRepeat: false };
/** What stands in place of a number of 16 or 32 bits that needs zip64. */
const [WIDE_COUNT, WIDE] = [0xffff, 0xffff_ffff];

/**
 * A zip file of which single entries are unpacked, each checked against its size and CRC-32 in the directory at the
 * file's end; what is not asked for is not read. All that is unpacked together is at most 32 times the file (and 16
 * MB), which arrays of numbers never are: a bomb is refused before it is opened.
 */
export class ZipArchive {
  readonly #bytes: ArchiveBytes;
  readonly #entries: ReadonlyMap<string, Entry>;
  #left: number;

  private constructor(bytes: ArchiveBytes, entries: ReadonlyMap<string, Entry>, most: number) {
    this.#bytes = bytes;
    this.#entries = entries;
    this.#left = Number.isFinite(most) ? Math.min(most, 16 * MB + 32 * bytes.size) : most;
  }

  /** Undefined for bytes that are no zip file at all. Throws DamagedFileError for one whose directory is damaged. */
  static open(bytes: ArchiveBytes, limits = LIMITS): ZipArchive | undefined {
    const start = bytes.size < 4 ? 0 : viewOf(bytes.read(0, 4)).getUint32(0, true);
    const end = findEnd(bytes);
    if (end === undefined && start !== LOCAL) return undefined;
    if (end === undefined) throw new DamagedFileError("it ends too early");
    const entries = readDirectory(bytes, end, limits);
    // of many entries each is looked at when it is read
    if (entries.size <= LIMITS.entries) for (const entry of entries.values()) startOf(bytes, entry);
    return new ZipArchive(bytes, entries, limits.bytes);
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Unpacked, as the directory says; undefined where there is no such entry. */
  sizeOf(name: string): number | undefined {
    return this.#entries.get(name)?.size;
  }

  /** Throws DamagedFileError. */
  read(name: string): Uint8Array<ArrayBuffer> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new DamagedFileError(`there is no ${name} in it`);
    this.#left -= entry.size;
    if (this.#left < 0) throw new DamagedFileError(`${name} unpacks to far more than arrays of numbers do`);
    const content = unpacked(this.#bytes.read(startOf(this.#bytes, entry), entry.packed), entry);
    if (content.length !== entry.size) throw new DamagedFileError(`${name} has not its size`);
    if (crc32(content) !== entry.checkSum) throw new DamagedFileError(`${name} does not fit its check sum`);
    return content;
  }
}

/** Bytes in memory. */
export const archiveInMemory = (bytes: Uint8Array): ArchiveBytes => ({
  size: bytes.length,
  read: (offset, length) => {
    if (offset + length > bytes.length) throw new DamagedFileError("it ends too early");
    return bytes.subarray(offset, offset + length);
  },
});

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function unpacked(packed: Uint8Array, { name, method, size }: Entry): Uint8Array<ArrayBuffer> {
  if (method === 0) return new Uint8Array(packed);
  if (method !== 8) throw new DamagedFileError(`${name} is packed in a way that is not read here`);
  try {
    const content = inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
    // a buffer of its own, whose start suits any type of number
    return new Uint8Array(content);
  } catch {
    throw new DamagedFileError(`${name} cannot be unpacked`);
  }
}

/** Where the directory stands, and how many entries it has. */
interface Directory {
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

/** What the record at the end says: behind it stands a comment at most. */
function findEnd(bytes: ArchiveBytes): Directory | undefined {
  const length = Math.min(bytes.size, END_SIZE + LONGEST_COMMENT);
  const tail = viewOf(bytes.read(bytes.size - length, length));
  for (let at = length - END_SIZE; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END || tail.getUint16(at + 20, true) !== length - at - END_SIZE) continue;
    const [end, count, start] = [
      bytes.size - length + at,
      tail.getUint16(at + 10, true),
      tail.getUint32(at + 16, true),
    ];
    return count === WIDE_COUNT || start === WIDE ? findEnd64(bytes, end) : { start, end, count };
  }
  return undefined;
}

/** The same of zip64, whose record stands in front of that at `end`. */
function findEnd64(bytes: ArchiveBytes, end: number): Directory {
  const locator = end < LOCATOR64_SIZE ? undefined : viewOf(bytes.read(end - LOCATOR64_SIZE, LOCATOR64_SIZE));
  const at = locator?.getUint32(0, true) === LOCATOR64 ? wideAt(locator, 8) : undefined;
  const record = at === undefined || at + END64_SIZE > end ? undefined : viewOf(bytes.read(at, END64_SIZE));
  if (at === undefined || record?.getUint32(0, true) !== END64) throw new DamagedFileError("its directory is damaged");
  return { start: wideAt(record, 48), end: at, count: wideAt(record, 32) };
}

/** 64 bits, which no file on earth needs all. Throws DamagedFileError for more than 2^53. */
function wideAt(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw new DamagedFileError("its directory is damaged");
  return value;
}

function readDirectory(bytes: ArchiveBytes, { start, end, count }: Directory, limits: ZipLimits): Map<string, Entry> {
  if (count > limits.entries && start <= end)
    throw new DamagedFileError(`it has ${count} entries: more than ${limits.entries} are not read`);
  if (start > end || end - start < count * CENTRAL_SIZE) throw new DamagedFileError("its directory is damaged");
  const content = bytes.read(start, end - start);
  const view = viewOf(content);
  const entries = new Map<string, Entry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_SIZE > content.length || view.getUint32(at, true) !== CENTRAL)
      throw new DamagedFileError("its directory is damaged");
    const [name, extra, comment] = [
      view.getUint16(at + 28, true),
      view.getUint16(at + 30, true),
      view.getUint16(at + 32, true),
    ];
    const entry = entryAt(content, at, name, extra);
    if (entries.has(entry.name) && !limits.mayRepeat) throw new DamagedFileError(`${entry.name} stands in it twice`);
    entries.set(entry.name, entry);
    at += CENTRAL_SIZE + name + extra + comment;
  }
  if (at !== content.length) throw new DamagedFileError("its directory is damaged");
  return entries;
}

/** `name`, `extra`: the lengths of an entry's name and extra fields, in bytes. */
function entryAt(content: Uint8Array, at: number, name: number, extra: number): Entry {
  const view = viewOf(content);
  const behindName = at + CENTRAL_SIZE + name;
  const wide = wideNumbers(view, behindName, Math.min(content.length, behindName + extra));
  // in this order, and only those that need it
  const [size, packed, offset] = [24, 20, 42].map((field) => {
    const value = view.getUint32(at + field, true);
    return value === WIDE ? (wide.shift() ?? value) : value;
  }) as [number, number, number];
  return {
    name: new TextDecoder().decode(content.subarray(at + CENTRAL_SIZE, behindName)),
    method: view.getUint16(at + 10, true),
    checkSum: view.getUint32(at + 16, true),
    packed,
    size,
    offset,
  };
}

/** The numbers of 64 bits in the extra fields from `at` to `end`. */
function wideNumbers(view: DataView, at: number, end: number): number[] {
  for (let field = at; field + 4 <= end; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) !== EXTRA64) continue;
    const count = Math.min(view.getUint16(field + 2, true), end - field - 4) >> 3;
    return Array.from({ length: count }, (_, i) => wideAt(view, field + 4 + 8 * i));
  }
  return [];
}

/** Where an entry's packed bytes begin. Its own head must name it as the directory does. */
function startOf(bytes: ArchiveBytes, { name, offset }: Entry): number {
  const head = viewOf(bytes.read(offset, LOCAL_SIZE));
  const length = head.getUint16(26, true);
  const isSound = head.getUint32(0, true) === LOCAL;
  if (!isSound || new TextDecoder().decode(bytes.read(offset + LOCAL_SIZE, length)) !== name)
    throw new DamagedFileError(`the place of ${name} is damaged`);
  return offset + LOCAL_SIZE + length + head.getUint16(28, true);
}
