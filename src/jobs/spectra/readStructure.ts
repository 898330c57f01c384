import type { Structure } from "../../core/crystal/structure.js";
import { structureAmongOthers } from "../../core/formats/datasetNames.js";
import { finishPoscar } from "../../core/formats/poscar.js";
import { PoscarReader } from "../../core/formats/poscarReader.js";
import type { Parsed } from "../../core/text/problem.js";
import { hasVolumetricData } from "../densities/volumetricContent.js";
import { readLines } from "../files/readLines.js";
import type { ReadTextOptions } from "../files/readText.js";
import type { NamedStructure } from "./material.js";
import type { MaterialFile } from "./materialFile.js";

/** Whether a file holds atoms alone: by its name, and where that may mean a density too, by what it begins with. */
export async function isStructureOnly(file: string, signal?: AbortSignal): Promise<boolean> {
  return structureAmongOthers(file) && !(await hasVolumetricData(file, signal));
}

/** Reads a POSCAR or CONTCAR, packed or not; without a value where it is none. */
export async function readStructure({ id, file }: MaterialFile, options: ReadTextOptions = {}): Promise<Parsed<NamedStructure>> {
  const { value, problems } = await readPoscar(file, options);
  return value === undefined ? { problems } : { value: { id, file, structure: value }, problems };
}

/** The structure in a POSCAR or CONTCAR, packed or not; of what follows the positions only the next line is looked at. */
export async function readPoscar(file: string, options: ReadTextOptions = {}): Promise<Parsed<Structure>> {
  const reader = new PoscarReader();
  let next = "";
  let number = 0;
  const failed = await readLines(
    file,
    (line) => {
      number++;
      next = line;
      if (reader.state !== "reading") return false;
      reader.push(line);
      next = "";
      return true;
    },
    options,
  );
  return failed.length > 0 ? { problems: failed } : finishPoscar(reader, next, number);
}
