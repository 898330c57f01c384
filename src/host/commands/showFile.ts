import path from "node:path";
import * as vscode from "vscode";
import { VOXELS_VIEW } from "../editors/voxelEditor.js";
import { isPacked } from "../language/fileKinds.js";
import { densityOf } from "../predictions/fileState.js";
import { chosenResources } from "./resources.js";

/** Opens a density, or the one beside a structure, as voxels. */
export async function showVoxels(first: unknown, selection: unknown): Promise<void> {
  const [uri] = chosenResources(first, selection);
  if (!uri) return;
  const density = await densityOf(uri.fsPath);
  if (density === undefined) {
    await vscode.window.showWarningMessage(vscode.l10n.t("R3DVS: there is no CHGCAR beside {0}.", path.basename(uri.fsPath)));
    return;
  }
  await vscode.commands.executeCommand("vscode.openWith", vscode.Uri.file(density), VOXELS_VIEW);
}

/** Opens a density in the text editor. */
export async function showText(first: unknown, selection: unknown): Promise<void> {
  const [uri] = chosenResources(first, selection);
  if (!uri) return;
  if (isPacked(uri.fsPath)) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t("R3DVS: {0} is compressed and has no text to show.", path.basename(uri.fsPath)),
    );
    return;
  }
  await vscode.commands.executeCommand("vscode.openWith", uri, "default");
}
