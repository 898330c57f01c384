import { existsSync, readdirSync, statSync, utimesSync } from "node:fs";
import path from "node:path";
import { RUN_FILES } from "../../protocol/runFiles.js";
import { safeName } from "../files/safeName.js";
import { isProcessAlive, ownProcess, type ProcessFacts } from "./processFacts.js";

/**
 * Who works on a run's tasks: one process of this machine or of another one, by itself or as an element of a job array.
 */
export interface RunWorker extends ProcessFacts {
  /** Of the scheduler: `17_4` for the element 4 of Slurm's array 17. */
  readonly job?: string;
  /** How often the scheduler has begun the job again. */
  readonly restart: number;
}

/** The calling process as a worker. Schedulers tell a job's number in the environment. */
export function thisWorker(environment: NodeJS.ProcessEnv = process.env): RunWorker {
  const { SLURM_RESTART_COUNT: restart } = environment;
  const job = jobOf(environment);
  return { ...ownProcess(), ...(job !== undefined && { job }), restart: Number(restart ?? 0) || 0 };
}

/** `SLURM_JOB_ID` of the last element is the whole array's: it is asked for last. */
function jobOf(environment: NodeJS.ProcessEnv): string | undefined {
  const { SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: element, SLURM_JOB_ID: slurm } = environment;
  const { PBS_JOBID: pbs, PBS_ARRAY_INDEX: pbsIndex, LSB_JOBID: lsf, LSB_JOBINDEX: lsfIndex } = environment;
  const { JOB_ID: sge, SGE_TASK_ID: sgeIndex, HQ_JOB_ID: hq, HQ_TASK_ID: hqIndex } = environment;
  const pairs = [
    [array, element],
    [slurm],
    [pbs, pbsIndex],
    [lsf, lsfIndex],
    [sgeIndex && sge, sgeIndex],
    [hq, hqIndex],
  ];
  const [job, index] = pairs.find(([id]) => id !== undefined && id !== "") ?? [];
  // outside of an array SGE says undefined and LSF 0
  return job === undefined || index === undefined || /^(undefined|0)?$/.test(index) ? job : `${job}_${index}`;
}

/** The worker as part of a file's name: no two workers share one. */
export const workerName = ({ job, restart, host, pid }: RunWorker): string =>
  safeName(`${job ?? "local"}-${restart}-${host}-${pid}`);

/** A worker's own log in the run's folder: lines of two machines in one file would tear each other. */
export const workerLog = (run: string, worker: RunWorker): string =>
  path.join(run, RUN_FILES.workers, `${workerName(worker)}.jsonl`);

const BEAT_MS = 20_000;
const GONE_AFTER_MS = 180_000;

/** Touches the worker's log now and then, for those on other machines; returns how to end it. */
export function beatFor(run: string, worker: RunWorker): () => void {
  const log = workerLog(run, worker);
  const timer = setInterval(() => touch(log), BEAT_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Whether a worker seems to work: its process where that is on this machine, else its log's time. Of a scheduler's job
 * the scheduler knows more.
 */
export function seemsAlive(run: string, worker: RunWorker): boolean {
  const beat = statSync(workerLog(run, worker), { throwIfNoEntry: false })?.mtimeMs;
  return isProcessAlive(worker) ?? (beat !== undefined && Math.abs(Date.now() - beat) < GONE_AFTER_MS);
}

/** Whether anybody but the run's owner has shown life lately. */
export function hasOtherWorkers(run: string): boolean {
  const folder = path.join(run, RUN_FILES.workers);
  const logs = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".jsonl")) : [];
  const beatOf = (name: string) => statSync(path.join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return logs.some((name) => Math.abs(Date.now() - beatOf(name)) < GONE_AFTER_MS);
}

function touch(file: string): void {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // A full or unreachable disk: the next beat may reach it.
  }
}
