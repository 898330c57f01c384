import * as vscode from "vscode";

type Action = (...args: unknown[]) => unknown;

/**
 * A command that writes files or starts processes: in a workspace that is not trusted it says why it does nothing. The
 * manifest could disable its entry instead, but VS Code learns of trust after it shows its first menus, which then kept
 * the entry disabled.
 */
export function whenTrusted(run: Action): Action {
  return async (...args) => {
    if (vscode.workspace.isTrusted) return run(...args);
    const manage = vscode.l10n.t("Manage Trust");
    const reason = vscode.l10n.t("R3DVS writes files and starts processes only in a trusted workspace.");
    if ((await vscode.window.showWarningMessage(reason, manage)) === manage)
      await vscode.commands.executeCommand("workbench.trust.manage");
    return undefined;
  };
}
