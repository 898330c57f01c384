import path from "node:path";
import * as vscode from "vscode";
import { FILES_GLOB } from "../../core/formats/datasetNames.js";
import { fileRole } from "../../core/formats/fileNames.js";
import { Throttle } from "../base/throttle.js";

const QUIET_MS = 300;

export interface FileActions {
  /** Some structures or densities were written, or are new. */
  changed(): void;
  deleted(uri: vscode.Uri): void;
}

/** Tells of VASP files that change on disk, several at once as one change: calculations write in bursts. */
export function watchFiles(actions: FileActions): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(FILES_GLOB);
  const throttle = new Throttle(QUIET_MS, () => actions.changed());
  const note = (uri: vscode.Uri) => {
    if (fileRole(path.basename(uri.fsPath))) throttle.request();
  };
  return vscode.Disposable.from(
    watcher,
    throttle,
    watcher.onDidChange(note),
    watcher.onDidCreate(note),
    watcher.onDidDelete((uri) => {
      actions.deleted(uri);
      note(uri);
    }),
  );
}
