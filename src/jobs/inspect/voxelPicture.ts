import { atomCount, reducedFormula } from "../../core/crystal/formula.js";
import { volume } from "../../core/crystal/lattice.js";
import type { EncodeSettings } from "../../core/descriptors/encodeSettings.js";
import { baseName } from "../../core/formats/fileNames.js";
import type { Problem } from "../../core/text/problem.js";
import type { VoxelViewData } from "../../protocol/voxelView.js";
import type { EncodedMaterial } from "../spectra/material.js";

/** What the voxel view shows of a spectrum that was read. */
export function pictureOf(
  { file, kind, structure, components, grid, electrons, frames, spectrum }: EncodedMaterial,
  settings: EncodeSettings,
  problems: readonly Problem[],
): VoxelViewData {
  return {
    title: baseName(file),
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
