import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { volume } from "../../core/crystal/lattice.js";
import { valueDivisor } from "../../core/formats/volumetric.js";
import type { VolumetricHead } from "../../core/formats/volumetricHead.js";
import type { Vector3 } from "../../core/math/matrix3.js";
import type { Problem } from "../../core/text/problem.js";
import { formOf } from "../densities/readForm.js";
import { readHead } from "../densities/readHead.js";
import type { Grids } from "./gridFields.js";
import { densityKind } from "./readGrids.js";

export interface SampleOptions {
  readonly signal?: AbortSignal;
  /** Points at most. Default: 300,000. */
  readonly maxPoints?: number;
  /** Smaller files are read as fast as sampled. Default: 32 MB. */
  readonly fromBytes?: number;
}

const MAX_POINTS = 300_000;
const FROM_BYTES = 32 * 2 ** 20;
/** Looked at for the form of the lines. */
const LOOKED_AT = 4096;
/** Rows between two looks at the event loop. */
const PAUSE = 2000;

/** Numbers in columns: value i stands at `start` + floor(i / columns) lines + (i mod columns) widths. */
interface Columns {
  readonly start: number;
  readonly width: number;
  readonly columns: number;
  readonly line: number;
}

/**
 * Every so many points of the first block of a large plain file whose numbers stand in columns, by seeking; without
 * grids where that cannot be done (packed, small, HDF5, a cube, other columns further down). Rejects only with the
 * signal's reason.
 */
export async function readSample(
  file: string,
  options: SampleOptions = {},
): Promise<{ grids?: Grids; problems: readonly Problem[] }> {
  const kind = densityKind(file);
  if (kind === "cube" || (await formOf(file)) !== "text") return { problems: [] };
  const { value, problems } = await readHead(file, kind, options.signal);
  if (!value) return { problems };
  const { head, valuesAt } = value;
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch {
    return { problems: [] };
  }
  try {
    if (fstatSync(descriptor).size < (options.fromBytes ?? FROM_BYTES)) return { problems: [] };
    const columns = columnsAt(descriptor, valuesAt);
    if (!columns || !areEverywhere(descriptor, columns, head.grid)) return { problems: [] };
    const kept = sampleSize(head.grid, options.maxPoints ?? MAX_POINTS);
    const values = await sampledValues(descriptor, columns, head.grid, kept, options.signal);
    return values ? { grids: gridsOfSample(file, head, kept, values), problems: [] } : { problems: [] };
  } finally {
    closeSync(descriptor);
  }
}

function gridsOfSample(file: string, { structure, grid }: VolumetricHead, kept: Vector3, values: Float32Array): Grids {
  const kind = densityKind(file);
  const factor = 1 / valueDivisor(kind, volume(structure.lattice));
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) * factor;
  return { file, kind, structure, grid, kept, how: "sample", blocks: [values], truncated: false, frame: 1, frames: 1 };
}

/** The fewest whole steps that leave no more points. Uneven axes are resampled to the nearest points. */
function sampleSize(grid: Vector3, maxPoints: number): Vector3 {
  for (let step = 1; ; step++) {
    const [x, y, z] = grid.map((points) => Math.ceil(points / step)) as unknown as Vector3;
    if (x * y * z <= maxPoints) return [x, y, z];
  }
}

/** From the first two lines. */
function columnsAt(descriptor: number, start: number): Columns | undefined {
  const text = textAt(descriptor, start, LOOKED_AT);
  const [first = "", second = ""] = text.split("\n");
  const ends = [...first.matchAll(/\S+/g)].map((match) => match.index + match[0].length);
  const width = (ends[1] ?? 0) - (ends[0] ?? 0);
  if (ends.length < 2 || first.length !== second.length || ends.some((end, i) => end !== (ends[0] ?? 0) + i * width))
    return undefined;
  return { start: start + (ends[0] ?? 0) - width, width, columns: ends.length, line: first.length + 1 };
}

const textAt = (descriptor: number, at: number, length: number): string => {
  const bytes = Buffer.alloc(length);
  return bytes.toString("latin1", 0, readSync(descriptor, bytes, 0, length, Math.max(0, at)));
};

const byteOf = ({ start, width, columns, line }: Columns, i: number) =>
  start + Math.floor(i / columns) * line + (i % columns) * width;

/** Whether line ends stand where they should, here and there in the block. */
function areEverywhere(descriptor: number, columns: Columns, grid: Vector3): boolean {
  const lines = Math.floor((grid[0] * grid[1] * grid[2]) / columns.columns);
  const looks = 16;
  return Array.from({ length: looks }, (_, k) => Math.floor(((k + 1) * (lines - 1)) / looks)).every((line) => {
    const at = byteOf(columns, line * columns.columns);
    const text = textAt(descriptor, at, columns.width * columns.columns + 1);
    return (
      /^[ \d.eEdD+-]+$/.test(text.slice(0, -1).replace("\r", "")) && text.at(-1) !== undefined && lineEnd(text, columns)
    );
  });
}

/** The byte behind the last number is a line end, or the first of two. */
const lineEnd = (text: string, { width, columns }: Columns): boolean => /[\r\n]/.test(text.charAt(width * columns));

async function sampledValues(
  descriptor: number,
  columns: Columns,
  grid: Vector3,
  kept: Vector3,
  signal?: AbortSignal,
): Promise<Float32Array | undefined> {
  const values = new Float32Array(kept[0] * kept[1] * kept[2]);
  const places = [0, 1, 2].map((axis) =>
    Int32Array.from({ length: kept[axis] ?? 1 }, (_, i) => Math.round((i * (grid[axis] ?? 1)) / (kept[axis] ?? 1))),
  );
  const [xs = new Int32Array(), ys = xs, zs = xs] = places;
  const buffer = Buffer.alloc(Math.ceil(grid[0] / columns.columns + 2) * columns.line);
  let to = 0;
  for (const z of zs)
    for (const y of ys) {
      const first = grid[0] * (y + grid[1] * z);
      const from = byteOf(columns, first);
      const length = Math.min(buffer.length, byteOf(columns, first + grid[0] - 1) + columns.width - from);
      if (readSync(descriptor, buffer, 0, length, from) < length) return undefined;
      for (const x of xs) {
        const at = byteOf(columns, first + x) - from;
        const value = Number(buffer.toString("latin1", at, at + columns.width));
        if (!Number.isFinite(value)) return undefined;
        values[to++] = value;
      }
      if (to % (PAUSE * kept[0]) === 0) {
        await setImmediate();
        signal?.throwIfAborted();
      }
    }
  return values;
}
