import * as vscode from "vscode";
import { askForFolder } from "./resources.js";

/** Copies the bundled oxides to a place that can be written to and opens them as a folder. `target` skips the question. */
export async function openSample(context: vscode.ExtensionContext, target?: unknown): Promise<void> {
  const parent = target instanceof vscode.Uri ? target : await choosePlace(context);
  if (!parent) return;
  const folder = vscode.Uri.joinPath(parent, "r3dvs-oxides");
  if (!(await exists(vscode.Uri.joinPath(folder, "targets.csv")))) await copySample(context, folder);
  const forceNewWindow = (vscode.workspace.workspaceFolders ?? []).length > 0;
  await vscode.commands.executeCommand("vscode.openFolder", folder, { forceNewWindow });
}

async function choosePlace(context: vscode.ExtensionContext): Promise<vscode.Uri | undefined> {
  const own = {
    label: vscode.l10n.t("Extension storage"),
    detail: vscode.l10n.t("Copies 120 oxides and opens the folder"),
    place: async () => context.globalStorageUri as vscode.Uri | undefined,
  };
  const title = vscode.l10n.t("Copy the Sample Here");
  const other = { label: vscode.l10n.t("Choose a folder for the sample…"), detail: "", place: () => askForFolder(title) };
  const chosen = await vscode.window.showQuickPick([own, other], {
    title: vscode.l10n.t("Open the Sample"),
    placeHolder: vscode.l10n.t("Where to store the sample dataset"),
  });
  return chosen?.place();
}

/** `targets.csv` comes last, so that a copy cut short is made again. */
async function copySample(context: vscode.ExtensionContext, folder: vscode.Uri): Promise<void> {
  const source = vscode.Uri.joinPath(context.extensionUri, "media", "sample", "oxides");
  const options = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t("R3DVS: copying the sample") };
  await vscode.window.withProgress(options, async () => {
    const entries = await vscode.workspace.fs.readDirectory(source);
    const ordered = entries.map(([name]) => name).sort((a, b) => Number(a === "targets.csv") - Number(b === "targets.csv"));
    await vscode.workspace.fs.createDirectory(folder);
    for (const name of ordered) {
      await vscode.workspace.fs.copy(vscode.Uri.joinPath(source, name), vscode.Uri.joinPath(folder, name), { overwrite: true });
    }
  });
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
