import path from "node:path";
import * as vscode from "vscode";
import type { EncodeSettings } from "../../core/descriptors/encodeSettings.js";
import { densityAmongOthers, ownDensity } from "../../core/formats/datasetNames.js";
import type { EncodedFile } from "../../protocol/workerMethods.js";
import type { JobOptions } from "../process/crystalJobs.js";
import type { JobProcess } from "../process/jobProcess.js";
import type { LocalCopies } from "./localCopies.js";

interface Services {
  readonly jobs: JobProcess;
  readonly copies: LocalCopies;
}

/**
 * Encodes densities of a virtual file system, one copy at a time, and puts their spectra where a dataset on a disk has
 * them: into `.r3dvs` of the same file system. Throws, in words for the user, where that cannot be written to.
 */
export async function encodeVirtual(
  { jobs, copies }: Services,
  resources: readonly vscode.Uri[],
  settings: EncodeSettings,
  { token, onProgress }: JobOptions,
): Promise<EncodedFile[]> {
  const densities = (await Promise.all(resources.map(densitiesOf))).flat();
  const files: EncodedFile[] = [];
  for (const [index, uri] of densities.entries()) {
    if (token?.isCancellationRequested) break;
    refuseReadOnly(uri);
    const local = await copies.acquire(uri);
    try {
      const outcome = await jobs.call("encodeFiles", { paths: [local.file], settings }, token ? { token } : {});
      for (const file of outcome.files) files.push(await putBack(file, local.file, uri));
    } finally {
      local.release();
    }
    onProgress?.((index + 1) / densities.length);
  }
  return files;
}

/** The spectrum goes from beside the copy to the same place beside its original. */
async function putBack(file: EncodedFile, copy: string, original: vscode.Uri): Promise<EncodedFile> {
  if (file.output === undefined) return file;
  const above = path.dirname(path.dirname(copy));
  const below = path.relative(above, file.output).split(path.sep);
  const place = vscode.Uri.joinPath(original, "..", "..", ...below);
  const source = vscode.Uri.file(file.output);
  await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(place, ".."));
  await vscode.workspace.fs.writeFile(place, await vscode.workspace.fs.readFile(source));
  await vscode.workspace.fs.delete(source);
  const { output: _, ...rest } = file;
  return rest;
}

function refuseReadOnly(uri: vscode.Uri): void {
  if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== false) return;
  throw new Error(vscode.l10n.t("{0} is read-only: open its densities as voxels and export them.", `${uri.scheme}:`));
}

/**
 * A file itself; of a folder its density, else those of its files and of the folders in it, as with a folder on a disk.
 */
async function densitiesOf(resource: vscode.Uri): Promise<vscode.Uri[]> {
  const { type } = await vscode.workspace.fs.stat(resource);
  if ((type & vscode.FileType.Directory) === 0) return [resource];
  const entries = (await vscode.workspace.fs.readDirectory(resource)).filter(([name]) => !name.startsWith("."));
  const at = (name: string) => vscode.Uri.joinPath(resource, name);
  const own = ownDensity(entries.map(([name]) => name));
  if (own !== undefined) return [at(own)];
  const found = entries.map(async ([name, kind]) => {
    if ((kind & vscode.FileType.Directory) === 0) return densityAmongOthers(name) === "yes" ? [at(name)] : [];
    const best = ownDensity((await vscode.workspace.fs.readDirectory(at(name))).map(([inside]) => inside));
    return best === undefined ? [] : [vscode.Uri.joinPath(at(name), best)];
  });
  return (await Promise.all(found)).flat();
}
