import * as vscode from "vscode";
import type { RunSummary } from "../../protocol/runEvents.js";
import { Throttle } from "../base/throttle.js";
import type { JobProcess } from "../process/jobProcess.js";
import { startRun } from "../process/startRun.js";
import type { DatasetRegistry } from "./datasetRegistry.js";

const REFRESH_MS = 1500;
const POLL_MS = 3000;
const MEMENTO_KEY = "r3dvs.otherDatasets";

export const isActive = (run: RunSummary): boolean =>
  run.state === "running" || run.state === "stopping" || run.state === "queued";

/** The runs of all known datasets: those of the workspace, and those trained on from this workspace. */
export class RunRegistry implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<readonly RunSummary[]>();
  private readonly ended = new vscode.EventEmitter<RunSummary>();
  private readonly throttle = new Throttle(REFRESH_MS, () => this.refresh());
  private readonly subscription: vscode.Disposable;
  private watchers = new Map<string, vscode.Disposable>();
  private poll: NodeJS.Timeout | undefined;
  private found: readonly RunSummary[] = [];
  private refreshing: Promise<void> | undefined;
  readonly onDidChange = this.changed.event;
  /** Fires when a run that was active is seen to be so no more. */
  readonly onDidEnd = this.ended.event;

  constructor(
    private readonly jobs: JobProcess,
    private readonly datasets: DatasetRegistry,
    private readonly memento: vscode.Memento,
    private readonly runScript: string,
    private readonly environment: NodeJS.ProcessEnv = {},
  ) {
    this.subscription = datasets.onDidChange(() => this.throttle.request());
  }

  get runs(): readonly RunSummary[] {
    return this.found;
  }

  /** Starts a prepared run as a detached process. */
  async start(folder: string, dataset: string): Promise<void> {
    await this.remember(dataset);
    await startRun(this.runScript, folder, this.environment);
    await this.refresh();
    this.throttle.request();
  }

  /** Lists the runs of a dataset from now on, wherever it is. */
  async adopt(dataset: string): Promise<void> {
    await this.remember(dataset);
    await this.refresh();
  }

  /** Goes on with a run that was stopped or interrupted. */
  async resume(folder: string): Promise<void> {
    const { run } = await this.jobs.call("readRun", { folder, parity: false });
    await this.start(folder, run.dataset);
  }

  async stop(folder: string): Promise<void> {
    await this.jobs.call("stopRun", { folder });
    this.throttle.request();
  }

  /** Reads the runs again; a reading under way is waited for. */
  refresh(): Promise<void> {
    this.refreshing ??= this.read().finally(() => {
      this.refreshing = undefined;
    });
    return this.refreshing;
  }

  dispose(): void {
    clearTimeout(this.poll);
    this.throttle.dispose();
    this.subscription.dispose();
    vscode.Disposable.from(...this.watchers.values()).dispose();
    this.changed.dispose();
    this.ended.dispose();
  }

  /** In Restricted Mode runs are not read: files of a folder that nobody trusts are known by their names alone. */
  private async read(): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    const ask = (dataset: string) => this.jobs.call("listRuns", { dataset }).catch(() => ({ runs: [], folders: [] }));
    const lists = await Promise.all(this.datasetFolders().map(ask));
    this.watch(lists.flatMap((list) => list.folders));
    this.accept(lists.flatMap((list) => list.runs));
  }

  private accept(runs: readonly RunSummary[]): void {
    const wasActive = new Set(this.found.filter(isActive).map((run) => run.folder));
    const isSame = JSON.stringify(runs) === JSON.stringify(this.found);
    this.found = runs;
    clearTimeout(this.poll);
    if (runs.some(isActive)) this.poll = setTimeout(() => this.throttle.request(), POLL_MS);
    if (isSame) return;
    this.changed.fire(runs);
    for (const run of runs) if (wasActive.has(run.folder) && !isActive(run)) this.ended.fire(run);
  }

  /** Runs are seen to begin and to end through their folders; while one is active it is also asked for now and then. */
  private watch(folders: readonly string[]): void {
    for (const [folder, watcher] of this.watchers) {
      if (folders.includes(folder)) continue;
      watcher.dispose();
      this.watchers.delete(folder);
    }
    for (const folder of folders) if (!this.watchers.has(folder)) this.watchers.set(folder, this.watcherOf(folder));
  }

  private watcherOf(runs: string): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.file(runs), "*/{run,cluster}.json"),
    );
    const request = () => this.throttle.request();
    return vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(request),
      watcher.onDidChange(request),
      watcher.onDidDelete(request),
    );
  }

  private datasetFolders(): readonly string[] {
    const others = this.memento.get<string[]>(MEMENTO_KEY, []);
    return [...new Set([...this.datasets.datasets.map((dataset) => dataset.folder), ...others])];
  }

  private async remember(dataset: string): Promise<void> {
    const others = this.memento.get<string[]>(MEMENTO_KEY, []);
    if (!others.includes(dataset)) await this.memento.update(MEMENTO_KEY, [...others, dataset].slice(-20));
  }
}
