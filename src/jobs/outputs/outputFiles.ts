import { readdirSync } from "node:fs";
import path from "node:path";
import {
  densityAmongOthers,
  materialName,
  outputName,
  ownDensitySteps,
  ownOutputSteps,
  type StepOutputs,
} from "../../core/formats/datasetNames.js";
import { exactOutput, outputKind, withoutCompression } from "../../core/formats/fileNames.js";
import { shortestIds } from "../../core/formats/materialFolders.js";
import { stepRank } from "../../core/formats/materialSteps.js";
import { isGlob, matchesOf, pathKind } from "../files/paths.js";
import { type WalkedFolder, walkFolders } from "../files/walkFolders.js";
import { type MaterialFile, withUniqueIds } from "../spectra/materialFile.js";

/** The output files of one material's run, as far as they are there. */
export interface OutputFiles {
  readonly id: string;
  /** Its folder, or its one file where that stands among others. */
  readonly place: string;
  readonly outcar?: string;
  readonly vasprun?: string;
  readonly eigenval?: string;
  /** A CHGCAR beside them. */
  readonly density?: string;
  /** The outputs of earlier steps, the later first: read where the last is not complete. */
  readonly earlier?: readonly OutputFiles[];
}

/**
 * What paths and globs stand for: a folder with an OUTCAR, vasprun.xml or EIGENVAL one material, named after it; any
 * other folder the materials in it; a file of exactly such a name its folder; a file of another name (`OUTCAR_3.gz`) a
 * material of its own. A folder with a density alone is a material without outputs.
 * `missing`: paths that name nothing of the kind.
 */
export function findOutputs(paths: readonly string[]): { materials: OutputFiles[]; missing: string[] } {
  const missing: string[] = [];
  const seen = new Set<string>();
  const found = paths.flatMap((given) => {
    const here = expand(given);
    if (here.length === 0) missing.push(given);
    return here.filter(({ place }) => !seen.has(path.resolve(place)) && seen.add(path.resolve(place)));
  });
  const ids = withUniqueIds(found.map(({ id, place }) => ({ id, file: path.join(place, "OUTCAR") })));
  return { materials: found.map((material, index) => ({ ...material, id: ids[index]?.id ?? material.id })), missing };
}

/**
 * The outputs in a material's folder, of its last step; undefined where it has none. Throws what the operating system
 * says.
 */
export function outputsIn(folder: string): OutputFiles | undefined {
  return withSteps(folder, readdirSync(folder).sort());
}

/**
 * The outputs of one material: those of its folder, or of several in one folder those of its name. Throws what the
 * operating system says.
 */
export function outputsOf({ id, file }: MaterialFile): OutputFiles | undefined {
  const folder = path.dirname(file);
  const named = materialName(path.basename(file));
  const names = readdirSync(folder).sort();
  const own = names.filter((name) => named !== "" && outputKind(name) !== undefined && outputName(name) === named);
  const found = own.length > 0 ? withSteps(folder, own) : isOnlyMaterial(names) ? withSteps(folder, names) : undefined;
  return found && { ...found, id };
}

/** Not among densities of other names. */
const isOnlyMaterial = (names: readonly string[]) =>
  ownDensitySteps(names).length > 0 || names.filter((name) => densityAmongOthers(name) === "yes").length < 2;

function withSteps(folder: string, names: readonly string[]): OutputFiles | undefined {
  const density = names.find((name) => withoutCompression(name) === "CHGCAR");
  const steps = ownOutputSteps(names).map((step) => filesOf(folder, step, density));
  const [last, ...earlier] = steps;
  return last && { ...last, ...(earlier.length > 0 && { earlier }) };
}

function filesOf(folder: string, { outcar, vasprun, eigenval }: StepOutputs, density: string | undefined): OutputFiles {
  const at = (name: string) => path.join(folder, name);
  return {
    id: path.basename(path.resolve(folder)),
    place: folder,
    ...(outcar !== undefined && { outcar: at(outcar) }),
    ...(vasprun !== undefined && { vasprun: at(vasprun) }),
    ...(eigenval !== undefined && { eigenval: at(eigenval) }),
    ...(density !== undefined && { density: at(density) }),
  };
}

function expand(given: string): OutputFiles[] {
  const kind = pathKind(given);
  if (kind === "folder") return ofFolder(given);
  if (kind !== "missing") return ofFile(given);
  return isGlob(given) ? matchesOf(given, false).flatMap(expand) : [];
}

/** A folder of exactly VASP's outputs is one material; of any other the folders in it at any depth are. */
function ofFolder(folder: string): OutputFiles[] {
  const own = exactlyInside(folder);
  if (own) return [own];
  const walked = walkFolders(folder);
  const found = walked.flatMap((one) =>
    one.folder.length === 0 ? one.files.flatMap((name) => ofFile(path.join(folder, name))) : inFolder(one),
  );
  const ids = shortestIds(found.map(({ id, place }) => pathOf(folder, place, id)));
  return found
    .map((files, index) => ({ ...files, id: ids[index] ?? files.id }))
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function inFolder({ place, files, isClosed }: WalkedFolder): OutputFiles[] {
  if (isClosed) return [unreadable(place)];
  const found = withSteps(place, files);
  if (found) return [found];
  const apart = files.flatMap((name) => ofFile(path.join(place, name)));
  if (apart.length > 0) return apart;
  return files.some((name) => densityAmongOthers(name) === "yes") ? [{ id: path.basename(place), place }] : [];
}

const pathOf = (root: string, place: string, id: string): string[] => {
  const parts = path.relative(root, place).split(path.sep);
  return [...parts.slice(0, -1), id];
};

/** A folder that cannot be listed stands for an output that cannot be read: its reading tells why. */
function exactlyInside(folder: string): OutputFiles | undefined {
  try {
    const names = readdirSync(folder).sort();
    return names.some(exactOutput) || names.every((name) => outputKind(name) === undefined || isStep(name))
      ? withSteps(folder, names)
      : undefined;
  } catch {
    return unreadable(folder);
  }
}

const isStep = (name: string) =>
  ["OUTCAR", "vasprun.xml", "EIGENVAL"].some((stem) => stepRank(name, stem) !== undefined);

const unreadable = (folder: string): OutputFiles => ({
  id: path.basename(path.resolve(folder)),
  place: folder,
  outcar: folder,
});

function ofFile(file: string): OutputFiles[] {
  if (exactOutput(file)) {
    const material = outputsIn(path.dirname(file));
    return material ? [material] : [];
  }
  const kind = outputKind(file);
  const id = outputName(file);
  if (kind === "OUTCAR") return [{ id, place: file, outcar: file }];
  if (kind === "vasprun") return [{ id, place: file, vasprun: file }];
  return kind === "EIGENVAL" ? [{ id, place: file, eigenval: file }] : [];
}
