import path from "node:path";
import * as vscode from "vscode";
import type { EncodeSettings } from "../../core/descriptors/encodeSettings.js";
import type { Component } from "../../core/descriptors/spectrum.js";
import { isCompressed, isMaterialJson } from "../../core/formats/fileNames.js";
import { messageOf } from "../../core/text/messageOf.js";
import type { Problem } from "../../core/text/problem.js";
import type { ToCrystalView } from "../../protocol/crystalView.js";
import { voxelViewMessage } from "../../protocol/viewMessages.js";
import type {
  Explanation,
  FromVoxelView,
  PredictionRow,
  ToVoxelView,
  VoxelViewData,
} from "../../protocol/voxelView.js";
import { saveExport } from "../base/saveExport.js";
import { encodeSettings, showsInlinePredictions } from "../base/settings.js";
import { Throttle } from "../base/throttle.js";
import { webviewOptions, webviewPage } from "../base/webviewPage.js";
import type { DensityFinder } from "../files/densityFinder.js";
import type { LocalCopies, LocalFile } from "../files/localCopies.js";
import { watchShown } from "../files/watchShown.js";
import { type ProblemReporter, translateProblem } from "../language/problemReporter.js";
import type { PredictionStore } from "../predictions/predictionStore.js";
import { wasCancelled } from "../process/crystalJobs.js";
import type { JobProcess } from "../process/jobProcess.js";
import type { ChosenFiles } from "./chosenFiles.js";
import { CrystalSession } from "./crystalSession.js";

export const VOXELS_VIEW = "r3dvs.voxels";
/** The same editor, offered for structures: it shows the density that belongs to one. */
export const STRUCTURE_VOXELS_VIEW = "r3dvs.structureVoxels";
/** The same, offered for files that hold a density now and then: JSON, HDF5, arrays. */
export const FORM_VOXELS_VIEW = "r3dvs.formVoxels";
const RELOAD_MS = 400;

/** What all voxel editors need. */
export interface VoxelServices {
  readonly extension: vscode.Uri;
  readonly jobs: JobProcess;
  readonly problems: ProblemReporter;
  readonly predictions: PredictionStore;
  readonly densities: DensityFinder;
  readonly copies: LocalCopies;
  readonly chosen: ChosenFiles;
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
    if (await this.isOfAnother(document.uri)) return openPlainly(document.uri, panel);
    panel.webview.options = webviewOptions(extension);
    const editor = new VoxelEditor(document.uri, panel, this.services);
    panel.onDidDispose(() => editor.dispose());
    panel.webview.html = await webviewPage(panel.webview, extension, "voxels");
  }

  /** What the materials of a database are named after may hold anything: only a density is shown. */
  private async isOfAnother(uri: vscode.Uri): Promise<boolean> {
    if (uri.scheme !== "file" || !isMaterialJson(uri.path)) return false;
    return !(await this.services.densities.hasVolumetricData(uri.fsPath).catch(() => true));
  }
}

/** As VS Code opens a file that nobody else does. */
async function openPlainly(uri: vscode.Uri, panel: vscode.WebviewPanel): Promise<void> {
  await vscode.commands.executeCommand("vscode.openWith", uri, "default", panel.viewColumn);
  panel.dispose();
}

/** One open view of one file. */
class VoxelEditor implements vscode.Disposable {
  private readonly reload = new Throttle(RELOAD_MS, () => void this.load());
  private readonly subscriptions: vscode.Disposable[];
  private component: Component = "total";
  /** The frame that was chosen, of a file with several; the last one otherwise. */
  private frame: number | undefined;
  private frames = 1;
  private isDisposed = false;
  private loading: vscode.CancellationTokenSource | undefined;
  private explaining: vscode.CancellationTokenSource | undefined;
  private readonly crystal: CrystalSession;
  private asked = false;
  private isShown = false;
  /** What predictions rest on, by model: a page that was hidden shows it again. */
  private readonly explained = new Map<string, Explanation>();
  private isNewPage = true;
  /** The models whose predictions can be explained, as the page was told. */
  private offered: ReadonlySet<string> = new Set();
  /** What the job process reads: kept on the disk while this view is open. */
  private local: LocalFile | undefined;
  /** The density's path; the file's own, unless it is a structure. */
  private file: string;

