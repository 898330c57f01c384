import { readdirSync } from "node:fs";
import path from "node:path";
import { densityAmongOthers, structureAmongOthers } from "../../core/formats/datasetNames.js";
import { hasVolumetricData } from "../densities/volumetricContent.js";
import { isNotUtf8 } from "../files/byteSource.js";
import { isGlob, matchesOf, pathKind } from "../files/paths.js";
import { isEncodedName, materialsOfEncoded } from "../spectra/encodedMaterials.js";
import { densityIn, type MaterialFile, materialId, structureIn, withUniqueIds } from "../spectra/materialFile.js";

/** What a command needs of a material: its density, or no more than its atoms. */
export type Wanted = "density" | "atoms";

/**
 * The materials of a dataset's folder (spec section 9), ordered by id: a subfolder with a density in it, named after the subfolder,
 * or a density of another name beside them, or the spectra that `encode` made of such a folder, for materials whose density is not there.
 * Hidden entries are passed over; what cannot be looked at is there, for its reading to tell why. Throws what the operating system says of the folder itself.
 */
export async function findMaterials(folder: string, wanted: Wanted = "density"): Promise<MaterialFile[]> {
  const visible = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith("."));
  const entries = visible.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found: MaterialFile[] = [];
  for (const entry of entries) {
    const place = path.join(folder, entry.name);
    const kind = pathKind(place);
    // a folder that cannot be looked at is a material that cannot be read
    const isHidden = kind === "closed" || (kind === "missing" && isNotUtf8(place));
    if (kind === "folder") found.push(...entryOf(entry.name, place, wanted));
    else if (isHidden && entry.isDirectory()) found.push({ id: entry.name, file: place });
    else if (await isMaterial(place, wanted)) found.push({ id: materialId(place), file: place });
  }
  const densities = new Set(found.map(({ id }) => id));
  const encoded = entries.flatMap(({ name }) => (isEncodedName(name) ? materialsOfEncoded(path.join(folder, name)) : []));
  return [...found, ...encoded.filter(({ id }) => !densities.has(id))].sort(byId);
}

/**
 * What a command's paths and globs stand for: files as they are, a material's folder its density, any other folder the materials in it.
 * Ids that would be the same get their parent folders in front. `missing`: paths that name nothing.
 * `atoms`: a structure does where there is no density.
 */
export async function resolvePaths(
  paths: readonly string[],
  wanted: Wanted = "density",
): Promise<{ materials: MaterialFile[]; missing: string[] }> {
  const missing: string[] = [];
  const materials = new Map<string, MaterialFile>();
  for (const given of paths) {
    const found = await expand(given, wanted);
    if (found.length === 0) missing.push(given);
    for (const material of found) {
      const { id, file } = material;
      const key = isEncodedName(file) ? `${path.resolve(file)}:${id}` : path.resolve(file);
      if (!materials.has(key)) materials.set(key, material);
    }
  }
  return { materials: withUniqueIds([...materials.values()]), missing };
}

/** Globs as the files they mean, all else as it is. */
export function expandFiles(paths: readonly string[]): string[] {
  return paths.flatMap((given) => (isGlob(given) ? matchesOf(given, true) : [given]));
}

const byId = (a: MaterialFile, b: MaterialFile) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Whether a file among others is a material of its own: by its name, and where that says two things by its content. */
async function isMaterial(file: string, wanted: Wanted): Promise<boolean> {
  const role = densityAmongOthers(file);
  if (role === "yes" || (wanted === "atoms" && structureAmongOthers(file))) return true;
  return role === "perhaps" && (await hasVolumetricData(file));
}

async function expand(given: string, wanted: Wanted): Promise<MaterialFile[]> {
  const kind = pathKind(given);
  if (kind === "folder") {
    const own = entryOf(path.basename(path.resolve(given)), given, wanted);
    return own.length === 0 ? findMaterials(given, wanted) : own;
  }
  if (kind === "closed" || kind === "other" || (kind === "missing" && isNotUtf8(given))) return [{ id: materialId(given), file: given }];
  if (kind === "file") return isEncodedName(given) ? materialsOfEncoded(given) : [{ id: materialId(given), file: given }];
  if (!isGlob(given)) return [];
  const found: MaterialFile[] = [];
  for (const match of matchesOf(given, false)) found.push(...(await expand(match, wanted)));
  return found;
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
