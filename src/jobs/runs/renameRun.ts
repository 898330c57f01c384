import { existsSync, renameSync } from "node:fs";
import path from "node:path";
import { withWriteError } from "../files/atomicFile.js";
import { UsageError } from "../files/usageError.js";
import { copyManifest, plainRunName, readManifest, runFile, writeManifest } from "./runFolder.js";
import { isRunAlive } from "./runLock.js";

/**
 * Gives a run that is not under way another name, and its folder too; returns the folder. Throws `UsageError` and
 * `WriteError`.
 */
export function renameRun(folder: string, name: string): string {
  const manifest = readManifest(folder);
  if (isRunAlive(folder)) throw new UsageError(`${manifest.name} is in progress; stop it first`);
  const plain = plainRunName(name);
  if (plain === "") throw new UsageError("a run needs a name");
  const renamed = path.join(path.dirname(folder), plain);
  if (renamed === folder) return folder;
  if (existsSync(renamed)) throw new UsageError(`there is a run ${plain} already`);
  withWriteError(folder, () => renameSync(folder, renamed));
  writeManifest(renamed, { ...manifest, name: plain });
  if (existsSync(runFile(renamed, "manifestCopy"))) copyManifest(renamed, { ...manifest, name: plain });
  return renamed;
}
