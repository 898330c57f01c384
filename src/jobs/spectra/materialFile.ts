import { readdirSync } from "node:fs";
import path from "node:path";
import { isAtomsName, materialName, ownDensitySteps, ownStructure } from "../../core/formats/datasetNames.js";
import { zarrFolder } from "../densities/readZarrDensity.js";

/** One material of a dataset and the file that its descriptor is made of. */
export interface MaterialFile {
  readonly id: string;
  readonly file: string;
  /** The files of earlier steps of its calculation, the later first: read where the last is not complete. */
  readonly earlier?: readonly string[];
  /** Of a table with one material per row, from 0. */
  readonly row?: number;
}

/**
 * A material's name: its folder's for a file called just `CHGCAR`, else the file's without what tells kind and
 * compression.
 */
export function materialId(given: string): string {
  const file = zarrFolder(given);
  return materialName(path.basename(file)) || path.basename(path.dirname(path.resolve(file)));
}

/** The density of a material's folder, if it has one. Throws what the operating system says. */
export function densityIn(folder: string): string | undefined {
  return densityStepsIn(folder)[0];
}

/** The same and those of earlier steps, the later first. */
export function densityStepsIn(folder: string): string[] {
  return ownDensitySteps(readdirSync(folder)).map((name) => path.join(folder, name));
}

/** The structure of a material's folder, the relaxed one first. Throws what the operating system says. */
export function structureIn(folder: string): string | undefined {
  const names = readdirSync(folder).sort();
  const name = ownStructure(names) ?? names.find(isAtomsName);
  return name === undefined ? undefined : path.join(folder, name);
}

/** Ids that would be the same get their parent folders in front. */
export function withUniqueIds(materials: readonly MaterialFile[]): MaterialFile[] {
  let ids = materials.map(({ id }) => id);
  for (let depth = 1; depth < 64; depth++) {
    const count = new Map<string, number>();
    for (const id of ids) count.set(id, (count.get(id) ?? 0) + 1);
    if (count.size === ids.length) break;
    ids = ids.map((id, index) => ((count.get(id) ?? 0) > 1 ? longerId(materials[index], depth) : id));
  }
  return materials.map((material, index) => ({ ...material, id: ids[index] ?? material.file }));
}

function longerId(material: MaterialFile | undefined, depth: number): string {
  if (material === undefined) return "";
  const folders = path.dirname(path.resolve(material.file)).split(path.sep);
  if (material.row !== undefined) folders.push(path.basename(material.file, path.extname(material.file)));
  if (folders.at(-1) === material.id) folders.pop();
  return [...folders.slice(-depth), material.id].join("/");
}
