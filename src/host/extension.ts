import path from "node:path";
import * as vscode from "vscode";
import { messageOf } from "../core/text/messageOf.js";
import type { UsedModel } from "../protocol/studyView.js";
import { ReadOnlyTexts } from "./base/readOnlyTexts.js";
import { threadCount } from "./base/settings.js";
import { tensorFlowEnvironment, tensorFlowFolder } from "./base/tensorFlowFolder.js";
import { changeStructure, generateMesh } from "./commands/changeStructure.js";
import { exportModel } from "./commands/exportModel.js";
import { generateR3dvs } from "./commands/generate.js";
import { installTensorFlow } from "./commands/installTensorFlow.js";
import { greetInSample, openSample } from "./commands/openSample.js";
import { predictFiles, selectModels } from "./commands/predict.js";
import { chosenResources } from "./commands/resources.js";
import { RunCommands } from "./commands/runCommands.js";
import { runOnSlurm } from "./commands/runOnSlurm.js";
import { showEngines } from "./commands/showEngines.js";
import { showCrystal, showVoxels } from "./commands/showFile.js";
import { showText } from "./commands/showText.js";
import { chooseSlurmRun } from "./commands/slurmRun.js";
import { createChosenRun, trainOnFolder } from "./commands/train.js";
import { whenTrusted } from "./commands/trust.js";
import { ChosenFiles } from "./editors/chosenFiles.js";
import { CRYSTAL_VIEW, CrystalEditorProvider } from "./editors/crystalEditor.js";
import { EncodedPanels, nameIn } from "./editors/encodedPanels.js";
import { revealLine } from "./editors/revealLine.js";
import { FORM_VOXELS_VIEW, STRUCTURE_VOXELS_VIEW, VOXELS_VIEW, VoxelEditorProvider } from "./editors/voxelEditor.js";
import { DensityFinder } from "./files/densityFinder.js";
import { LocalCopies } from "./files/localCopies.js";
import { watchFiles } from "./language/fileWatch.js";
import { registerLanguages } from "./language/languageProviders.js";
import { LiveDiagnostics } from "./language/liveDiagnostics.js";
import { ProblemReporter } from "./language/problemReporter.js";
import { RunContexts } from "./language/runContexts.js";
import { StructureChecker } from "./language/structureChecker.js";
import { SymmetryHints } from "./language/symmetryHints.js";
import { PREDICTED_TEXTS, PredictionLens } from "./predictions/predictionLens.js";
import { PredictionStore } from "./predictions/predictionStore.js";
import { useRunModels } from "./predictions/useRunModels.js";
import { JobProcess } from "./process/jobProcess.js";
import { DatasetRegistry } from "./registries/datasetRegistry.js";
import { MaterialFactsCache } from "./registries/materialFacts.js";
import { ModelRegistry } from "./registries/modelRegistry.js";
import { RunRegistry } from "./registries/runRegistry.js";
import { R3dvsTaskProvider, TASK_TYPE } from "./tasks/taskProvider.js";
import { registerMcpServer } from "./tools/mcpProvider.js";
import { registerTools } from "./tools/registerTools.js";
import { ConvergencePanels, showLastStep } from "./views/convergencePanels.js";
import { DatasetTree } from "./views/datasetTree.js";
import { ModelTree } from "./views/modelTree.js";
import { goToStep } from "./views/outputOutline.js";
import { RunEndNotices } from "./views/runEndNotices.js";
import { RunTree } from "./views/runTree.js";
import { StatusBar } from "./views/statusBar.js";
import { StudyPanels } from "./views/studyPanels.js";

/** Puts the extension together. Everything is disposed with the context; nothing is computed here. */
export function activate(context: vscode.ExtensionContext): void {
  const parts = assemble(context);
  registerCommands(context, parts);
  registerViews(context, parts);
  const { jobs, log, lens, problems, copies, tasks, diagnostics } = parts;
  context.subscriptions.push(
    vscode.tasks.registerTaskProvider(TASK_TYPE, tasks),
    registerTools(parts),
    registerMcpServer(
      path.join(context.extensionPath, "dist", "cli.js"),
      String(context.extension.packageJSON.version),
    ),
    watchFiles({ changed: () => lens.refresh(), deleted: (uri) => problems.forget(uri) }),
    diagnostics.onDidCheck((uri) => problems.forget(uri)),
    new StructureChecker(jobs, copies, log),
    registerLanguages(parts.diagnostics, parts.contexts, new SymmetryHints(jobs)),
    jobs.onDidCrash((reason) => offerRestart(jobs, log, reason)),
    vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration("r3dvs.threads") && jobs.stop()),
  );
  void explainFailure(log, () => refresh(parts));
  void explainFailure(log, greetInSample);
}

