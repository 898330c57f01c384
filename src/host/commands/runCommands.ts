import path from "node:path";
import * as vscode from "vscode";
import type { RunSummary } from "../../protocol/runEvents.js";
import type { JobProcess } from "../process/jobProcess.js";
import { isActive, type RunRegistry } from "../registries/runRegistry.js";
import { showReport } from "../views/reportPanel.js";
import { runDescription } from "../views/runTree.js";
import type { StatusBar } from "../views/statusBar.js";
import type { StudyPanels } from "../views/studyPanels.js";

interface Services {
  readonly extension: vscode.Uri;
  readonly jobs: JobProcess;
  readonly runs: RunRegistry;
  readonly statusBar: StatusBar;
  readonly studies: StudyPanels;
}

/**
 * What is done with a run: opened, stopped, resumed, reported. Each takes the tree's item, a folder, a dataset's item,
 * or asks.
 */
export class RunCommands {
  constructor(private readonly services: Services) {}

  /** The status bar's click: what is under way, else the one active run, else a choice. */
  async openStudy(argument: unknown): Promise<void> {
    if (argument === undefined && (await this.services.statusBar.offerCancel())) return;
    const active = this.services.runs.runs.filter(isActive);
    const [single] = active;
    const run = argument === undefined && active.length === 1 ? single : await this.choose(argument, () => true);
    if (run) await this.services.studies.show(run.folder);
  }

  async stop(argument: unknown): Promise<void> {
    const run = await this.choose(argument, isActive, vscode.l10n.t("R3DVS: no run is in progress."));
    if (run && (run.shared?.cluster === undefined || (await confirmCancelling(run.name))))
      await this.services.runs.stop(run.folder);
  }

  async resume(argument: unknown): Promise<void> {
    const canResume = (candidate: RunSummary) => !isActive(candidate) && candidate.state !== "finished";
    const run = await this.choose(argument, canResume, vscode.l10n.t("R3DVS: there is no stopped run to resume."));
    if (run) await this.services.runs.resume(run.folder);
  }

  async openReport(argument: unknown): Promise<void> {
    const run = await this.choose(argument, () => true);
    if (run) await showReport(this.services.jobs, this.services.extension, run.folder);
  }

  async reveal(argument: unknown): Promise<void> {
    const run = await this.choose(argument, () => true);
    if (!run) return;
    const uri = vscode.Uri.file(run.folder);
    const isInWorkspace = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
    await vscode.commands.executeCommand(isInWorkspace ? "revealInExplorer" : "revealFileInOS", uri);
  }

  /** Two runs that are selected, or one and a run of the same dataset that is asked for. */
  async compare(argument: unknown, selection?: unknown): Promise<void> {
    const chosen = Array.isArray(selection) ? selection.filter(isRun) : [];
    const first = chosen[0] ?? (await this.choose(argument, () => true));
    if (!first) return;
    const others = this.services.runs.runs.filter(
      (run) => run.folder !== first.folder && run.dataset === first.dataset,
    );
    const second =
      chosen.find((run) => run.folder !== first.folder) ??
      (await chooseAmong(others, vscode.l10n.t("Compare {0} with", first.name)));
    if (second) await this.services.studies.show(first.folder, second.folder);
    else if (others.length === 0) {
      await vscode.window.showInformationMessage(
        vscode.l10n.t("R3DVS: there is no other run of this dataset to compare with."),
      );
    }
  }

  /** `name` skips the question. */
  async rename(argument: unknown, name?: unknown): Promise<void> {
    const run = await this.choose(argument, isOver, vscode.l10n.t("R3DVS: there is no run that could be renamed."));
    if (!run) return;
    const title = vscode.l10n.t("Rename {0}", run.name);
    const entered = typeof name === "string" ? name : await vscode.window.showInputBox({ title, value: run.name });
    if (entered === undefined || entered.trim() === "" || entered.trim() === run.name) return;
    const { jobs, runs } = this.services;
    const { folder } = await jobs.call("renameRun", { folder: run.folder, name: entered });
    if (folder !== run.folder) this.services.studies.close(run.folder);
    await runs.refresh();
  }

