import path from "node:path";
import {
  densityAmongOthers,
  isAtomsName,
  ownDensitySteps,
  ownStructure,
  structureAmongOthers,
  unseenDensity,
} from "../../core/formats/datasetNames.js";
import { outputKind, unreadKind } from "../../core/formats/fileNames.js";
import { type FolderContent, placeMaterials } from "../../core/formats/materialFolders.js";
import type { FileProblem } from "../../core/text/problem.js";
import { isParquetName, parquetRows } from "../densities/readParquetDensity.js";
import { isZarrFolder, zarrMaterials } from "../densities/readZarrDensity.js";
import { hasVolumetricData } from "../densities/volumetricContent.js";
import { isNotUtf8 } from "../files/byteSource.js";
import { isGlob, matchesOf, pathKind } from "../files/paths.js";
import { type WalkedFolder, walkFolders } from "../files/walkFolders.js";
import { isEncodedName, materialsOfEncoded } from "../spectra/encodedMaterials.js";
import { densityStepsIn, type MaterialFile, materialId, structureIn, withUniqueIds } from "../spectra/materialFile.js";
import { isShard } from "../spectra/shardIndex.js";
import { isListFile, readList } from "./listFile.js";

/** What a command needs of a material: its density, or no more than its atoms. */
export type Wanted = "density" | "atoms";

/**
 * The materials of a folder, and what is to be said of folders that are not used, or of files that were chosen among
 * several.
 */
export interface FoundMaterials {
  readonly materials: readonly MaterialFile[];
  readonly remarks: readonly FileProblem[];
}

/**
 * The materials of a dataset's folder (spec section 9), ordered by id: folders at any depth with a density in them,
 * densities of names of their own, or the spectra that `encode` made of such a folder, for materials whose density is
 * not there. Hidden entries are passed over; what cannot be looked at is there, for its reading to tell why. Throws
 * what the operating system says of the folder itself.
 */
export async function lookThrough(folder: string, wanted: Wanted = "density"): Promise<FoundMaterials> {
  const walked = walkFolders(folder, isZarrName);
  const contents: FolderContent[] = [];
  for (const one of walked) contents.push(await contentOf(one, wanted));
  const { materials, remarks } = placeMaterials(contents, path.basename(path.resolve(folder)));
  const found = materials.map(({ id, folder: inside, name, earlier }) => ({
    id,
    file: path.join(folder, ...inside, name),
    ...(earlier.length > 0 && { earlier: earlier.map((parts) => path.join(folder, ...parts)) }),
  }));
  const densities = new Set(found.map(({ id }) => id));
  const spectra = (walked[0]?.files ?? []).filter(isEncodedName);
  const tables = await rowsBelow(walked);
  const encoded = latest(spectra.flatMap((name) => materialsOfEncoded(path.join(folder, name))));
  return {
    materials: [
      ...found,
      ...tables.materials.filter(({ id }) => !densities.has(id)),
      ...encoded.filter(({ id }) => !densities.has(id)),
    ].sort(byId),
    remarks: [
      ...remarks.map(({ place, problem }) => ({ file: path.join(folder, ...place), problem })),
      ...tables.remarks,
    ],
  };
}

export async function findMaterials(folder: string, wanted?: Wanted): Promise<readonly MaterialFile[]> {
  return (await lookThrough(folder, wanted)).materials;
}

/**
 * The materials of all Parquet files and zarr stores with several densities below a folder; tables without densities
 * are passed over, and those that cannot be read told.
 */
async function rowsBelow(walked: readonly WalkedFolder[]): Promise<FoundMaterials> {
  const files = walked.flatMap(({ place, files: names }) =>
    names.filter(isParquetName).map((name) => path.join(place, name)),
  );
  const found: FoundMaterials[] = [];
  for (const file of files) found.push(await materialsOfTable(file));
  for (const { place, files: names } of walked)
    for (const name of names.filter(mayHoldGroups)) found.push(await materialsOfGroups(path.join(place, name)));
  return {
    materials: withUniqueIds(found.flatMap(({ materials }) => materials)),
    remarks: found.flatMap(({ remarks }) => remarks),
  };
}

