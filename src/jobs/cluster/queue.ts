import { isDeepStrictEqual } from "node:util";
import { listJobs, type SlurmJob, SlurmMissingError } from "./slurmClient.js";

/** What Slurm has of the user's jobs. */
export interface Queue {
  /** Whether Slurm can be asked from this machine. */
  readonly isInstalled: boolean;
  /** Undefined while Slurm does not answer: then nothing is known. */
  readonly jobs?: readonly SlurmJob[];
}

/** Slurm is asked no oftener than this, for all runs together, and the less often the longer nothing changes. */
const POLL_MS = 30_000;
const SLOWEST_MS = 120_000;
const SLOWER = 1.25;

let pause = POLL_MS;
let latest: { readonly at: number; readonly queue: Promise<Queue> } | undefined;

/** The queue as it was asked for last, unless that is older than `maximalAge` in ms. All who ask share one answer. */
export function queueLately(maximalAge = pause): Promise<Queue> {
  if (latest !== undefined && performance.now() - latest.at <= maximalAge) return latest.queue;
  const before = latest?.queue;
  const queue = ask();
  latest = { at: performance.now(), queue };
  void Promise.all([before, queue]).then(([old, now]) => {
    pause = isDeepStrictEqual(old, now) ? Math.min(SLOWEST_MS, pause * SLOWER) : POLL_MS;
  });
  return queue;
}

let changes = 0;

/** How often something was submitted or cancelled, as far as is known here. */
export const queueChanges = (): number => changes;

/** The next question goes to Slurm: something was submitted or cancelled. */
export function forgetQueue(): void {
  changes += 1;
  latest = undefined;
  pause = POLL_MS;
}

const ask = (): Promise<Queue> =>
  listJobs().then(
    (jobs) => ({ isInstalled: true, jobs }),
    (error: unknown) => ({ isInstalled: !(error instanceof SlurmMissingError) }),
  );
