import * as vscode from "vscode";
import type { PresetName } from "../../core/settings/studyOptions.js";
import type { DatasetSummary, RunRequest } from "../../protocol/workerMethods.js";
import { modelName, targetName } from "../base/labels.js";
import { encodeSettings, threadCount } from "../base/settings.js";
import type { ProblemReporter } from "../language/problemReporter.js";
import { wasCancelled } from "../process/crystalJobs.js";
import type { JobProcess } from "../process/jobProcess.js";
import type { DatasetRegistry } from "../registries/datasetRegistry.js";
import type { RunRegistry } from "../registries/runRegistry.js";
import type { StatusBar } from "../views/statusBar.js";
import type { StudyPanels } from "../views/studyPanels.js";
import { askForFolder, chosenResources, isFolder } from "./resources.js";
import {
  type CustomKey,
  customDefaults,
  customOptions,
  learnableTargets,
  parseNumbers,
  runName,
} from "./studyChoices.js";
import { type Answer, askText, pickMany, pickOne, runSteps, type StepPlace } from "./wizard.js";

interface Services {
  readonly jobs: JobProcess;
  readonly problems: ProblemReporter;
  readonly datasets: DatasetRegistry;
  readonly runs: RunRegistry;
  readonly statusBar: StatusBar;
  readonly studies: StudyPanels;
}

interface Choices {
  targets: readonly string[];
  models: readonly string[];
  preset: PresetName | "custom";
  custom: Record<CustomKey, string>;
}

/** Train on this folder: asks what to learn and how, starts the run as its own process and shows it. */
export async function trainOnFolder(services: Services, first: unknown, selection: unknown): Promise<void> {
  const { runs, studies } = services;
  const created = await createChosenRun(services, first, selection);
  if (!created) return;
  await runs.start(created.folder, created.dataset);
  await studies.show(created.folder);
}

/** Asks what to learn and how, and makes the run's folder; nothing where the user leaves. */
export async function createChosenRun(
  { jobs, problems, statusBar, datasets }: Omit<Services, "runs" | "studies">,
  first: unknown,
  selection?: unknown,
): Promise<{ readonly folder: string; readonly dataset: string } | undefined> {
  const folder = await chooseDataset(datasets, first, selection);
  if (!folder) return undefined;
  try {
    const summary = await statusBar.during(vscode.l10n.t("reading the dataset"), (token, activity) =>
      jobs.call("inspectDataset", { folder: folder.fsPath }, { token, onProgress: activity.report }),
    );
    reportAll(problems, summary);
    const choices = await chooseStudy(summary);
    if (!choices) return undefined;
    const created = await jobs.call("createRun", requestOf(folder, choices));
    return { folder: created.folder, dataset: folder.fsPath };
  } catch (error) {
    if (!wasCancelled(error)) throw error;
    return undefined;
  }
}

async function chooseDataset(
  datasets: DatasetRegistry,
  first: unknown,
  selection: unknown,
): Promise<vscode.Uri | undefined> {
  for (const uri of first === undefined ? [] : chosenResources(first, selection))
    if (uri.scheme === "file" && (await isFolder(uri))) return uri;
  // The command may have woken the extension just now, before it has looked for datasets.
  if (datasets.datasets.length === 0) await datasets.refresh();
  const title = vscode.l10n.t("Train on a Folder");
  const browse = { label: `$(folder-opened) ${vscode.l10n.t("Choose a folder…")}`, folder: undefined };
  const known = datasets.datasets.map((dataset) => ({
    label: dataset.name,
    description: vscode.l10n.t("{0} materials", dataset.materials.length),
    detail: dataset.folder,
    folder: vscode.Uri.file(dataset.folder),
  }));
  if (known.length === 0) return askForFolder(title);
  const chosen = await vscode.window.showQuickPick([...known, browse], {
    title,
    placeHolder: vscode.l10n.t("Dataset to train on"),
  });
  return chosen && (chosen.folder ?? askForFolder(title));
}

function reportAll(reporter: ProblemReporter, summary: DatasetSummary): void {
  for (const file of new Set(summary.problems.map((entry) => entry.file))) {
    const own = summary.problems.filter((entry) => entry.file === file);
    reporter.report(
      file,
      own.map((entry) => entry.problem),
    );
  }
}

async function chooseStudy(summary: DatasetSummary): Promise<Choices | undefined> {
  const targets = learnableTargets(summary);
  if (targets.length === 0) {
    await explainMissingTargets(summary);
    return undefined;
  }
  const choices: Choices = {
    targets: [],
    models: [],
    preset: "quick",
    custom: customDefaults(summary.materials.length),
  };
  const isDone = await runSteps([
    () => chooseTargets(choices, targets, summary.materials.length),
    () => chooseModels(choices),
    () => choosePreset(choices),
  ]);
  if (!isDone) return undefined;
  return choices.preset !== "custom" || (await runSteps(customSteps(choices, summary.materials.length)))
    ? choices
    : undefined;
}

async function explainMissingTargets(summary: DatasetSummary): Promise<void> {
  const show = vscode.l10n.t("Show Problems");
  const text =
    summary.materials.length === 0
      ? vscode.l10n.t(
          "R3DVS: {0} contains no densities. A dataset has one subfolder per material, each with a CHGCAR.",
          summary.folder,
        )
      : vscode.l10n.t(
          "R3DVS: {0} has no target to train on. Its targets.csv needs a column with values for at least 5 materials.",
          summary.folder,
        );
  const chosen = await vscode.window.showErrorMessage(text, ...(summary.problems.length > 0 ? [show] : []));
  if (chosen === show) await vscode.commands.executeCommand("workbench.actions.view.problems");
}

