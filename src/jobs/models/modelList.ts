import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { RUN_FILES } from "../../protocol/runFiles.js";
import type { ModelSummary } from "../../protocol/workerMethods.js";
import { UsageError } from "../files/usageError.js";
import { exportForms } from "./exportModel.js";
import { isModel, readModelFacts } from "./modelFile.js";

/** The models under some folders: models themselves, runs, and folders of models. What is none is passed over. */
export function listModels(folders: readonly string[]): ModelSummary[] {
  const found = folders.flatMap((folder) => {
    if (isModel(folder)) return [folder];
    return [folder, path.join(folder, RUN_FILES.models)].flatMap(modelsIn);
  });
  return [...new Set(found)].flatMap(summaryOf);
}

function modelsIn(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith("."),
  );
  return entries
    .map(({ name }) => path.join(folder, name))
    .filter(isModel)
    .sort();
}

function summaryOf(folder: string): ModelSummary[] {
  try {
    const { model, target, materials, heldOut, recommended } = readModelFacts(folder);
    const name = path.basename(path.resolve(folder));
    const facts = {
      path: folder,
      name,
      model,
      target: target.name,
      unit: target.reportedUnit,
      trainSize: materials.length,
      forms: exportForms(model),
    };
    return [{ ...facts, ...(heldOut && { heldOutMae: heldOut.mae }), ...(recommended && { recommended }) }];
  } catch (error) {
    if (error instanceof UsageError) return [];
    throw error;
  }
}
