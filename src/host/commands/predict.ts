import path from "node:path";
import * as vscode from "vscode";
import { fileRole } from "../../core/formats/fileNames.js";
import { csv } from "../../core/text/csv.js";
import { targetName } from "../base/labels.js";
import type { ReadOnlyTexts } from "../base/readOnlyTexts.js";
import { VOXELS_VIEW } from "../editors/voxelEditor.js";
import { isStructureName } from "../files/fileState.js";
import type { PredictionStore } from "../predictions/predictionStore.js";
import { wasCancelled } from "../process/crystalJobs.js";
import type { ModelRegistry } from "../registries/modelRegistry.js";
import { modelsInOrder, namedDescription } from "../views/modelTree.js";
import type { StatusBar } from "../views/statusBar.js";
import { activeResource, chosenResources } from "./resources.js";
import { type DensityServices, densityUri } from "./showFile.js";

interface Services extends DensityServices {
  readonly predictions: PredictionStore;
  readonly models: ModelRegistry;
  readonly statusBar: StatusBar;
  readonly texts: ReadOnlyTexts;
}

/** Predict: chooses models where none is chosen, predicts the files, and shows one file's values where it is read. */
export async function predictFiles(services: Services, first: unknown, selection: unknown): Promise<void> {
  const files = chosenResources(first, selection).filter(
    (uri) => fileRole(path.basename(uri.path)) !== undefined || isStructureName(uri.path),
  );
  const [only] = files;
  if (!only) {
    await vscode.window.showInformationMessage(vscode.l10n.t("R3DVS: open or select a POSCAR or a CHGCAR first."));
    return;
  }
  if (services.predictions.selectedModels.length === 0 && !(await selectModels(services))) return;
  const density = files.length === 1 ? await densityUri(services, only) : undefined;
  if (files.length === 1 && density === undefined && !isStructureName(only.path)) {
    await vscode.window.showWarningMessage(
      vscode.l10n.t("R3DVS: no CHGCAR in the folder of {0}.", path.basename(only.path)),
    );
    return;
  }
  if (files.length === 1 && !isOpen(only)) await show(only, density);
  await predictAll(services, files);
  if (files.length > 1) await showTable(services, files);
}

/**
 * Asks which models predict inline; false when the user leaves or there is none. `wanted`, a list of their folders,
 * skips the question.
 */
export async function selectModels(
  { predictions, models }: Pick<Services, "predictions" | "models">,
  wanted?: unknown,
): Promise<boolean> {
  await models.refresh();
  if (isListOfTexts(wanted)) {
    await predictions.selectModels(wanted);
    return predictions.selectedModels.length > 0;
  }
  if (models.models.length === 0) {
    const train = vscode.l10n.t("Train on a Folder…");
    const text = vscode.l10n.t("R3DVS: no trained model yet. Models appear here when a run finishes.");
    if ((await vscode.window.showInformationMessage(text, train)) === train)
      await vscode.commands.executeCommand("r3dvs.train");
    return false;
  }
  const selected = new Set(predictions.selectedModels);
  const items = modelsInOrder(models).map((model) => ({
    label: targetName(model.target),
    description: namedDescription(model, models),
    picked: selected.has(model.path),
    path: model.path,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    matchOnDescription: true,
    title: vscode.l10n.t("Models for inline predictions"),
    placeHolder: vscode.l10n.t("Selected models predict for every structure and density you open"),
  });
  if (!chosen) return false;
  await predictions.selectModels(chosen.map((item) => item.path));
  return chosen.length > 0;
}

const isListOfTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

async function predictAll({ predictions, copies, statusBar }: Services, files: readonly vscode.Uri[]): Promise<void> {
  try {
    await statusBar.during(vscode.l10n.t("predicting"), async (token, activity) => {
      for (const [index, uri] of files.entries()) {
        if (token.isCancellationRequested) return;
        const local = await copies.acquireWithDensity(uri);
        await predictions.predict(local.file, token).finally(() => local.release());
        activity.report((index + 1) / files.length);
      }
    });
  } catch (error) {
    if (!wasCancelled(error)) throw error;
  }
}

const isOpen = (uri: vscode.Uri) => activeResource().some((active) => active.toString() === uri.toString());

async function show(uri: vscode.Uri, density: vscode.Uri | undefined): Promise<void> {
  if (density?.toString() === uri.toString()) await vscode.commands.executeCommand("vscode.openWith", uri, VOXELS_VIEW);
  else await vscode.window.showTextDocument(uri);
}

async function showTable({ predictions, copies, texts }: Services, files: readonly vscode.Uri[]): Promise<void> {
  const table: (string | number | boolean)[][] = [];
  for (const uri of files) {
    const local = await copies.acquireWithDensity(uri);
    const { rows } = await predictions.lookUp(local.file);
    local.release();
    const name = uri.scheme === "file" ? uri.fsPath : uri.toString(true);
    for (const row of rows) {
      const { value = "", sigma = "", target, unit, model, outOfDomain, reasons = [], inTraining = false } = row;
      // out of domain there is a reason in place of a number
      const numbers = outOfDomain ? ["", ""] : [value, sigma];
      table.push([name, target, ...numbers, unit, model, outOfDomain, inTraining, reasons.join("; ")]);
    }
  }
  const content = csv(
    ["file", "target", "value", "sigma", "unit", "model", "out_of_domain", "training_material", "reasons"],
    table,
  );
  await texts.show(`${vscode.l10n.t("Predictions")}.csv`, content);
}
