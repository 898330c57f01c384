import type { EncodeSettings } from "../../core/descriptors/encodeSettings.js";
import { pattersonField } from "../../core/formats/volumetricFields.js";
import type { Parsed } from "../../core/text/problem.js";
import type { CrystalData } from "../../protocol/crystalView.js";
import type { VoxelViewData } from "../../protocol/voxelView.js";
import { pictureOf } from "../inspect/voxelPicture.js";
import { readEncoded, readWholeEncoded, type WholeEncoded } from "../spectra/encodedMaterials.js";
import type { EncodedMaterial } from "../spectra/material.js";
import { crystalData } from "./crystalData.js";
import type { Grids } from "./gridFields.js";
import { pattersonOf } from "./patterson.js";

/** What can be shown of a material of which only |s_g| and the structure are kept. */
export interface EncodedCrystal {
  readonly crystal: CrystalData;
  readonly grids: Grids;
  readonly voxels: VoxelViewData;
}

/** `material`: its name in a file that `encode` wrote. The resolution is the file's where the settings ask for more. */
export function readEncodedCrystal(file: string, material: string, settings: EncodeSettings): Parsed<EncodedCrystal> {
  const entry = { id: material, file };
  const { value, problems } = readWholeEncoded(entry);
  if (!value) return { problems };
  const used = usedSettings(value, settings);
  // The descriptor's waves end at its own cutoff.
  const cut =
    readEncoded(entry, { ...used, spacing: Math.max(settings.spacing, Math.PI / value.cutoff) }).value ??
    value.material;
  return { value: encodedCrystal(value.material, cut, used), problems };
}

/** The resolution of the file where it is coarser than that of the settings; N = L / dL is an even number. */
function usedSettings({ component, cutoff }: WholeEncoded, settings: EncodeSettings): EncodeSettings {
  const spacing = Number((Math.PI / cutoff).toPrecision(6));
  if (spacing <= settings.spacing * SAME) return { ...settings, component };
  return {
    ...settings,
    component,
    spacing,
    length: 2 * Math.max(1, Math.round(settings.length / (2 * spacing))) * spacing,
  };
}

function encodedCrystal(material: EncodedMaterial, cut: EncodedMaterial, settings: EncodeSettings): EncodedCrystal {
  const { id, kind, structure } = material;
  return {
    crystal: { ...crystalData(id, { kind, structure, hasDensity: true }), title: id },
    grids: pattersonGrids(material),
    voxels: { ...pictureOf(cut, settings, []), title: id, components: [settings.component], isEncoded: true },
  };
}

const SAME = 1 + 1e-5;

function pattersonGrids({ file, id, structure, spectrum }: EncodedMaterial): Grids {
  const { grid, values } = pattersonOf(spectrum);
  const fields = [pattersonField(spectrum.unit)];
  const whole = { grid, kept: grid, how: "whole", truncated: false, frame: 1, frames: 1 } as const;
  return { file, material: id, kind: "CHGCAR", structure, blocks: [values], fields, ...whole };
}
