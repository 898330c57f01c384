import { spawnSync } from "node:child_process";
import { messageOf } from "../../core/text/messageOf.js";

/** Slurm ends a job that it puts back in the queue; so long is that waited for. */
const END_MS = 60_000;
const ANSWER_MS = 30_000;

/**
 * Puts the own array element back in Slurm's queue, and waits to be ended. Not by SLURM_JOB_ID: the last element's is
 * that of the whole array, so that all elements would be begun again. Does nothing outside of Slurm; where Slurm
 * refuses, the task is open for the next `submit`.
 */
export async function requeueOwnJob(environment: NodeJS.ProcessEnv = process.env): Promise<void> {
  const { SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: element, SLURM_JOB_ID: job } = environment;
  const name = array !== undefined && element !== undefined ? `${array}_${element}` : job;
  if (name === undefined) return;
  const { status, stderr, error } = spawnSync("scontrol", ["requeue", name], { encoding: "utf8", timeout: ANSWER_MS });
  if (status === 0) await new Promise((resolve) => setTimeout(resolve, END_MS));
  else
    process.stderr.write(
      `r3dvs: warning: Slurm did not requeue ${name}: ${error ? messageOf(error) : stderr.trim()}\n`,
    );
}
