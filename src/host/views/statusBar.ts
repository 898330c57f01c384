import * as vscode from "vscode";
import type { RunSummary } from "../../protocol/runEvents.js";
import { progressText } from "../base/labels.js";
import { isActive, type RunRegistry } from "../registries/runRegistry.js";

/** A piece of work that the status bar shows and lets the user cancel. */
export interface Activity {
  readonly title: string;
  report(fraction: number): void;
}

interface Running {
  readonly title: string;
  fraction: number;
  readonly source: vscode.CancellationTokenSource;
}

/** One item: what R3DVS is doing. A click opens the study of the running run, or offers to cancel what is under way. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("r3dvs.status", vscode.StatusBarAlignment.Left, 5);
  private readonly activities = new Set<Running>();
  private readonly subscription: vscode.Disposable;

  constructor(private readonly runs: RunRegistry) {
    this.item.name = "R3DVS";
    this.item.command = "r3dvs.openStudy";
    this.subscription = runs.onDidChange(() => this.draw());
    this.draw();
    this.item.show();
  }

  /** Shows a piece of work while it runs. */
  async during<T>(
    title: string,
    work: (token: vscode.CancellationToken, activity: Activity) => Promise<T>,
  ): Promise<T> {
    const running: Running = { title, fraction: 0, source: new vscode.CancellationTokenSource() };
    this.activities.add(running);
    this.draw();
    const report = (fraction: number) => {
      running.fraction = fraction;
      this.draw();
    };
    try {
      return await work(running.source.token, { title, report });
    } finally {
      this.activities.delete(running);
      running.source.dispose();
      this.draw();
    }
  }

  /** Asks which of the activities to cancel; false when there are none. */
  async offerCancel(): Promise<boolean> {
    if (this.activities.size === 0) return false;
    const items = [...this.activities].map((running) => ({
      label: `$(debug-stop) ${vscode.l10n.t("Cancel: {0}", running.title)}`,
      description: `${Math.round(running.fraction * 100)} %`,
      running,
    }));
    const chosen = await vscode.window.showQuickPick(items, { title: "R3DVS" });
    chosen?.running.source.cancel();
    return true;
  }

  dispose(): void {
    this.subscription.dispose();
    this.item.dispose();
  }

  private draw(): void {
    const [activity] = this.activities;
    const run = this.runs.runs.find(isActive);
    const progress = run && progressText(run.progress);
    const parts = [
      ...(activity ? [`${activity.title} ${Math.round(activity.fraction * 100)} %`] : []),
      ...(run === undefined || progress === undefined ? [] : [runText(run, progress.trim())]),
    ];
    const text = parts.length === 0 ? "R3DVS" : `R3DVS: ${parts.join(" · ")}`;
    this.item.text = `${parts.length === 0 ? "$(package)" : "$(loading~spin)"} ${text}`;
    this.item.tooltip = tooltipOf(run?.name, activity?.title);
    this.item.accessibilityInformation = {
      label: parts.length === 0 ? vscode.l10n.t("R3DVS is ready") : text,
      role: "button",
    };
  }
}

const runText = (run: RunSummary, progress: string): string =>
  run.shared !== undefined && run.state === "queued"
    ? vscode.l10n.t("waiting for Slurm")
    : vscode.l10n.t("training {0}", progress).trim();

function tooltipOf(run: string | undefined, activity: string | undefined): string {
  if (activity !== undefined) return vscode.l10n.t("{0}: click to cancel", activity);
  return run === undefined ? vscode.l10n.t("R3DVS is ready") : vscode.l10n.t("Open the study {0}", run);
}
