import path from "node:path";
import * as vscode from "vscode";
import { messageOf } from "../../core/text/messageOf.js";

/** Asks for a place, beginning at `suggestion`, and writes there. Nothing happens when the user gives none; a failure is said. */
export async function saveExport(suggestion: vscode.Uri, write: (place: vscode.Uri) => Promise<void>): Promise<void> {
  const extension = path.extname(suggestion.path).slice(1);
  const place = await vscode.window.showSaveDialog({ defaultUri: suggestion, filters: { [extension.toUpperCase()]: [extension] } });
  if (!place) return;
  try {
    await write(place);
  } catch (error) {
    void vscode.window.showErrorMessage(`R3DVS: ${messageOf(error)}`);
  }
}
