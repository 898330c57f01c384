import type { RunManifest } from "../../protocol/runFiles.js";
import { readFailure, readNotes } from "../runs/attempts.js";
import { RunListing } from "../runs/runListing.js";
import type { StudyItem } from "../runs/studyPlan.js";
import { seemsAlive } from "../runs/worker.js";
import { planItems } from "./chunks.js";
import { chunkOfJob, jobsOf, readClusterRecord } from "./clusterRecord.js";
import { measuredTimes } from "./measuredTimes.js";
import { listJobs, type SlurmJob } from "./slurmClient.js";

/** How a run stands, by what is in its folder. Counted are work items: each member of an ensemble is one. */
export interface RunStatus {
  readonly run: string;
  readonly total: number;
  readonly done: number;
  readonly running: number;
  /** Neither done, nor given up, nor being worked on. */
  readonly open: number;
  readonly failed: readonly { readonly task: string; readonly reason: string }[];
  /** Of those that work on it now; null where nobody does. */
  readonly secondsLeft: number | null;
  /** Of a run that was submitted. */
  readonly cluster?: ClusterStatus;
}

export interface ClusterStatus {
  /** Array elements by what Slurm says of them; none where it does not answer. */
  readonly elements: Readonly<Record<string, number>>;
  readonly isAnswering: boolean;
  /** What keeps elements waiting for ever, in Slurm's words. */
  readonly warnings: readonly string[];
}

/** Waiting for these has no end without somebody's doing. */
const ENDLESS =
  /^(PartitionConfig|PartitionTimeLimit|PartitionNodeLimit|DependencyNeverSatisfied|JobHeldUser|JobHeldAdmin|Bad[A-Z]|Assoc|QOS|launch failed)/;

/** Asked of Slurm no oftener than this, for all runs together. */
const POLL_MS = 30_000;
let latest: { readonly at: number; readonly jobs: Promise<readonly SlurmJob[] | undefined> } | undefined;

/** Undefined while Slurm does not answer. */
function jobsLately(maximalAge: number): Promise<readonly SlurmJob[] | undefined> {
  if (latest === undefined || performance.now() - latest.at > maximalAge)
    latest = { at: performance.now(), jobs: listJobs().catch(() => undefined) };
  return latest.jobs;
}

/** `maximalAge`: how old Slurm's answer may be, in ms. Throws nothing beyond what reading the folder does. */
export async function runStatus(run: string, manifest: RunManifest, maximalAge = POLL_MS): Promise<RunStatus> {
  const { settings } = manifest;
  if (settings === undefined) return { run, total: 0, done: 0, running: 0, open: 0, failed: [], secondsLeft: null };
  const record = readClusterRecord(run);
  const jobs = record === undefined ? [] : await jobsLately(maximalAge);
  const states = new Map((jobs ?? []).map((job) => [job.id, job.state]));
  const listing = new RunListing(run);
  const items = planItems(settings);
  const isRunning = (item: StudyItem) =>
    readNotes(run, item, listing.of(item).attempts).some((note) =>
      note.job !== undefined && record !== undefined && jobs !== undefined
        ? ["RUNNING", "COMPLETING"].includes(states.get(note.job) ?? "")
        : seemsAlive(run, note),
    );
  const left = items.filter(({ item }) => !listing.isSettled(item));
  const running = left.filter(({ item }) => isRunning(item)).length;
  const failed = items.filter(({ item }) => listing.of(item).hasFailed && !listing.of(item).hasResult);
  const done = items.length - left.length - failed.length;
  const times = measuredTimes(run, settings, listing);
  const seconds = left.reduce((sum, { task }) => sum + times.of(task), 0);
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
    secondsLeft: running === 0 ? null : Math.round(seconds / running),
    ...(record !== undefined && { cluster: clusterStatus(jobs && jobsOf(record, jobs)) }),
  };
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
