import * as vscode from "vscode";
import { askForFolder } from "./resources.js";

/** In a copy of the sample whose window has not greeted its reader yet; wakes the extension there. */
export const SAMPLE_MARKER = ".r3dvs-sample";
/** GeO2: a rich spectrum, and models that know such oxides. */
const FIRST_DENSITY = ["mp-470", "CHGCAR.gz"];

/**
 * Copies the bundled oxides to a place that can be written to and opens them as a folder. `target` skips the question.
 */
export async function openSample(context: vscode.ExtensionContext, target?: unknown): Promise<void> {
  const parent = target instanceof vscode.Uri ? target : await choosePlace(context);
  if (!parent) return;
  const folder = vscode.Uri.joinPath(parent, "r3dvs-oxides");
  if (!(await exists(vscode.Uri.joinPath(folder, "targets.csv")))) await copySample(context, folder);
  await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, SAMPLE_MARKER), new Uint8Array());
  const forceNewWindow = (vscode.workspace.workspaceFolders ?? []).length > 0;
  await vscode.commands.executeCommand("vscode.openFolder", folder, { forceNewWindow });
}

/** The first window of a sample lands on a density, with its predictions and the next step. */
export async function greetInSample(): Promise<void> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined) return;
  const marker = vscode.Uri.joinPath(folder.uri, SAMPLE_MARKER);
  if (!(await exists(marker))) return;
  await vscode.workspace.fs.delete(marker).then(undefined, () => undefined);
  await vscode.commands.executeCommand("r3dvs.showVoxels", vscode.Uri.joinPath(folder.uri, ...FIRST_DENSITY));
  const train = vscode.l10n.t("Train on this folder…");
  const steps = vscode.l10n.t("Show the Steps");
  const text = vscode.l10n.t(
    "R3DVS: this is GeO₂, one of 120 oxides: its crystal, its descriptor and, on the right, its numbers. Next: train models of your own on this folder.",
  );
  const chosen = await vscode.window.showInformationMessage(text, train, steps);
  if (chosen === train) await vscode.commands.executeCommand("r3dvs.train", folder.uri);
  else if (chosen === steps)
    await vscode.commands.executeCommand("workbench.action.openWalkthrough", "r3dvs.r3dvs#start", false);
}

async function choosePlace(context: vscode.ExtensionContext): Promise<vscode.Uri | undefined> {
  const own = {
    label: vscode.l10n.t("Extension storage"),
    detail: vscode.l10n.t("Copies 120 oxides and opens the folder"),
    place: async () => context.globalStorageUri as vscode.Uri | undefined,
  };
  const title = vscode.l10n.t("Copy the Sample Here");
  const other = {
    label: vscode.l10n.t("Choose a folder for the sample…"),
    detail: "",
    place: () => askForFolder(title),
  };
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
    const ordered = entries
      .map(([name]) => name)
      .sort((a, b) => Number(a === "targets.csv") - Number(b === "targets.csv"));
    await vscode.workspace.fs.createDirectory(folder);
    for (const name of ordered) {
      await vscode.workspace.fs.copy(vscode.Uri.joinPath(source, name), vscode.Uri.joinPath(folder, name), {
        overwrite: true,
      });
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
