import * as vscode from "vscode";
import { languageOf } from "../../core/text/labels.js";
import { targetName } from "../base/labels.js";
import { showsInlinePredictions } from "../base/settings.js";
import type { LocalCopies } from "../files/localCopies.js";
import { wasCancelled } from "../process/crystalJobs.js";
import type { ModelRegistry } from "../registries/modelRegistry.js";
import type { FilePredictions, PredictionStore } from "./predictionStore.js";
import {
  type PredictionLine,
  predictionLines,
  predictionMarkdown,
  predictionTooltip,
  type Words,
} from "./predictionText.js";

const FIRST_LINE = new vscode.Range(0, 0, 0, 0);

/** Where predictions are shown in texts. */
export const PREDICTED_TEXTS: readonly vscode.DocumentFilter[] = [
  ...["poscar", "chgcar"].map((language) => ({ language })),
  { pattern: "**/{*.cif,*.CIF,*.xyz,*.extxyz,XDATCAR,XDATCAR[_.-]*,vasprun.xml,vasprun[_.-]*.xml}" },
];

/**
 * Numbers above the first line of structures and densities, and their table where the pointer rests on that line. What
 * is missing is computed; what is stale waits to be asked for.
 */
export class PredictionLens implements vscode.CodeLensProvider, vscode.HoverProvider {
  private readonly changed = new vscode.EventEmitter<void>();
  /** Files whose prediction failed in this session, so that drawing does not ask again and again. */
  private readonly failed = new Set<string>();
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(
    private readonly store: PredictionStore,
    private readonly models: ModelRegistry,
    private readonly copies: LocalCopies,
    private readonly log: vscode.LogOutputChannel,
  ) {
    store.onDidChange((file) => {
      if (file === undefined) this.failed.clear();
      this.changed.fire();
    });
    models.onDidChange(() => this.changed.fire());
  }

  /** Draws again, after a file changed. */
  refresh(): void {
    this.failed.clear();
    this.changed.fire();
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!isShownIn(document)) return [];
    if (this.store.selectedModels.length === 0) return this.models.models.length === 0 ? [] : [offer(document.uri)];
    const local = await this.copies.acquireWithDensity(document.uri);
    try {
      return await this.lensesOf(document, local.file);
    } finally {
      local.release();
    }
  }

  /** The table of all that is known of the material. */
  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    if (position.line > 0 || !isShownIn(document) || this.store.selectedModels.length === 0) return undefined;
    const local = await this.copies.acquireWithDensity(document.uri);
    const { rows } = await this.store.lookUp(local.file).finally(() => local.release());
    if (rows.length === 0) return undefined;
    const table = new vscode.MarkdownString(predictionMarkdown(rows, words()));
    table.appendMarkdown(`\n\n[${vscode.l10n.t("Show the crystal and its numbers")}](command:r3dvs.showVoxels)`);
    table.isTrusted = { enabledCommands: ["r3dvs.showVoxels"] };
    return new vscode.Hover(table, document.lineAt(0).range);
  }

  private async lensesOf(document: vscode.TextDocument, file: string): Promise<vscode.CodeLens[]> {
    const known = await this.store.lookUp(file);
    if (known.density === undefined) return [hint(vscode.l10n.t("No predictions: no CHGCAR in this folder"))];
    const hasFailed = this.failed.has(file);
    if (known.missing.length > 0 && !known.busy && !hasFailed) this.request(document.uri, file);
    const lenses = linesOf(document, known);
    // What is there already stays in sight while the rest, or a newer value, is computed.
    if (lenses.length === 0 && !hasFailed) lenses.push(hint(`$(loading~spin) ${vscode.l10n.t("Predicting…")}`));
    if (hasFailed) lenses.push(retry(document.uri));
    return lenses;
  }

  private request(uri: vscode.Uri, file: string): void {
    this.predict(uri).then(
      async () => {
        if ((await this.store.lookUp(file)).missing.length > 0) this.fail(file);
      },
      (error: unknown) => {
        if (!wasCancelled(error)) this.log.error(`prediction of ${file}: ${String(error)}`);
        this.fail(file);
      },
    );
  }

  private async predict(uri: vscode.Uri): Promise<void> {
    const local = await this.copies.acquireWithDensity(uri);
    await this.store.predict(local.file).finally(() => local.release());
  }

  private fail(file: string): void {
    this.failed.add(file);
    this.changed.fire();
  }
}

const isShownIn = (document: vscode.TextDocument) => !document.isUntitled && showsInlinePredictions(document.uri);
const words = (): Words => ({ l10n: vscode.l10n, language: languageOf(vscode.env.language), property: targetName });

function linesOf(document: vscode.TextDocument, { rows }: FilePredictions): vscode.CodeLens[] {
  const tooltip = predictionTooltip(rows, words());
  return predictionLines(rows, document.isDirty, words()).map((line) => lensOf(line, tooltip, document.uri));
}

/** A click on what is outdated predicts again; on all else it opens the page with the whole table. */
function lensOf({ icon, text }: PredictionLine, tooltip: string, uri: vscode.Uri): vscode.CodeLens {
  const command = icon === "history" ? "r3dvs.predict" : "r3dvs.showVoxels";
  return new vscode.CodeLens(FIRST_LINE, {
    title: icon === undefined ? text : `$(${icon}) ${text}`,
    tooltip,
    command,
    arguments: [uri],
  });
}

const hint = (title: string) => new vscode.CodeLens(FIRST_LINE, { title, command: "" });
const offer = (uri: vscode.Uri) =>
  new vscode.CodeLens(FIRST_LINE, {
    title: vscode.l10n.t("Predict with a model…"),
    command: "r3dvs.predict",
    arguments: [uri],
  });
const retry = (uri: vscode.Uri) =>
  new vscode.CodeLens(FIRST_LINE, {
    title: `$(error) ${vscode.l10n.t("Prediction failed: try again")}`,
    command: "r3dvs.predict",
    arguments: [uri],
  });
