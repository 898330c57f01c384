import * as vscode from "vscode";
import { formatProblem, type Problem } from "../../core/text/problem.js";

const SEVERITY = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
} as const;

/**
 * Shows the problems of files as squiggles, in the Problems panel and in the log, in the language of the editor. They
 * go with the last editor of a file.
 */
export class ProblemReporter implements vscode.Disposable {
  private readonly diagnostics = vscode.languages.createDiagnosticCollection("r3dvs");
  /** Of files with problems: those whose editors show them too, as a structure does those of the density beside it. */
  private readonly shownWith = new Map<string, Set<string>>();
  private readonly subscription = vscode.window.tabGroups.onDidChangeTabs(({ closed }) => this.forgetClosed(closed));

  /**
   * `uriOf`: what a path on the disk stands for. `isCheckedAsText`: whether its text is open and tells its problems
   * itself.
   */
  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly uriOf: (file: string) => vscode.Uri,
    private readonly isCheckedAsText: (uri: vscode.Uri) => boolean = () => false,
  ) {}

  /** Replaces what is known of one file; `shownIn`: the file whose editor asked. */
  report(file: string, problems: readonly Problem[], shownIn?: vscode.Uri): void {
    const uri = this.uriOf(file);
    const distinct = withoutRepeats(problems);
    this.diagnostics.set(uri, this.isCheckedAsText(uri) ? [] : distinct.map(diagnosticOf));
    const key = uri.toString();
    if (shownIn) this.shownWith.set(key, (this.shownWith.get(key) ?? new Set()).add(shownIn.toString()));
    for (const problem of distinct) {
      const line = formatProblem(uri.scheme === "file" ? file : uri.toString(true), problem);
      if (problem.severity === "error") this.log.error(line);
      else this.log.warn(line);
    }
  }

  /** A file that is gone has no problems. */
  forget(uri: vscode.Uri): void {
    this.diagnostics.delete(uri);
    this.shownWith.delete(uri.toString());
  }

  dispose(): void {
    this.subscription.dispose();
    this.diagnostics.dispose();
  }

  private forgetClosed(closed: readonly vscode.Tab[]): void {
    const gone = new Set(closed.flatMap(uriOfTab));
    if (gone.size === 0) return;
    const open = new Set(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.flatMap(uriOfTab)));
    const doomed: vscode.Uri[] = [];
    this.diagnostics.forEach((uri) => {
      const editors = [uri.toString(), ...(this.shownWith.get(uri.toString()) ?? [])];
      if (editors.some((one) => gone.has(one)) && !editors.some((one) => open.has(one))) doomed.push(uri);
    });
    for (const uri of doomed) this.forget(uri);
  }
}

function uriOfTab({ input }: vscode.Tab): string[] {
  return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? [input.uri.toString()] : [];
}

/** One cause in one line: the same words at one place are said once. */
function withoutRepeats(problems: readonly Problem[]): readonly Problem[] {
  const found = new Map(problems.map((problem) => [`${problem.line}:${problem.column} ${problem.message}`, problem]));
  return [...found.values()];
}

/** A problem's text in the language of the editor. Arguments may be words of their own ("expected {0}"). */
export const translateProblem = (problem: Pick<Problem, "template" | "args">): string =>
  vscode.l10n.t(
    problem.template,
    ...problem.args.map((argument) => (typeof argument === "string" ? vscode.l10n.t(argument) : argument)),
  );

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
