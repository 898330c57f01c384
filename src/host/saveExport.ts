import path from "node:path";
import * as vscode from "vscode";

/** Asks for a place, beginning at `suggestion`, and writes there. Does nothing when the user gives none. */
export async function saveExport(suggestion: vscode.Uri, bytes: Uint8Array): Promise<void> {
  const target = await askForPlace(suggestion);
  if (target) await vscode.workspace.fs.writeFile(target, bytes);
}

export async function askForPlace(suggestion: vscode.Uri): Promise<vscode.Uri | undefined> {
  const extension = path.extname(suggestion.path).slice(1);
  return vscode.window.showSaveDialog({ defaultUri: suggestion, filters: { [extension.toUpperCase()]: [extension] } });
}
