import * as vscode from "vscode";
import { formatProblem, type Problem } from "../../core/text/problem.js";

const SEVERITY = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
} as const;

/** Shows the problems of files as squiggles, in the Problems panel and in the log, in the language of the editor. */
export class ProblemReporter implements vscode.Disposable {
  private readonly diagnostics = vscode.languages.createDiagnosticCollection("r3dvs");

  /** `uriOf`: what a path on the disk stands for. */
  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly uriOf: (file: string) => vscode.Uri,
  ) {}

  /** Replaces what is known of one file. */
  report(file: string, problems: readonly Problem[]): void {
    const uri = this.uriOf(file);
    this.diagnostics.set(uri, problems.map(diagnosticOf));
    for (const problem of problems) {
      const line = formatProblem(uri.scheme === "file" ? file : uri.toString(true), problem);
      if (problem.severity === "error") this.log.error(line);
      else this.log.warn(line);
    }
  }

  /** A file that is gone has no problems. */
  forget(uri: vscode.Uri): void {
    this.diagnostics.delete(uri);
  }

  dispose(): void {
    this.diagnostics.dispose();
  }
}

/** A problem's text in the language of the editor. Arguments may be words of their own ("expected {0}"). */
export const translateProblem = (problem: Pick<Problem, "template" | "args">): string =>
  vscode.l10n.t(problem.template, ...problem.args.map((argument) => (typeof argument === "string" ? vscode.l10n.t(argument) : argument)));

function diagnosticOf(problem: Problem): vscode.Diagnostic {
  const line = Math.max(0, problem.line - 1);
  const column = Math.max(0, problem.column - 1);
  const diagnostic = new vscode.Diagnostic(
    new vscode.Range(line, column, line, column === 0 ? Number.MAX_SAFE_INTEGER : column + 1),
    translateProblem(problem),
    SEVERITY[problem.severity],
  );
  diagnostic.source = "R3DVS";
  return diagnostic;
}