type Parts = ReturnType<typeof assemble>;

function assemble(context: vscode.ExtensionContext) {
  const { extensionUri: extension, workspaceState } = context;
  const file = (...names: string[]) => path.join(context.extensionPath, ...names);
  const own = <T extends vscode.Disposable>(part: T): T => {
    context.subscriptions.push(part);
    return part;
  };
  const contexts = new RunContexts();
  const diagnostics = own(new LiveDiagnostics(contexts));
  const log = own(vscode.window.createOutputChannel("R3DVS", { log: true }));
  const copies = own(new LocalCopies(path.join(context.globalStorageUri.fsPath, "tmp")));
  const problems = own(
    new ProblemReporter(
      log,
      (of) => copies.uriOf(of),
      (uri) => diagnostics.covers(uri),
    ),
  );
  const environment = tensorFlowEnvironment(context);
  const jobs = own(new JobProcess(file("dist", "worker.js"), threadCount, log, environment));
  const densities = new DensityFinder(jobs);
  const datasets = own(new DatasetRegistry(jobs, densities));
  const runs = own(new RunRegistry(jobs, datasets, workspaceState, file("dist", "run.js"), environment));
  own(new RunEndNotices(runs, workspaceState));
  const models = own(new ModelRegistry(jobs, runs, file("media", "models")));
  const predictions = own(new PredictionStore(jobs, workspaceState, problems, densities, models));
  const texts = own(new ReadOnlyTexts());
  const materialFacts = own(new MaterialFactsCache(jobs, log));
  const statusBar = own(new StatusBar(runs));
  const lens = new PredictionLens(predictions, models, copies, log);
  const convergences = own(new ConvergencePanels({ extension, jobs, copies, log }));
  const chosen = new ChosenFiles(workspaceState);
  const encoded = own(new EncodedPanels({ extension, jobs, copies, chosen, log }));
  const useModels = (run: string, wanted: readonly UsedModel[]) => useRunModels({ models, predictions }, run, wanted);
  const studies = own(new StudyPanels(extension, { jobs, log, useModels }));
  const tasks = new R3dvsTaskProvider(datasets, file("dist", "cli.js"), environment);
  return {
    extension,
    contexts,
    diagnostics,
    tasks,
    log,
    problems,
    jobs,
    datasets,
    runs,
    models,
    predictions,
    densities,
    materialFacts,
    texts,
    copies,
    chosen,
    statusBar,
    lens,
    studies,
    convergences,
    encoded,
  };
}

