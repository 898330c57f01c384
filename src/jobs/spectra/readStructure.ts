import { isAtomsName, structureAmongOthers } from "../../core/formats/datasetNames.js";
import type { Parsed } from "../../core/text/problem.js";
import { densityFormat } from "../densities/densityForm.js";
import { readAtoms } from "../densities/readAtoms.js";
import { hasVolumetricData } from "../densities/volumetricContent.js";
import type { ReadTextOptions } from "../files/readText.js";
import type { NamedStructure } from "./material.js";
import type { MaterialFile } from "./materialFile.js";

export { readPoscar } from "../densities/readPoscar.js";

/** Whether a file holds atoms alone: by its name, and where that may mean a density too, by what it begins with. */
export async function isStructureOnly(file: string, signal?: AbortSignal): Promise<boolean> {
  if (isAtomsName(file)) return true;
  const mayBe = structureAmongOthers(file) || ["json", "xsf"].includes(densityFormat(file));
  return mayBe && !(await hasVolumetricData(file, signal));
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
