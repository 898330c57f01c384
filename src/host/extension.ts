import path from "node:path";
import * as vscode from "vscode";
import { generateR3dvs } from "./commands/generate.js";
import { openSample } from "./commands/openSample.js";
import { predictFiles, selectModels } from "./commands/predict.js";
import { RunCommands } from "./commands/runCommands.js";
import { showText, showVoxels } from "./commands/showFile.js";
import { trainOnFolder } from "./commands/train.js";
import { VOXELS_VIEW, VoxelEditorProvider } from "./editors/voxelEditor.js";
import { watchFiles } from "./language/fileWatch.js";
import { ProblemReporter } from "./language/problemReporter.js";
import { StructureChecker } from "./language/structureChecker.js";
import { PredictionLens } from "./predictions/predictionLens.js";
import { PredictionStore } from "./predictions/predictionStore.js";
import { DatasetRegistry } from "./runs/datasetRegistry.js";
import { JobProcess } from "./runs/jobProcess.js";
import { ModelRegistry } from "./runs/modelRegistry.js";
import { RunRegistry } from "./runs/runRegistry.js";
import { threadCount } from "./settings.js";
import { DatasetTree } from "./views/datasetTree.js";
import { ModelTree } from "./views/modelTree.js";
import { RunTree } from "./views/runTree.js";
import { StatusBar } from "./views/statusBar.js";
import { StudyPanels } from "./views/studyPanels.js";

/** Puts the extension together. Everything is disposed with the context; nothing is computed here. */
export function activate(context: vscode.ExtensionContext): void {
  const { extensionUri: extension, workspaceState, subscriptions } = context;
  const bundle = (name: string) => path.join(context.extensionPath, "dist", name);
  const own = <T extends vscode.Disposable>(part: T): T => {
    subscriptions.push(part);
    return part;
  };

  const log = own(vscode.window.createOutputChannel("R3DVS", { log: true }));
  const problems = own(new ProblemReporter(log));
  const jobs = own(new JobProcess(bundle("worker.js"), threadCount, log));
  const datasets = own(new DatasetRegistry());
  const runs = own(new RunRegistry(jobs, datasets, workspaceState, bundle("run.js")));
  const models = own(new ModelRegistry(jobs, runs, path.join(context.extensionPath, "media", "models")));
  const predictions = own(new PredictionStore(jobs, workspaceState, problems));
  const statusBar = own(new StatusBar(runs));
  const runCommands = new RunCommands(
    extension,
    jobs,
    runs,
    () => statusBar,
    () => studies,
  );
  const studies: StudyPanels = own(
    new StudyPanels(
      extension,
      jobs,
      {
        stop: (folder) => runCommands.stop(folder),
        resume: (folder) => runCommands.resume(folder),
        openReport: (folder) => runCommands.openReport(folder),
      },
      log,
    ),
  );
  const lens = new PredictionLens(predictions, models, log);
  const modelTree = new ModelTree(models, predictions);
  const modelView = own(vscode.window.createTreeView("r3dvs.models", { treeDataProvider: modelTree, manageCheckboxStateManually: true }));
  const services = { jobs, problems, datasets, runs, models, predictions, statusBar, studies };

  const command = (id: string, run: (...args: unknown[]) => unknown) =>
    own(vscode.commands.registerCommand(id, (...args: unknown[]) => explainFailure(log, () => run(...args))));
  const refresh = async () => {
    await datasets.refresh();
    await runs.refresh();
    await models.refresh();
  };
  command("r3dvs.generate", (first, selection) => generateR3dvs(services, first, selection));
  command("r3dvs.train", (first, selection) => trainOnFolder(services, first, selection));
  command("r3dvs.predict", (first, selection) => predictFiles(services, first, selection));
  command("r3dvs.selectModels", () => selectModels(services));
  command("r3dvs.showVoxels", showVoxels);
  command("r3dvs.showText", showText);
  command("r3dvs.openSample", (target) => openSample(context, target));
  command("r3dvs.openStudy", (run) => runCommands.openStudy(run));
  command("r3dvs.stopRun", (run) => runCommands.stop(run));
  command("r3dvs.resumeRun", (run) => runCommands.resume(run));
  command("r3dvs.openReport", (run) => runCommands.openReport(run));
  command("r3dvs.revealRun", (run) => runCommands.reveal(run));
  command("r3dvs.refresh", refresh);
  command("r3dvs.showLog", () => log.show());
  command("r3dvs.restartJobs", () => jobs.restart());

  const languages = ["poscar", "chgcar"].map((language) => ({ language, scheme: "file" }));
  subscriptions.push(
    vscode.languages.registerCodeLensProvider(languages, lens),
    vscode.window.registerCustomEditorProvider(VOXELS_VIEW, new VoxelEditorProvider({ extension, jobs, problems, predictions, log }), {
      supportsMultipleEditorsPerDocument: true,
    }),
    vscode.window.createTreeView("r3dvs.datasets", {
      treeDataProvider: new DatasetTree(datasets, vscode.Uri.joinPath(extension, "media", "icons")),
      showCollapseAll: true,
      canSelectMany: true,
    }),
    vscode.window.createTreeView("r3dvs.runs", { treeDataProvider: new RunTree(runs) }),
    modelView.onDidChangeCheckboxState((change) => modelTree.applyTicks(change)),
    watchFiles({ changed: () => lens.refresh(), deleted: (file) => problems.forget(file) }),
    new StructureChecker(jobs, problems, log),
    jobs.onDidCrash((reason) => offerRestart(jobs, log, reason)),
    runs.onDidEnd((run) => log.info(`run ${run.name}: ${run.state}`)),
  );
  void explainFailure(log, refresh);
}

/** What a command throws is said once, in the log and in a message that nothing waits for. */
async function explainFailure(log: vscode.LogOutputChannel, action: () => unknown): Promise<void> {
  try {
    await action();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.error(error instanceof Error ? (error.stack ?? reason) : reason);
    void offer(`R3DVS: ${reason}`, [[vscode.l10n.t("Show Log"), () => log.show()]]);
  }
}

function offerRestart(jobs: JobProcess, log: vscode.LogOutputChannel, reason: string): Promise<void> {
  return offer(vscode.l10n.t("The R3DVS job process ended unexpectedly ({0}).", reason), [
    [vscode.l10n.t("Restart"), () => jobs.restart()],
    [vscode.l10n.t("Show Log"), () => log.show()],
  ]);
}

async function offer(message: string, actions: readonly (readonly [string, () => void])[]): Promise<void> {
  const chosen = await vscode.window.showErrorMessage(message, ...actions.map(([label]) => label));
  actions.find(([label]) => label === chosen)?.[1]();
}