const place = (step: number, totalSteps = 3): StepPlace => ({
  title: vscode.l10n.t("Train on this folder"),
  step,
  totalSteps,
});

async function chooseTargets(
  choices: Choices,
  targets: DatasetSummary["targets"],
  materials: number,
): Promise<Answer<unknown>> {
  const items = targets.map((target, index) => ({
    label: targetName(target.name),
    name: target.name,
    description: [target.name, target.unit, vscode.l10n.t("{0} of {1} materials", target.available, materials)]
      .filter(Boolean)
      .join(" · "),
    picked: choices.targets.length === 0 ? index === 0 : choices.targets.includes(target.name),
  }));
  const answer = await pickMany(place(1), vscode.l10n.t("Targets to train on"), items);
  if (typeof answer === "object") choices.targets = answer.value.map((item) => item.name);
  return answer;
}

async function chooseModels(choices: Choices): Promise<Answer<unknown>> {
  const items = [
    { model: "r3dvs", description: vscode.l10n.t("3D convolutional network on the voxels") },
    {
      model: "combined",
      description: vscode.l10n.t("Gaussian process on atoms and density together: the most accurate"),
      extra: true,
    },
    { model: "cm", description: vscode.l10n.t("kernel ridge regression on Coulomb matrices") },
    {
      model: "composition",
      description: vscode.l10n.t("kernel ridge regression on atomic fractions and volume per atom"),
    },
    {
      model: "shells",
      description: vscode.l10n.t("kernel ridge regression on the spectrum summed over shells of |g|"),
    },
    {
      model: "density",
      description: vscode.l10n.t("Gaussian process on the density alone: shells, angular spectrum and functionals"),
      extra: true,
    },
    {
      model: "functionals",
      description: vscode.l10n.t("Gaussian process on functionals of the density in real space"),
      extra: true,
    },
    {
      model: "angular",
      description: vscode.l10n.t("Gaussian process on the angular power spectrum of |s_g|"),
      extra: true,
    },
    { model: "soap", description: vscode.l10n.t("kernel ridge regression on atomic environments (SOAP)"), extra: true },
    { model: "soap+r3dvs", description: vscode.l10n.t("SOAP, then a network on its residuals"), extra: true },
    { model: "soap+cm", description: vscode.l10n.t("SOAP, then Coulomb matrices on its residuals"), extra: true },
  ].map(({ model, description, extra = false }) => ({
    label: modelName(model),
    model,
    description: `${model} · ${description}`,
    picked: choices.models.length === 0 ? !extra : choices.models.includes(model),
  }));
  const answer = await pickMany(place(2), vscode.l10n.t("Models to compare"), items);
  if (typeof answer === "object") choices.models = answer.value.map((item) => item.model);
  return answer;
}

async function choosePreset(choices: Choices): Promise<Answer<unknown>> {
  const items = [
    { label: vscode.l10n.t("Quick"), detail: vscode.l10n.t("Minutes: two splits, one network each"), preset: "quick" },
    {
      label: vscode.l10n.t("Standard"),
      detail: vscode.l10n.t("Hours: 20 splits, five networks each, 10 rotations"),
      preset: "standard",
    },
    {
      label: vscode.l10n.t("Paper"),
      detail: vscode.l10n.t("Hours: 20 splits, five networks each, 30 rotations"),
      preset: "paper",
    },
    {
      label: vscode.l10n.t("Custom…"),
      detail: vscode.l10n.t("Choose sizes, splits, networks, rotations and epochs"),
      preset: "custom",
    },
  ] as const;
  const answer = await pickOne(place(3), vscode.l10n.t("Preset"), items);
  if (typeof answer === "object") choices.preset = answer.value.preset;
  return answer;
}

function customSteps(choices: Choices, materials: number): readonly (() => Promise<Answer<unknown>>)[] {
  const prompts: readonly (readonly [CustomKey, string])[] = [
    ["trainSizes", vscode.l10n.t("Training-set sizes, ascending (the dataset has {0} materials)", materials)],
    ["testSize", vscode.l10n.t("Materials in the test set")],
    ["repeats", vscode.l10n.t("Random splits into training and test set")],
    ["ensemble", vscode.l10n.t("Networks per model, each with its own random seed")],
    ["rotations", vscode.l10n.t("Rotated copies of each training material")],
    ["epochs", vscode.l10n.t("Epochs")],
  ];
  return prompts.map(([key, prompt], index) => async () => {
    const check = (text: string) => problemWith(key, text, materials);
    const answer = await askText(place(index + 1, prompts.length), prompt, choices.custom[key], check);
    if (typeof answer === "object") choices.custom[key] = answer.value;
    return answer;
  });
}

function problemWith(key: CustomKey, text: string, materials: number): string | undefined {
  const numbers = parseNumbers(text);
  if (!numbers) return vscode.l10n.t("Enter whole numbers of at least 1");
  if (key !== "trainSizes" && numbers.length !== 1) return vscode.l10n.t("Enter one number");
  if ((key === "trainSizes" || key === "testSize") && Math.max(...numbers) >= materials) {
    return vscode.l10n.t("The dataset has only {0} materials", materials);
  }
  return undefined;
}

function requestOf(folder: vscode.Uri, { targets, models, preset, custom }: Choices): RunRequest {
  const threads = threadCount();
  return {
    dataset: folder.fsPath,
    name: runName(new Date(), preset),
    targets,
    models,
    preset: preset === "custom" ? "quick" : preset,
    ...(preset === "custom" ? customOptions(custom) : {}),
    ...(threads > 0 ? { threads } : {}),
    settings: encodeSettings(folder),
  };
}
