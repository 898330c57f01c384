import * as vscode from "vscode";
import type { Fold, OutlineItem } from "../../core/language/results.js";
import type { TextEdit, TextPosition, TextRange } from "../../core/language/textEdit.js";

/** Plain data of core as the editor's objects. */

export const toRange = ({ start, end }: TextRange): vscode.Range =>
  new vscode.Range(start.line, start.character, end.line, end.character);

export const fromPosition = ({ line, character }: vscode.Position): TextPosition => ({ line, character });

export const toTextEdit = ({ range, text }: TextEdit): vscode.TextEdit => vscode.TextEdit.replace(toRange(range), text);

export function toWorkspaceEdit(document: vscode.TextDocument, edits: readonly TextEdit[]): vscode.WorkspaceEdit {
  const change = new vscode.WorkspaceEdit();
  change.set(document.uri, edits.map(toTextEdit));
  return change;
}

const KINDS: Readonly<Record<OutlineItem["kind"], vscode.SymbolKind>> = {
  section: vscode.SymbolKind.Module,
  value: vscode.SymbolKind.Property,
  list: vscode.SymbolKind.Array,
  site: vscode.SymbolKind.Field,
  step: vscode.SymbolKind.Event,
};

export function toSymbol({ name, detail, kind, range, selection, children }: OutlineItem): vscode.DocumentSymbol {
  const symbol = new vscode.DocumentSymbol(
    name === "" ? "–" : name,
    detail,
    KINDS[kind],
    toRange(range),
    toRange(selection),
  );
  symbol.children = children.map(toSymbol);
  return symbol;
}

export const toFold = ({ start, end, kind }: Fold): vscode.FoldingRange =>
  new vscode.FoldingRange(
    start,
    end,
    kind === "comment" ? vscode.FoldingRangeKind.Comment : vscode.FoldingRangeKind.Region,
  );
