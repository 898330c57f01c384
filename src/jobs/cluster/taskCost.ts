import { median } from "../../core/math/statistics.js";
import type { StudySettings } from "../../protocol/runFiles.js";
import { type SingleModel, stepsOf } from "../models/modelNames.js";
import { type StudyTask, targetSettings } from "../runs/studyPlan.js";

/**
 * Seconds on one thread of kernel models: `base + square n² + cube n³` for n training materials (measurements.md,
 * "Slurm").
 */
const KERNEL_COST: Readonly<
  Record<Exclude<SingleModel, "r3dvs">, readonly [base: number, square: number, cube: number]>
> = {
  composition: [0.1, 2e-5, 1e-8],
  shells: [0.2, 0, 4e-8],
  angular: [0.8, 2e-5, 1e-8],
  cm: [0.5, 0, 3e-8],
  soap: [0.2, 1e-6, 1e-8],
  functionals: [0.2, 1e-6, 3e-8],
  density: [0.6, 0, 9e-8],
  combined: [0.5, 4e-5, 2e-8],
};

/** Seconds of a network for each material, copy and epoch, and the same with the deep network. */
const NETWORK_STEP = { light: 4e-3, other: 3e-2 };
/** Networks are asked about their test materials in several orientations; starting one costs this, too. */
const NETWORK_BASE = 0.3;
/** Residuals out of fold: the first step is learned once on all and once without each fold. */
const FOLDS = 5;

/**
 * About how many seconds one work item of a task takes on one thread, before any has been measured. It decides how
 * items are dealt out, so it must depend on the settings alone: every element of an array, and every later array, then
 * finds the same items in its chunk.
 */
export function estimateSeconds(settings: StudySettings, task: StudyTask): number {
  const [first, second] = stepsOf(task.model);
  if (second === undefined) return stepSeconds(settings, task, first);
  const times = settings.twoStepResiduals === "inSample" ? 1 : 1 + FOLDS * ((FOLDS - 1) / FOLDS);
  return times * stepSeconds(settings, task, first) + stepSeconds(settings, task, second);
}

function stepSeconds(settings: StudySettings, { target, trainSize: n }: StudyTask, step: SingleModel): number {
  if (step !== "r3dvs") {
    const [base, square, cube] = KERNEL_COST[step];
    return base + square * n ** 2 + cube * n ** 3;
  }
  const { network, epochs, rotations } = targetSettings(settings, target).training;
  return NETWORK_BASE + epochs * rotations * n * (network === "light" ? NETWORK_STEP.light : NETWORK_STEP.other);
}

/** Measured seconds of one work item, with the task it belongs to. */
export interface MeasuredItem {
  readonly task: StudyTask;
  readonly seconds: number;
}

/**
 * Seconds of a task's item from what was measured: the median of its like (target, model and size), else the estimate
 * times what like models took compared with theirs, else with all. `isMeasured`: whether anything was.
 */
export class TaskTimes {
  private readonly own = new Map<string, number>();
  private readonly ofModel = new Map<string, number>();
  private readonly ofAll: number;
  readonly isMeasured: boolean;

  constructor(
    private readonly settings: StudySettings,
    measured: readonly MeasuredItem[],
  ) {
    this.isMeasured = measured.length > 0;
    const ratio = ({ task, seconds }: MeasuredItem) => seconds / estimateSeconds(settings, task);
    for (const [key, group] of grouped(measured, ({ task }) => keyOf(task)))
      this.own.set(key, median(group.map(({ seconds }) => seconds)));
    for (const [key, group] of grouped(measured, ({ task }) => task.model))
      this.ofModel.set(key, median(group.map(ratio)));
    this.ofAll = this.isMeasured ? median(measured.map(ratio)) : 1;
  }

  of(task: StudyTask): number {
    return (
      this.own.get(keyOf(task)) ?? estimateSeconds(this.settings, task) * (this.ofModel.get(task.model) ?? this.ofAll)
    );
  }
}

const keyOf = ({ target, model, trainSize }: StudyTask) => JSON.stringify([target, model, trainSize]);

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? [];
    group.push(item);
    groups.set(keyOf(item), group);
  }
  return groups;
}
