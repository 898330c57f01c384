import { structureAmongOthers } from "../../core/formats/datasetNames.js";
import { parsePoscar } from "../../core/formats/poscar.js";
import type { Parsed } from "../../core/text/problem.js";
import { hasVolumetricData } from "../densities/volumetricContent.js";
import { type ReadTextOptions, readText } from "../files/readText.js";
import type { NamedStructure } from "./material.js";
import type { MaterialFile } from "./materialFile.js";

/** Whether a file holds atoms alone: by its name, and where that may mean a density too, by what it begins with. */
export async function isStructureOnly(file: string, signal?: AbortSignal): Promise<boolean> {
  return structureAmongOthers(file) && !(await hasVolumetricData(file, signal));
}

/** Reads a POSCAR or CONTCAR, packed or not; without a value where it is none. */
export async function readStructure({ id, file }: MaterialFile, options: ReadTextOptions = {}): Promise<Parsed<NamedStructure>> {
  const { text, problems } = await readText(file, options);
  if (text === undefined) return { problems };
  const parsed = parsePoscar(text);
  const all = [...problems, ...parsed.problems];
  return parsed.value === undefined ? { problems: all } : { value: { id, file, structure: parsed.value }, problems: all };
}