/** One material for each row with a density. */
async function materialsOfTable(file: string): Promise<FoundMaterials> {
  const { value = [], problems } = await parquetRows(file);
  return {
    materials: value.map(({ id, row }) => ({ id, file, row })),
    remarks: problems.map((problem) => ({ file, problem })),
  };
}

/** One material for each group of a store with several. */
async function materialsOfGroups(file: string): Promise<FoundMaterials> {
  return { materials: await zarrMaterials(file), remarks: [] };
}

/** A folder that cannot be looked at is a material that cannot be read. */
async function contentOf({ folder, place, files, isClosed }: WalkedFolder, wanted: Wanted): Promise<FolderContent> {
  if (isClosed) return { folder: folder.slice(0, -1), densities: [folder.at(-1) ?? ""] };
  const steps = folder.length > 0 ? ownDensitySteps(files) : [];
  const isAlone = wanted === "atoms" && folder.length > 0;
  const relaxed = isAlone ? ownStructure(files) : undefined;
  const densities: string[] = [...steps];
  // beside the folder's own structure others, a POSCAR beside the CONTCAR, are no materials
  const among = relaxed === undefined ? wanted : "density";
  if (steps.length === 0)
    for (const name of files) if (await isMaterial(path.join(place, name), among)) densities.push(name);
  const unseen = densities.length === 0 ? unseenDensity(files) : undefined;
  const structure = isAlone ? (relaxed ?? files.find(isAtomsName)) : undefined;
  return {
    folder,
    densities,
    ...(structure !== undefined && { structure }),
    hasOutputs: files.some((name) => outputKind(name) !== undefined || unreadKind(name) !== undefined),
    ...(unseen !== undefined && { unseen }),
  };
}

/** What a command's paths stand for. */
export interface ResolvedPaths {
  readonly materials: readonly MaterialFile[];
  /** Paths that name nothing. */
  readonly missing: readonly string[];
  readonly remarks: readonly FileProblem[];
}

/**
 * What a command's paths and globs stand for: files as they are, a material's folder its density, any other folder the
 * materials in it, a list of paths (`.txt`) what it names. Ids that would be the same get their parent folders in
 * front. `atoms`: a structure does where there is no density.
 */
export async function resolvePaths(paths: readonly string[], wanted: Wanted = "density"): Promise<ResolvedPaths> {
  const missing: string[] = [];
  const remarks: FileProblem[] = [];
  const materials = new Map<string, MaterialFile>();
  for (const given of paths) {
    const found = await expand(given, wanted);
    if (found.materials.length === 0) missing.push(given);
    remarks.push(...found.remarks);
    for (const material of found.materials) {
      const { id, file, row } = material;
      const key = isEncodedName(file) || row !== undefined ? `${path.resolve(file)}:${id}` : path.resolve(file);
      if (!materials.has(key)) materials.set(key, material);
    }
  }
  return { materials: withUniqueIds([...materials.values()]), missing, remarks };
}

/** Globs as the files they mean, all else as it is. */
export function expandFiles(paths: readonly string[]): string[] {
  return paths.flatMap((given) => (isGlob(given) ? matchesOf(given, true) : [given]));
}

/** A density that changed was encoded again into a later shard, which counts. */
function latest(encoded: readonly MaterialFile[]): readonly MaterialFile[] {
  // asked once a file: there may be tens of thousands of materials
  const shards = new Set([...new Set(encoded.map(({ file }) => file))].filter(isShard));
  if (shards.size < 2) return encoded;
  const ofShards = new Map<string, string>();
  for (const { id, file } of encoded) if (shards.has(file)) ofShards.set(id, file);
  return encoded.filter(({ id, file }) => !shards.has(file) || ofShards.get(id) === file);
}

