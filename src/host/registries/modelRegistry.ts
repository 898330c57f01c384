import { existsSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import type { ModelSummary } from "../../protocol/workerMethods.js";
import { modelFolders, usesBuiltInModels } from "../base/settings.js";
import type { JobProcess } from "../process/jobProcess.js";
import type { RunRegistry } from "./runRegistry.js";

const OWN = "built in: ";

/**
 * The trained models at hand: those of the known runs, of the folders in the settings, and those that come with the
 * extension.
 */
export class ModelRegistry implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable;
  private found: readonly ModelSummary[] = [];
  private known = "";
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly jobs: JobProcess,
    private readonly runs: RunRegistry,
    private readonly ownModels: string,
  ) {
    this.subscriptions = vscode.Disposable.from(
      runs.onDidChange(() => this.refreshIfProgressed()),
      vscode.workspace.onDidChangeConfiguration(
        (change) =>
          (change.affectsConfiguration("r3dvs.models") || change.affectsConfiguration("r3dvs.builtInModels")) &&
          this.refresh(),
      ),
    );
  }

  get models(): readonly ModelSummary[] {
    return this.found;
  }

  /** Those that predict as long as nothing else was chosen: the best that come with the extension. */
  get recommended(): readonly string[] {
    return this.found.filter((model) => model.recommended && this.isBuiltIn(model)).map((model) => model.path);
  }

  /** The mean absolute error on materials that the model's training had not seen, where it is known. */
  testErrorOf(folder: string): number | undefined {
    const model = this.found.find(({ path: place }) => place === folder);
    if (model === undefined || model.heldOutMae !== undefined) return model?.heldOutMae;
    const run = this.runs.runs.find((one) => folder.startsWith(one.folder + path.sep));
    return run?.errors?.find(
      (one) => one.target === model.target && one.model === model.model && one.trainSize === model.trainSize,
    )?.mae;
  }

  /** Whether a model comes with the extension. */
  isBuiltIn({ path: folder }: ModelSummary): boolean {
    return path.dirname(folder) === this.ownModels;
  }

  /** A model's name for a selection that outlives an update, which moves the extension's own folder. */
  keyOf(folder: string): string {
    return path.dirname(folder) === this.ownModels ? `${OWN}${path.basename(folder)}` : folder;
  }

  /** The folders of such names, of models that are at hand. */
  pathsOf(keys: readonly string[]): readonly string[] {
    return this.found.map((model) => model.path).filter((folder) => keys.includes(this.keyOf(folder)));
  }

  async refresh(): Promise<void> {
    const own = usesBuiltInModels() ? [this.ownModels] : [];
    const folders = [...modelFolders(), ...this.runs.runs.map((run) => run.folder), ...own].filter(existsSync);
    const { models } =
      folders.length === 0
        ? { models: [] }
        : await this.jobs.call("listModels", { folders }).catch(() => ({ models: [] }));
    this.found = models;
    this.changed.fire();
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.changed.dispose();
  }

  /** Models appear when tasks end, so other changes of a run need no reading. */
  private refreshIfProgressed(): void {
    const progress = this.runs.runs.map((run) => `${run.folder} ${run.progress.done} ${run.state}`).join("\n");
    if (progress === this.known) return;
    this.known = progress;
    void this.refresh();
  }
}
