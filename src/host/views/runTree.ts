import path from "node:path";
import * as vscode from "vscode";
import { compareProperties, languageOf, propertySymbol } from "../../core/text/labels.js";
import { errorText } from "../../core/text/predictionSummary.js";
import type { RunState, RunSummary } from "../../protocol/runEvents.js";
import { modelName, progressText, targetName } from "../base/labels.js";
import type { JobProcess } from "../process/jobProcess.js";
import type { RunRegistry } from "../registries/runRegistry.js";

const ICON: Record<RunState, vscode.ThemeIcon> = {
  queued: new vscode.ThemeIcon("clock"),
  running: new vscode.ThemeIcon("loading~spin"),
  stopping: new vscode.ThemeIcon("loading~spin"),
  stopped: new vscode.ThemeIcon("debug-pause"),
  finished: new vscode.ThemeIcon("pass", new vscode.ThemeColor("testing.iconPassed")),
  failed: new vscode.ThemeIcon("error", new vscode.ThemeColor("testing.iconFailed")),
  interrupted: new vscode.ThemeIcon("warning", new vscode.ThemeColor("problemsWarningIcon.foreground")),
};

/** A task that a run gave up, and why; without a task: how many more there are. */
export interface FailedTask {
  readonly of: string;
  readonly task?: string;
  readonly reason: string;
}

const MOST_FAILURES = 50;

/** The runs with state and progress, and below each the tasks that failed; a click opens the study view. */
export class RunTree implements vscode.TreeDataProvider<RunSummary | FailedTask> {
  readonly onDidChangeTreeData: vscode.Event<void>;
  private readonly changed = new vscode.EventEmitter<void>();

  constructor(
    private readonly registry: RunRegistry,
    private readonly jobs: JobProcess,
  ) {
    this.onDidChangeTreeData = this.changed.event;
    registry.onDidChange(() => this.changed.fire());
  }

  async getChildren(node?: RunSummary | FailedTask): Promise<(RunSummary | FailedTask)[]> {
    if (node === undefined) return [...this.registry.runs];
    if ("of" in node) return [];
    const { failed } = await this.jobs.call("runStatus", { folder: node.folder });
    const shown = failed.slice(0, MOST_FAILURES).map(({ task, reason }) => ({ of: node.folder, task, reason }));
    const more = failed.length - shown.length;
    return more > 0 ? [...shown, { of: node.folder, reason: vscode.l10n.t("and {0} more", more) }] : shown;
  }

  getTreeItem(node: RunSummary | FailedTask): vscode.TreeItem {
    return "of" in node ? failureItem(node) : this.runItem(node);
  }

  private runItem(run: RunSummary): vscode.TreeItem {
    const hasFailures = (run.failed ?? 0) > 0;
    const item = new vscode.TreeItem(run.name, vscode.TreeItemCollapsibleState[hasFailures ? "Collapsed" : "None"]);
    const state = stateText(run.state);
    item.id = run.folder;
    item.iconPath = ICON[run.state];
    item.description = runDescription(run);
    item.tooltip = tooltipOf(run, state);
    item.contextValue = `run.${run.state}`;
    item.accessibilityInformation = { label: `${run.name}, ${item.description}` };
    item.command = { command: "r3dvs.openStudy", title: vscode.l10n.t("Open Study"), arguments: [run] };
    return item;
  }
}

function failureItem({ of, task, reason }: FailedTask): vscode.TreeItem {
  const item = new vscode.TreeItem(task === undefined ? reason : taskText(task));
  if (task !== undefined) item.description = reason;
  item.tooltip = reason;
  item.iconPath = ICON.failed;
  item.contextValue = "failedTask";
  item.command = { command: "r3dvs.openStudy", title: vscode.l10n.t("Open Study"), arguments: [of] };
  return item;
}

/** `band_gap/soap/100-0-1`, the place of a task's files, in words. */
function taskText(task: string): string {
  const [, target, model, size, repeat, member] = /^([^/\\]+)[/\\]([^/\\]+)[/\\](\d+)-(\d+)-(\d+)$/.exec(task) ?? [];
  if (target === undefined || model === undefined) return task;
  const place = vscode.l10n.t(
    "{0} materials, split {1}, member {2}",
    size ?? "",
    Number(repeat) + 1,
    Number(member) + 1,
  );
  return `${targetName(target)}, ${modelName(model)}, ${place}`;
}

