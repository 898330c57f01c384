import type { ClusterStatus, RunStatus } from "../../protocol/clusterCalls.js";
import type { RunManifest, StudySettings } from "../../protocol/runFiles.js";
import { readFailure, readNotes } from "../runs/attempts.js";
import { RunListing } from "../runs/runListing.js";
import type { StudyItem } from "../runs/studyPlan.js";
import { seemsAlive } from "../runs/worker.js";
import { planItems } from "./chunks.js";
import { type ClusterRecord, chunkOfJob, jobsOf, readClusterRecord } from "./clusterRecord.js";
import { measuredTimes } from "./measuredTimes.js";
import { type Queue, queueLately } from "./queue.js";
import type { SlurmJob } from "./slurmClient.js";
import type { TaskTimes } from "./taskCost.js";

export type { RunStatus } from "../../protocol/clusterCalls.js";

/** Waiting for these has no end without somebody's doing. */
const ENDLESS =
  /^(PartitionConfig|PartitionTimeLimit|PartitionNodeLimit|DependencyNeverSatisfied|JobHeldUser|JobHeldAdmin|Bad[A-Z]|Assoc|QOS|launch failed)/;

/** `maximalAge`: how old Slurm's answer may be, in ms. Throws nothing beyond what reading the folder does. */
export async function runStatus(run: string, manifest: RunManifest, maximalAge?: number): Promise<RunStatus> {
  const { settings } = manifest;
  if (settings === undefined) return { run, total: 0, done: 0, running: 0, open: 0, failed: [], secondsLeft: null };
  const record = readClusterRecord(run);
  const queue = record === undefined ? undefined : await queueLately(maximalAge);
  return statusWith(run, settings, new RunListing(run), record, queue);
}

/** The same from a listing and a queue that are known. */
export function statusWith(
  run: string,
  settings: StudySettings,
  listing: RunListing,
  record: ClusterRecord | undefined,
  queue: Queue | undefined,
): RunStatus {
  const states = queue?.jobs && new Map(queue.jobs.map((job) => [job.id, job.state]));
  const isRunning = (item: StudyItem) =>
    readNotes(run, item, listing.of(item).attempts).some((note) =>
      note.job !== undefined && states !== undefined
        ? ["RUNNING", "COMPLETING"].includes(states.get(note.job) ?? "")
        : seemsAlive(run, note),
    );
  const items = planItems(settings);
  const left = items.filter(({ item }) => !listing.isSettled(item));
  const running = left.filter(({ item }) => isRunning(item)).length;
  const failed = items.filter(({ item }) => listing.of(item).hasFailed && !listing.of(item).hasResult);
  const done = items.length - left.length - failed.length;
  const secondsOf = (times: TaskTimes) => left.reduce((sum, { task }) => sum + times.of(task), 0);
  return {
    run,
    total: items.length,
    done,
    running,
    open: left.length - running,
    failed: failed.map(({ item }) => ({
      task: item.place.replace(/^checkpoints./, ""),
      reason: readFailure(run, item)?.message ?? "the note why is damaged",
    })),
    secondsLeft: running === 0 ? null : Math.round(secondsOf(timesLately(run, settings, listing, done)) / running),
    ...(record !== undefined && { cluster: clusterStatus(queue?.jobs && jobsOf(record, queue.jobs)) }),
  };
}

/** Measured again when a tenth more is done: it reads hundreds of files, and the status is polled every few seconds. */
const measured = new Map<string, { readonly done: number; readonly times: TaskTimes }>();

function timesLately(run: string, settings: StudySettings, listing: RunListing, done: number): TaskTimes {
  const before = measured.get(run);
  if (before !== undefined && done >= before.done && done <= 1.1 * before.done) return before.times;
  const times = measuredTimes(run, settings, listing);
  measured.set(run, { done, times });
  return times;
}

function clusterStatus(jobs: readonly SlurmJob[] | undefined): ClusterStatus {
  const elements: Record<string, number> = {};
  for (const job of jobs ?? []) if (chunkOfJob(job) !== undefined) elements[job.state] = (elements[job.state] ?? 0) + 1;
  const endless = (jobs ?? []).filter(({ state, reason }) => state === "PENDING" && ENDLESS.test(reason));
  return {
    elements,
    isAnswering: jobs !== undefined,
    warnings: [...new Set(endless.map(({ reason }) => reason))],
  };
}
