import * as vscode from "vscode";
import { isText } from "../../core/formats/fileNames.js";
import { nameOfUri } from "../base/uriName.js";
import { chosenResources } from "./resources.js";

/** Opens a density in the text editor, at a place where one is given: a line and column from 1. */
export async function showText(first: unknown, selection: unknown, place?: unknown): Promise<void> {
  const [uri] = chosenResources(first, selection);
  if (!uri) return;
  const name = nameOfUri(uri);
  if (!isText(name)) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t("R3DVS: {0} is compressed or HDF5 and cannot be shown as text.", name),
    );
    return;
  }
  const at = positionOf(place);
  await vscode.commands.executeCommand(
    "vscode.openWith",
    uri,
    "default",
    at && { selection: new vscode.Range(at, at) },
  );
}

function positionOf(place: unknown): vscode.Position | undefined {
  if (typeof place !== "object" || place === null || !("line" in place) || !("column" in place)) return undefined;
  const { line, column } = place;
  return typeof line === "number" && typeof column === "number" ? new vscode.Position(line - 1, column - 1) : undefined;
}
