import { realpath } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";

/**
 * What a chat's path means: a file or folder of the workspace, absolute or from a workspace folder on. Throws, in words for chat and user alike,
 * where there is none, and for anything outside the workspace, also behind a link: a chat reads what the user has opened, nothing else.
 */
export async function workspacePath(given: unknown): Promise<vscode.Uri> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (typeof given !== "string" || given.trim() === "") throw new Error(vscode.l10n.t("A path is needed."));
  if (folders.length === 0) throw new Error(vscode.l10n.t("No folder is open."));
  let isOutside = false;
  for (const { uri: folder } of folders) {
    const uri = resolve(folder, given);
    if (isBelow(folder, uri) && (await exists(uri))) {
      if (uri.scheme !== "file" || (await isReallyBelow(folder, uri))) return uri;
      isOutside = true;
    } else if (!isBelow(folder, uri)) isOutside = true;
  }
  throw new Error(
    isOutside
      ? vscode.l10n.t("{0} is outside the workspace; add its folder to the workspace.", given)
      : vscode.l10n.t("There is no {0} in the workspace.", given),
  );
}

/** How a result names a file: as its path, or its address where it is on no disk. */
export const nameOf = (uri: vscode.Uri): string => (uri.scheme === "file" ? uri.fsPath : uri.toString(true));

function resolve(folder: vscode.Uri, given: string): vscode.Uri {
  if (folder.scheme === "file") return vscode.Uri.file(path.resolve(folder.fsPath, given));
  return folder.with({ path: path.posix.resolve(folder.path, given) });
}

function isBelow(folder: vscode.Uri, uri: vscode.Uri): boolean {
  return folder.scheme === "file"
    ? staysInside(path.relative(folder.fsPath, uri.fsPath))
    : staysInside(path.posix.relative(folder.path, uri.path));
}

/** Links followed. */
async function isReallyBelow(folder: vscode.Uri, uri: vscode.Uri): Promise<boolean> {
  const [from, to] = await Promise.all([realpath(folder.fsPath), realpath(uri.fsPath)]);
  return staysInside(path.relative(from, to));
}

/** Whether a way from a folder, as `relative` tells it, leads to the folder or into it. */
const staysInside = (way: string): boolean => !/^\.\.([\\/]|$)/.test(way) && !path.isAbsolute(way);

const exists = (uri: vscode.Uri): Promise<boolean> =>
  Promise.resolve(vscode.workspace.fs.stat(uri)).then(
    () => true,
    () => false,
  );
