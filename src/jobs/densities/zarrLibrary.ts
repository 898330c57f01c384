// The bundle dist/zarr.js: zarrita with its codecs in WebAssembly, apart from the others because of its size.

import { readdirSync } from "node:fs";
import { CodecPipelineError, open, root, UnknownCodecError, type Array as ZarrArray } from "zarrita";
import { messageOf } from "../../core/text/messageOf.js";
import { bytesOfType, DamagedChunkError, limitCodecs, MAX_PART_BYTES } from "./zarrCodecs.js";
import { ZarrStore } from "./zarrStore.js";

/** What a zarr folder holds. */
export interface ZarrContent {
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Arrays of real numbers with three axes, by name; `""` is the folder itself. */
  readonly fields: ReadonlyMap<string, ZarrField>;
}

export interface ZarrField {
  readonly shape: readonly [number, number, number];
  /** Its values in C order, some layers at a time. Throws ZarrError and what the operating system says. */
  readonly layers: () => AsyncGenerator<Float64Array>;
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

/** Opens a group or an array, of version 2 or 3. Throws ZarrError and what the operating system says. */
export async function openZarr(folder: string): Promise<ZarrContent> {
  const node = await openNode(folder, "");
  if (!node) throw new ZarrError("the folder holds no zarr group or array");
  const names = node.kind === "array" ? [""] : foldersIn(folder).slice(0, MOST_ARRAYS);
  const fields = new Map<string, ZarrField>();
  for (const name of names) {
    const array = await openNode(folder, name).catch(() => undefined);
    if (array?.kind === "array" && isGrid(array)) fields.set(name, fieldOf(folder, name, array));
  }
  return { attributes: node.attrs as Readonly<Record<string, unknown>>, fields };
}

type Numbers = ZarrArray<"float64", ZarrStore>;

async function openNode(folder: string, name: string, store = new ZarrStore(folder)) {
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

const isThere = async (store: ZarrStore) =>
  ["zarr.json", ".zgroup", ".zarray"].some((name) => store.get(name) !== undefined);

const foldersIn = (folder: string) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => name)
    .sort();

const isGrid = ({ shape, dtype }: { readonly shape: readonly number[]; readonly dtype: string }) =>
  shape.length === 3 && /^(?:float|u?int)(?:8|16|32|64)$/.test(dtype) && shape.every((n) => n >= 1 && n <= MAX_LENGTH);

function fieldOf(folder: string, name: string, { shape }: { readonly shape: readonly number[] }): ZarrField {
  const store = new ZarrStore(folder);
  const [nx = 0, ny = 0, nz = 0] = shape;
  return { shape: [nx, ny, nz], layers: () => layersOf(folder, name, store), missing: () => store.missing };
}

async function* layersOf(folder: string, name: string, store: ZarrStore): AsyncGenerator<Float64Array> {
  store.missing = 0;
  const array = (await openNode(folder, name, store)) as Numbers | undefined;
  const [nx = 0, ny = 0, nz = 0] = array?.shape ?? [];
  const [layers = 0, ...rest] = array?.chunks ?? [];
  const isSound = [layers, ...rest].every((n) => Number.isInteger(n) && n >= 1);
  if (array === undefined || !isSound) throw new ZarrError("the array's metadata cannot be read");
  const bytes = Math.min(layers, nx) * ny * nz * 8;
  const ofChunk = rest.reduce((a, b) => a * b, layers) * bytesOfType(array.dtype);
  if (Math.max(bytes, ofChunk) > MAX_PART_BYTES) throw new ZarrError("the chunks are too large to be read");
  for (let x = 0; x < nx; x += layers) {
    yield await partOf(array, x, Math.min(x + layers, nx));
  }
}

/**
 * The layers that share their chunks, in C order whatever the order in which the chunks are kept. Throws as `layersOf`.
 */
async function partOf(array: Numbers, from: number, to: number): Promise<Float64Array> {
  const [, ny = 0, nz = 0] = array.shape;
  const [layers = 1, rows = 1, columns = 1] = array.chunks;
  const values = new Float64Array((to - from) * ny * nz);
  for (let y = 0; y < ny; y += rows)
    for (let z = 0; z < nz; z += columns) {
      const { data, stride } = await chunkOf(array, [from / layers, y / rows, z / columns]);
      const [a = 0, b = 0, c = 0] = stride;
      const [ends, last] = [Math.min(rows, ny - y), Math.min(columns, nz - z)];
      for (let u = 0; u < to - from; u++)
        for (let v = 0; v < ends; v++) {
          const row = (u * ny + y + v) * nz + z;
          for (let w = 0; w < last; w++) values[row + w] = Number(data[u * a + v * b + w * c]);
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
    return { data, stride };
  } catch (error) {
    throw reasonOf(error);
  }
}

function reasonOf(error: unknown): Error {
  const cause = error instanceof CodecPipelineError ? error.cause : error;
  if ((cause as NodeJS.ErrnoException).code === "ENOENT" || cause instanceof ZarrError) return cause as Error;
  if (cause instanceof UnknownCodecError)
    return new ZarrError(`the chunks are packed by a codec that is not read: ${cause.message}`);
  if (cause instanceof DamagedChunkError)
    return new ZarrError("a chunk is damaged: its length is not that of its shape");
  return new ZarrError(`a chunk cannot be unpacked: ${messageOf(cause)}`);
}
