import { FILE_START, type FileProblem, problem } from "../../core/text/problem.js";
import type { RunEvent } from "../../protocol/runEvents.js";
import type { RunManifest } from "../../protocol/runFiles.js";
import { UsageError } from "../files/usageError.js";
import { writeReport } from "../report/writeReport.js";
import { EventLog, readRunEvents } from "../runs/eventLog.js";
import { readManifest, runFile, writeManifest } from "../runs/runFolder.js";
import { countTasks, RunListing } from "../runs/runListing.js";
import { RunLock } from "../runs/runLock.js";
import { isKept, planStudy, type StudyTask } from "../runs/studyPlan.js";
import {
  actualValues,
  dropDamagedItems,
  dropItems,
  readSplits,
  type TaskOutcome,
  taskOutcome,
} from "../runs/studyStore.js";
import { TaskHashes } from "../runs/taskHash.js";
import { dropDamagedModel, keepModel } from "./keepModel.js";
import { writeTables } from "./runTables.js";

export interface Merged {
  readonly done: number;
  readonly failed: number;
  readonly total: number;
}

export interface MergeHooks {
  /** How long results that are not there are waited for: those of another machine may be seen late on a shared disk. */
  readonly patienceMs?: number;
  /** Told how many of them are waited for, once. */
  readonly onWait?: (open: number) => void;
  readonly onProblem?: (problem: FileProblem) => void;
}

/** Merging takes seconds; of several who want to, each waits for its turn. */
const WAIT_MS = 60_000;
const AGAIN_MS = 200;
const LATE_MS = 1_000;

/**
 * Brings together what all workers left: tables, models, progress and, when nothing is open, the report. Where another
 * process holds the run for long it is that one's to do. Throws `UsageError` for a folder that holds no prepared run,
 * and `WriteError`.
 */
export async function mergeRun(folder: string, hooks: MergeHooks = {}): Promise<Merged> {
  await waitForResults(folder, hooks);
  for (const until = performance.now() + WAIT_MS; ; ) {
    const lock = tryLock(folder);
    if (lock === undefined && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      continue;
    }
    if (lock === undefined) return countRun(folder);
    try {
      return merge(folder, lock, hooks);
    } finally {
      lock.release();
    }
  }
}

async function waitForResults(folder: string, { patienceMs = 0, onWait }: MergeHooks): Promise<void> {
  let isReported = false;
  for (const until = performance.now() + patienceMs; performance.now() < until; ) {
    const { done, failed, total } = countRun(folder);
    if (done + failed === total) return;
    if (!isReported) onWait?.(total - done - failed);
    isReported = true;
    await new Promise((resolve) => setTimeout(resolve, LATE_MS));
  }
}

/** How far a run is, by the contents of its folder. Throws `UsageError`. */
export function countRun(folder: string): Merged {
  const { settings, progress } = readManifest(folder);
  if (settings === undefined) return progress;
  const tasks = planStudy(settings);
  return { ...countTasks(new RunListing(folder), tasks), total: tasks.length };
}

function tryLock(folder: string): RunLock | undefined {
  try {
    return RunLock.acquire(folder, () => {});
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

function merge(folder: string, lock: RunLock, { onProblem }: MergeHooks): Merged {
  const manifest = readManifest(folder);
  if (manifest.settings === undefined) throw new UsageError(`${folder} is not prepared yet`);
  const warn = (file: string, template: string, reason: string) =>
    onProblem?.({ file, problem: problem("warning", FILE_START, template, reason) });
  const tasks = planStudy(manifest.settings);
  const hashes = new TaskHashes(manifest, readSplits(folder) ?? []);
  const outcomes = tasks.flatMap((task) => {
    for (const { file, reason } of dropDamagedItems(folder, task, (item) => hashes.of(task, item)))
      warn(file, "the file is damaged ({0}); what it held is open again", reason);
    return outcomeOf(folder, manifest, task, (reason) =>
      warn(runFile(folder, "models"), "a model is not kept: {0}", reason),
    );
  });
  lock.assertHeld();
  writeTables(folder, outcomes);
  const counts = { ...countTasks(new RunListing(folder), tasks), total: tasks.length };
  const isSettled = counts.done + counts.failed === counts.total;
  const { message: _, ...rest } = manifest;
  writeManifest(folder, { ...rest, state: isSettled ? "finished" : "stopped", progress: counts });
  reportResults(folder, manifest, outcomes, isSettled && manifest.state !== "finished");
  if (isSettled) writeReport(folder);
  return counts;
}

/** None where a member is missing, or the model that the task should have left. */
function outcomeOf(
  folder: string,
  manifest: RunManifest,
  task: StudyTask,
  onLost: (reason: string) => void,
): TaskOutcome[] {
  const isWanted = manifest.settings !== undefined && isKept(manifest.settings, task);
  if (isWanted && dropDamagedModel(folder, task).length > 0) dropItems(folder, task);
  const outcome = taskOutcome(folder, task, actualValues(manifest, task.target));
  if (outcome === undefined) return [];
  if (isWanted) keepIfSound(folder, task, onLost);
  return [outcome];
}

function keepIfSound(folder: string, task: StudyTask, onLost: (reason: string) => void): void {
  try {
    keepModel(folder, task);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    onLost(error.message);
  }
}

/**
 * Results whose worker could not tell them: of a task's members each may have ended where the others' results were not
 * seen yet.
 */
function reportResults(folder: string, manifest: RunManifest, outcomes: readonly TaskOutcome[], isEnd: boolean): void {
  const keyOf = ({ target, model, trainSize, repeat }: TaskOutcome["result"]) =>
    JSON.stringify([target, model, trainSize, repeat]);
  const told = new Set(readRunEvents(folder).flatMap((event) => (event.event === "result" ? [keyOf(event)] : [])));
  const log = new EventLog(runFile(folder, "events"));
  try {
    const tell = (event: RunEvent) => log.append(event);
    for (const { result } of outcomes.filter((outcome) => !told.has(keyOf(outcome.result)))) {
      const unit = manifest.targets.find(({ name }) => name === result.target)?.reportedUnit ?? "";
      tell({ event: "result", time: new Date().toISOString(), unit, ...result });
    }
    const { done, failed } = countRun(folder);
    if (isEnd)
      tell({ event: "finished", time: new Date().toISOString(), done, failed: failed + manifest.skipped.length });
  } finally {
    log.close();
  }
}
