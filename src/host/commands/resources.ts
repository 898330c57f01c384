import * as vscode from "vscode";

/**
 * The files and folders a command is for: the selection of the explorer, the item of a tree, or the active editor's
 * file.
 * What stands in no file system (an unsaved text) is left out.
 */
export function chosenResources(first: unknown, selection: unknown): readonly vscode.Uri[] {
  const selected = Array.isArray(selection) ? selection.flatMap(uriOf) : [];
  const clicked = uriOf(first);
  const chosen = selected.length > 0 ? selected : clicked.length > 0 ? clicked : activeResource();
  return chosen.filter((uri) => uri.scheme !== "untitled");
}

/** The file of the active tab, whichever editor shows it. */
export function activeResource(): vscode.Uri[] {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) return [input.uri];
  return [];
}

export async function isFolder(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    ({ type }) => (type & vscode.FileType.Directory) !== 0,
    () => false,
  );
}

/** A folder the user points at, or nothing. */
export async function askForFolder(title: string): Promise<vscode.Uri | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, title, openLabel: title })) ??
    [];
  return folder;
}

/** Tree nodes carry what they stand for. */
function uriOf(value: unknown): vscode.Uri[] {
  if (value instanceof vscode.Uri) return [value];
  if (typeof value !== "object" || value === null) return [];
  if ("dataset" in value && isDataset(value.dataset)) return [vscode.Uri.file(value.dataset.folder)];
  if ("material" in value && isMaterial(value.material)) return [vscode.Uri.file(value.material.file)];
  return [];
}

const isDataset = (value: unknown): value is { folder: string } =>
  typeof value === "object" && value !== null && "folder" in value && typeof value.folder === "string";
/** With a file of its own: not one of many packed spectra. */
const isMaterial = (value: unknown): value is { file: string } =>
  typeof value === "object" &&
  value !== null &&
  "file" in value &&
  typeof value.file === "string" &&
  !("encoded" in value);
