import { createHash } from "node:crypto";
import { accessSync, constants, existsSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";

/** Where a dataset's `.r3dvs` stands; for one that cannot be written, a folder of its own in the user's cache. Makes nothing. */
export function privateFolder(dataset: string): string {
  const [own, cached] = privateFolders(dataset);
  return isWritable(existsSync(own) ? own : dataset) ? own : cached;
}

/** Both places where a dataset's `.r3dvs` may stand, the dataset's own first: whether it can be written may have changed since. */
export function privateFolders(dataset: string): readonly [string, string] {
  const key = createHash("sha256").update(path.resolve(dataset)).digest("hex").slice(0, 16);
  const home = process.env.XDG_CACHE_HOME ?? path.join(homedir(), ".cache");
  const cached = canBeMade(home) ? path.join(home, "r3dvs", key) : path.join(tmpdir(), `r3dvs-${key}`);
  return [path.join(dataset, ".r3dvs"), cached];
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function canBeMade(folder: string): boolean {
  return existsSync(folder) ? isWritable(folder) : path.dirname(folder) !== folder && canBeMade(path.dirname(folder));
}
