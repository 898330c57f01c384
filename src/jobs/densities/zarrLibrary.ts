// The bundle dist/zarr.js: zarrita with its codecs in WebAssembly, apart from the others because of its size.

import { statSync } from "node:fs";
import { CodecPipelineError, open, root, UnknownCodecError, type Array as ZarrArray } from "zarrita";
import { messageOf } from "../../core/text/messageOf.js";
import { DamagedFileError } from "../files/zipArchive.js";
import { bytesOfType, DamagedChunkError, limitCodecs, MAX_PART_BYTES } from "./zarrCodecs.js";
import { defineHalf, numbersOfHalf } from "./zarrHalf.js";
import { groupsWithArrays } from "./zarrNodes.js";
import { type ZarrFiles, ZarrStore } from "./zarrStore.js";
import { openZarrZip } from "./zarrZip.js";

/** What a zarr folder holds. */
export interface ZarrContent {
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Arrays of real numbers with three axes, by name; `""` is the folder itself. */
  readonly fields: ReadonlyMap<string, ZarrField>;
}

export interface ZarrField {
  readonly shape: readonly [number, number, number];
  /**
   * Its values in C order, some layers at a time, of at most so many bytes. Throws ZarrError and what the operating
   * system says.
   */
  readonly layers: (most?: number) => AsyncGenerator<Float64Array>;
  /** How many chunks `layers` has found missing, whose values are then the fill value. */
  readonly missing: () => number;
}

/** Why a zarr folder cannot be read, in a plain sentence. Other bundles know it by its mark. */
export class ZarrError extends Error {
  readonly isZarr = true;
}

const MAX_LENGTH = 100_000;
/** Of groups that are looked at: a pyramid has a dozen. */
const MOST_ARRAYS = 100;

limitCodecs();
defineHalf();

/**
 * Opens a group or an array, of version 2 or 3, in a folder or a zip file: the top, or a group by its path. Throws
 * ZarrError and what the operating system says.
 */
export async function openZarr(place: string, group = ""): Promise<ZarrContent> {
  const files = filesOf(place).again(group);
  const node = await openNode(files, "");
  if (!node) throw new ZarrError("the folder holds no zarr group or array");
  const names = node.kind === "array" ? [""] : files.folders.slice(0, MOST_ARRAYS);
  const fields = new Map<string, ZarrField>();
  for (const name of names) {
    const array = await openNode(files, name).catch(() => undefined);
    if (array?.kind === "array" && isGrid(array)) fields.set(name, fieldOf(files, name, array));
  }
  return { attributes: node.attrs as Readonly<Record<string, unknown>>, fields };
}

/** Of the store that was asked for last: of a zip file all metadata are read for them. */
let known: { readonly key: string; readonly groups: readonly string[] } | undefined;

/** The groups that hold arrays, `""` for the top. Throws as `openZarr`. */
export async function zarrGroups(place: string): Promise<readonly string[]> {
  const { size, mtimeMs } = statSync(place);
  const key = `${place} ${size} ${mtimeMs}`;
  if (known?.key === key && statSync(place).isFile()) return known.groups;
  try {
    const groups = groupsWithArrays(filesOf(place).nodes());
    known = { key, groups };
    return groups;
  } catch (error) {
    throw error instanceof DamagedFileError ? new ZarrError(`the zip file is damaged: ${error.message}`) : error;
  }
}

type Numbers = ZarrArray<"float64", ZarrFiles>;

function filesOf(place: string): ZarrFiles {
  if (!statSync(place).isFile()) return new ZarrStore(place);
  try {
    const zip = openZarrZip(place);
    if (zip) return zip;
  } catch (error) {
    throw error instanceof DamagedFileError ? new ZarrError(`the zip file is damaged: ${error.message}`) : error;
  }
  throw new ZarrError("the zip file holds no zarr group");
}

