import * as vscode from "vscode";
import type { LocalCopies } from "../files/localCopies.js";
import { type JobProcess, wasCancelled } from "../process/jobProcess.js";
import type { ProblemReporter } from "./problemReporter.js";

/** Squiggles in structures: each is read by the job process when it is opened and when it is saved. */
export class StructureChecker implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable;

  constructor(
    private readonly jobs: JobProcess,
    private readonly problems: ProblemReporter,
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
        const { info, problems } = await this.jobs.call("inspectFile", { file: local.file });
        this.problems.report(local.file, problems);
        // a density in a .vasp
        if (info.grid !== undefined && !document.isClosed) await vscode.languages.setTextDocumentLanguage(document, "chgcar");
      } finally {
        local.release();
      }
    } catch (error) {
      if (!wasCancelled(error)) this.log.error(`${document.uri.toString(true)}: ${String(error)}`);
    }
  }
}
