import * as vscode from "vscode";
import type { Bilingual } from "../../core/language/bilingual.js";
import { say } from "../../core/language/bilingual.js";
import { FUNCTIONS, LANGUAGES, type LanguageFunctions, type VaspLanguage } from "../../core/language/languages.js";
import { offeredActions, type PoscarAction } from "../../core/language/poscar/poscarActions.js";
import { renameSpecies } from "../../core/language/poscar/poscarLanguage.js";
import { readPoscarLayout } from "../../core/language/poscar/poscarLayout.js";
import { TOKEN_KINDS } from "../../core/language/semanticTokens.js";
import { holds } from "../../core/language/textEdit.js";
import { fromPosition, toFold, toRange, toSymbol, toTextEdit, toWorkspaceEdit } from "./editorTypes.js";
import type { LiveDiagnostics } from "./liveDiagnostics.js";
import type { RunContexts } from "./runContexts.js";
import type { SymmetryHints } from "./symmetryHints.js";
import { languageOf, selectorOf, textLanguage } from "./vaspDocuments.js";

/**
 * UTF-16 units: of longer structures no actions are offered, since each would be tried, and colours are the grammar's.
 */
const MAX_ACTION_TEXT = 4 << 20;

/** Binds the pure functions of each VASP language to the editor. */
export function registerLanguages(
  diagnostics: LiveDiagnostics,
  contexts: RunContexts,
  symmetries: SymmetryHints,
): vscode.Disposable {
  const bound = LANGUAGES.flatMap((language) => bind(language, contexts, symmetries));
  const inputs = (["incar", "poscar", "kpoints"] as const).flatMap(selectorOf);
  return vscode.Disposable.from(
    ...bound,
    vscode.languages.registerCodeActionsProvider(inputs, new Fixes(diagnostics), {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
    vscode.languages.registerCodeActionsProvider(
      selectorOf("poscar"),
      { provideCodeActions: structureActions },
      {
        providedCodeActionKinds: [vscode.CodeActionKind.RefactorRewrite],
      },
    ),
    vscode.languages.registerCodeActionsProvider(
      selectorOf("kpoints"),
      { provideCodeActions: meshActions },
      {
        providedCodeActionKinds: [vscode.CodeActionKind.RefactorRewrite],
      },
    ),
    vscode.languages.registerRenameProvider(selectorOf("poscar"), { prepareRename, provideRenameEdits }),
  );
}

function bind(language: VaspLanguage, contexts: RunContexts, symmetries: SymmetryHints): vscode.Disposable[] {
  const { hover, complete, outline, fold, format, tokens } = FUNCTIONS[language];
  const selector = selectorOf(language);
  const hasLattice = language === "poscar";
  const bound: vscode.Disposable[] = [];
  if (hover) {
    const provideHover = async (
      document: vscode.TextDocument,
      position: vscode.Position,
      token: vscode.CancellationToken,
    ) => {
      const symmetry = hasLattice ? await symmetries.at(document, position, token) : undefined;
      const found = hover(
        document.getText(),
        fromPosition(position),
        textLanguage(),
        await contexts.of(document),
        symmetry,
      );
      return found && new vscode.Hover(new vscode.MarkdownString(found.markdown), toRange(found.range));
    };
    bound.push(vscode.languages.registerHoverProvider(selector, { provideHover }));
  }
  if (complete)
    bound.push(vscode.languages.registerCompletionItemProvider(selector, completionsBy(complete), "=", " "));
  if (outline) {
    const provideDocumentSymbols = (document: vscode.TextDocument) =>
      outline(document.getText(), textLanguage()).map(toSymbol);
    bound.push(
      vscode.languages.registerDocumentSymbolProvider(selector, { provideDocumentSymbols }, { label: "R3DVS" }),
    );
  }
  if (fold) {
    const provideFoldingRanges = (document: vscode.TextDocument) => fold(document.getText()).map(toFold);
    bound.push(vscode.languages.registerFoldingRangeProvider(selector, { provideFoldingRanges }));
  }
  if (format) {
    const provideDocumentFormattingEdits = (document: vscode.TextDocument) =>
      format(document.getText()).map(toTextEdit);
    bound.push(vscode.languages.registerDocumentFormattingEditProvider(selector, { provideDocumentFormattingEdits }));
  }
  if (tokens) {
    const provideDocumentSemanticTokens = (document: vscode.TextDocument) => {
      const builder = new vscode.SemanticTokensBuilder(LEGEND);
      const found = document.getText().length > MAX_ACTION_TEXT ? [] : tokens(document.getText());
      for (const { line, from, length, kind } of found) builder.push(line, from, length, TOKEN_KINDS.indexOf(kind));
      return builder.build();
    };
    bound.push(
      vscode.languages.registerDocumentSemanticTokensProvider(selector, { provideDocumentSemanticTokens }, LEGEND),
    );
  }
  return bound;
}

const LEGEND = new vscode.SemanticTokensLegend([...TOKEN_KINDS]);

function completionsBy(complete: NonNullable<LanguageFunctions["complete"]>): vscode.CompletionItemProvider {
  return {
    provideCompletionItems: (document, position) =>
      complete(document.getText(), fromPosition(position), textLanguage()).map((found) => {
        const kind = found.kind === "tag" ? vscode.CompletionItemKind.Property : vscode.CompletionItemKind.Value;
        const item = new vscode.CompletionItem({ label: found.label, description: found.detail }, kind);
        item.documentation = new vscode.MarkdownString(found.documentation);
        item.range = toRange(found.range);
        item.insertText = found.insert;
        item.sortText = found.order;
        if (found.kind === "tag") item.command = { command: "editor.action.triggerSuggest", title: "" };
        return item;
      }),
  };
}

/** The changes that remove a problem. */
class Fixes implements vscode.CodeActionProvider {
  constructor(private readonly diagnostics: LiveDiagnostics) {}

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const all = this.diagnostics.diagnosesOf(document) ?? [];
    const here = all.filter(({ line, column, endColumn }) =>
      range.intersection(new vscode.Range(line - 1, column - 1, line - 1, endColumn - 1)),
    );
    return here.flatMap(({ code, line, fixes }) =>
      fixes.map(({ title, args, edits }, index) => {
        const action = new vscode.CodeAction(say(title, textLanguage(), ...args), vscode.CodeActionKind.QuickFix);
        action.edit = toWorkspaceEdit(document, edits);
        action.isPreferred = index === 0;
        action.diagnostics = diagnostics.filter((shown) => shown.code === code && shown.range.start.line === line - 1);
        return action;
      }),
    );
  }
}

const refactoring = (title: Bilingual, command: string, ...args: unknown[]): vscode.CodeAction => {
  const action = new vscode.CodeAction(title[textLanguage()], vscode.CodeActionKind.RefactorRewrite);
  action.command = { command, title: action.title, arguments: args };
  return action;
};

/** Whole-structure changes: they run when they are chosen, not before. */
function structureActions(document: vscode.TextDocument): vscode.CodeAction[] {
  const text = document.getText();
  if (languageOf(document) !== "poscar" || text.length > MAX_ACTION_TEXT) return [];
  return offeredActions(text).map(({ id, title }: PoscarAction) =>
    refactoring(title, "r3dvs.changeStructure", document.uri, id),
  );
}

const MESH = { en: "Generate a k-point mesh…", ja: "k 点メッシュを生成…" };

const meshActions = (document: vscode.TextDocument): vscode.CodeAction[] => [
  refactoring(MESH, "r3dvs.generateMesh", document.uri),
];

function prepareRename(document: vscode.TextDocument, position: vscode.Position): vscode.Range {
  const { blocks } = readPoscarLayout(document.getText());
  const label = blocks.find(({ labelRange }) => labelRange && holds(labelRange, fromPosition(position)))?.labelRange;
  if (!label) throw new Error(vscode.l10n.t("Only the names of species can be changed."));
  return toRange(label);
}

function provideRenameEdits(
  document: vscode.TextDocument,
  position: vscode.Position,
  name: string,
): vscode.WorkspaceEdit {
  const edits = renameSpecies(document.getText(), fromPosition(position), name);
  if (!edits) throw new Error(vscode.l10n.t("{0} is not a name of a species.", name));
  return toWorkspaceEdit(document, edits);
}
