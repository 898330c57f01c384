import path from "node:path";
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
 * Datasets among found files: folders with `targets.csv`, and folders whose subfolders hold densities.
 * A density that lies in a workspace folder itself (or under a `targets.csv` folder directly) is a material by its own name.
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
  for (const file of [...densityFiles].sort(byPreference)) {
    const folder = path.dirname(file);
    const isLoose = withTargets.has(folder) || roots.includes(folder);
    const dataset = isLoose ? folder : path.dirname(folder);
    const id = isLoose ? path.basename(file).replace(/\.(gz|bz2|xz|zst)$/i, "") : path.basename(folder);
    const known = materials.get(dataset) ?? new Map<string, Material>();
    if (!known.has(id)) known.set(id, { id, file });
    materials.set(dataset, known);
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

const rank = (file: string): number => {
  const name = path.basename(file).toUpperCase();
  if (/^CHGCAR(\.(GZ|BZ2|XZ|ZST))?$/.test(name)) return 0;
  return name.startsWith("CHG") || name.includes(".CHGCAR") ? 1 : 2;
};

const byPreference = (a: string, b: string): number => rank(a) - rank(b) || natural(a, b);
