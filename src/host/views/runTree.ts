import path from "node:path";
import * as vscode from "vscode";
import type { RunState, RunSummary } from "../../protocol/runEvents.js";
import { targetName } from "../base/labels.js";
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

/** The runs with state and progress; a click opens the study view. */
export class RunTree implements vscode.TreeDataProvider<RunSummary> {
  readonly onDidChangeTreeData: vscode.Event<void>;
  private readonly changed = new vscode.EventEmitter<void>();

  constructor(private readonly registry: RunRegistry) {
    this.onDidChangeTreeData = this.changed.event;
    registry.onDidChange(() => this.changed.fire());
  }

  getChildren(run?: RunSummary): RunSummary[] {
    return run ? [] : [...this.registry.runs];
  }

  getTreeItem(run: RunSummary): vscode.TreeItem {
    const item = new vscode.TreeItem(run.name);
    const state = stateText(run.state);
    item.id = run.folder;
    item.iconPath = ICON[run.state];
    item.description = run.state === "finished" ? state : `${state} ${run.progress.done}/${run.progress.total}`;
    item.tooltip = tooltipOf(run, state);
    item.contextValue = `run.${run.state}`;
    item.accessibilityInformation = { label: `${run.name}, ${item.description}` };
    item.command = { command: "r3dvs.openStudy", title: vscode.l10n.t("Open Study"), arguments: [run] };
    return item;
  }
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

function tooltipOf(run: RunSummary, state: string): string {
  const lines = [
    `${run.name} (${state} ${run.progress.done}/${run.progress.total})`,
    vscode.l10n.t("Dataset: {0}", path.basename(run.dataset)),
    vscode.l10n.t("Targets: {0}", run.targets.map((target) => targetName(target.name)).join(", ")),
    vscode.l10n.t("Models: {0}", run.models.join(", ")),
  ];
  return [...lines, ...(run.message === undefined ? [] : [run.message])].join("\n");
}