  constructor(
    private readonly uri: vscode.Uri,
    private readonly panel: vscode.WebviewPanel,
    private readonly services: VoxelServices,
  ) {
    this.file = uri.fsPath;
    this.crystal = new CrystalSession(panel, services);
    const isShown = (changed: vscode.Uri) => this.isShownFile(changed);
    const watcher = watchShown(uri, services.copies, isShown, () => this.reload.request());
    this.subscriptions = [
      this.crystal,
      watcher,
      panel.webview.onDidReceiveMessage((message: unknown) => this.receive(voxelViewMessage(message))),
      services.predictions.onDidChange((file) => {
        if (file === undefined) this.asked = false;
        if (file === undefined || file === this.file) void this.showPredictions();
      }),
      vscode.workspace.onDidChangeConfiguration(
        (change) => change.affectsConfiguration("r3dvs.voxels", uri) && this.reload.request(),
      ),
    ];
  }

  dispose(): void {
    this.isDisposed = true;
    this.loading?.cancel();
    this.explaining?.cancel();
    this.reload.dispose();
    this.local?.release();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private async receive(message: FromVoxelView | undefined): Promise<void> {
    switch (message?.type) {
      case "ready":
        this.isNewPage = true;
        return this.load();
      case "showText":
        return this.showText(message);
      case "predict":
        await vscode.commands.executeCommand("r3dvs.predict", this.uri);
        return;
      case "explain":
        return this.explain(message.model);
      case "chooseComponent":
        this.component = message.component as Component;
        return this.load();
      case "chooseFrame":
        this.frame = message.frame === this.frames ? undefined : message.frame;
        return this.load();
      case "export":
        await this.export(message);
    }
  }

  /** Lines are those of the density, also beside a structure. */
  private async showText(place: Extract<FromVoxelView, { type: "showText" }>): Promise<void> {
    const uri = place.line === undefined ? this.uri : this.services.copies.uriOf(this.file);
    await vscode.commands.executeCommand("r3dvs.showText", uri, undefined, place);
  }

  private async load(): Promise<void> {
    this.loading?.cancel();
    const source = new vscode.CancellationTokenSource();
    this.loading = source;
    const settings = this.settings();
    const onProgress = (fraction: number) =>
      source.token.isCancellationRequested || this.post({ type: "loading", fraction });
    this.post({ type: "loading" });
    try {
      const file = await this.takeDensity();
      if (source.token.isCancellationRequested) return;
      const options = { token: source.token, onProgress };
      void this.crystal.openStructure(file, this.frame, { token: source.token }).catch(() => undefined);
      const { voxels, density, problems } = await this.crystal.openDensity(file, this.frame, settings, options);
      this.services.problems.report(file, problems, this.uri);
      this.isShown = voxels !== undefined;
      if (voxels) this.post({ type: "pictureLoaded", picture: this.translated(voxels, problems) });
      else if (density) this.post({ type: "warned", problems: problems.map(translateProblem) });
      else
        this.post({
          type: "failed",
          problems: problems.map((problem) => `${problem.line}:${problem.column}: ${translateProblem(problem)}`),
        });
      await this.showPredictions();
    } catch (error) {
      if (source.token.isCancellationRequested) return;
      this.services.log.error(`${this.uri.toString(true)}: ${String(error)}`);
      const reason = wasCancelled(error)
        ? vscode.l10n.t("The job process ended. Open the file again to restart it.")
        : messageOf(error);
      this.post({ type: "failed", problems: [reason] });
    }
  }

  private settings(): EncodeSettings {
    return {
      ...encodeSettings(this.uri),
      component: this.component,
      ...(this.frame !== undefined && { frame: this.frame }),
    };
  }

  /** The job process speaks English; and reading one frame it does not count those behind it. */
  private translated(picture: VoxelViewData, problems: readonly Problem[]): VoxelViewData {
    const warnings = problems.map(translateProblem);
    if (!picture.frames) return { ...picture, warnings };
    const { count, shown } = picture.frames;
    this.frames = this.frame === undefined ? count : Math.max(count, this.frames);
    return { ...picture, warnings, frames: { count: this.frames, shown } };
  }

  /** The density's path, of a copy where it is on no disk. Throws where a structure has none. */
  private async takeDensity(): Promise<string> {
    const { copies, densities } = this.services;
    const former = this.local;
    this.local = await copies.acquireWithDensity(this.uri);
    former?.release();
    if (this.isDisposed) this.local.release();
    const density = await densities.of(this.local.file);
    if (density === undefined)
      throw new Error(vscode.l10n.t("R3DVS: no CHGCAR in the folder of {0}.", path.basename(this.uri.path)));
    this.file = density;
    return density;
  }

  private isShownFile(changed: vscode.Uri): boolean {
    return [this.uri, this.services.copies.uriOf(this.file)].some((shown) => shown.toString() === changed.toString());
  }

  /** What is not known yet is asked for once; what is stale waits for the user. */
  private async showPredictions(): Promise<void> {
    if (!this.isShown || !showsInlinePredictions(this.uri)) return;
    const { predictions } = this.services;
    // predictions are of a file's last frame
    if (this.frame !== undefined) return this.post({ type: "predictionsChanged", predictions: [] });
    const known = await predictions.lookUp(this.file);
    this.offered = new Set(known.rows.flatMap(({ explainable }) => explainable ?? []));
    this.post({ type: "predictionsChanged", predictions: known.rows });
    this.explainAgain(known.rows);
    if (this.asked || known.busy || known.missing.length === 0) return;
    this.asked = true;
    await predictions
      .predict(this.file)
      .catch((error: unknown) => this.services.log.error(`${this.uri.toString(true)}: ${String(error)}`));
  }

  /** Explanations are of the values they were asked with; a page that is new gets those that still hold. */
  private explainAgain(rows: readonly PredictionRow[]): void {
    const holds = (model: string) => rows.some((row) => row.explainable === model && !row.stale);
    for (const model of [...this.explained.keys()]) if (!holds(model)) this.explained.delete(model);
    if (this.isNewPage)
      for (const [model, explanation] of this.explained) this.post({ type: "explained", model, explanation });
    this.isNewPage = false;
  }

  /** What one model's prediction rests on; a new request, or one without a model, ends the last. */
  private async explain(model: string): Promise<void> {
    this.explaining?.cancel();
    const source = new vscode.CancellationTokenSource();
    this.explaining = source;
    // a page names models that it was told of, and no other folder
    if (!this.offered.has(model)) return;
    const onProgress = (fraction: number) =>
      source.token.isCancellationRequested || this.post({ type: "explaining", model, fraction });
    onProgress(0);
    try {
      const params = { model, file: this.file };
      const { explanation, problems } = await this.services.jobs.call("explainPrediction", params, {
        token: source.token,
        onProgress,
      });
      this.services.problems.report(this.file, problems, this.uri);
      if (explanation) this.explained.set(model, explanation);
      this.post({ type: "explained", model, ...(explanation && { explanation }) });
    } catch (error) {
      this.post({ type: "explained", model });
      if (source.token.isCancellationRequested) return;
      this.services.log.error(`${this.uri.toString(true)}: ${String(error)}`);
      await vscode.window.showErrorMessage(vscode.l10n.t("R3DVS: no explanation is available: {0}", messageOf(error)));
    }
  }

  private async export(message: Extract<FromVoxelView, { type: "export" }>): Promise<void> {
    const suggestion = this.uri.with({ path: `${plainPath(this.uri.path)}.r3dvs.${message.format}` });
    const { bytes } = message;
    const note =
      message.format === "npz"
        ? {
            note: vscode.l10n.t(
              "It holds NumPy arrays: numpy.load(file)['descriptor'][0] are the voxels, axes z, y, x.",
            ),
          }
        : {};
    await saveExport(
      suggestion,
      async (place) => (bytes ? vscode.workspace.fs.writeFile(place, bytes) : this.writeVoxels(place)),
      note,
    );
  }

  private async writeVoxels(place: vscode.Uri): Promise<void> {
    const { copies, jobs, problems } = this.services;
    const settings = this.settings();
    const output = place.scheme === "file" ? place.fsPath : copies.scratch(path.basename(place.path));
    const outcome = await jobs.call("exportVoxels", { file: this.file, settings, output });
    problems.report(this.file, outcome.problems, this.uri);
    if (place.scheme === "file") return;
    await vscode.workspace.fs.copy(vscode.Uri.file(output), place, { overwrite: true });
    await vscode.workspace.fs.delete(vscode.Uri.file(output));
  }

  private post(message: ToVoxelView | ToCrystalView): void {
    void this.panel.webview.postMessage(message);
  }
}

const plainPath = (file: string): string => (isCompressed(file) ? file.replace(/\.[^.]+$/, "") : file);
