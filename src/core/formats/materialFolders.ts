import { FILE_START, type Problem, problem } from "../text/problem.js";
import { isArchiveName, materialName, oneKindEach, ownDensitySteps } from "./datasetNames.js";
import { stepFolderRank } from "./materialSteps.js";

/** One folder of a dataset. */
export interface FolderContent {
  /** Below the dataset's own folder, from the outside in; empty for that folder itself. */
  readonly folder: readonly string[];
  /**
   * The names of the densities in it (or of other files that stand for materials), as far as names or contents tell
   * them.
   */
  readonly densities: readonly string[];
  /** What stands for a material where there is no density. */
  readonly structure?: string;
  /** Whether outputs of VASP are there. */
  readonly hasOutputs?: boolean;
  /** A file in which a density may lie unseen: an archive, or one with another name. */
  readonly unseen?: string;
}

/**
 * A material: its name, its folder and its file, and the files of earlier steps, which count where the last is not
 * complete.
 */
export interface PlacedMaterial {
  readonly id: string;
  readonly folder: readonly string[];
  readonly name: string;
  /** Below the dataset's folder, the later step first. */
  readonly earlier: readonly (readonly string[])[];
}

/** A folder, or a file in it, that is not used, or not alone, and why. */
export interface Remark {
  readonly place: readonly string[];
  readonly problem: Problem;
}

/**
 * The materials of a dataset's folders at any depth. A folder with a density is a material; where the folder that holds
 * only such named after steps of a workflow (`relax`, `static`) is one, the last step counts. Densities of names of
 * their own are materials each where there are several in a folder, and all in the dataset's own folder. A material's
 * id is the shortest end of its path that no other has; `own` names the dataset's folder itself.
 */
export function placeMaterials(
  contents: readonly FolderContent[],
  own: string,
): { readonly materials: readonly PlacedMaterial[]; readonly remarks: readonly Remark[] } {
  const remarks: Remark[] = [];
  const found = joinSteps(
    contents.flatMap((content) => candidatesOf(content, own, remarks)),
    remarks,
  );
  const ids = shortestIds(found.map(({ path }) => path));
  const materials = found.map(({ folder, name, earlier }, index) => ({
    id: ids[index] ?? name,
    folder,
    name,
    earlier,
  }));
  return { materials, remarks };
}

interface Candidate extends Omit<PlacedMaterial, "id"> {
  /** What it may be named, from the outside in. */
  readonly path: readonly string[];
  /** It is the folder's only material and named after it. */
  readonly isFolders: boolean;
}

function candidatesOf(
  { folder, densities, structure, hasOutputs, unseen }: FolderContent,
  own: string,
  remarks: Remark[],
): Candidate[] {
  const isRoot = folder.length === 0;
  const names = densities.length > 0 || structure === undefined ? densities : [structure];
  if (names.length === 0) {
    if (unseen !== undefined) remarks.push({ place: [...folder, unseen], problem: unseenProblem(unseen) });
    else if (hasOutputs)
      remarks.push({ place: folder, problem: problem("warning", FILE_START, "outputs without a density: left out") });
    return [];
  }
  const steps = isRoot ? [] : ownDensitySteps(names);
  const [last = names.length === 1 ? names[0] : undefined, ...others] = steps;
  if (!isRoot && last !== undefined) {
    if (others.length > 0) remarks.push(stepRemark([...folder, last], [last, ...others].reverse()));
    return [{ path: folder, folder, name: last, earlier: others.map((name) => [...folder, name]), isFolders: true }];
  }
  return oneKindEach(names).map((name) => {
    const named = materialName(name);
    return {
      path: named === "" ? (isRoot ? [own] : folder) : [...folder, named],
      folder,
      name,
      earlier: [],
      isFolders: false,
    };
  });
}

function unseenProblem(name: string): Problem {
  const template = isArchiveName(name)
    ? "an archive, which is not looked into: left out; unpack it"
    : "left out: its name is not one of a density (CHGCAR, CHGCAR.static, mp-1.CHGCAR, ...)";
  return problem("warning", FILE_START, template);
}

function stepRemark(place: readonly string[], steps: readonly string[]): Remark {
  const template = "{0} is used, the last of {1} steps: {2}";
  return {
    place,
    problem: problem("information", FILE_START, template, steps.at(-1) ?? "", steps.length, steps.join(", ")),
  };
}

/** The steps that lie in folders of their own make one material, that of the folder around them. */
function joinSteps(candidates: readonly Candidate[], remarks: Remark[]): readonly Candidate[] {
  const groups = new Map<string, Candidate[]>();
  for (const one of candidates) {
    if (!one.isFolders || one.folder.length < 2) continue;
    const around = one.folder.slice(0, -1).join("/");
    groups.set(around, [...(groups.get(around) ?? []), one]);
  }
  const joined = new Map<Candidate, Candidate | undefined>();
  for (const group of groups.values()) {
    const ranked = group.map((one) => ({ one, rank: stepFolderRank(one.folder.at(-1) ?? "") }));
    if (ranked.some(({ rank }) => rank === undefined)) continue;
    const [last, ...rest] = ranked.sort((a, b) => (b.rank ?? 0) - (a.rank ?? 0)).map(({ one }) => one);
    if (last === undefined) continue;
    for (const one of rest) joined.set(one, undefined);
    const earlier = [
      ...last.earlier,
      ...rest.flatMap(({ folder, name, earlier: before }) => [[...folder, name], ...before]),
    ];
    joined.set(last, { ...last, path: last.path.slice(0, -1), earlier });
    if (rest.length > 0)
      remarks.push(
        stepRemark([...last.folder, last.name], [last, ...rest].map(({ folder }) => folder.at(-1) ?? "").reverse()),
      );
  }
  return candidates.flatMap((one) => (joined.has(one) ? (joined.get(one) ?? []) : [one]));
}

/** Of each path its shortest end that is the end of no other's id; paths that are the same stay the same. */
export function shortestIds(paths: readonly (readonly string[])[]): string[] {
  const depth = paths.map(() => 1);
  const idAt = (index: number) => (paths[index] ?? []).slice(-(depth[index] ?? 1)).join("/");
  let ids = paths.map((_, index) => idAt(index));
  for (let open = true; open; ) {
    const count = new Map<string, number>();
    for (const id of ids) count.set(id, (count.get(id) ?? 0) + 1);
    open = false;
    for (const [index, id] of ids.entries()) {
      if ((count.get(id) ?? 0) < 2 || (depth[index] ?? 1) >= (paths[index]?.length ?? 0)) continue;
      depth[index] = (depth[index] ?? 1) + 1;
      open = true;
    }
    if (open) ids = paths.map((_, index) => idAt(index));
  }
  return ids;
}
