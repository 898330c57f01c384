import path from "node:path";
import { deriveSeed } from "../../core/math/random.js";
import { RUN_FILES, type RunManifest, type StudySettings, type TargetSettings } from "../../protocol/runFiles.js";
import { safeName } from "../files/safeName.js";
import { checkModels, isEnsemble, type ModelName, orderModels, usesNetworks } from "../models/modelNames.js";

/** One result: a point of one learning curve of one repeat, learned by one or more members. */
export interface StudyTask {
  readonly target: string;
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
  const tasks: StudyTask[] = [];
  for (const target of settings.targets) {
    for (const model of models) {
      for (const trainSize of targetSettings(settings, target).trainSizes) {
        for (let repeat = 0; repeat < settings.repeats; repeat++) tasks.push(planTask(settings, target, model, trainSize, repeat));
      }
    }
  }
  return tasks;
}

/** The order of work: repeat by repeat, quick models first, so that the figure is whole early and then only gets sharper. */
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

/** The folder of a kept model, in the run's folder; `soap+cm` is called `soap.cm`, since a plus would not stay as it is. */
export function modelFolder(task: Pick<StudyTask, "target" | "model">): string {
  return path.join(RUN_FILES.models, safeName(`${task.target}-${task.model.replace("+", ".")}`));
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
    task.target,
    task.trainSize,
    task.repeat,
  ]);
}

function planTask(settings: StudySettings, target: string, model: ModelName, trainSize: number, repeat: number): StudyTask {
  const count = isEnsemble(model) ? settings.ensemble : 1;
  const folder = path.join(RUN_FILES.checkpoints, safeName(target), model);
  const members = Array.from({ length: count }, (_, member) => ({
    member,
    seed: deriveSeed(settings.seed, "member", repeat, member),
    place: path.join(folder, `${trainSize}-${repeat}-${member}`),
  }));
  return { target, model, trainSize, repeat, members };
}
