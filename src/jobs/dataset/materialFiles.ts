import { readdirSync } from "node:fs";
import path from "node:path";
import { isNotUtf8 } from "../files/byteSource.js";
import { isGlob, matchesOf, pathKind } from "../files/paths.js";
import { isEncodedName, materialsOfEncoded } from "../spectra/encodedMaterials.js";
import {
  densityIn,
  isDensityName,
  isStructureName,
  type MaterialFile,
  materialId,
  structureIn,
  withUniqueIds,
} from "../spectra/materialFile.js";

/** What a command needs of a material: its density, or no more than its atoms. */
export type Wanted = "density" | "atoms";

/**
 * The materials of a dataset's folder (spec section 9), ordered by id: a subfolder with a density in it, named after the subfolder,
 * or a density of another name beside them, or the spectra that `encode` made of such a folder, for materials whose density is not there.
 * Hidden entries are passed over; what cannot be looked at is there, for its reading to tell why. Throws what the operating system says of the folder itself.
 */
export function findMaterials(folder: string, wanted: Wanted = "density"): MaterialFile[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith("."));
  const found = entries.flatMap((entry) => {
    const place = path.join(folder, entry.name);
    const kind = pathKind(place);
    if (kind === "folder") return entryOf(entry.name, place, wanted);
    // a folder that cannot be looked at is a material that cannot be read
    const isHidden = kind === "closed" || (kind === "missing" && isNotUtf8(place));
    if (isHidden && entry.isDirectory()) return [{ id: entry.name, file: place }];
    const fits = isDensityName(entry.name) || (wanted === "atoms" && isStructureName(entry.name));
    return fits ? [{ id: materialId(place), file: place }] : [];
  });
  const densities = new Set(found.map(({ id }) => id));
  const encoded = entries.flatMap(({ name }) => (isEncodedName(name) ? materialsOfEncoded(path.join(folder, name)) : []));
  return [...found, ...encoded.filter(({ id }) => !densities.has(id))].sort(byId);
}

/**
 * What a command's paths and globs stand for: files as they are, a material's folder its density, any other folder the materials in it.
 * Ids that would be the same get their parent folders in front. `missing`: paths that name nothing.
 * `atoms`: a structure does where there is no density.
 */
export function resolvePaths(paths: readonly string[], wanted: Wanted = "density"): { materials: MaterialFile[]; missing: string[] } {
  const missing: string[] = [];
  const seen = new Set<string>();
  const materials = paths.flatMap((given) => {
    const found = expand(given, wanted);
    if (found.length === 0) missing.push(given);
    const key = ({ id, file }: MaterialFile) => (isEncodedName(file) ? `${path.resolve(file)}:${id}` : path.resolve(file));
    return found.filter((material) => !seen.has(key(material)) && seen.add(key(material)));
  });
  return { materials: withUniqueIds(materials), missing };
}

/** Globs as the files they mean, all else as it is. */
export function expandFiles(paths: readonly string[]): string[] {
  return paths.flatMap((given) => (isGlob(given) ? matchesOf(given, true) : [given]));
}

const byId = (a: MaterialFile, b: MaterialFile) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

function expand(given: string, wanted: Wanted): MaterialFile[] {
  const kind = pathKind(given);
  if (kind === "folder") {
    const own = entryOf(path.basename(path.resolve(given)), given, wanted);
    return own.length === 0 ? findMaterials(given, wanted) : own;
  }
  if (kind === "closed" || kind === "other" || (kind === "missing" && isNotUtf8(given))) return [{ id: materialId(given), file: given }];
  if (kind === "file") return isEncodedName(given) ? materialsOfEncoded(given) : [{ id: materialId(given), file: given }];
  return isGlob(given) ? matchesOf(given, false).flatMap((match) => expand(match, wanted)) : [];
}

/** The density of a material's folder, or its structure; the folder itself where it cannot be listed, which its reading will tell. */
function entryOf(id: string, folder: string, wanted: Wanted): MaterialFile[] {
  try {
    const file = densityIn(folder) ?? (wanted === "atoms" ? structureIn(folder) : undefined);
    return file === undefined ? [] : [{ id, file }];
  } catch {
    return [{ id, file: folder }];
  }
}
