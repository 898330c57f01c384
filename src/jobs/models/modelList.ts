import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { RUN_FILES } from "../../protocol/runFiles.js";
import type { ModelSummary } from "../../protocol/workerMethods.js";
import { UsageError } from "../files/usageError.js";
import { modelFolder, type StudyTask } from "../runs/studyPlan.js";
import { type FittedModel, type FittedStage, isModel, type Model, readModel, readModelFacts, writeModel } from "./modelFile.js";

/** Makes one model of what a task's members learned and puts it among the run's models. Throws `WriteError`. */
export function keepModel(run: string, task: StudyTask): void {
  const parts = task.members.map(({ place }) => path.join(run, `${place}.model`));
  const folder = path.join(run, modelFolder(task));
  if (parts.every(isModel)) writeModel(folder, joinMembers(parts.map(readModel)));
  for (const part of parts) rmSync(part, { recursive: true, force: true });
}

/** Networks that were learned from different seeds as one model. */
export function joinMembers(models: readonly Model[]): Model {
  const [first] = models;
  if (first === undefined) throw new RangeError("a model needs a member");
  return {
    ...first,
    learned: joinLearned(
      first.learned,
      models.map(({ learned }) => learned),
    ),
  };
}

/** Of two steps the first is the same for all members. */
function joinLearned(first: FittedModel, all: readonly FittedModel[]): FittedModel {
  if (first.kind !== "twoSteps") return joinSteps(first, all);
  const seconds = all.flatMap((learned) => (learned.kind === "twoSteps" ? learned.second : []));
  return { ...first, second: joinSteps(first.second, seconds) };
}

function joinSteps(first: FittedStage, all: readonly FittedModel[]): FittedStage {
  if (first.kind !== "networks") return first;
  return { kind: "networks", members: all.flatMap((learned) => (learned.kind === "networks" ? learned.members : [])) };
}

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
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  return entries
    .map(({ name }) => path.join(folder, name))
    .filter(isModel)
    .sort();
}

function summaryOf(folder: string): ModelSummary[] {
  try {
    const { model, target, materials, heldOut, recommended } = readModelFacts(folder);
    const name = path.basename(path.resolve(folder));
    const facts = { path: folder, name, model, target: target.name, unit: target.reportedUnit, trainSize: materials.length };
    return [{ ...facts, ...(heldOut && { heldOutMae: heldOut.mae }), ...(recommended && { recommended }) }];
  } catch (error) {
    if (error instanceof UsageError) return [];
    throw error;
  }
}
