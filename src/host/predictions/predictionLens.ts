import * as vscode from "vscode";
import { languageOf } from "../../core/text/labels.js";
import type { PredictionRow } from "../../protocol/voxelView.js";
import { modelName } from "../base/labels.js";
import { showsInlinePredictions } from "../base/settings.js";
import type { LocalCopies } from "../files/localCopies.js";
import { wasCancelled } from "../process/jobProcess.js";
import type { ModelRegistry } from "../registries/modelRegistry.js";
import type { PredictionStore } from "./predictionStore.js";
import { nearestText, predictionText } from "./predictionText.js";

const FIRST_LINE = new vscode.Range(0, 0, 0, 0);

/** Predictions above the first line of structures and densities. What is missing is computed; what is stale waits to be asked for. */
export class PredictionLens implements vscode.CodeLensProvider {
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
    if (document.isUntitled || !showsInlinePredictions(document.uri)) return [];
    if (this.store.selectedModels.length === 0) return this.models.models.length === 0 ? [] : [offer(document.uri)];
    const local = await this.copies.acquireWithDensity(document.uri);
    try {
      return await this.lensesOf(document, local.file);
    } finally {
      local.release();
    }
  }

  private async lensesOf(document: vscode.TextDocument, file: string): Promise<vscode.CodeLens[]> {
    const known = await this.store.lookUp(file);
    if (known.density === undefined) return [hint(vscode.l10n.t("No predictions: no CHGCAR in this folder"))];
    if (known.missing.length > 0 && !known.busy && !this.failed.has(file)) this.request(document.uri, file);
    const spoken = known.rows.filter(({ value }) => value !== undefined);
    const lenses = spoken.map((row) => lensOf(row, document.uri, document.isDirty));
    const [silent] = known.rows.filter(({ value }) => value === undefined);
    if (silent) lenses.push(hint(`$(info) ${vscode.l10n.t("No prediction: {0}", silent.reasons?.[0] ?? "")}`));
    if (known.busy || (known.missing.length > 0 && !this.failed.has(file)))
      lenses.push(hint(`$(loading~spin) ${vscode.l10n.t("Predicting…")}`));
    if (this.failed.has(file)) lenses.push(retry(document.uri));
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

function lensOf(row: PredictionRow, uri: vscode.Uri, isDirty: boolean): vscode.CodeLens {
  const stale = row.stale || isDirty;
  const badges = [
    ...(row.inTraining ? [vscode.l10n.t("training material")] : []),
    // Why stands in the tooltip: a line of several predictions would end beyond the window.
    ...(row.outOfDomain ? [`$(warning) ${vscode.l10n.t("out of domain")}`] : []),
    ...(stale ? [`$(history) ${vscode.l10n.t("outdated: predict again")}`] : []),
  ];
  const nearest = row.nearest.length === 0 ? [] : [vscode.l10n.t("Nearest training materials: {0}", nearestText(row.nearest))];
  return new vscode.CodeLens(FIRST_LINE, {
    title: [predictionText(row, languageOf(vscode.env.language)), modelName(row.model), ...badges].join(" · "),
    tooltip: [...(row.reasons ?? []), ...nearest].join("\n"),
    command: stale ? "r3dvs.predict" : "r3dvs.showVoxels",
    arguments: [uri],
  });
}

const hint = (title: string) => new vscode.CodeLens(FIRST_LINE, { title, command: "" });
const offer = (uri: vscode.Uri) =>
  new vscode.CodeLens(FIRST_LINE, { title: vscode.l10n.t("Predict with a model…"), command: "r3dvs.predict", arguments: [uri] });
const retry = (uri: vscode.Uri) =>
  new vscode.CodeLens(FIRST_LINE, {
    title: `$(error) ${vscode.l10n.t("Prediction failed: try again")}`,
    command: "r3dvs.predict",
    arguments: [uri],
  });
