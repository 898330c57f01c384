import { readdirSync } from "node:fs";
import path from "node:path";
import { densityNamesBeside } from "../../core/formats/datasetNames.js";
import { fileRole, outputKind } from "../../core/formats/fileNames.js";
import { pathKind } from "../files/paths.js";
import { foldersIn, linksIn, staysInside } from "../files/staysInside.js";
import { isEncodedName } from "../spectra/encodedMaterials.js";

/**
 * The first of all that would be opened for these paths which really lies outside of the given folders: the path
 * itself, what is read beside a file (its density, its outputs, its vaspout.h5), the materials of a folder. Undefined
 * where all of it lies inside.
 */
export function linkedOut(paths: readonly string[], folders: readonly string[]): string | undefined {
  for (const place of paths) {
    if (!staysInside(place, folders)) return place;
    const wanted = pathKind(place) === "folder" ? materialLinks(place) : besideOf(place);
    const outside = wanted.find((link) => !staysInside(link, folders));
    if (outside !== undefined) return outside;
  }
  return undefined;
}

/** A dataset's materials lie at any depth below it, and so do the spectra that were written of them. */
function materialLinks(folder: string): string[] {
  const inside = linksIn(folder).filter((link) => isRead(path.basename(link)) || pathKind(link) === "folder");
  const below = foldersIn(folder).filter((place) => !/^\.(?!r3dvs$)/.test(path.basename(place)));
  return [...inside, ...below.flatMap(materialLinks)];
}

function besideOf(file: string): string[] {
  const [folder, name] = [path.dirname(file), path.basename(file)];
  const densities = densityNamesBeside(name);
  try {
    const names = readdirSync(folder).filter(
      (each) => densities.includes(each) || outputKind(each) !== undefined || each === "vaspout.h5",
    );
    return names.map((each) => path.join(folder, each));
  } catch {
    return [];
  }
}

const isRead = (name: string): boolean =>
  fileRole(name) !== undefined || outputKind(name) !== undefined || isEncodedName(name) || /\.csv$/i.test(name);
