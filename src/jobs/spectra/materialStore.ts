import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { deserialize, serialize } from "node:v8";
import { withWriteError } from "../files/atomicFile.js";
import { fill } from "../files/readSmallFile.js";
import { lazyMaterial } from "./lazyMaterial.js";
import type { EncodedMaterial } from "./material.js";

const MB = 2 ** 20;
/** Records are written in segments of this size, or of one record that is larger. */
const SEGMENT = 4 * MB;

export interface StoreLimits {
  /** Bytes of records that stay in memory, which all threads share; further ones go to a file. */
  readonly inMemory: number;
  /** Bytes of records that one thread keeps decoded: below, each is decoded once. */
  readonly decoded: number;
}

const LIMITS: StoreLimits = { inMemory: 256 * MB, decoded: 128 * MB };

/** What a thread needs to read a store of another one: memory is shared, the file is read where it stands. */
export interface SharedStore {
  readonly ids: readonly string[];
  /** Of each material: segment, offset in it and length, in bytes. */
  readonly places: Float64Array;
  /** In memory, or at this position of the file. */
  readonly segments: readonly (SharedArrayBuffer | number)[];
  readonly file: string;
  readonly limits?: StoreLimits;
}

/**
 * The materials of a study, of any number, within bounded memory: each is a record (`v8.serialize`), in shared memory
 * as far as that goes and then in a file. What is read is what was added, to the last bit.
 */
export class MaterialStore {
  readonly #file: string;
  readonly #limits: StoreLimits;
  readonly #ids: string[];
  readonly #places: number[];
  readonly #segments: (SharedArrayBuffer | number)[];
  readonly #handles: (EncodedMaterial | undefined)[] = [];
  readonly #decoded = new Map<number, EncodedMaterial>();
  #decodedBytes = 0;
  #index: ReadonlyMap<string, number> | undefined;
  /** The segment that is being filled, and how far it is. */
  #open = Buffer.alloc(0);
  #used = 0;
  #size = 0;
  #written = 0;
  #descriptor: number | undefined;

  /** `file`: where records go that do not fit into memory; it is made when needed, and removed by `dispose`. */
  constructor(file: string, limits: Partial<StoreLimits> = {}, shared?: SharedStore) {
    this.#file = file;
    this.#limits = { ...LIMITS, ...limits };
    this.#ids = [...(shared?.ids ?? [])];
    this.#places = Array.from(shared?.places ?? []);
    this.#segments = [...(shared?.segments ?? [])];
  }

  /** The store of another thread, or a file that was written before. */
  static open(shared: SharedStore): MaterialStore {
    return new MaterialStore(shared.file, shared.limits ?? {}, shared);
  }

  get length(): number {
    return this.#ids.length;
  }

  /** Returns the material's place. Throws `WriteError`. */
  add(material: EncodedMaterial): number {
    const record = serialize(material);
    if (this.#used + record.length > this.#open.length) {
      this.#closeSegment();
      this.#open = Buffer.alloc(Math.max(SEGMENT, record.length));
    }
    record.copy(this.#open, this.#used);
    this.#places.push(this.#segments.length, this.#used, record.length);
    this.#used += record.length;
    this.#index = undefined;
    return this.#ids.push(material.id) - 1;
  }

  /**
   * The material at a place: always the same object, which reads what is asked for, and takes no memory to speak of.
   */
  at(place: number): EncodedMaterial {
    this.#handles[place] ??= lazyMaterial(this.#ids[place] ?? "", () => this.#whole(place));
    return this.#handles[place];
  }

  #whole(place: number): EncodedMaterial {
    const known = this.#decoded.get(place);
    if (known !== undefined) return known;
    const record = this.#record(place);
    const material = deserialize(record) as EncodedMaterial;
    if (this.#decodedBytes + record.length > this.#limits.decoded) {
      this.#decoded.clear();
      this.#decodedBytes = 0;
    }
    this.#decoded.set(place, material);
    this.#decodedBytes += record.length;
    return material;
  }

  get(id: string): EncodedMaterial | undefined {
    const place = this.#indexOfIds().get(id);
    return place === undefined ? undefined : this.at(place);
  }

  get ids(): readonly string[] {
    return this.#ids;
  }

  get all(): EncodedMaterial[] {
    return this.#ids.map((_, place) => this.at(place));
  }

  /** The bytes that a material is kept as. Throws where it is not there. */
  recordOf(id: string): Buffer {
    const place = this.#indexOfIds().get(id);
    if (place === undefined) throw new Error(`there is no material ${id}`);
    return this.#record(place);
  }

  #record(place: number): Buffer {
    const [segment = 0, offset = 0, length = 0] = this.#places.slice(3 * place, 3 * place + 3);
    const at = this.#segments[segment];
    if (at === undefined) return Buffer.from(this.#open.subarray(offset, offset + length));
    if (typeof at !== "number") return Buffer.from(new Uint8Array(at, offset, length));
    const bytes = Buffer.alloc(length);
    this.#descriptor ??= openSync(this.#file, "r");
    if (fill(this.#descriptor, bytes, at + offset) < length) throw new Error(`${this.#file} is cut`);
    return bytes;
  }

  /** For other threads; nothing may be added after it. Throws `WriteError`. */
  share(): SharedStore {
    this.#closeSegment();
    const places = new Float64Array(new SharedArrayBuffer(8 * this.#places.length));
    places.set(this.#places);
    return { ids: this.#ids, places, segments: this.#segments, file: this.#file, limits: this.#limits };
  }

  /** Removes the file where this store has written one. */
  dispose(): void {
    this.#decoded.clear();
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    if (this.#written > 0) rmSync(this.#file, { force: true });
  }

  #indexOfIds(): ReadonlyMap<string, number> {
    this.#index ??= new Map(this.#ids.map((id, place) => [id, place]));
    return this.#index;
  }

  #closeSegment(): void {
    if (this.#used === 0) return;
    const bytes = this.#open.subarray(0, this.#used);
    this.#segments.push(this.#size + bytes.length <= this.#limits.inMemory ? sharedCopy(bytes) : this.#append(bytes));
    this.#size += bytes.length;
    this.#open = Buffer.alloc(0);
    this.#used = 0;
  }

  /** Returns where the bytes stand in the file. */
  #append(bytes: Uint8Array): number {
    return withWriteError(this.#file, () => {
      if (this.#descriptor === undefined) mkdirSync(path.dirname(this.#file), { recursive: true });
      this.#descriptor ??= openSync(this.#file, "wx+");
      const at = this.#written;
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done, at + done);
      this.#written += bytes.length;
      return at;
    });
  }
}

function sharedCopy(bytes: Uint8Array): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}
