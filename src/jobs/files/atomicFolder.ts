import { randomBytes } from "node:crypto";
import { existsSync, lstatSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { syncFolder, WriteError, withWriteError, writeFileAtomically } from "./atomicFile.js";

/**
 * Writes a folder of files, whole or not at all. What stands there already is replaced where `mayReplace` says so or
 * where it is an empty folder.
 * Throws `WriteError`.
 */
export function writeFolderAtomically(
  folder: string,
  files: readonly (readonly [name: string, data: string | Uint8Array])[],
  mayReplace: (folder: string) => boolean,
): void {
  const place = path.resolve(folder);
  recoverFolder(place);
  if (existsSync(place) && !mayReplace(place) && !isEmptyFolder(place))
    throw new WriteError(folder, "something else stands there");
  const aside = folderAside(place);
  try {
    for (const [name, data] of files) writeFileAtomically(path.join(aside, name), data);
    withWriteError(folder, () => replaceFolder(aside, place));
  } finally {
    if (existsSync(aside)) rmSync(aside, { recursive: true, force: true });
  }
}

/** Where a folder is made before it takes its place; nothing stands there yet. */
export const folderAside = (place: string): string => asideWith(place, "tmp");

/**
 * Puts a folder in the place of another: that one goes aside, the new one in, and only then the old one away, so that
 * at any instant one of them is whole.
 * A kill between the two renames leaves the old one aside (`recoverFolder`). Throws what the file system throws; the
 * old one then stands where it was.
 */
export function replaceFolder(made: string, place: string): void {
  const old = isThere(place) ? asideWith(place, "old") : undefined;
  if (old !== undefined) renameSync(place, old);
  try {
    renameSync(made, place);
  } catch (error) {
    if (old !== undefined) renameSync(old, place);
    throw error;
  }
  syncFolder(path.dirname(place));
  if (old !== undefined) removeOld(old);
}

/** Ends a replacement that a kill interrupted: the old folder comes back where none stands. */
export function recoverFolder(place: string): void {
  const parent = path.dirname(path.resolve(place));
  if (!isThere(parent)) return;
  const olds = readdirSync(parent).filter((name) => isAside(name, path.basename(place), "old"));
  for (const name of olds) {
    const old = path.join(parent, name);
    try {
      if (isThere(place)) removeOld(old);
      else renameSync(old, place);
    } catch {
      // Another process does the same.
    }
  }
}

const asideWith = (place: string, ending: string): string =>
  path.join(path.dirname(place), `.${path.basename(place)}.${randomBytes(6).toString("hex")}.${ending}`);

function isAside(name: string, base: string, ending: string): boolean {
  const random = name.slice(base.length + 2, -(ending.length + 1));
  return name.startsWith(`.${base}.`) && name.endsWith(`.${ending}`) && /^[0-9a-f]{12}$/.test(random);
}

/** Files that are open elsewhere keep it on Windows; the next replacement tries again. */
function removeOld(old: string): void {
  try {
    rmSync(old, { recursive: true, force: true });
  } catch {
    // It stays aside.
  }
}

function isThere(place: string): boolean {
  return lstatSync(place, { throwIfNoEntry: false }) !== undefined;
}

function isEmptyFolder(place: string): boolean {
  try {
    return readdirSync(place).length === 0;
  } catch {
    return false;
  }
}
