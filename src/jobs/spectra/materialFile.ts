import { readdirSync } from "node:fs";
import path from "node:path";
import { isAtomsName, materialName, ownDensitySteps, ownStructure } from "../../core/formats/datasetNames.js";
import { withoutCompression } from "../../core/formats/fileNames.js";
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

/** Ids that would be the same get their parent folders in front; those of files in one folder are the files' names. */
export function withUniqueIds(materials: readonly MaterialFile[]): MaterialFile[] {
  if (new Set(materials.map(({ id }) => id)).size === materials.length) return [...materials];
  const apart = [
    ({ file }: MaterialFile) => withoutCompression(path.basename(file)),
    ({ file }: MaterialFile) => path.basename(file),
  ].reduce<readonly MaterialFile[]>(namedByFile, materials);
  return withLongerIds(apart);
}

/** Other names for files that share a name and a folder; materials of one file share it. */
function namedByFile(materials: readonly MaterialFile[], nameOf: (material: MaterialFile) => string): MaterialFile[] {
  const keyOf = ({ id, file }: MaterialFile) => `${path.dirname(path.resolve(file))}\n${id}`;
  const files = new Map<string, Set<string>>();
  for (const one of materials) {
    const key = keyOf(one);
    files.set(key, (files.get(key) ?? new Set()).add(one.file));
  }
  return materials.map((one) => {
    const isShared = one.row === undefined && (files.get(keyOf(one))?.size ?? 0) > 1;
    return isShared ? { ...one, id: nameOf(one) } : one;
  });
}

function withLongerIds(materials: readonly MaterialFile[]): MaterialFile[] {
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
