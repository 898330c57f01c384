import path from "node:path";
import * as vscode from "vscode";
import type { EncodedFile } from "../../protocol/workerMethods.js";
import { VOXELS_VIEW } from "../editors/voxelEditor.js";
import { encodeVirtual } from "../files/virtualEncoding.js";
import { fileKind } from "../language/fileKinds.js";
import type { ProblemReporter } from "../language/problemReporter.js";
import { type JobOptions, type JobProcess, wasCancelled } from "../runs/jobProcess.js";
import { encodeSettings } from "../settings.js";
import type { StatusBar } from "../views/statusBar.js";
import { chosenResources, isFolder } from "./resources.js";
import { type DensityServices, showVoxels } from "./showFile.js";

interface Services extends DensityServices {
  readonly jobs: JobProcess;
  readonly problems: ProblemReporter;
  readonly statusBar: StatusBar;
}

/** Generate R3DVS: one file opens as voxels; several, or folders, are encoded into the dataset's `.r3dvs`. */
export async function generateR3dvs(services: Services, first: unknown, selection: unknown): Promise<void> {
  const resources = [...chosenResources(first, selection)];
  if (resources.length === 0) resources.push(...(await askForDensities()));
  const [only] = resources;
  if (!only) return;
  if (resources.length === 1 && !(await isFolder(only))) {
    // what a `.vasp` is, its name does not tell; anything else was chosen as a density
    if (fileKind(path.basename(only.path)) === "either") await showVoxels(services, only, undefined);
    else await vscode.commands.executeCommand("vscode.openWith", only, VOXELS_VIEW);
    return;
  }
  await encodeAll(services, resources);
}

async function askForDensities(): Promise<readonly vscode.Uri[]> {
  const title = vscode.l10n.t("Choose densities");
  return (await vscode.window.showOpenDialog({ canSelectMany: true, title, openLabel: title })) ?? [];
}

async function encodeAll(services: Services, resources: readonly vscode.Uri[]): Promise<void> {
  const { problems, statusBar } = services;
  try {
    const files = await statusBar.during(vscode.l10n.t("encoding"), (token, activity) =>
      encode(services, resources, { token, onProgress: activity.report }),
    );
    for (const file of files) problems.report(file.file, file.problems);
    await summarise(files);
  } catch (error) {
    if (!wasCancelled(error)) throw error;
  }
}

async function encode(services: Services, resources: readonly vscode.Uri[], options: JobOptions): Promise<readonly EncodedFile[]> {
  const settings = encodeSettings(resources[0]);
  const wanted: vscode.Uri[] = [];
  for (const uri of resources) if ((await isFolder(uri)) || (await isDensity(services, uri))) wanted.push(uri);
  const paths = wanted.filter(({ scheme }) => scheme === "file").map(({ fsPath }) => fsPath);
  const elsewhere = wanted.filter(({ scheme }) => scheme !== "file");
  const encoded = paths.length === 0 ? { files: [] } : await services.jobs.call("encodeFiles", { paths, settings }, options);
  return [...encoded.files, ...(await encodeVirtual(services, elsewhere, settings, options))];
}

async function isDensity({ copies, densities }: DensityServices, uri: vscode.Uri): Promise<boolean> {
  const kind = fileKind(path.basename(uri.path));
  if (kind !== "either") return kind === "density";
  const local = await copies.acquire(uri);
  const density = await densities.of(local.file).finally(() => local.release());
  return density === local.file;
}

async function summarise(files: readonly EncodedFile[]): Promise<void> {
  const done = files.filter((file) => file.spectrum !== undefined);
  const output = done.find((file) => file.output !== undefined)?.output;
  const hasProblems = files.some((file) => file.problems.length > 0);
  const show = vscode.l10n.t("Show Problems");
  const reveal = vscode.l10n.t("Show Folder");
  const actions = [...(hasProblems ? [show] : []), ...(output === undefined ? [] : [reveal])];
  const text = vscode.l10n.t("R3DVS: encoded {0} of {1} files.", done.length, files.length);
  const announce = done.length === files.length ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  const chosen = await announce(text, ...actions);
  if (chosen === show) await vscode.commands.executeCommand("workbench.actions.view.problems");
  else if (chosen === reveal && output !== undefined) {
    await vscode.commands.executeCommand("revealInExplorer", vscode.Uri.file(path.dirname(output)));
  }
}
