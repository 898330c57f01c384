import * as vscode from "vscode";

/** Shows a line of a file of any size in the text editor. `line` from 0. */
export async function revealLine(uri: unknown, line: unknown): Promise<void> {
  if (typeof uri !== "string" || !Number.isInteger(line) || Number(line) < 0) return;
  const at = new vscode.Range(Number(line), 0, Number(line), 0);
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: "R3DVS" }, async () => {
    await vscode.commands.executeCommand("vscode.open", vscode.Uri.parse(uri), {
      selection: at,
      viewColumn: vscode.ViewColumn.One,
    });
  });
}
