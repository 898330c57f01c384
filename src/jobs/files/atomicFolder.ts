import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { explained, WriteError, writeFileAtomically } from "./atomicFile.js";

/**
 * Writes a folder of files, whole or not at all. What stands there already is replaced where `mayReplace` says so or where it is an empty folder.
 * Throws `WriteError`.
 */
export function writeFolderAtomically(
  folder: string,
  files: readonly (readonly [name: string, data: string | Uint8Array])[],
  mayReplace: (folder: string) => boolean,
): void {
  const place = path.resolve(folder);
  if (existsSync(place) && !mayReplace(place) && !isEmptyFolder(place)) throw new WriteError(folder, "something else stands there");
  const aside = path.join(path.dirname(place), `.${path.basename(place)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    for (const [name, data] of files) writeFileAtomically(path.join(aside, name), data);
    explained(folder, () => {
      rmSync(place, { recursive: true, force: true });
      renameSync(aside, place);
    });
  } finally {
    if (existsSync(aside)) rmSync(aside, { recursive: true, force: true });
  }
}

function isEmptyFolder(place: string): boolean {
  try {
    return readdirSync(place).length === 0;
  } catch {
    return false;
  }
}
