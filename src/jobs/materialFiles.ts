import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { globSync } from "tinyglobby";
import { isEncodedName, materialsOfEncoded } from "./encodedMaterials.js";

/** One material of a dataset and the file that its descriptor is made of. */
export interface MaterialFile {
  readonly id: string;
  readonly file: string;
}

/**
 * The materials of a dataset's folder (spec section 9), ordered by id: a subfolder with a density in it, named after the subfolder,
 * or a density of another name beside them, or the spectra that `encode` made of such a folder, for materials whose density is not there.
 * Hidden entries are passed over. Throws what the operating system says of the folder itself.
 */
export function findMaterials(folder: string): MaterialFile[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith("."));
  const found = entries.flatMap((entry) => {
    const place = path.join(folder, entry.name);
    if (isFolder(place)) {
      const file = densityIn(place);
      return file === undefined ? [] : [{ id: entry.name, file }];
    }
    return isDensityName(entry.name) ? [{ id: materialId(place), file: place }] : [];
  });
  const densities = new Set(found.map(({ id }) => id));
  const encoded = entries.flatMap(({ name }) => (isEncodedName(name) ? materialsOfEncoded(path.join(folder, name)) : []));
  return [...found, ...encoded.filter(({ id }) => !densities.has(id))].sort(byId);
}

/**
 * What a command's paths and globs stand for: files as they are, a material's folder its density, any other folder the materials in it.
 * Ids that would be the same get their parent folders in front. `missing`: paths that name nothing.
 */
export function resolvePaths(paths: readonly string[]): { materials: MaterialFile[]; missing: string[] } {
  const missing: string[] = [];
  const seen = new Set<string>();
  const materials = paths.flatMap((given) => {
    const found = expand(given);
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

/** A material's name: its folder's for a file called just `CHGCAR`, else the file's without what tells kind and compression. */
export function materialId(file: string): string {
  const base = path.basename(file).replace(COMPRESSION, "");
  const bare = base.replace(KIND_SUFFIX, "").replace(KIND_PREFIX, "");
  return KINDS.test(base) || bare === "" ? path.basename(path.dirname(path.resolve(file))) : bare;
}

const COMPRESSION = /\.(gz|bz2|xz|zst)$/i;
const KINDS = /^(CHGCAR|CHG|AECCAR[012]|PARCHG|LOCPOT|ELFCAR)$/i;
const KIND_PREFIX = /^(CHGCAR|CHG|AECCAR[012]|PARCHG|LOCPOT|ELFCAR)[._-]/i;
const KIND_SUFFIX = /[._-](CHGCAR|CHG|AECCAR[012]|PARCHG|LOCPOT|ELFCAR)$|\.vasp$/i;
/** In a folder that holds several, the first of these. */
const PREFERENCE = ["CHGCAR", "CHG", "AECCAR2", "AECCAR0", "AECCAR1", "PARCHG", "LOCPOT", "ELFCAR"];
const byId = (a: MaterialFile, b: MaterialFile) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** The density of a material's folder, if it has one. */
export function densityIn(folder: string): string | undefined {
  const names = readdirSync(folder).sort();
  for (const kind of PREFERENCE) {
    const name = names.find((candidate) => candidate.replace(COMPRESSION, "").toUpperCase() === kind);
    if (name !== undefined) return path.join(folder, name);
  }
  return undefined;
}

function isDensityName(name: string): boolean {
  const base = name.replace(COMPRESSION, "");
  return KINDS.test(base) || KIND_PREFIX.test(base) || /[._-](CHGCAR|CHG|AECCAR[012]|PARCHG|LOCPOT|ELFCAR)$/i.test(base);
}

function expand(given: string): MaterialFile[] {
  if (isFolder(given)) {
    const own = densityIn(given);
    return own === undefined ? findMaterials(given) : [{ id: path.basename(path.resolve(given)), file: own }];
  }
  if (isFile(given)) return isEncodedName(given) ? materialsOfEncoded(given) : [{ id: materialId(given), file: given }];
  return isGlob(given) ? matchesOf(given, false).flatMap(expand) : [];
}

/** What stands under its own name is none, whatever characters the name has. */
export const isGlob = (given: string) => /[*?[\]{}!]/.test(given) && !existsSync(given);

/** What a glob means, ordered. */
export function matchesOf(glob: string, onlyFiles: boolean): string[] {
  const matches = globSync(process.platform === "win32" ? glob.replaceAll("\\", "/") : glob, { onlyFiles, expandDirectories: false });
  return matches.map((match) => match.replace(/\/$/, "")).sort();
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
  return materials.map(({ file }, index) => ({ id: ids[index] ?? file, file }));
}

function longerId(material: MaterialFile | undefined, depth: number): string {
  if (material === undefined) return "";
  const folders = path.dirname(path.resolve(material.file)).split(path.sep);
  if (folders.at(-1) === material.id) folders.pop();
  return [...folders.slice(-depth), material.id].join("/");
}

const isFolder = (place: string) => statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
const isFile = (place: string) => statSync(place, { throwIfNoEntry: false })?.isFile() ?? false;
