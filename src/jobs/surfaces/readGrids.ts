import path from "node:path";
import { volumetricKind } from "../../core/formats/fileNames.js";
import type { VolumetricKind } from "../../core/formats/volumetric.js";
import type { Problem } from "../../core/text/problem.js";
import { densityFormat } from "../densities/densityForm.js";
import { readFormHead } from "../densities/readForm.js";
import { readVolumetric } from "../densities/readVolumetric.js";
import type { Grids } from "./gridFields.js";
import { GridSink } from "./gridSink.js";
import { gridsOf } from "./gridsOfReading.js";

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
async function statedKind(file: string, signal: AbortSignal | undefined): Promise<VolumetricKind> {
  const format = densityFormat(file);
  if ((format !== "json" && format !== "zarr") || volumetricKind(path.basename(file)) !== undefined)
    return densityKind(file);
  return (await readFormHead(file, format, signal)).value?.kind ?? densityKind(file);
}

/** The grids of a file, without spectra. Rejects only with the signal's reason. */
export async function readGrids(file: string, options: ReadGridsOptions = {}): Promise<GridsReading> {
  const { maxPoints, ...reading } = options;
  const kind = await statedKind(file, options.signal);
  const sink = new GridSink(kind, maxPoints);
  const { value, problems } = await readVolumetric(file, {
    ...reading,
    kind,
    transform: false,
    hash: false,
    keep: sink.keep,
  });
  const grids = value && gridsOf(file, value, sink, maxPoints);
  return { ...(grids && { grids }), problems };
}
