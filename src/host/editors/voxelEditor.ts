import path from "node:path";
import * as vscode from "vscode";
import type { Component } from "../../core/descriptors/spectrum.js";
import type { FromVoxelView, ToVoxelView } from "../../protocol/voxelView.js";
import { isPacked } from "../language/fileKinds.js";
import { type ProblemReporter, translateProblem } from "../language/problemReporter.js";
import type { PredictionStore } from "../predictions/predictionStore.js";
import { type JobProcess, wasCancelled } from "../runs/jobProcess.js";
import { saveExport } from "../saveExport.js";
import { encodeSettings, showsInlinePredictions } from "../settings.js";
import { Throttle } from "../throttle.js";
import { webviewOptions, webviewPage } from "./webviewPage.js";

export const VOXELS_VIEW = "r3dvs.voxels";
const RELOAD_MS = 400;

/** What all voxel editors need. */
export interface VoxelServices {
  readonly extension: vscode.Uri;
  readonly jobs: JobProcess;
  readonly problems: ProblemReporter;
  readonly predictions: PredictionStore;
  readonly log: vscode.LogOutputChannel;
}

/** The read-only editor of volumetric files: their voxels. */
export class VoxelEditorProvider implements vscode.CustomReadonlyEditorProvider {
  constructor(private readonly services: VoxelServices) {}

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose() {} };
  }

  async resolveCustomEditor(document: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    const { extension } = this.services;
    panel.webview.options = webviewOptions(extension);
    const editor = new VoxelEditor(document.uri, panel, this.services);
    panel.onDidDispose(() => editor.dispose());
    panel.webview.html = await webviewPage(panel.webview, extension, "voxels");
  }
}

/** One open view of one file. */
class VoxelEditor implements vscode.Disposable {
  private readonly reload = new Throttle(RELOAD_MS, () => void this.load());
  private readonly subscriptions: vscode.Disposable[];
  private component: Component = "total";
  private loading: vscode.CancellationTokenSource | undefined;
  private asked = false;
  private isShown = false;

  constructor(
    private readonly uri: vscode.Uri,
    private readonly panel: vscode.WebviewPanel,
    private readonly services: VoxelServices,
  ) {
    const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(uri, ".."), path.basename(uri.fsPath));
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    this.subscriptions = [
      watcher,
      watcher.onDidChange(() => this.reload.request()),
      watcher.onDidCreate(() => this.reload.request()),
      panel.webview.onDidReceiveMessage((message: FromVoxelView) => this.receive(message)),
      services.predictions.onDidChange((file) => {
        if (file === undefined) this.asked = false;
        if (file === undefined || file === uri.fsPath) void this.showPredictions();
      }),
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration("r3dvs.voxels", uri) && this.reload.request()),
    ];
  }

  dispose(): void {
    this.loading?.cancel();
    this.reload.dispose();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private async receive(message: FromVoxelView): Promise<void> {
    switch (message.type) {
      case "ready":
        return this.load();
      case "showText":
        await vscode.commands.executeCommand("r3dvs.showText", this.uri);
        return;
      case "predict":
        await vscode.commands.executeCommand("r3dvs.predict", this.uri);
        return;
      case "chooseComponent":
        this.component = message.component as Component;
        return this.load();
      case "export":
        await this.export(message);
    }
  }

  private async load(): Promise<void> {
    this.loading?.cancel();
    const source = new vscode.CancellationTokenSource();
    this.loading = source;
    const settings = { ...encodeSettings(this.uri), component: this.component };
    const onProgress = (fraction: number) => source.token.isCancellationRequested || this.post({ type: "loading", fraction });
    this.post({ type: "loading" });
    try {
      if (this.uri.scheme !== "file") throw new Error(vscode.l10n.t("Only files on a disk can be opened as voxels."));
      const { picture, problems } = await this.services.jobs.call(
        "openVoxels",
        { file: this.uri.fsPath, settings },
        { token: source.token, onProgress },
      );
      this.services.problems.report(this.uri.fsPath, problems);
      this.isShown = picture !== undefined;
      if (picture) this.post({ type: "pictureLoaded", picture });
      else
        this.post({
          type: "failed",
          problems: problems.map((problem) => `${problem.line}:${problem.column}: ${translateProblem(problem)}`),
        });
      await this.showPredictions();
    } catch (error) {
      if (source.token.isCancellationRequested) return;
      this.services.log.error(`${this.uri.fsPath}: ${String(error)}`);
      const reason = wasCancelled(error) ? vscode.l10n.t("The job process ended. Open the file again to restart it.") : messageOf(error);
      this.post({ type: "failed", problems: [reason] });
    }
  }

  /** What is not known yet is asked for once; what is stale waits for the user. */
  private async showPredictions(): Promise<void> {
    if (!this.isShown || !showsInlinePredictions(this.uri)) return;
    const { predictions } = this.services;
    const known = await predictions.lookUp(this.uri.fsPath);
    this.post({ type: "predictionsChanged", predictions: known.rows });
    if (this.asked || known.busy || known.missing.length === 0) return;
    this.asked = true;
    await predictions.predict(this.uri.fsPath).catch((error: unknown) => this.services.log.error(`${this.uri.fsPath}: ${String(error)}`));
  }

  private async export(message: Extract<FromVoxelView, { type: "export" }>): Promise<void> {
    const suggestion = this.uri.with({ path: `${plainPath(this.uri.path)}.r3dvs.${message.format}` });
    const { bytes } = message;
    await saveExport(suggestion, async (place) => (bytes ? vscode.workspace.fs.writeFile(place, bytes) : this.writeVoxels(place.fsPath)));
  }

  private async writeVoxels(output: string): Promise<void> {
    const settings = { ...encodeSettings(this.uri), component: this.component };
    const { problems } = await this.services.jobs.call("exportVoxels", { file: this.uri.fsPath, settings, output });
    this.services.problems.report(this.uri.fsPath, problems);
  }

  private post(message: ToVoxelView): void {
    void this.panel.webview.postMessage(message);
  }
}

const plainPath = (file: string): string => (isPacked(file) ? file.replace(/\.[^.]+$/, "") : file);
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
