import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { globSync } from "tinyglobby";
import { isNotUtf8 } from "../files/byteSource.js";
import { isEncodedName, materialsOfEncoded } from "../spectra/encodedMaterials.js";

/** What a command needs of a material: its density, or no more than its atoms. */
export type Wanted = "density" | "atoms";

/** One material of a dataset and the file that its descriptor is made of. */
export interface MaterialFile {
  readonly id: string;
  readonly file: string;
}

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

/** A material's name: its folder's for a file called just `CHGCAR`, else the file's without what tells kind and compression. */
export function materialId(file: string): string {
  const base = path.basename(file).replace(COMPRESSION, "");
  const bare = [KIND_SUFFIX, STRUCTURE_SUFFIX, KIND_PREFIX, STRUCTURE_PREFIX].reduce((name, part) => name.replace(part, ""), base);
  return KINDS.test(base) || STRUCTURES.test(base) || bare === "" ? path.basename(path.dirname(path.resolve(file))) : bare;
}

const COMPRESSION = /\.(gz|bz2|xz|zst)$/i;
const KINDS = /^(CHGCAR|CHG|AECCAR[012]|PARCHG|LOCPOT|ELFCAR|vaspwave\.h5|vaspout\.h5)$/i;
const KIND_PREFIX = /^(CHGCAR|CHG|AECCAR[012]|PARCHG|LOCPOT|ELFCAR)[._-]/i;
const KIND_SUFFIX = /[._-](CHGCAR|CHG|AECCAR[012]|PARCHG|LOCPOT|ELFCAR)$|\.(vasp|cube|cub)$/i;
/** What holds atoms alone; `.vasp` may. In a folder the relaxed structure, which a density would hold too, comes first. */
const STRUCTURES = /^(CONTCAR|POSCAR)$/i;
const STRUCTURE_PREFIX = /^(CONTCAR|POSCAR)[._-]/i;
const STRUCTURE_SUFFIX = /[._-](CONTCAR|POSCAR)$/i;
/** Densities whose extension says what they are: cubes, and VASP's HDF5 by another name. */
const OTHER_FORMS = /\.(cube|cub)$|^vasp(wave|out)[_-][^.]*\.h5$/i;
/** In a folder that holds several, the first of these. */
const PREFERENCE = ["CHGCAR", "CHG", "AECCAR2", "AECCAR0", "AECCAR1", "PARCHG", "LOCPOT", "ELFCAR", "VASPWAVE.H5"];
const byId = (a: MaterialFile, b: MaterialFile) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

function structureIn(folder: string): string | undefined {
  const names = readdirSync(folder).filter((name) => STRUCTURES.test(name.replace(COMPRESSION, "")));
  const [name] = names.sort((a, b) => a.localeCompare(b, "en", { sensitivity: "base" }));
  return name === undefined ? undefined : path.join(folder, name);
}

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
  // a vaspout.h5 holds a density only where one was asked for
  if (base.toLowerCase() === "vaspout.h5") return false;
  return (
    KINDS.test(base) ||
    KIND_PREFIX.test(base) ||
    OTHER_FORMS.test(base) ||
    /[._-](CHGCAR|CHG|AECCAR[012]|PARCHG|LOCPOT|ELFCAR)$/i.test(base)
  );
}

/** Whether a file's name says that it holds atoms and perhaps nothing else. */
export function isStructureName(name: string): boolean {
  const base = path.basename(name).replace(COMPRESSION, "");
  return STRUCTURES.test(base) || STRUCTURE_PREFIX.test(base) || STRUCTURE_SUFFIX.test(base) || /\.vasp$/i.test(base);
}

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

/** What stands under its own name is none, whatever characters the name has. */
export const isGlob = (given: string) => /[*?[\]{}!]/.test(given) && !existsSync(given);

/** What a glob means, ordered. */
export function matchesOf(glob: string, onlyFiles: boolean): string[] {
  const pattern = process.platform === "win32" ? glob.replaceAll("\\", "/") : glob;
  const matches = globSync(pattern, { onlyFiles, expandDirectories: false, absolute: path.isAbsolute(glob) });
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

/** The density of a material's folder, or its structure; the folder itself where it cannot be listed, which its reading will tell. */
function entryOf(id: string, folder: string, wanted: Wanted): MaterialFile[] {
  try {
    const file = densityIn(folder) ?? (wanted === "atoms" ? structureIn(folder) : undefined);
    return file === undefined ? [] : [{ id, file }];
  } catch {
    return [{ id, file: folder }];
  }
}

/** What stands at a path. `closed`: the operating system does not tell, for want of permission for instance. */
export function pathKind(place: string): "folder" | "file" | "other" | "missing" | "closed" {
  try {
    const facts = statSync(place, { throwIfNoEntry: false });
    if (facts === undefined) return "missing";
    if (facts.isDirectory()) return "folder";
    return facts.isFile() ? "file" : "other";
  } catch {
    return "closed";
  }
}
