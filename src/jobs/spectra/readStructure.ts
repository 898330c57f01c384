import path from "node:path";
import { isAtomsName, structureAmongOthers } from "../../core/formats/datasetNames.js";
import { unreadKind, volumetricKind } from "../../core/formats/fileNames.js";
import type { Parsed } from "../../core/text/problem.js";
import { densityFormat } from "../densities/densityForm.js";
import { readAtoms } from "../densities/readAtoms.js";
import { hasVolumetricData } from "../densities/volumetricContent.js";
import type { ReadTextOptions } from "../files/readText.js";
import { isEncodedName } from "./encodedMaterials.js";
import type { NamedStructure } from "./material.js";
import type { MaterialFile } from "./materialFile.js";

export { readPoscar } from "../densities/readPoscar.js";

/**
 * Whether a file holds atoms alone: by its name, and where that may mean a density too, or tells nothing, by what it
 * begins with.
 */
export async function isStructureOnly(file: string, signal?: AbortSignal): Promise<boolean> {
  if (isAtomsName(file)) return true;
  const name = path.basename(file);
  const format = densityFormat(file);
  const isOpen = format === "text" && volumetricKind(name) === undefined && unreadKind(name) === undefined;
  const mayBe = isOpen || structureAmongOthers(file) || format === "json" || format === "xsf";
  return mayBe && !isEncodedName(file) && !(await hasVolumetricData(file, signal));
}

/**
 * Reads the atoms of a POSCAR, CIF, vasprun.xml or pymatgen's JSON, packed or not; without a value where there are
 * none.
 */
export async function readStructure(
  { id, file }: MaterialFile,
  options: ReadTextOptions = {},
): Promise<Parsed<NamedStructure>> {
  const { value, problems } = await readAtoms(file, options);
  return value === undefined ? { problems } : { value: { id, file, structure: value }, problems };
}
