import { execFile } from "node:child_process";
import { UsageError } from "../files/usageError.js";

/** An array element, or a job, that Slurm still knows. */
export interface SlurmJob {
  /** `17_4`, or `17`. */
  readonly id: string;
  readonly name: string;
  /** RUNNING, PENDING, COMPLETING ... */
  readonly state: string;
  /** Why it waits. */
  readonly reason: string;
}

/** Slurm could not be asked: nothing is known, and nothing may be concluded. */
export class SlurmError extends UsageError {}

/** Its programs are not on this machine. */
export class SlurmMissingError extends SlurmError {}

const ANSWER_MS = 30_000;

/**
 * The jobs of the user that Slurm has not forgotten and that have not ended: one question for all runs. Throws
 * `SlurmError`.
 */
export async function listJobs(): Promise<SlurmJob[]> {
  const text = await ask("squeue", ["-h", "-r", "--me", "-o", "%i|%T|%r|%j"]);
  return text.split("\n").flatMap((line) => {
    const [id = "", state = "", reason = "", ...name] = line.trim().split("|");
    return /^\d+(_\d+)?$/.test(id) ? [{ id, state, reason, name: name.join("|") }] : [];
  });
}

/**
 * The largest index of an array, and how many elements all arrays together should have at most. Throws `SlurmError`.
 */
export async function slurmLimits(): Promise<{ readonly largestIndex: number; readonly elements: number }> {
  const text = await ask("scontrol", ["show", "config"]);
  const of = (name: string, otherwise: number) =>
    Number(new RegExp(`^${name}\\s*=\\s*(\\d+)`, "m").exec(text)?.[1] ?? otherwise);
  return {
    largestIndex: Math.max(1, of("MaxArraySize", 1001) - 1),
    elements: Math.min(MOST_ELEMENTS, of("MaxJobCount", 10_000) - 1),
  };
}

/** Every element counts in a site's limits, and each costs the controller work. */
const MOST_ELEMENTS = 500;

/** Names of the partitions, the default one first. Throws `SlurmError`. */
export async function listPartitions(): Promise<string[]> {
  const text = await ask("sinfo", ["-h", "-o", "%P"]);
  const names = [
    ...new Set(
      text
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean),
    ),
  ];
  return names.sort((a, b) => Number(b.endsWith("*")) - Number(a.endsWith("*"))).map((name) => name.replace(/\*$/, ""));
}

/** Submits a script and returns the job's number. Throws `SlurmError` with Slurm's own words. */
export async function submitScript(args: readonly string[]): Promise<string> {
  const text = await ask("sbatch", ["--parsable", ...args]);
  // wrappers of some sites print lines before it; with several clusters the name of the cluster follows
  const id = text.trim().split("\n").at(-1)?.split(";")[0]?.trim() ?? "";
  if (!/^\d+$/.test(id))
    throw new SlurmError(`sbatch did not answer with a job's number: ${JSON.stringify(text.slice(0, 200))}`);
  return id;
}

/** What Slurm says to a script without taking it. Throws `SlurmError` where it says no. */
export async function testScript(args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await call("sbatch", ["--test-only", ...args]);
  return (stderr || stdout).trim();
}

/** Throws `SlurmError`. */
export async function cancelJobs(ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await ask("scancel", ids);
}

/** Whether this machine can submit. */
export async function hasSlurm(): Promise<boolean> {
  return call("sbatch", ["--version"]).then(
    () => true,
    () => false,
  );
}

const ask = async (program: string, args: readonly string[]) => (await call(program, args)).stdout;

function call(program: string, args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const options = { encoding: "utf8", timeout: ANSWER_MS, maxBuffer: 2 ** 26, env: cleanEnvironment() } as const;
  return new Promise((resolve, reject) => {
    execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error === null) return resolve({ stdout, stderr });
      if (error.code === "ENOENT")
        return reject(new SlurmMissingError(`${program}: it is not installed on this machine`));
      const words = error.killed ? `no answer within ${ANSWER_MS / 1000} s` : stderr.trim() || error.message;
      reject(new SlurmError(`${program}: ${words}`));
    });
  });
}

/**
 * Inside a job its variables would leak into the new one: an element would take itself for the one that submitted it.
 */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const isKept = (name: string) => name === "SLURM_CONF" || !/^(SLURM|SLURMD|SRUN|PMI)_/.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => isKept(name)));
}
