import { rmSync } from "node:fs";
import path from "node:path";
import { type FittedModel, type FittedStage, isModel, type Model, readModel, writeModel } from "../models/modelFile.js";
import { modelFolder, type StudyTask } from "../runs/studyPlan.js";

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
