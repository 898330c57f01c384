import { statSync } from "node:fs";
import type { SharedWork } from "../../protocol/clusterCalls.js";
import type { RunState, RunSummary } from "../../protocol/runEvents.js";
import { readManifest } from "../runs/runFolder.js";
import { countTasks, RunListing } from "../runs/runListing.js";
import { planStudy } from "../runs/studyPlan.js";
import { hasOtherWorkers } from "../runs/worker.js";
import { clusterFile, jobsOf, readClusterRecord } from "./clusterRecord.js";
import { forgetQueue, queueChanges, queueLately } from "./queue.js";
import { statusWith } from "./runStatus.js";

/** Listing a large run takes a while, and views ask often. */
const FRESH_MS = 2_000;
const known = new Map<string, { readonly at: number; readonly asked: string; readonly live: Promise<RunSummary> }>();

/**
 * A run as those see it who work on it without being its owner: array elements on nodes, and chunks that somebody
 * started. Their progress stands in the run's folder alone; Slurm tells what waits. A run that nobody works on comes
 * back as it is.
 */
export function liveRun(run: RunSummary): Promise<RunSummary> {
  forgetQueueIfSubmitted(run.folder);
  const asked = `${queueChanges()} ${JSON.stringify(run)}`;
  const before = known.get(run.folder);
  if (before?.asked === asked && performance.now() - before.at < FRESH_MS) return before.live;
  const live = readLive(run);
  known.set(run.folder, { at: performance.now(), asked, live });
  return live;
}

const seen = new Map<string, number>();

/** A terminal, too, may have submitted the run just now: then what was asked before is no answer. */
function forgetQueueIfSubmitted(folder: string): void {
  const time = statSync(clusterFile(folder), { throwIfNoEntry: false })?.mtimeMs;
  if (time === undefined || seen.get(folder) === time) return;
  seen.set(folder, time);
  forgetQueue();
}

async function readLive(run: RunSummary): Promise<RunSummary> {
  const { folder, state } = run;
  if (state === "running" || state === "stopping" || (state === "finished" && run.failed === undefined)) return run;
  const record = readClusterRecord(folder);
  if (record === undefined && !hasOtherWorkers(folder)) return run;
  const { settings } = readManifest(folder);
  if (settings === undefined) return run;
  const queue = record === undefined ? undefined : await queueLately();
  const listing = new RunListing(folder);
  const status = statusWith(folder, settings, listing, record, queue);
  const { running, secondsLeft, cluster } = status;
  const submitted = record && queue?.isInstalled ? { jobs: queue.jobs && jobsOf(record, queue.jobs) } : undefined;
  const next = stateOf(running, submitted);
  if (next === undefined) return run;
  const tasks = planStudy(settings);
  const shared: SharedWork = {
    running,
    secondsLeft,
    ...(submitted !== undefined && cluster !== undefined && { cluster }),
  };
  const { message: _, ...rest } = run;
  const failed = status.failed.length;
  return {
    ...rest,
    ...(failed > 0 && { failed }),
    state: next,
    progress: { done: countTasks(listing, tasks).done, total: tasks.length },
    shared,
  };
}

/**
 * Undefined where nobody works on the run and nothing is in the queue. While Slurm does not answer, what was submitted
 * is taken to wait.
 */
function stateOf(
  running: number,
  submitted: { readonly jobs?: readonly { readonly state: string }[] | undefined } | undefined,
): RunState | undefined {
  if (running > 0 || submitted?.jobs?.some(({ state }) => state === "RUNNING" || state === "COMPLETING"))
    return "running";
  if (submitted === undefined) return undefined;
  return submitted.jobs === undefined || submitted.jobs.length > 0 ? "queued" : undefined;
}
