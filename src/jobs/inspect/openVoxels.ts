import path from "node:path";
import { atomCount, reducedFormula } from "../../core/crystal/formula.js";
import { volume } from "../../core/crystal/lattice.js";
import type { EncodeSettings } from "../../core/descriptors/encodeSettings.js";
import type { Problem } from "../../core/text/problem.js";
import type { CallOptions } from "../../protocol/rpc.js";
import type { VoxelViewData } from "../../protocol/voxelView.js";
import { zarrFolder } from "../densities/readZarrDensity.js";
import type { EncodedMaterial } from "../spectra/material.js";
import { materialId } from "../spectra/materialFile.js";
import { readMaterialMethod } from "../spectra/threadMethods.js";
import type { ThreadPool } from "../threads/threadPool.js";

/** What the voxel view shows of a file; without a picture when the wanted block gives no whole spectrum. Errors in other blocks are shown beside it. */
export async function openVoxels(
  pool: ThreadPool,
  { file, settings }: { readonly file: string; readonly settings: EncodeSettings },
  options: CallOptions,
): Promise<{ picture?: VoxelViewData; problems: readonly Problem[] }> {
  const request = { entry: { id: materialId(file), file }, settings, reading: { threads: 2, hash: false } };
  const { value, problems } = await pool.run(readMaterialMethod, request, options);
  if (value === undefined) return { problems };
  return { picture: pictureOf(value, settings, problems), problems };
}

/** What the voxel view shows of a spectrum that was read. */
export function pictureOf(
  { file, kind, structure, components, grid, electrons, frames, spectrum }: EncodedMaterial,
  settings: EncodeSettings,
  problems: readonly Problem[],
): VoxelViewData {
  return {
    title: path.basename(zarrFolder(file)),
    formula: reducedFormula(structure) ?? "",
    kind,
    unit: spectrum.unit === "e/Å³" && settings.component !== "total" ? "μ_B/Å³" : spectrum.unit,
    lattice: structure.lattice,
    volume: volume(structure.lattice),
    natoms: atomCount(structure),
    ...(electrons !== undefined && { electrons }),
    grid,
    spacing: settings.spacing,
    length: settings.length,
    assignment: settings.assignment,
    cutoff: spectrum.cutoff,
    hkl: spectrum.hkl,
    amplitude: spectrum.amplitude,
    warnings: problems.map(({ message }) => message),
    component: settings.component,
    components,
    ...(frames && { frames }),
  };
}
