import * as vscode from "vscode";
import { messageOf } from "../../core/text/messageOf.js";
import { extensionOf, nameOfUri } from "./uriName.js";

/** What the editor shows when such a file is opened. */
const OPENABLE: ReadonlySet<string> = new Set(["png", "svg", "csv", "html", "txt", "json", "obj"]);

export interface ExportOptions {
  /** What is in the file, said after it is saved. */
  readonly note?: string;
}

/**
 * Asks for a place, beginning at `suggestion`, and writes there; a message then opens the file or shows where it is.
 * Nothing happens when the user gives none; a failure is said.
 */
export async function saveExport(
  suggestion: vscode.Uri,
  write: (place: vscode.Uri) => Promise<void>,
  options: ExportOptions = {},
): Promise<void> {
  const extension = extensionOf(suggestion);
  const place = await vscode.window.showSaveDialog({
    defaultUri: suggestion,
    filters: { [extension.toUpperCase()]: [extension] },
  });
  if (!place) return;
  try {
    await write(place);
  } catch (error) {
    void vscode.window.showErrorMessage(`R3DVS: ${messageOf(error)}`);
    return;
  }
  void offerFile(place, options.note);
}

async function offerFile(place: vscode.Uri, note: string | undefined): Promise<void> {
  const open = vscode.l10n.t("Open");
  const reveal = vscode.l10n.t("Show in Folder");
  const canOpen = OPENABLE.has(extensionOf(place).toLowerCase());
  const text = vscode.l10n.t("R3DVS: saved {0}.", nameOfUri(place));
  const message = note === undefined ? text : `${text} ${note}`;
  const chosen = await vscode.window.showInformationMessage(message, ...(canOpen ? [open, reveal] : [reveal]));
  if (chosen === open) await vscode.commands.executeCommand("vscode.open", place);
  if (chosen === reveal) await revealFile(place);
}

/** In the Explorer where the file is in the workspace, else in the system's file manager. */
export async function revealFile(place: vscode.Uri): Promise<void> {
  const isInWorkspace = vscode.workspace.getWorkspaceFolder(place) !== undefined;
  await vscode.commands.executeCommand(isInWorkspace ? "revealInExplorer" : "revealFileInOS", place);
}
