import { volume } from "../../core/crystal/lattice.js";
import { storesDensity } from "../../core/formats/volumetric.js";
import type { VolumetricReading } from "../densities/volumetricReading.js";
import type { Grids } from "./gridFields.js";
import { type GridSink, keptSize, MAX_KEPT_POINTS } from "./gridSink.js";

/**
 * What a sink holds of a file that has been read; undefined where no block is complete. Blocks with values that are not
 * numbers are left out.
 */
export function gridsOf(
  file: string,
  value: Omit<VolumetricReading, "hash" | "bytes">,
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