/** A run's state in the language of the editor. */
export function stateText(state: RunState): string {
  switch (state) {
    case "queued":
      return vscode.l10n.t("queued");
    case "running":
      return vscode.l10n.t("training");
    case "stopping":
      return vscode.l10n.t("stopping");
    case "stopped":
      return vscode.l10n.t("stopped");
    case "finished":
      return vscode.l10n.t("finished");
    case "failed":
      return vscode.l10n.t("failed");
    case "interrupted":
      return vscode.l10n.t("interrupted");
  }
}

/** `finished · gap, E_coh · best 0.42 eV (Composition) · 1 min 12 s`; while it is under way how far it is. */
export function runDescription(run: RunSummary): string {
  const { state, progress, errors = [], seconds } = run;
  const language = languageOf(vscode.env.language);
  const how = state === "finished" ? stateText(state) : `${stateText(state)}${progressText(progress)}`;
  const targets = run.targets.map(({ name }) => name).sort(compareProperties);
  const [first] = targets;
  const best = errors.find(({ target }) => target === first);
  const unit = run.targets.find(({ name }) => name === first)?.unit ?? "";
  const names = targets.slice(0, MOST_TARGETS).map((target) => propertySymbol(target, language));
  return [
    how,
    ...sharedText(run),
    ...(names.length > 0 ? [[...names, ...(targets.length > MOST_TARGETS ? ["…"] : [])].join(", ")] : []),
    ...(best
      ? [vscode.l10n.t("best {0} ({1})", `${errorText(best.mae)} ${unit}`.trimEnd(), modelName(best.model))]
      : []),
    ...(seconds === undefined ? [] : [durationText(seconds)]),
  ].join(" · ");
}

/**
 * `Slurm: 4 running, 12 waiting`, `about 20 min left`; of chunks that were started by hand how many tasks are worked
 * on.
 */
function sharedText({ shared }: RunSummary): string[] {
  if (shared === undefined) return [];
  const { cluster, running, secondsLeft } = shared;
  const left = secondsLeft === null ? [] : [vscode.l10n.t("about {0} left", durationText(secondsLeft))];
  if (cluster === undefined) return [vscode.l10n.t("{0} tasks in work elsewhere", running), ...left];
  if (!cluster.isAnswering) return [vscode.l10n.t("Slurm does not answer"), ...left];
  const { PENDING: waiting = 0, ...others } = cluster.elements;
  const active = Object.values(others).reduce((sum, count) => sum + count, 0);
  return [vscode.l10n.t("Slurm: {0} running, {1} waiting", active, waiting), ...left];
}

const MOST_TARGETS = 3;

function durationText(seconds: number): string {
  if (seconds < 60) return vscode.l10n.t("{0} s", Math.max(1, Math.round(seconds)));
  const minutes = Math.round(seconds / 60);
  return minutes < 60
    ? vscode.l10n.t("{0} min", minutes)
    : vscode.l10n.t("{0} h {1} min", Math.floor(minutes / 60), minutes % 60);
}

function tooltipOf(run: RunSummary, state: string): string {
  const unitOf = (target: string) => run.targets.find(({ name }) => name === target)?.unit ?? "";
  const lines = [
    `${run.name} (${state}${progressText(run.progress)})`,
    vscode.l10n.t("Dataset: {0}", path.basename(run.dataset)),
    vscode.l10n.t("Targets: {0}", run.targets.map((target) => targetName(target.name)).join(", ")),
    vscode.l10n.t("Models: {0}", run.models.map(modelName).join(", ")),
    ...(run.errors ?? []).map(({ target, model, mae, trainSize }) =>
      vscode.l10n.t(
        "{0}, {1}: test error {2} with {3} materials",
        targetName(target),
        modelName(model),
        `${errorText(mae)} ${unitOf(target)}`.trimEnd(),
        trainSize,
      ),
    ),
  ];
  const warnings = (run.shared?.cluster?.warnings ?? []).map((reason) =>
    vscode.l10n.t("Some elements will wait for ever: {0}", reason),
  );
  return [...lines, ...warnings, ...(run.message === undefined ? [] : [run.message])].join("\n");
}
