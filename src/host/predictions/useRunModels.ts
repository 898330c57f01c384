import path from "node:path";
import type { UsedModel } from "../../protocol/studyView.js";
import type { ModelRegistry } from "../registries/modelRegistry.js";
import type { PredictionStore } from "./predictionStore.js";

/**
 * Lets models of a run predict from now on; models of other properties stay as they were chosen. Returns those that are
 * there: a page names models by target and kind, and no folder.
 */
export async function useRunModels(
  { models, predictions }: { readonly models: ModelRegistry; readonly predictions: PredictionStore },
  run: string,
  wanted: readonly UsedModel[],
): Promise<readonly UsedModel[]> {
  await models.refresh();
  const inRun = (folder: string) => folder.startsWith(run + path.sep);
  const chosen = models.models.filter(
    (model) =>
      inRun(model.path) && wanted.some(({ target, model: kind }) => target === model.target && kind === model.model),
  );
  if (chosen.length === 0) return [];
  const targets = new Set(chosen.map(({ target }) => target));
  const targetOf = (folder: string) => models.models.find((model) => model.path === folder)?.target ?? "";
  const kept = predictions.selectedModels.filter((folder) => !targets.has(targetOf(folder)));
  await predictions.selectModels([...kept, ...chosen.map((model) => model.path)]);
  return chosen.map(({ target, model }) => ({ target, model }));
}
