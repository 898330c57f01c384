import { readdirSync } from "node:fs";
import path from "node:path";

/** One material of a dataset and the file that its descriptor is made of. */
export interface MaterialFile {
  readonly id: string;
  readonly file: string;
}

/** A material's name: its folder's for a file called just `CHGCAR`, else the file's without what tells kind and compression. */
export function materialId(file: string): string {
  const base = path.basename(file).replace(COMPRESSION, "");
  const bare = [KIND_SUFFIX, STRUCTURE_SUFFIX, KIND_PREFIX, STRUCTURE_PREFIX].reduce((name, part) => name.replace(part, ""), base);
  return KINDS.test(base) || STRUCTURES.test(base) || bare === "" ? path.basename(path.dirname(path.resolve(file))) : bare;
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

/** The structure of a material's folder, the relaxed one first. */
export function structureIn(folder: string): string | undefined {
  const names = readdirSync(folder).filter((name) => STRUCTURES.test(name.replace(COMPRESSION, "")));
  const [name] = names.sort((a, b) => a.localeCompare(b, "en", { sensitivity: "base" }));
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
  return materials.map(({ file }, index) => ({ id: ids[index] ?? file, file }));
}

/** Whether a file's name says that it holds a density. */
export function isDensityName(name: string): boolean {
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

function longerId(material: MaterialFile | undefined, depth: number): string {
  if (material === undefined) return "";
  const folders = path.dirname(path.resolve(material.file)).split(path.sep);
  if (folders.at(-1) === material.id) folders.pop();
  return [...folders.slice(-depth), material.id].join("/");
}
