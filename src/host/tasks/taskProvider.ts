import path from "node:path";
import * as vscode from "vscode";
import { threadCount } from "../base/settings.js";
import type { DatasetRegistry } from "../registries/datasetRegistry.js";
import type { Dataset } from "../registries/groupDatasets.js";
import { type TaskSettings, taskArguments } from "./taskArguments.js";

export const TASK_TYPE = "r3dvs";
const MATCHER = "$r3dvs";

/**
 * Offers the command line's jobs on the workspace's datasets as tasks, and runs those that tasks.json names, on the
 * editor's own Node.
 */
export class R3dvsTaskProvider implements vscode.TaskProvider {
  /** `script`: the command line's bundle. */
  constructor(
    private readonly datasets: DatasetRegistry,
    private readonly script: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  async provideTasks(): Promise<vscode.Task[]> {
    // a task may be what woke the extension, before it has looked for datasets
    await this.datasets.refresh();
    return this.datasets.datasets.flatMap((dataset) => this.tasksFor(dataset));
  }

  resolveTask({ definition, scope, name }: vscode.Task): vscode.Task | undefined {
    const folder = typeof scope === "object" ? scope : vscode.workspace.workspaceFolders?.[0];
    // a process cannot run in a folder that is on no disk
    return folder?.uri.scheme === "file" ? this.taskOf(definition, folder, name) : undefined;
  }

  private tasksFor(dataset: Dataset): vscode.Task[] {
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(dataset.folder));
    if (folder === undefined || dataset.materials.length === 0) return [];
    const place = path.relative(folder.uri.fsPath, dataset.folder).split(path.sep).join("/") || ".";
    return settingsFor(dataset, place).flatMap(({ detail, ...settings }) => {
      const task = this.taskOf({ type: TASK_TYPE, ...settings }, folder, `${settings.command} ${dataset.name}`);
      if (task) task.detail = detail;
      return task ?? [];
    });
  }

  private taskOf(
    definition: vscode.TaskDefinition,
    folder: vscode.WorkspaceFolder,
    name: string,
  ): vscode.Task | undefined {
    const { type: _, ...settings } = definition;
    const words = taskArguments(settings as TaskSettings, { now: new Date(), threads: threadCount() });
    if (words === undefined) return undefined;
    const env = { ...definedOnly(this.environment), ELECTRON_RUN_AS_NODE: "1" };
    const execution = new vscode.ProcessExecution(process.execPath, [this.script, ...words], {
      cwd: folder.uri.fsPath,
      env,
    });
    return new vscode.Task(definition, folder, name, TASK_TYPE, execution, [MATCHER]);
  }
}

/**
 * What can be done with a dataset as it is; only its `.r3dvs` is written, and `targets.csv` where there is none yet.
 */
function settingsFor({ hasTargets }: Dataset, place: string): readonly (TaskSettings & { readonly detail: string })[] {
  const paths = [place];
  const learning = {
    command: "study",
    paths,
    preset: "quick",
    detail: vscode.l10n.t("Learning curves of four models, in minutes"),
  };
  const reading = {
    command: "targets",
    paths,
    output: `${place}/targets.csv`,
    detail: vscode.l10n.t("Target values from the OUTCAR or vasprun.xml of each material"),
  };
  return [
    {
      command: "encode",
      paths,
      output: `${place}/.r3dvs/descriptors.npz`,
      detail: vscode.l10n.t("The voxels of all materials in one file"),
    },
    { command: "predict", paths, model: "oxides", detail: vscode.l10n.t("With the bundled models") },
    ...(hasTargets ? [learning] : [reading]),
  ];
}

const definedOnly = (environment: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
