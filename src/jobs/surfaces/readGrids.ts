import path from "node:path";
import { volume } from "../../core/crystal/lattice.js";
import { volumetricKind } from "../../core/formats/fileNames.js";
import { storesDensity, type VolumetricKind } from "../../core/formats/volumetric.js";
import type { Problem } from "../../core/text/problem.js";
import { densityFormat } from "../densities/densityForm.js";
import { readFormHead } from "../densities/readForm.js";
import { readVolumetric } from "../densities/readVolumetric.js";
import type { VolumetricReading } from "../densities/volumetricReading.js";
import { GridSink, keptSize, MAX_KEPT_POINTS } from "./gridSink.js";
import type { Grids } from "./keptGrids.js";

export interface ReadGridsOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
  /** Of a file with several, from 1. Default: the last complete one. */
  readonly frame?: number;
  readonly maxPoints?: number;
}

export interface GridsReading {
  /** Whenever one block is complete. */
  readonly grids?: Grids;
  readonly problems: readonly Problem[];
}

/** What kind of volumetric file a name tells; CHGCAR where it tells none. */
export const densityKind = (file: string): VolumetricKind => volumetricKind(path.basename(file)) ?? "CHGCAR";

/** The same, of forms that tell their kind themselves from the file. */
async function toldKind(file: string, signal: AbortSignal | undefined): Promise<VolumetricKind> {
  const format = densityFormat(file);
  if ((format !== "json" && format !== "zarr") || volumetricKind(path.basename(file)) !== undefined) return densityKind(file);
  return (await readFormHead(file, format, signal)).value?.kind ?? densityKind(file);
}

/** The grids of a file, without spectra. Rejects only with the signal's reason. */
export async function readGrids(file: string, options: ReadGridsOptions = {}): Promise<GridsReading> {
  const { maxPoints, ...reading } = options;
  const kind = await toldKind(file, options.signal);
  const sink = new GridSink(kind, maxPoints);
  const { value, problems } = await readVolumetric(file, { ...reading, kind, transform: false, hash: false, keep: sink.keep });
  const grids = value && gridsOf(file, value, sink, maxPoints);
  return { ...(grids && { grids }), problems };
}

/** What a sink holds of a file that has been read; undefined where no block is complete. Blocks with values that are not numbers are left out. */
export function gridsOf(
  file: string,
  value: Omit<VolumetricReading, "sha256" | "bytes">,
  sink: GridSink,
  maxPoints = MAX_KEPT_POINTS,
): Grids | undefined {
  const { kind, structure, grid, electrons, truncated, frame, frames } = value;
  const complete = sink.blocksOf(frame, value.blocks.length);
  const bad = complete.findIndex((values) => !allFinite(values));
  const blocks = bad < 0 ? complete : complete.slice(0, bad);
  if (blocks.length === 0) return undefined;
  const kept = keptSize(grid, maxPoints);
  const whole = kept.every((points, i) => points === grid[i]);
  const count = electrons ?? (storesDensity(kind) ? integralOf(blocks[0], structure.lattice) : undefined);
  return {
    file,
    kind,
    structure,
    grid,
    kept,
    how: whole ? "whole" : "means",
    blocks,
    ...(count !== undefined && { electrons: count }),
    truncated,
    frame,
    frames,
  };
}

/** One value that is none makes the sum none; the sum of finite floats is always finite. */
function allFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return Number.isFinite(sum);
}

const integralOf = (values: Float32Array | undefined, lattice: Parameters<typeof volume>[0]): number | undefined =>
  values && (values.reduce((sum, value) => sum + value, 0) / values.length) * volume(lattice);
