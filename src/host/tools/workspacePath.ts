import path from "node:path";
import * as vscode from "vscode";
import type { JobProcess } from "../process/jobProcess.js";

/**
 * What a chat's path means: a file or folder of the workspace, absolute or from a workspace folder on. Throws, in words
 * for chat and user alike, where there is none, and for anything outside the workspace, also where a link leads there
 * from what would be read with it: a chat reads what the user has opened, nothing else.
 */
export async function workspacePath(given: unknown, jobs: JobProcess): Promise<vscode.Uri> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (typeof given !== "string" || given.trim() === "") throw new Error(vscode.l10n.t("A path is needed."));
  if (folders.length === 0) throw new Error(vscode.l10n.t("No folder is open."));
  let outside: string | undefined;
  for (const { uri: folder } of folders) {
    const uri = resolve(folder, given);
    if (!isBelow(folder, uri)) outside ??= given;
    else if (await exists(uri)) {
      const link = await linkOut(uri, folders, jobs);
      if (link === undefined) return uri;
      outside = link === uri.fsPath ? given : link;
    }
  }
  throw new Error(
    outside !== undefined
      ? vscode.l10n.t("{0} is outside the workspace; add its folder to the workspace.", outside)
      : vscode.l10n.t("There is no {0} in the workspace.", given),
  );
}

/** The job process, which will open them, says what lies where; a file that is on no disk has no links. */
async function linkOut(
  uri: vscode.Uri,
  folders: readonly vscode.WorkspaceFolder[],
  jobs: JobProcess,
): Promise<string | undefined> {
  if (uri.scheme !== "file") return undefined;
  const roots = folders.filter(({ uri: { scheme } }) => scheme === "file").map(({ uri: { fsPath } }) => fsPath);
  return (await jobs.call("findLinkOut", { paths: [uri.fsPath], folders: roots })).outside;
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

/** Whether a way from a folder, as `relative` tells it, leads to the folder or into it. */
const staysInside = (way: string): boolean => !/^\.\.([\\/]|$)/.test(way) && !path.isAbsolute(way);

const exists = (uri: vscode.Uri): Promise<boolean> =>
  Promise.resolve(vscode.workspace.fs.stat(uri)).then(
    () => true,
    () => false,
  );
