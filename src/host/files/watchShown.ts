import * as vscode from "vscode";
import type { LocalCopies } from "./localCopies.js";

/**
 * Calls `reload` when a file that a view shows changes or is written again, and drops the copy of it. The folder is
 * watched: programs replace files by renaming.
 */
export function watchShown(
  uri: vscode.Uri,
  copies: LocalCopies,
  isShown: (changed: vscode.Uri) => boolean,
  reload: () => void,
): vscode.Disposable {
  const folder = new vscode.RelativePattern(vscode.Uri.joinPath(uri, ".."), "*");
  const watcher = vscode.workspace.createFileSystemWatcher(folder);
  const look = (changed: vscode.Uri) => {
    if (!isShown(changed)) return;
    copies.outdate(changed);
    reload();
  };
  return vscode.Disposable.from(watcher, watcher.onDidChange(look), watcher.onDidCreate(look));
}
