import path from "node:path";
import * as vscode from "vscode";
import type { ModelSummary } from "../../protocol/workerMethods.js";
import { targetName } from "../base/labels.js";
import type { JobProcess } from "../process/jobProcess.js";
import type { ModelRegistry } from "../registries/modelRegistry.js";
import { isExportable, modelsInOrder, namedDescription } from "../views/modelTree.js";
import { askForFolder } from "./resources.js";

interface Services {
  readonly jobs: JobProcess;
  readonly models: ModelRegistry;
}

/** Writes a model of networks as a TensorFlow.js LayersModel, in a folder of its own below the one that the user points at. `target` skips the question. */
export async function exportModel(services: Services, first: unknown, target?: unknown): Promise<void> {
  const model = isModelSummary(first) ? first : await chooseModel(services.models);
  if (!model) return;
  const title = vscode.l10n.t("Export the Model Here");
  const parent = target instanceof vscode.Uri ? target : await askForFolder(title);
  if (!parent) return;
  const output = path.join(parent.fsPath, `${safeName(model.target)}-tfjs`);
  const { file } = await services.jobs.call("exportModel", { model: model.path, output });
  const open = vscode.l10n.t("Show in Folder");
  const text = vscode.l10n.t("R3DVS: the model was written to {0}. Load it with tf.loadLayersModel.", file);
  if ((await vscode.window.showInformationMessage(text, open)) !== open) return;
  await vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(file));
}

async function chooseModel(models: ModelRegistry): Promise<ModelSummary | undefined> {
  await models.refresh();
  const items = modelsInOrder(models)
    .filter(isExportable)
    .map((model) => ({ label: targetName(model.target), description: namedDescription(model, models), model }));
  if (items.length === 0) {
    await vscode.window.showInformationMessage(vscode.l10n.t("R3DVS: no trained network to export."));
    return undefined;
  }
  const title = vscode.l10n.t("Choose a network to export");
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.model;
}

const safeName = (target: string) => target.replace(/[^\p{L}\p{N}._-]+/gu, "_");

const isModelSummary = (value: unknown): value is ModelSummary =>
  typeof value === "object" && value !== null && "path" in value && "target" in value;
