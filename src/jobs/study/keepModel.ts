import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { recoverFolder } from "../files/atomicFolder.js";
import { UsageError } from "../files/usageError.js";
import { type FittedModel, type FittedStage, isModel, type Model, readModel, writeModel } from "../models/modelFile.js";
import { modelFolder, type StudyTask } from "../runs/studyPlan.js";

/**
 * Makes one model of what a task's members learned and puts it among the run's models. Throws `UsageError` where a part
 * is damaged, and `WriteError`:
 * then the parts stay, for when there is room.
 */
export function keepModel(run: string, task: StudyTask): void {
  const parts = partsOf(run, task);
  const folder = path.join(run, modelFolder(task));
  try {
    if (parts.every(isModel)) writeModel(folder, joinMembers(parts.map(readModel)));
  } catch (error) {
    if (error instanceof UsageError) dropParts(parts);
    throw error;
  }
  dropParts(parts);
}

function dropParts(parts: readonly string[]): void {
  for (const part of parts) rmSync(part, { recursive: true, force: true });
}

/**
 * Removes a task's model, or what it will be made of, where it is not what was written; returns those, each with what
 * is wrong.
 */
export function dropDamagedModel(run: string, task: StudyTask): { readonly file: string; readonly reason: string }[] {
  const folder = path.join(run, modelFolder(task));
  recoverFolder(folder);
  return [folder, ...partsOf(run, task)].flatMap((file) => {
    if (!existsSync(file)) return [];
    try {
      readModel(file);
      return [];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      rmSync(file, { recursive: true, force: true });
      return [{ file, reason: error.message }];
    }
  });
}

const partsOf = (run: string, task: StudyTask) => task.members.map(({ place }) => path.join(run, `${place}.model`));

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
