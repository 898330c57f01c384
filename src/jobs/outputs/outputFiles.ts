import { readdirSync } from "node:fs";
import path from "node:path";
import { outputName, ownOutputs } from "../../core/formats/datasetNames.js";
import { exactOutput, outputKind, withoutCompression } from "../../core/formats/fileNames.js";
import { isNotUtf8 } from "../files/byteSource.js";
import { isGlob, matchesOf, pathKind } from "../files/paths.js";
import { densityIn, withUniqueIds } from "../spectra/materialFile.js";

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
}

/**
 * What paths and globs stand for: a folder with an OUTCAR, vasprun.xml or EIGENVAL one material, named after it; any other folder the materials in it; a file of
 * exactly such a name its folder; a file of another name (`OUTCAR_3.gz`) a material of its own. A folder with a density alone is a material without outputs.
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

/** The outputs in a material's folder; undefined where it has none. Throws what the operating system says. */
export function outputsIn(folder: string): OutputFiles | undefined {
  const names = readdirSync(folder).sort();
  const found = ownOutputs(names);
  const density = names.find((name) => withoutCompression(name) === "CHGCAR");
  const [outcar, vasprun, eigenval, chgcar] = [found.outcar, found.vasprun, found.eigenval, density].map(
    (name) => name && path.join(folder, name),
  );
  if (outcar === undefined && vasprun === undefined && eigenval === undefined) return undefined;
  return {
    id: path.basename(path.resolve(folder)),
    place: folder,
    ...(outcar !== undefined && { outcar }),
    ...(vasprun !== undefined && { vasprun }),
    ...(eigenval !== undefined && { eigenval }),
    ...(chgcar !== undefined && { density: chgcar }),
  };
}

function expand(given: string): OutputFiles[] {
  const kind = pathKind(given);
  if (kind === "folder") return ofFolder(given);
  if (kind !== "missing") return ofFile(given);
  return isGlob(given) ? matchesOf(given, false).flatMap(expand) : [];
}

function ofFolder(folder: string): OutputFiles[] {
  const own = outputsInside(folder);
  if (own) return [own];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith("."))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const place = path.join(folder, entry.name);
      const kind = pathKind(place);
      const isClosed = kind === "closed" || (kind === "missing" && isNotUtf8(place));
      if (isClosed && entry.isDirectory()) return [unreadable(place)];
      if (kind !== "folder") return ofFile(place);
      return outputsInside(place) ?? (densityIn(place) === undefined ? [] : { id: entry.name, place });
    });
}

/** A folder that cannot be listed stands for an output that cannot be read: its reading tells why. */
function outputsInside(folder: string): OutputFiles | undefined {
  try {
    return outputsIn(folder);
  } catch {
    return unreadable(folder);
  }
}

const unreadable = (folder: string): OutputFiles => ({ id: path.basename(path.resolve(folder)), place: folder, outcar: folder });

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
