import * as vscode from "vscode";

/** Why something cannot be done in VS Code for the Web. */
export const needsProcess = (what: string): string =>
  vscode.l10n.t(
    "{0} needs a process, and VS Code for the Web starts none. Open the folder in VS Code on a computer, or over Remote-SSH.",
    what.replace(/…$/, ""),
  );
