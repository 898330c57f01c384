import path from "node:path";
import * as vscode from "vscode";
import { fileRole } from "../../core/formats/fileNames.js";
import type { EncodedFile } from "../../protocol/workerMethods.js";
import { VOXELS_VIEW } from "../editors/voxelEditor.js";
import { wasCancelled } from "../process/crystalJobs.js";
import type { StatusBar } from "../views/statusBar.js";
import { type EncodeServices, encodeResources } from "./encodeResources.js";
import { chosenResources, isFolder } from "./resources.js";
import { showVoxels } from "./showFile.js";

interface Services extends EncodeServices {
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
    if (fileRole(path.basename(only.path)) === "either") await showVoxels(services, only, undefined);
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
  const { statusBar } = services;
  try {
    const files = await statusBar.during(vscode.l10n.t("encoding"), (token, activity) =>
      encodeResources(services, resources, { token, onProgress: activity.report }),
    );
    await summarise(files);
  } catch (error) {
    if (!wasCancelled(error)) throw error;
  }
}

async function summarise(files: readonly EncodedFile[]): Promise<void> {
  const done = files.filter((file) => file.spectrum !== undefined);
  const output = done.find((file) => file.output !== undefined)?.output;
  const hasProblems = files.some((file) => file.problems.length > 0);
  const show = vscode.l10n.t("Show Problems");
  const reveal = vscode.l10n.t("Show Folder");
  const actions = [...(hasProblems ? [show] : []), ...(output === undefined ? [] : [reveal])];
  const text = vscode.l10n.t("R3DVS: encoded {0} of {1} files.", done.length, files.length);
  const announce =
    done.length === files.length ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  const chosen = await announce(text, ...actions);
  if (chosen === show) await vscode.commands.executeCommand("workbench.actions.view.problems");
  else if (chosen === reveal && output !== undefined) {
    await vscode.commands.executeCommand("revealInExplorer", vscode.Uri.file(path.dirname(output)));
  }
}
