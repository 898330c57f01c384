/** What stands at a path of a zarr store. */
export type ZarrNode = "group" | "array";

/** The names of the files that say so. */
export const ZARR_MARKS = ["zarr.json", ".zarray", ".zgroup"] as const;

/** What one of these files says; `zarr.json` in its content. Undefined for what cannot be read. */
export function nodeOf(mark: string, text: () => string): ZarrNode | undefined {
  if (mark === ".zarray") return "array";
  if (mark === ".zgroup") return "group";
  const type = /"node_type"\s*:\s*"(group|array)"/.exec(text())?.[1];
  return type as ZarrNode | undefined;
}

/**
 * The groups that hold arrays of their own, by their paths: the top alone (`""`) where it does, or is an array. There
 * may be one for each material.
 */
export function groupsWithArrays(nodes: ReadonlyMap<string, ZarrNode>): string[] {
  const parents = new Set<string>();
  for (const [place, node] of nodes) {
    if (node !== "array") continue;
    const parent = place.slice(0, Math.max(0, place.lastIndexOf("/")));
    if (parent === "") return [""];
    parents.add(parent);
  }
  return [...parents].sort();
}

/** The names of materials in such groups: the last part of each path, or the whole where two are alike. */
export function namesOfGroups(groups: readonly string[]): string[] {
  const short = groups.map((group) => group.slice(group.lastIndexOf("/") + 1).replace(/\.zarr$/i, ""));
  return new Set(short).size === groups.length ? short : groups.map((group) => group.replace(/\.zarr(?=\/|$)/gi, ""));
}