function registerCommands(context: vscode.ExtensionContext, parts: Parts): void {
  const { jobs, log } = parts;
  const runs = new RunCommands(parts);
  const command = (id: string, run: (...args: unknown[]) => unknown) =>
    context.subscriptions.push(
      vscode.commands.registerCommand(id, (...args: unknown[]) => explainFailure(log, () => run(...args))),
    );
  command(
    "r3dvs.generate",
    whenTrusted((first, selection) => generateR3dvs(parts, first, selection)),
  );
  command(
    "r3dvs.train",
    whenTrusted((first, selection) => trainOnFolder(parts, first, selection)),
  );
  command("r3dvs.predict", (first, selection) => predictFiles(parts, first, selection));
  command(
    "r3dvs.exportModel",
    whenTrusted((model) => exportModel(parts, model)),
  );
  command("r3dvs.selectModels", (wanted) => selectModels(parts, wanted));
  command("r3dvs.showVoxels", (first, selection) => showVoxels(parts, first, selection));
  command("r3dvs.changeStructure", (target, id) => changeStructure(jobs, target, id));
  command("r3dvs.generateMesh", (target) => generateMesh(parts.contexts, target));
  command("r3dvs.showCrystal", showCrystal);
  command("r3dvs.showEncoded", async (material) => {
    const name = nameIn(material);
    if (name) await parts.encoded.show(name);
  });
  command("r3dvs.showText", showText);
  command("r3dvs.showConvergence", (first, selection) => {
    for (const uri of chosenResources(first, selection)) parts.convergences.show(uri);
  });
  command("r3dvs.showLastStep", async (first, selection) => {
    const [uri] = chosenResources(first, selection);
    if (uri) await showLastStep(parts, uri);
  });
  command("r3dvs.goToStep", async (first, selection) => {
    const [uri] = chosenResources(first, selection);
    if (uri) await goToStep(parts, uri);
  });
  command("r3dvs.revealLine", revealLine);
  command("r3dvs.openSample", (target) => openSample(context, target));
  command("r3dvs.openStudy", (run) => runs.openStudy(run));
  command(
    "r3dvs.stopRun",
    whenTrusted((run) => runs.stop(run)),
  );
  command(
    "r3dvs.resumeRun",
    whenTrusted((run) => runs.resume(run)),
  );
  command(
    "r3dvs.runOnSlurm",
    whenTrusted((run, action) => {
      const make = async (dataset: unknown) => (await createChosenRun(parts, dataset))?.folder;
      return runOnSlurm(parts, () => chooseSlurmRun(parts, run, make), action);
    }),
  );
  command(
    "r3dvs.openReport",
    whenTrusted((run) => runs.openReport(run)),
  );
  command("r3dvs.revealRun", (run) => runs.reveal(run));
  command("r3dvs.compareRuns", (run, selection) => runs.compare(run, selection));
  command(
    "r3dvs.renameRun",
    whenTrusted((run, name) => runs.rename(run, name)),
  );
  command(
    "r3dvs.deleteRun",
    whenTrusted((run, selection) => runs.delete(run, selection)),
  );
  command(
    "r3dvs.installTensorFlow",
    whenTrusted((confirmed) => installTensorFlow(parts, tensorFlowFolder(context), confirmed)),
  );
  command("r3dvs.refresh", () => refresh(parts));
  command("r3dvs.showLog", () => log.show());
  command("r3dvs.showEngines", () => showEngines(parts));
  command("r3dvs.restartJobs", () => jobs.restart());
}

function registerViews(context: vscode.ExtensionContext, parts: Parts): void {
  const { extension, datasets, materialFacts, runs, models, predictions, lens } = parts;
  const icons = vscode.Uri.joinPath(extension, "media", "icons");
  const modelTree = new ModelTree(models, predictions);
  const modelView = vscode.window.createTreeView("r3dvs.models", {
    treeDataProvider: modelTree,
    manageCheckboxStateManually: true,
  });
  context.subscriptions.push(
    vscode.window.createTreeView("r3dvs.datasets", {
      treeDataProvider: new DatasetTree(datasets, materialFacts, icons),
      showCollapseAll: true,
      canSelectMany: true,
    }),
    vscode.window.createTreeView("r3dvs.runs", {
      treeDataProvider: new RunTree(runs, parts.jobs),
      canSelectMany: true,
    }),
    modelView,
    modelView.onDidChangeCheckboxState((change) => modelTree.applyTicks(change)),
    ...[VOXELS_VIEW, STRUCTURE_VOXELS_VIEW, FORM_VOXELS_VIEW].map((view) =>
      vscode.window.registerCustomEditorProvider(view, new VoxelEditorProvider(parts), {
        supportsMultipleEditorsPerDocument: true,
      }),
    ),
    vscode.window.registerCustomEditorProvider(CRYSTAL_VIEW, new CrystalEditorProvider(parts), {
      supportsMultipleEditorsPerDocument: true,
    }),
    vscode.languages.registerCodeLensProvider(PREDICTED_TEXTS, lens),
    vscode.languages.registerHoverProvider(PREDICTED_TEXTS, lens),
  );
}

async function refresh({ datasets, runs, models }: Pick<Parts, "datasets" | "runs" | "models">): Promise<void> {
  await datasets.refresh();
  await runs.refresh();
  await models.refresh();
}

/** What a command throws is said once, in the log and in a message that nothing waits for. */
async function explainFailure(log: vscode.LogOutputChannel, action: () => unknown): Promise<void> {
  try {
    await action();
  } catch (error) {
    const reason = messageOf(error);
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
