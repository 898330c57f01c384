import path from "node:path";
import { materialName, ownDensity } from "../../core/formats/datasetNames.js";
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
  /** Only its spectrum is there, in `file`; the formula stands with it. */
  readonly encoded?: { readonly formula: string };
}

/** Whether none of a dataset's densities is there, only what was encoded of them. */
export const isEncoded = ({ materials }: Dataset): boolean =>
  materials.length > 0 && materials.every(({ encoded }) => encoded !== undefined);

/**
 * Datasets among found files, with the materials that the command line finds in them: folders with `targets.csv`, folders whose subfolders hold
 * a density, and folders of densities with names of their own. A density in a workspace folder itself is a material of that folder.
 * `encoded`: by folder, what was found of spectra without densities; a folder of nothing else is a dataset of its own.
 */
export function groupDatasets(
  targetFiles: readonly string[],
  densityFiles: readonly string[],
  roots: readonly string[],
  encoded: ReadonlyMap<string, readonly EncodedEntry[]> = new Map(),
): readonly Dataset[] {
  const withTargets = new Set(targetFiles.map((file) => path.dirname(file)));
  const materials = new Map<string, Map<string, Material>>([...withTargets].map((folder) => [folder, new Map()]));
  const add = (dataset: string, material: Material) => {
    const known = materials.get(dataset) ?? new Map<string, Material>();
    if (!known.has(material.id)) known.set(material.id, material);
    materials.set(dataset, known);
  };
  for (const [folder, names] of byFolder(densityFiles)) {
    const own = withTargets.has(folder) || roots.includes(folder) ? undefined : ownDensity(names);
    if (own !== undefined) add(path.dirname(folder), { id: path.basename(folder), file: path.join(folder, own) });
    else for (const name of names) add(folder, { id: materialName(name) || path.basename(folder), file: path.join(folder, name) });
  }
  for (const [folder, entries] of encoded) {
    if (entries.length === 0) continue;
    const known = materials.get(folder) ?? new Map<string, Material>();
    for (const { id, file, formula } of entries) if (!known.has(id)) known.set(id, { id, file, encoded: { formula } });
    materials.set(folder, known);
  }
  return [...materials]
    .map(([folder, files]) => ({
      folder,
      name: path.basename(folder),
      hasTargets: withTargets.has(folder),
      materials: [...files.values()].sort((a, b) => natural(a.id, b.id)),
    }))
    .sort((a, b) => natural(a.folder, b.folder));
}

const natural = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

function byFolder(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const folders = new Map<string, string[]>();
  for (const file of [...files].sort()) {
    const folder = path.dirname(file);
    folders.set(folder, [...(folders.get(folder) ?? []), path.basename(file)]);
  }
  return folders;
}
