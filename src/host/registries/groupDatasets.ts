import path from "node:path";
import { ownDensity, ownDensitySteps } from "../../core/formats/datasetNames.js";
import { type FolderContent, placeMaterials } from "../../core/formats/materialFolders.js";
import { stepFolderRank } from "../../core/formats/materialSteps.js";
import type { EncodedEntry } from "../../protocol/workerMethods.js";

/** A folder of materials, as its files' names show it. */
export interface Dataset {
  readonly folder: string;
  readonly name: string;
  readonly hasTargets: boolean;
  readonly materials: readonly Material[];
}

export interface Material {
  readonly id: string;
  /** The density a click opens: CHGCAR before the others. */
  readonly file: string;
  /** Only its spectrum is there, in `file`, or its density in a row (from 1) of a table; the formula stands with it. */
  readonly encoded?: { readonly formula: string; readonly row?: number };
}

/** Whether none of a dataset's densities is there, only what was encoded of them. */
export const isEncoded = ({ materials }: Dataset): boolean =>
  materials.length > 0 && materials.every(({ encoded }) => encoded !== undefined);

/**
 * Datasets among found files, with the materials that the command line finds in them: folders with `targets.csv` with
 * all that lies below them, folders whose subfolders hold a density, and folders of densities with names of their own.
 * A density in a workspace folder itself is a material of that folder.
 * `encoded`: by folder, what was found of spectra without densities; a folder of nothing else is a dataset of its own.
 */
export function groupDatasets(
  targetFiles: readonly string[],
  densityFiles: readonly string[],
  roots: readonly string[],
  encoded: ReadonlyMap<string, readonly EncodedEntry[]> = new Map(),
): readonly Dataset[] {
  const withTargets = new Set(targetFiles.map((file) => path.dirname(file)));
  const contents = new Map<string, FolderContent[]>([...withTargets].map((folder) => [folder, []]));
  for (const [folder, names] of byFolder(densityFiles)) {
    const dataset = datasetOf(folder, names, withTargets, roots);
    const inside = path.relative(dataset, folder).split(path.sep).filter(Boolean);
    const steps = inside.length > 0 ? ownDensitySteps(names) : [];
    contents.set(dataset, [
      ...(contents.get(dataset) ?? []),
      { folder: inside, densities: steps.length > 0 ? steps : names },
    ]);
  }
  const materials = new Map([...contents].map(([folder, inside]) => [folder, materialsOf(folder, inside)]));
  for (const [folder, entries] of encoded) {
    if (entries.length === 0) continue;
    const known = materials.get(folder) ?? new Map<string, Material>();
    for (const { id, file, ...encoded } of entries) if (!known.has(id)) known.set(id, { id, file, encoded });
    materials.set(folder, known);
  }
  return [...materials]
    .map(([folder, files]) => ({
      folder,
      name: path.basename(folder),
      hasTargets: withTargets.has(folder),
      materials: inOrder([...files.values()]),
    }))
    .sort((a, b) => natural(a.folder, b.folder));
}

function materialsOf(dataset: string, contents: readonly FolderContent[]): Map<string, Material> {
  const found = new Map<string, Material>();
  for (const { id, folder, name } of placeMaterials(contents, path.basename(dataset)).materials)
    if (!found.has(id)) found.set(id, { id, file: path.join(dataset, ...folder, name) });
  return found;
}

/**
 * The folder above with a table of targets; else the one around a material's, beyond the folders that workflows make
 * around their runs.
 */
function datasetOf(
  folder: string,
  names: readonly string[],
  withTargets: ReadonlySet<string>,
  roots: readonly string[],
): string {
  const isTop = (place: string) => roots.includes(place) || path.dirname(place) === place;
  for (let place = folder; ; place = path.dirname(place)) {
    if (withTargets.has(place)) return place;
    if (isTop(place)) break;
  }
  if (isTop(folder) || ownDensity(names) === undefined) return folder;
  let material = folder;
  while (!isTop(path.dirname(material)) && isWorkflowFolder(material)) material = path.dirname(material);
  return path.dirname(material);
}

/** Whether the material, or what is a dataset, is a folder further out. */
const isWorkflowFolder = (folder: string): boolean =>
  /^(block|launcher|job|rocket)[_-]/i.test(path.basename(path.dirname(folder))) ||
  stepFolderRank(path.basename(folder)) !== undefined;

/**
 * By id, numbers by their value. Each id is looked at once: comparing tens of thousands by the rules of a language
 * takes seconds.
 */
function inOrder(materials: readonly Material[]): Material[] {
  const keyed = materials.map((material) => ({ material, key: orderKey(material.id) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ material }) => material);
}

/** Longer numbers are larger ones. */
const orderKey = (id: string): string =>
  `${id.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, "0"))} ${id}`;

const natural = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

function byFolder(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const folders = new Map<string, string[]>();
  for (const file of [...files].sort()) {
    const folder = path.dirname(file);
    folders.set(folder, [...(folders.get(folder) ?? []), path.basename(file)]);
  }
  return folders;
}
