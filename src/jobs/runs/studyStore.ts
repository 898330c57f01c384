import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import type { RepeatSplit } from "../../core/learning/evaluation/splits.js";
import { mean } from "../../core/math/statistics.js";
import { csv } from "../../core/text/csv.js";
import type { ParityPoint } from "../../protocol/runEvents.js";
import type { RunManifest } from "../../protocol/runFiles.js";
import { OUTCOME_SHAPE, SPLITS_SHAPE } from "../../protocol/runShapes.js";
import { reasonOf, withWriteError, writeFileAtomically } from "../files/atomicFile.js";
import { readCheckedJson, writeCheckedJson } from "../files/checkedJson.js";
import { LIMITS, readSmallJson } from "../files/readSmallFile.js";
import { combineMembers, type LearnOutcome } from "../training/trainingTask.js";
import { runFile } from "./runFolder.js";
import { planStudy, type StudyItem, type StudyTask } from "./studyPlan.js";
import type { StudyResult } from "./studyResults.js";

/** What one task came to. */
export interface TaskOutcome {
  readonly result: StudyResult;
  readonly points: readonly ParityPoint[];
}

/** Keeps what a work item came to; from then on it is done, whatever happens. Throws `WriteError`. */
export function writeItem(folder: string, item: StudyItem, outcome: LearnOutcome, hash: string): void {
  writeCheckedJson(itemFile(folder, item), { ...outcome, task: hash });
}

export function isItemDone(folder: string, item: StudyItem): boolean {
  return existsSync(itemFile(folder, item));
}

/** Forgets what is kept of a task, so that it is computed again. */
export function dropItems(folder: string, task: StudyTask): void {
  for (const item of task.members) {
    const file = itemFile(folder, item);
    withWriteError(file, () => rmSync(file, { recursive: true, force: true }));
  }
}

/**
 * Removes what is kept of work items where it is damaged or of other inputs, so that they are computed again; returns
 * the files, each with what is wrong. `hashOf`: what each item's inputs are called.
 */
export function dropDamagedItems(
  folder: string,
  task: StudyTask,
  hashOf: (item: StudyItem) => string,
): { readonly file: string; readonly reason: string }[] {
  return task.members.flatMap((item) => {
    const file = itemFile(folder, item);
    const { reason } = readItem(file, hashOf(item));
    if (reason === undefined) return [];
    withWriteError(file, () => rmSync(file, { recursive: true, force: true }));
    return [{ file, reason }];
  });
}

/** Neither outcome nor reason where there is none yet. What was kept before there were hashes passes without one. */
function readItem(file: string, hash?: string): { readonly outcome?: LearnOutcome; readonly reason?: string } {
  if (!existsSync(file)) return {};
  try {
    const value = readCheckedJson(file);
    const reason = OUTCOME_SHAPE(value, "");
    if (reason !== undefined) return { reason };
    const { predictions, seconds, task } = value as LearnOutcome & { readonly task?: string };
    if (hash !== undefined && task !== undefined && task !== hash)
      return { reason: "it is the result of other inputs" };
    // JSON knows no NaN
    const told = predictions.map((one) => ({ ...one, value: one.value ?? Number.NaN, sigma: one.sigma ?? Number.NaN }));
    return { outcome: { predictions: told, seconds } };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

/** A task's result from what its members left, or undefined while one is missing. */
export function taskOutcome(
  folder: string,
  task: StudyTask,
  actual: ReadonlyMap<string, number>,
): TaskOutcome | undefined {
  const members: LearnOutcome[] = [];
  for (const item of task.members) {
    const { outcome } = readItem(itemFile(folder, item));
    if (outcome === undefined) return undefined;
    members.push(outcome);
  }
  const [first] = members;
  if (first === undefined) return undefined;
  const points = first.predictions.map(({ id }, index) => {
    const { value, sigma } = combineMembers(members.flatMap(({ predictions }) => predictions[index] ?? []));
    return { ...taskKeyOf(task), id, actual: actual.get(id) ?? Number.NaN, predicted: value, sigma };
  });
  const seconds = members.reduce((sum, member) => sum + member.seconds, 0);
  return { result: { ...taskKeyOf(task), ...errorsOf(points), seconds }, points };
}

/** Every task that is done, in the order of `results.csv`. */
export function doneTasks(folder: string, manifest: RunManifest): TaskOutcome[] {
  const { settings } = manifest;
  if (settings === undefined) return [];
  return planStudy(settings).flatMap((task) => taskOutcome(folder, task, actualValues(manifest, task.target)) ?? []);
}

/** The target's values by id, in the unit of errors and predictions, of the materials that have one. */
export function actualValues({ materials }: RunManifest, target: string): ReadonlyMap<string, number> {
  return new Map(
    materials.flatMap(({ id, reported }) => {
      const value = reported[target];
      return value === undefined ? [] : [[id, value] as const];
    }),
  );
}

/** `predictions.csv`. */
export function predictionsCsv(outcomes: readonly TaskOutcome[]): string {
  const rows = outcomes.flatMap(({ points }) =>
    points.map((p) => [p.target, p.model, p.trainSize, p.repeat, p.id, p.actual, p.predicted, p.sigma ?? ""]),
  );
  return csv(["target", "model", "train_size", "repeat", "id", "actual", "predicted", "sigma"], rows);
}

/** The splits of a run, or undefined where none are kept yet, or damaged ones, which are drawn again. */
export function readSplits(folder: string): readonly RepeatSplit[] | undefined {
  try {
    const value = readSmallJson(runFile(folder, "splits"), LIMITS.run);
    return SPLITS_SHAPE(value, "") === undefined ? (value as { repeats: readonly RepeatSplit[] }).repeats : undefined;
  } catch {
    return undefined;
  }
}

/** Throws `WriteError`. */
export function writeSplits(folder: string, repeats: readonly RepeatSplit[]): void {
  writeFileAtomically(runFile(folder, "splits"), `${JSON.stringify({ repeats }, null, 1)}\n`);
}

const itemFile = (folder: string, item: StudyItem) => path.join(folder, `${item.place}.json`);
const taskKeyOf = ({ target, model, trainSize, repeat }: StudyTask) => ({ target, model, trainSize, repeat });

function errorsOf(points: readonly ParityPoint[]): { mae: number; rmse: number } {
  const errors = points.map(({ actual, predicted }) => predicted - actual);
  return { mae: mean(errors.map(Math.abs)), rmse: Math.sqrt(mean(errors.map((error) => error * error))) };
}

/** How long a work item took; undefined where it has no sound result. */
export function readSeconds(folder: string, item: StudyItem): number | undefined {
  return readItem(itemFile(folder, item)).outcome?.seconds;
}
