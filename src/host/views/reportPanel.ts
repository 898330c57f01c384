import path from "node:path";
import * as vscode from "vscode";

/** Shows a run's report, a page without scripts, beside the rest of the work; the file itself opens in any browser. */
export async function showReport(extension: vscode.Uri, file: string): Promise<void> {
  const bytes = await vscode.workspace.fs.readFile(vscode.Uri.file(file));
  const title = vscode.l10n.t("Report of {0}", path.basename(path.dirname(file)));
  const panel = vscode.window.createWebviewPanel("r3dvs.report", title, vscode.ViewColumn.Active, {
    localResourceRoots: [],
    enableFindWidget: true,
  });
  panel.iconPath = vscode.Uri.joinPath(extension, "media", "icon.png");
  panel.webview.html = new TextDecoder().decode(bytes);
}
