import { existsSync } from "node:fs";
import { distFile } from "../files/distFile.js";
import { UsageError } from "../files/usageError.js";
import { isModel } from "./modelFile.js";
import { listModels } from "./modelList.js";

/** The name under which the command line knows the models that come with the software. */
export const BUILT_IN = "oxides";

/**
 * The folders of the models that a name or a path stands for: a model's folder, or the best built-in model of each
 * target. Throws `UsageError`.
 */
export function modelsNamed(given: string, library = distFile("../media/models")): string[] {
  if (isModel(given)) return [given];
  if (given !== BUILT_IN || existsSync(given)) {
    throw new UsageError(`${given} contains no model: give a model folder, or ${BUILT_IN} for the bundled models`);
  }
  const models = listModels([library]);
  const best = models.filter(({ recommended }) => recommended);
  if (models.length === 0) throw new UsageError(`this installation has no bundled models (${library})`);
  return (best.length > 0 ? best : models).map((model) => model.path);
}
