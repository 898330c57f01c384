import * as vscode from "vscode";
import type { LocalCopies } from "../files/localCopies.js";
import { wasCancelled } from "../process/crystalJobs.js";
import type { JobProcess } from "../process/jobProcess.js";

/**
 * Gives a `.vasp` that holds a density the language of densities: the job process looks into each when it is opened and
 * saved.
 */
export class StructureChecker implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable;

  constructor(
    private readonly jobs: JobProcess,
    private readonly copies: LocalCopies,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidOpenTextDocument((document) => this.check(document)),
      vscode.workspace.onDidSaveTextDocument((document) => this.check(document)),
    );
    for (const document of vscode.workspace.textDocuments) void this.check(document);
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async check(document: vscode.TextDocument): Promise<void> {
    if (document.languageId !== "poscar" || document.isUntitled) return;
    try {
      const local = await this.copies.acquire(document.uri);
      try {
        const { info } = await this.jobs.call("inspectFile", { file: local.file });
        // a density in a .vasp
        if (info.grid !== undefined && !document.isClosed)
          await vscode.languages.setTextDocumentLanguage(document, "chgcar");
      } finally {
        local.release();
      }
    } catch (error) {
      if (!wasCancelled(error)) this.log.error(`${document.uri.toString(true)}: ${String(error)}`);
    }
  }
}
