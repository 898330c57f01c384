import path from "node:path";
import type * as vscode from "vscode";
import { fileRole } from "../../core/formats/fileNames.js";
import type { EncodedFile } from "../../protocol/workerMethods.js";
import { encodeSettings } from "../base/settings.js";
import { encodeVirtual } from "../files/virtualEncoding.js";
import type { ProblemReporter } from "../language/problemReporter.js";
import type { JobOptions } from "../process/crystalJobs.js";
import type { JobProcess } from "../process/jobProcess.js";
import { isFolder } from "./resources.js";
import type { DensityServices } from "./showFile.js";

export interface EncodeServices extends DensityServices {
  readonly jobs: JobProcess;
  readonly problems: ProblemReporter;
}

/**
 * Encodes densities, or the densities in folders, into the `.r3dvs` beside them, and shows their problems. Rejects when
 * cancelled.
 */
export async function encodeResources(
  services: EncodeServices,
  resources: readonly vscode.Uri[],
  options: JobOptions,
): Promise<readonly EncodedFile[]> {
  const settings = encodeSettings(resources[0]);
  const wanted: vscode.Uri[] = [];
  for (const uri of resources) if ((await isFolder(uri)) || (await isDensity(services, uri))) wanted.push(uri);
  const paths = wanted.filter(({ scheme }) => scheme === "file").map(({ fsPath }) => fsPath);
  const elsewhere = wanted.filter(({ scheme }) => scheme !== "file");
  const encoded =
    paths.length === 0 ? { files: [] } : await services.jobs.call("encodeFiles", { paths, settings }, options);
  const files = [...encoded.files, ...(await encodeVirtual(services, elsewhere, settings, options))];
  for (const { file, problems } of files) services.problems.report(file, problems);
  return files;
}

async function isDensity({ copies, densities }: DensityServices, uri: vscode.Uri): Promise<boolean> {
  const kind = fileRole(path.basename(uri.path));
  if (kind !== "either") return kind === "density";
  const local = await copies.acquire(uri);
  const density = await densities.of(local.file).finally(() => local.release());
  return density === local.file;
}
