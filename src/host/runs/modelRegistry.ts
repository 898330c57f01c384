import { existsSync } from "node:fs";
import * as vscode from "vscode";
import type { ModelSummary } from "../../protocol/workerMethods.js";
import { modelFolders } from "../settings.js";
import type { JobProcess } from "./jobProcess.js";
import type { RunRegistry } from "./runRegistry.js";

/** The trained models at hand: those of the known runs, of the folders in the settings, and those that come with the extension. */
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
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration("r3dvs.models") && this.refresh()),
    );
  }

  get models(): readonly ModelSummary[] {
    return this.found;
  }

  async refresh(): Promise<void> {
    const folders = [...modelFolders(), ...this.runs.runs.map((run) => run.folder), this.ownModels].filter(existsSync);
    const { models } =
      folders.length === 0 ? { models: [] } : await this.jobs.call("listModels", { folders }).catch(() => ({ models: [] }));
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