  /** Asks first. The folder goes into the trash; where the system has none, it asks again. */
  async delete(argument: unknown, selection?: unknown): Promise<void> {
    const chosen = Array.isArray(selection) ? selection.filter((one) => isRun(one) && isOver(one)) : [];
    const single =
      chosen.length > 0
        ? undefined
        : await this.choose(argument, isOver, vscode.l10n.t("R3DVS: there is no run to delete."));
    const doomed = single ? [single] : chosen;
    const names = doomed.map(({ name }) => name).join(", ");
    if (doomed.length === 0 || !(await confirmDeletion(names))) return;
    for (const { folder } of doomed) {
      if (!(await moveToTrash(vscode.Uri.file(folder)))) break;
      this.services.studies.close(folder);
    }
    await this.services.runs.refresh();
  }

  /** `none`: what to say where no run fits. */
  private async choose(
    argument: unknown,
    fits: (run: RunSummary) => boolean,
    none = vscode.l10n.t("R3DVS: there are no runs yet."),
  ): Promise<RunSummary | undefined> {
    const folder = folderOf(argument);
    if (folder !== undefined)
      return this.services.runs.runs.find((run) => run.folder === folder) ?? (await this.read(folder));
    await this.services.runs.refresh();
    const dataset = datasetOf(argument);
    const candidates = this.services.runs.runs.filter(
      (run) => fits(run) && (dataset === undefined || run.dataset === dataset),
    );
    if (dataset !== undefined && candidates.length === 1) return candidates[0];
    if (candidates.length > 0) return chooseAmong(candidates, vscode.l10n.t("Choose a run"));
    await explainNoRun(dataset, none);
    return undefined;
  }

  private async read(folder: string): Promise<RunSummary> {
    return (await this.services.jobs.call("readRun", { folder, parity: false })).run;
  }
}

async function chooseAmong(runs: readonly RunSummary[], title: string): Promise<RunSummary | undefined> {
  if (runs.length === 0) return undefined;
  const items = runs.map((run) => ({
    label: run.name,
    description: runDescription(run),
    detail: path.basename(run.dataset),
    run,
  }));
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.run;
}

const isOver = (run: RunSummary) => !isActive(run);
const isRun = (value: unknown): value is RunSummary =>
  typeof value === "object" && value !== null && "folder" in value && "state" in value;

/** Places in a cluster's queue are waited for long. */
async function confirmCancelling(name: string): Promise<boolean> {
  const cancel = vscode.l10n.t("Cancel Jobs");
  const detail = vscode.l10n.t("What they did is kept. The run can be submitted again, or resumed here.");
  const text = vscode.l10n.t("Cancel the Slurm jobs of {0}?", name);
  return (await vscode.window.showWarningMessage(text, { modal: true, detail }, cancel)) === cancel;
}

async function confirmDeletion(names: string): Promise<boolean> {
  const move = vscode.l10n.t("Move to Trash");
  const detail = vscode.l10n.t("Its results, models and report go with it.");
  return (
    (await vscode.window.showWarningMessage(
      vscode.l10n.t("Delete the run {0}?", names),
      { modal: true, detail },
      move,
    )) === move
  );
}

/** False where the folder is still there. */
async function moveToTrash(folder: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.delete(folder, { recursive: true, useTrash: true });
    return true;
  } catch {
    const permanently = vscode.l10n.t("Delete Permanently");
    const text = vscode.l10n.t(
      "{0} cannot be moved to the trash here. Delete it permanently?",
      path.basename(folder.fsPath),
    );
    if ((await vscode.window.showWarningMessage(text, { modal: true }, permanently)) !== permanently) return false;
    await vscode.workspace.fs.delete(folder, { recursive: true, useTrash: false });
    return true;
  }
}

async function explainNoRun(dataset: string | undefined, none: string): Promise<void> {
  if (dataset === undefined) {
    await vscode.window.showInformationMessage(none);
    return;
  }
  const train = vscode.l10n.t("Train on this folder");
  const text = vscode.l10n.t("R3DVS: {0} has no trained models yet.", path.basename(dataset));
  if ((await vscode.window.showInformationMessage(text, train)) === train)
    await vscode.commands.executeCommand("r3dvs.train", vscode.Uri.file(dataset));
}

/** The folder of the dataset whose item in the tree was chosen. */
export function datasetOf(argument: unknown): string | undefined {
  if (typeof argument !== "object" || argument === null || !("dataset" in argument)) return undefined;
  return folderOf(argument.dataset);
}

export function folderOf(argument: unknown): string | undefined {
  if (typeof argument === "string") return argument;
  if (argument instanceof vscode.Uri) return argument.fsPath;
  if (typeof argument === "object" && argument !== null && "folder" in argument && typeof argument.folder === "string")
    return argument.folder;
  return undefined;
}