async function openNode(store: ZarrFiles, name: string) {
  const location = root(store);
  try {
    return await open(name === "" ? location : location.resolve(encodeURIComponent(name)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) throw error;
    if (name === "" && (await isThere(store)))
      throw new ZarrError(`the zarr metadata cannot be read: ${messageOf(error)}`);
    return undefined;
  }
}

const isThere = async (store: ZarrFiles) =>
  ["zarr.json", ".zgroup", ".zarray"].some((name) => store.get(name) !== undefined);

const isGrid = ({ shape, dtype }: { readonly shape: readonly number[]; readonly dtype: string }) =>
  shape.length === 3 && /^(?:float|u?int)(?:8|16|32|64)$/.test(dtype) && shape.every((n) => n >= 1 && n <= MAX_LENGTH);

function fieldOf(files: ZarrFiles, name: string, { shape }: { readonly shape: readonly number[] }): ZarrField {
  const store = files.again();
  const [nx = 0, ny = 0, nz = 0] = shape;
  return { shape: [nx, ny, nz], layers: (most) => layersOf(store, name, most), missing: () => store.missing };
}

async function* layersOf(store: ZarrFiles, name: string, most = MAX_PART_BYTES): AsyncGenerator<Float64Array> {
  store.missing = 0;
  const array = (await openNode(store, name)) as Numbers | undefined;
  const [nx = 0, ny = 0, nz = 0] = array?.shape ?? [];
  const [layers = 0, ...rest] = array?.chunks ?? [];
  const isSound = [layers, ...rest].every((n) => Number.isInteger(n) && n >= 1);
  if (array === undefined || !isSound) throw new ZarrError("the array's metadata cannot be read");
  const ofChunk = rest.reduce((a, b) => a * b, layers) * bytesOfType(array.dtype);
  const ofLayer = ny * nz * 8;
  const larger = Math.max(ofLayer, ofChunk);
  if (larger > most) {
    const [what, has, read] = [ofChunk >= ofLayer ? "chunk" : "layer", ...[larger, most].map((n) => Math.ceil(n / MB))];
    throw new ZarrError(`the chunks are too large to be read: one ${what} has ${has} MB, and at most ${read} are read`);
  }
  // chunks of many large layers are unpacked again for each part that fits
  const together = Math.min(layers, Math.floor(most / ofLayer));
  let before = 0;
  for (let x = 0; x < nx; x += layers)
    for (let from = x; from < Math.min(x + layers, nx); from += together) {
      const part = await partOf(array, from, Math.min(from + together, x + layers, nx));
      // a chunk that is not there is one, however often it is asked for
      if (from > x) store.missing = before;
      before = store.missing;
      yield part;
    }
}

const MB = 2 ** 20;

/**
 * Layers that share their chunks, all or some of them, in C order whatever the order in which the chunks are kept.
 * Throws as `layersOf`.
 */
async function partOf(array: Numbers, from: number, to: number): Promise<Float64Array> {
  const [, ny = 0, nz = 0] = array.shape;
  const [layers = 1, rows = 1, columns = 1] = array.chunks;
  const skipped = from % layers;
  const values = new Float64Array((to - from) * ny * nz);
  for (let y = 0; y < ny; y += rows)
    for (let z = 0; z < nz; z += columns) {
      const { data, stride } = await chunkOf(array, [(from - skipped) / layers, y / rows, z / columns]);
      const [a = 0, b = 0, c = 0] = stride;
      const [ends, last] = [Math.min(rows, ny - y), Math.min(columns, nz - z)];
      for (let u = 0; u < to - from; u++)
        for (let v = 0; v < ends; v++) {
          const row = (u * ny + y + v) * nz + z;
          for (let w = 0; w < last; w++) values[row + w] = Number(data[(skipped + u) * a + v * b + w * c]);
        }
    }
  return values;
}

async function chunkOf(
  array: Numbers,
  at: readonly number[],
): Promise<{ data: ArrayLike<number | bigint>; stride: readonly number[] }> {
  try {
    const { data, stride } = await array.getChunk([...at]);
    if (data.length !== array.chunks.reduce((a, b) => a * b, 1)) throw new DamagedChunkError();
    return { data: numbersOfHalf(data), stride };
  } catch (error) {
    throw reasonOf(error);
  }
}

function reasonOf(error: unknown): Error {
  const cause = error instanceof CodecPipelineError ? error.cause : error;
  if ((cause as NodeJS.ErrnoException).code === "ENOENT" || cause instanceof ZarrError) return cause as Error;
  if (cause instanceof UnknownCodecError)
    return new ZarrError(`the chunks are packed by a codec that is not read: ${cause.message}`);
  if (cause instanceof DamagedFileError) return new ZarrError(`the zip file is damaged: ${cause.message}`);
  if (cause instanceof DamagedChunkError)
    return new ZarrError("a chunk is damaged: its length is not that of its shape");
  return new ZarrError(`a chunk cannot be unpacked: ${messageOf(cause)}`);
}
