import * as vscode from "vscode";
import type { RunSummary } from "../../protocol/runEvents.js";
import { isActive, type RunRegistry } from "../registries/runRegistry.js";

const MEMENTO_KEY = "r3dvs.runsOnCluster";

/**
 * One message when a run on a cluster has ended, also where that was while no window was open. Runs of this machine are
 * seen where they were started.
 */
export class RunEndNotices implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;

  constructor(
    runs: RunRegistry,
    private readonly memento: vscode.Memento,
  ) {
    this.subscription = runs.onDidChange((all) => void this.look(all));
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async look(runs: readonly RunSummary[]): Promise<void> {
    const watched = this.memento.get<string[]>(MEMENTO_KEY, []);
    const known = new Map(runs.map((run) => [run.folder, run]));
    const onCluster = runs.filter((run) => run.shared?.cluster !== undefined).map(({ folder }) => folder);
    const ended = watched.flatMap((folder) => {
      const run = known.get(folder);
      return run !== undefined && !isActive(run) ? [run] : [];
    });
    // those of folders that are not open now are looked at again when they are
    const others = watched.filter((folder) => !known.has(folder)).slice(-100);
    const next = [
      ...new Set([
        ...others,
        ...watched.filter((folder) => known.has(folder) && !ended.some((run) => run.folder === folder)),
        ...onCluster,
      ]),
    ];
    if (next.join("\n") !== watched.join("\n")) await this.memento.update(MEMENTO_KEY, next);
    for (const run of ended) void tell(run);
  }
}

async function tell(run: RunSummary): Promise<void> {
  const { name, state, failed = 0, progress } = run;
  const open = vscode.l10n.t("Open Study");
  if (state === "finished") {
    const text =
      failed > 0
        ? vscode.l10n.t("R3DVS: {0} has ended on Slurm; {1} of its tasks failed.", name, failed)
        : vscode.l10n.t("R3DVS: {0} has finished on Slurm.", name);
    const show = failed > 0 ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    if ((await show(text, open)) === open) await vscode.commands.executeCommand("r3dvs.openStudy", run.folder);
    return;
  }
  const again = vscode.l10n.t("Run on Slurm…");
  const here = vscode.l10n.t("Resume Here");
  const text = vscode.l10n.t(
    "R3DVS: {0} is no longer on Slurm; {1} of {2} tasks are done, all of it is kept.",
    name,
    progress.done,
    progress.total,
  );
  const chosen = await vscode.window.showWarningMessage(text, again, here, open);
  if (chosen === again) await vscode.commands.executeCommand("r3dvs.runOnSlurm", run.folder);
  if (chosen === here) await vscode.commands.executeCommand("r3dvs.resumeRun", run.folder);
  if (chosen === open) await vscode.commands.executeCommand("r3dvs.openStudy", run.folder);
}