/** A store of zarr, in a folder or a zip file. */
const mayHoldGroups = (name: string) => /\.(?:zarr|zip)$/i.test(name);
const isZarrName = (name: string) => /\.zarr$/i.test(name);

const byId = (a: MaterialFile, b: MaterialFile) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Whether a file among others is a material of its own: by its name, and where that says two things by its content. */
async function isMaterial(file: string, wanted: Wanted): Promise<boolean> {
  if (isParquetName(file)) return false;
  const role = densityAmongOthers(file);
  if (role === "yes" || (wanted === "atoms" && isAtoms(file))) return true;
  if (role !== "perhaps" || (mayHoldGroups(file) && (await zarrMaterials(file)).length > 0)) return false;
  return hasVolumetricData(file);
}

/** A vasprun.xml among others is an output. */
const isAtoms = (file: string) =>
  structureAmongOthers(file) || (isAtomsName(file) && outputKind(path.basename(file)) === undefined);

async function expand(given: string, wanted: Wanted): Promise<FoundMaterials> {
  const kind = pathKind(given);
  const isUnreadable = kind === "closed" || kind === "other" || (kind === "missing" && isNotUtf8(given));
  const groups = kind === "folder" || (kind === "file" && mayHoldGroups(given)) ? await groupsAt(given) : undefined;
  if (groups) return groups;
  if (kind === "folder") {
    const own = entryOf(path.basename(path.resolve(given)), given, wanted);
    return own.length === 0 ? lookThrough(given, wanted) : { materials: own, remarks: [] };
  }
  if (isUnreadable) return { materials: [{ id: materialId(given), file: given }], remarks: [] };
  if (kind === "file" && isParquetName(given)) return expandTable(given);
  if (kind === "file") return isListFile(given) ? expandList(given, wanted) : { materials: ofFile(given), remarks: [] };
  return isGlob(given) ? expandAll(matchesOf(given, false), wanted) : { materials: [], remarks: [] };
}

/** The groups of a zarr store, or the store itself; undefined for another folder or file. */
async function groupsAt(given: string): Promise<FoundMaterials | undefined> {
  const isStore = isZarrFolder(given) || mayHoldGroups(given);
  const found = isStore ? await materialsOfGroups(given) : undefined;
  if (found && found.materials.length > 0) return found;
  return isZarrFolder(given) ? { materials: ofFile(given), remarks: [] } : undefined;
}

/** A table without a density stands for itself, for its reading to tell why. */
async function expandTable(file: string): Promise<FoundMaterials> {
  const { materials } = await materialsOfTable(file);
  return { materials: materials.length > 0 ? materials : [{ id: materialId(file), file }], remarks: [] };
}

const ofFile = (file: string): MaterialFile[] =>
  isEncodedName(file) ? materialsOfEncoded(file) : [{ id: materialId(file), file }];

async function expandAll(places: readonly string[], wanted: Wanted): Promise<FoundMaterials> {
  const found: FoundMaterials[] = [];
  for (const place of places) found.push(await expand(place, wanted));
  return { materials: found.flatMap(({ materials }) => materials), remarks: found.flatMap(({ remarks }) => remarks) };
}

/** Of a list in which lists are named, those are files like others. */
async function expandList(list: string, wanted: Wanted): Promise<FoundMaterials> {
  const { places, problems } = readList(list);
  const remarks = problems.map((problem) => ({ file: list, problem }));
  const found = await expandAll(
    places.filter((place) => !isListFile(place)),
    wanted,
  );
  return { ...found, remarks: [...remarks, ...found.remarks] };
}

/**
 * The density of a material's folder, or its structure; the folder itself where it cannot be listed, which its reading
 * will tell.
 */
function entryOf(id: string, folder: string, wanted: Wanted): MaterialFile[] {
  try {
    const [file = wanted === "atoms" ? structureIn(folder) : undefined, ...earlier] = densityStepsIn(folder);
    return file === undefined ? [] : [{ id, file, ...(earlier.length > 0 && { earlier }) }];
  } catch {
    return [{ id, file: folder }];
  }
}
