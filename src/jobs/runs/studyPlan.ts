import path from "node:path";
import { deriveSeed } from "../../core/math/random.js";
import { RUN_FILES, type RunManifest, type StudySettings, type TargetSettings } from "../../protocol/runFiles.js";
import { MOST_RESULTS } from "../../protocol/runShapes.js";
import { safeName } from "../files/safeName.js";
import { UsageError } from "../files/usageError.js";
import { checkModels, isEnsemble, type ModelName, orderModels, usesNetworks } from "../models/modelNames.js";

/** One result: a point of one learning curve of one repeat, learned by one or more members. */
export interface StudyTask {
  readonly target: string;
  /** The target as a name of files. */
  readonly fileName: string;
  readonly model: ModelName;
  readonly trainSize: number;
  readonly repeat: number;
  readonly members: readonly StudyItem[];
}

/** One thread's work. */
export interface StudyItem {
  readonly member: number;
  readonly seed: number;
  /** Path in the run's folder, without ending, of what is kept of it. */
  readonly place: string;
}

/** Every task in the order of `results.csv`: target, model, training size, repeat. */
export function planStudy(settings: StudySettings): StudyTask[] {
  const models = orderModels(checkModels(settings.models));
  checkCount(settings, models);
  const tasks: StudyTask[] = [];
  for (const target of settings.targets) {
    for (const model of models) {
      for (const trainSize of targetSettings(settings, target).trainSizes) {
        for (let repeat = 0; repeat < settings.repeats; repeat++)
          tasks.push(planTask(settings, target, model, trainSize, repeat));
      }
    }
  }
  return tasks;
}

/** Throws `UsageError` for a study whose plan alone would fill the memory. */
function checkCount(settings: StudySettings, models: readonly ModelName[]): void {
  const { targets, repeats, ensemble } = settings;
  const members = models.reduce((sum, model) => sum + (isEnsemble(model) ? ensemble : 1), 0);
  const sizes = targets.reduce((sum, target) => sum + targetSettings(settings, target).trainSizes.length, 0);
  const count = sizes * repeats * members;
  if (count > MOST_RESULTS)
    throw new UsageError(
      `the study would learn ${count} models; at most ${MOST_RESULTS} are possible: ask for fewer repeats`,
    );
}

/**
 * The order of work: repeat by repeat, quick models first, so that the figure is whole early and then only gets
 * sharper.
 */
export function workOrder(tasks: readonly StudyTask[]): StudyTask[] {
  const cost = ({ model }: StudyTask) => (usesNetworks(model) ? 1 : 0);
  return [...tasks].sort((a, b) => a.repeat - b.repeat || cost(a) - cost(b) || a.trainSize - b.trainSize);
}

/** Whether the task's model is kept for predictions: the largest training set of the first repeat. */
export function isKept(settings: StudySettings, task: StudyTask): boolean {
  return task.repeat === 0 && task.trainSize === largestSize(settings, task.target);
}

/** Throws where the target is none of the study's. */
export function targetSettings(settings: StudySettings, target: string): TargetSettings {
  const found = settings.perTarget[target];
  if (found === undefined) throw new Error(`the study has no target ${target}`);
  return found;
}

/** The largest training set that the study has for a target. */
export function largestSize(settings: StudySettings, target: string): number {
  return targetSettings(settings, target).trainSizes.at(-1) ?? 0;
}

/**
 * The folder of a kept model, in the run's folder; `soap+cm` is called `soap.cm`, since a plus would not stay as it is.
 */
export function modelFolder({ target, fileName, model }: Pick<StudyTask, "target" | "fileName" | "model">): string {
  const ending = model.replace("+", ".");
  // a target whose name is no file's is named with the model
  return path.join(
    RUN_FILES.models,
    safeName(safeName(target) === fileName ? `${target}-${ending}` : `${fileName}-${ending}`),
  );
}

/** What a training's checkpoint must agree with, besides its own seed and size. */
export function fingerprintOf(manifest: RunManifest, task: StudyTask): string {
  const { settings, software } = manifest;
  return JSON.stringify([
    software.version,
    settings && targetSettings(settings, task.target).training,
    settings && targetSettings(settings, task.target).normalize,
    settings?.component,
    settings?.hyperparameters,
    settings?.twoStepResiduals,
    settings?.soap,
    ...(settings?.exactUpTo === undefined ? [] : [settings.exactUpTo]),
    task.target,
    task.trainSize,
    task.repeat,
  ]);
}

function planTask(
  settings: StudySettings,
  target: string,
  model: ModelName,
  trainSize: number,
  repeat: number,
): StudyTask {
  const count = isEnsemble(model) ? settings.ensemble : 1;
  const fileName = safeName(target, settings.targets);
  const folder = path.join(RUN_FILES.checkpoints, fileName, model);
  const members = Array.from({ length: count }, (_, member) => ({
    member,
    seed: deriveSeed(settings.seed, "member", repeat, member),
    place: path.join(folder, `${trainSize}-${repeat}-${member}`),
  }));
  return { target, fileName, model, trainSize, repeat, members };
}
