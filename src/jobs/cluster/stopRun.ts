import { readManifest } from "../runs/runFolder.js";
import { isRunAlive } from "../runs/runLock.js";
import { writeStop } from "../runs/stopFile.js";
import { hasOtherWorkers } from "../runs/worker.js";
import { jobsOf, readClusterRecord } from "./clusterRecord.js";
import { forgetQueue } from "./queue.js";
import { cancelJobs, listJobs } from "./slurmClient.js";

/**
 * Asks all who work on a run to keep what they have and stop: its owner, chunks wherever they run, and what Slurm has
 * of it. Returns the jobs that were cancelled. Throws `UsageError`, `WriteError`, and `SlurmError` where Slurm does not
 * answer or is not on this machine.
 */
export async function stopRun(folder: string): Promise<string[]> {
  readManifest(folder);
  if (isRunAlive(folder) || hasOtherWorkers(folder)) writeStop(folder);
  const record = readClusterRecord(folder);
  if (record === undefined) return [];
  const jobs = [...new Set(jobsOf(record, await listJobs()).map(({ id }) => id.replace(/_.*/, "")))];
  await cancelJobs(jobs);
  forgetQueue();
  return jobs;
}
