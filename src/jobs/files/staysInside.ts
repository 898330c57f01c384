import { readdirSync, realpathSync } from "node:fs";
import path from "node:path";

/**
 * The one place that decides whether a path leads out of a folder: what it really is counts, every link followed; of
 * what is not there yet the folder in which it would be made. What cannot be looked at is outside.
 */
export function staysInside(place: string, folders: readonly string[]): boolean {
  const target = realPlace(path.resolve(place));
  return target !== undefined && folders.some((folder) => isWithin(realPlace(path.resolve(folder)), target));
}

/** The links in a folder, by their paths; none where it cannot be looked at. */
export function linksIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => path.join(folder, name));
  } catch {
    return [];
  }
}

/** The folders in a folder that are no links. */
export function foldersIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => path.join(folder, name));
  } catch {
    return [];
  }
}

function isWithin(folder: string | undefined, target: string): boolean {
  if (folder === undefined) return false;
  const way = path.relative(folder, target);
  return !/^\.\.([\\/]|$)/.test(way) && !path.isAbsolute(way);
}

/** A link to what is not there is no missing file: it would be made where it points to. */
function realPlace(place: string): string | undefined {
  try {
    return realpathSync(place);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) return undefined;
  }
  const folder = path.dirname(place);
  if (folder === place || linksIn(folder).includes(place)) return undefined;
  const parent = realPlace(folder);
  return parent === undefined ? undefined : path.join(parent, path.basename(place));
}
