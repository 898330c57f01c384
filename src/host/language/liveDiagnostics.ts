import * as vscode from "vscode";
import { type Diagnosis, messageIn } from "../../core/language/diagnosis.js";
import { FUNCTIONS } from "../../core/language/languages.js";
import { translateProblem } from "./problemReporter.js";
import type { RunContexts } from "./runContexts.js";
import { languageOf, textLanguage } from "./vaspDocuments.js";

/** ms behind the last key; long documents wait longer, so that typing never does. */
const DELAY = 250;
const LONG_DELAY = 1000;
const LONG_TEXT = 1 << 20;
/** UTF-16 units: longer documents are checked by `r3dvs check` alone. */
const MAX_TEXT = 32 << 20;

const SEVERITY = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
} as const;

/** Squiggles in open VASP files while they are edited; they go when the document closes. */
export class LiveDiagnostics implements vscode.Disposable {
  private readonly shown = vscode.languages.createDiagnosticCollection("r3dvs.language");
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private readonly found = new Map<string, { readonly version: number; readonly all: readonly Diagnosis[] }>();
  private readonly subscriptions: vscode.Disposable;
  private readonly checked = new vscode.EventEmitter<vscode.Uri>();
  /** Fires with a document whose squiggles are its own from now on. */
  readonly onDidCheck = this.checked.event;

  constructor(private readonly contexts: RunContexts) {
    this.subscriptions = vscode.Disposable.from(
      this.shown,
      this.checked,
      vscode.workspace.onDidOpenTextDocument((document) => this.schedule(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.scheduleFolder(document)),
      vscode.workspace.onDidSaveTextDocument((document) => this.scheduleFolder(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget(document)),
    );
    for (const document of vscode.workspace.textDocuments) this.schedule(document);
  }

  dispose(): void {
    for (const timer of this.waiting.values()) clearTimeout(timer);
    this.subscriptions.dispose();
  }

  /** Whether squiggles of a file come from here: it is open as text. */
  covers(uri: vscode.Uri): boolean {
    return this.found.has(uri.toString());
  }

  /** What was found in the document as it is now; undefined while that is not known yet. */
  diagnosesOf(document: vscode.TextDocument): readonly Diagnosis[] | undefined {
    const known = this.found.get(document.uri.toString());
    return known?.version === document.version ? known.all : undefined;
  }

  /** A change of one input can make another one in its folder wrong. */
  private scheduleFolder(document: vscode.TextDocument): void {
    if (!languageOf(document)) return;
    const folder = vscode.Uri.joinPath(document.uri, "..").toString();
    for (const other of vscode.workspace.textDocuments)
      if (other === document || vscode.Uri.joinPath(other.uri, "..").toString() === folder) this.schedule(other);
  }

  private schedule(document: vscode.TextDocument): void {
    const language = languageOf(document);
    if (!language || !FUNCTIONS[language].diagnose || document.uri.scheme === "git") return;
    const key = document.uri.toString();
    clearTimeout(this.waiting.get(key));
    const long = document.lineCount > LONG_TEXT / 40;
    const timer = setTimeout(() => void this.check(document), long ? LONG_DELAY : DELAY);
    this.waiting.set(key, timer);
  }

  private async check(document: vscode.TextDocument): Promise<void> {
    this.waiting.delete(document.uri.toString());
    const language = languageOf(document);
    const diagnose = language && FUNCTIONS[language].diagnose;
    if (!diagnose || document.isClosed) return;
    const text = document.getText();
    if (text.length > MAX_TEXT) return;
    const { version } = document;
    const context = await this.contexts.of(document);
    if (document.isClosed || document.version !== version) return;
    const all = diagnose(text, context);
    this.found.set(document.uri.toString(), { version, all });
    this.shown.set(document.uri, all.map(toDiagnostic));
    this.checked.fire(document.uri);
  }

  private forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.waiting.get(key));
    this.waiting.delete(key);
    this.found.delete(key);
    this.shown.delete(document.uri);
  }
}

function toDiagnostic(found: Diagnosis): vscode.Diagnostic {
  const range = new vscode.Range(found.line - 1, found.column - 1, found.line - 1, found.endColumn - 1);
  const message = messageIn(found, textLanguage()) ?? translateProblem(found);
  const diagnostic = new vscode.Diagnostic(range, message, SEVERITY[found.severity]);
  diagnostic.source = "R3DVS";
  diagnostic.code = found.code;
  return diagnostic;
}
