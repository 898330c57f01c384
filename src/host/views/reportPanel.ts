import path from "node:path";
import * as vscode from "vscode";
import type { JobProcess } from "../process/jobProcess.js";

/**
 * Writes a run's report again from what it has so far and shows it: a page without scripts, which opens in any browser
 * too.
 */
export async function showReport(jobs: JobProcess, extension: vscode.Uri, run: string): Promise<void> {
  const { file } = await jobs.call("writeReport", { folder: run });
  const page = await vscode.workspace.fs.readFile(vscode.Uri.file(file));
  const title = vscode.l10n.t("Report of {0}", path.basename(run));
  const panel = vscode.window.createWebviewPanel("r3dvs.report", title, vscode.ViewColumn.Active, {
    localResourceRoots: [],
    enableFindWidget: true,
  });
  panel.iconPath = vscode.Uri.joinPath(extension, "media", "icon.png");
  panel.webview.html = new TextDecoder().decode(page);
}
