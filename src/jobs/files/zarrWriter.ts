import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { deflateSync } from "node:zlib";
import { messageOf } from "../../core/text/messageOf.js";
import { syncFolder, WriteError } from "./atomicFile.js";
import { folderAside, recoverFolder, replaceFolder } from "./atomicFolder.js";
import { type NpyType, toArray } from "./npy.js";
import type { ArraySink } from "./npz.js";
import { readSmallJson } from "./readSmallFile.js";

/** An array up to this many bytes is one chunk; of a larger one each entry of the first axis is. */
const WHOLE = 2 ** 18;
const ATTRIBUTES = ".zattrs";

/**
 * Writes a zarr group of version 2 (which zarr-python 2 and 3, xarray, zarrita and n5 read): an array for each name,
 * chunks packed with zlib, texts as attributes of the group under `r3dvs`, and consolidated metadata. The folder
 * appears whole; an earlier one of r3dvs is replaced.
 */
export class ZarrWriter implements ArraySink {
  private readonly place: string;
  private readonly aside: string;
  private readonly metadata: Record<string, unknown> = { ".zgroup": { zarr_format: 2 } };
  private readonly attributes: Record<string, unknown> = {};

  /** Throws `WriteError`, as every method does. */
  constructor(private readonly folder: string) {
    this.place = path.resolve(folder);
    recoverFolder(this.place);
    if (existsSync(this.place) && !isOwn(this.place)) throw new WriteError(folder, "something else stands there");
    this.aside = folderAside(this.place);
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
    const item = type.startsWith("<U") ? 4 * Number(type.slice(2)) : Number(type.slice(2));
    const bytes = shape.reduce((product, side) => product * side, item);
    const [first = 1, ...rest] = shape;
    const isWhole = bytes <= WHOLE || first <= 1;
    const head = {
      zarr_format: 2,
      shape,
      // a length of 0 is no chunk
      chunks: shape.map((side, axis) => (axis === 0 && !isWhole ? 1 : Math.max(1, side))),
      dtype: type,
      compressor: { id: "zlib", level: 6 },
      fill_value: type.startsWith("<U") ? "" : 0,
      order: "C",
      filters: null,
      dimension_separator: ".",
    };
    this.metadata[`${name}/.zarray`] = head;
    this.write(`${name}/.zarray`, JSON.stringify(head));
    const tail = rest.map(() => ".0").join("");
    let count = 0;
    for (const chunk of chunksOf(parts, isWhole ? bytes : bytes / first))
      this.write(`${name}/${count++}${tail}`, deflateSync(chunk));
  }

  /** JSON becomes an attribute of its own kind. */
  addText(name: string, text: string): void {
    this.attributes[name === "meta.json" ? "r3dvs" : name] = name.endsWith(".json") ? JSON.parse(text) : text;
  }

  close(): void {
    this.metadata[ATTRIBUTES] = this.attributes;
    this.write(ATTRIBUTES, JSON.stringify(this.attributes));
    this.write(".zgroup", JSON.stringify(this.metadata[".zgroup"]));
    this.write(".zmetadata", JSON.stringify({ zarr_consolidated_format: 1, metadata: this.metadata }));
    this.guarded(() => {
      syncFolder(this.aside);
      replaceFolder(this.aside, this.place);
    });
  }

  discard(): void {
    rmSync(this.aside, { recursive: true, force: true });
  }

  private write(name: string, data: string | Uint8Array): void {
    this.guarded(() => {
      const file = path.join(this.aside, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, data);
    });
  }

  private guarded(write: () => void): void {
    try {
      write();
    } catch (error) {
      throw new WriteError(this.folder, messageOf(error));
    }
  }
}

/** Stretches of `size` bytes out of parts of any length. */
function* chunksOf(parts: Iterable<Uint8Array>, size: number): Generator<Uint8Array> {
  let chunk = new Uint8Array(size);
  let filled = 0;
  for (const part of parts)
    for (let from = 0; from < part.length; ) {
      const taken = Math.min(size - filled, part.length - from);
      chunk.set(part.subarray(from, from + taken), filled);
      filled += taken;
      from += taken;
      if (filled < size) continue;
      yield chunk;
      chunk = new Uint8Array(size);
      filled = 0;
    }
}

/** Whether r3dvs wrote the group that stands there. */
function isOwn(folder: string): boolean {
  try {
    const attributes = readSmallJson(path.join(folder, ATTRIBUTES)) as { readonly r3dvs?: unknown };
    return attributes.r3dvs !== undefined;
  } catch {
    return false;
  }
}
