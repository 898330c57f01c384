import path from "node:path";
import * as vscode from "vscode";
import type { ExportForm, ModelSummary } from "../../protocol/workerMethods.js";
import { modelName, targetName } from "../base/labels.js";
import { saveExport } from "../base/saveExport.js";
import type { JobProcess } from "../process/jobProcess.js";
import type { ModelRegistry } from "../registries/modelRegistry.js";
import { isExportable, modelsInOrder, namedDescription } from "../views/modelTree.js";
import { askForFolder } from "./resources.js";

interface Services {
  readonly jobs: JobProcess;
  readonly models: ModelRegistry;
}

/**
 * Writes a model for other programs: as ONNX, as a TensorFlow.js LayersModel (in a folder of its own below the one that
 * the user points at) or as arrays for numpy. Asks which model, if none is given, and which form, if it has several.
 */
export async function exportModel(services: Services, first: unknown): Promise<void> {
  const model = isModelSummary(first) ? first : await chooseModel(services.models);
  if (!model) return;
  const form = await chooseForm(model);
  if (form === "layersModel") await exportFolder(services, model);
  else if (form) await exportFile(services, model, form);
}

async function exportFile({ jobs }: Services, model: ModelSummary, form: "onnx" | "npz"): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(path.dirname(model.path));
  const suggestion = vscode.Uri.joinPath(folder, `${safeName(model.target)}-${safeName(model.model)}.${form}`);
  const note =
    form === "onnx"
      ? vscode.l10n.t("Its metadata say what goes in and comes out.")
      : vscode.l10n.t("Load it with numpy.load.");
  await saveExport(
    suggestion,
    async (place) => void (await jobs.call("exportModel", { model: model.path, output: place.fsPath })),
    {
      note,
    },
  );
}

async function exportFolder({ jobs }: Services, model: ModelSummary): Promise<void> {
  const parent = await askForFolder(vscode.l10n.t("Export the Model Here"));
  if (!parent) return;
  const output = path.join(parent.fsPath, `${safeName(model.target)}-tfjs`);
  const { file } = await jobs.call("exportModel", { model: model.path, output });
  const open = vscode.l10n.t("Show in Folder");
  const text = vscode.l10n.t("R3DVS: the model was written to {0}. Load it with tf.loadLayersModel.", file);
  if ((await vscode.window.showInformationMessage(text, open)) !== open) return;
  await vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(file));
}

async function chooseForm({ forms, model, target }: ModelSummary): Promise<ExportForm | undefined> {
  if (forms.length < 2) return forms[0];
  const labels: Readonly<Record<ExportForm, vscode.QuickPickItem>> = {
    onnx: { label: "ONNX", description: vscode.l10n.t("one file, for onnxruntime in Python and elsewhere") },
    layersModel: { label: "TensorFlow.js LayersModel", description: vscode.l10n.t("a folder, for TensorFlow.js") },
    npz: { label: "NumPy", description: vscode.l10n.t("arrays in one file, for Python") },
  };
  const title = vscode.l10n.t("Form in which to export {0}, {1}", targetName(target), modelName(model));
  return (
    await vscode.window.showQuickPick(
      forms.map((form) => ({ ...labels[form], form })),
      { title },
    )
  )?.form;
}

async function chooseModel(models: ModelRegistry): Promise<ModelSummary | undefined> {
  await models.refresh();
  const items = modelsInOrder(models)
    .filter(isExportable)
    .map((model) => ({ label: targetName(model.target), description: namedDescription(model, models), model }));
  if (items.length === 0) {
    await vscode.window.showInformationMessage(vscode.l10n.t("R3DVS: no model to export."));
    return undefined;
  }
  const title = vscode.l10n.t("Choose a model to export");
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.model;
}

const safeName = (target: string) => target.replace(/[^\p{L}\p{N}._-]+/gu, "_");

const isModelSummary = (value: unknown): value is ModelSummary =>
  typeof value === "object" && value !== null && "path" in value && "target" in value;
