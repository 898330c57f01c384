import * as vscode from "vscode";
import type { CrystalJobs } from "./crystalJobs.js";

/** Why something cannot be done in VS Code for the Web. */
export const needsProcess = (what: string): string =>
  vscode.l10n.t(
    "{0} needs a process, and VS Code for the Web starts none. Open the folder in VS Code on a computer, or over Remote-SSH.",
    what.replace(/…$/, ""),
  );

/** In place of the job process where none can be started: every call is rejected with the reason. */
export class NoProcess implements CrystalJobs {
  call(): Promise<never> {
    return Promise.reject(new Error(needsProcess(vscode.l10n.t("This"))));
  }
}
