import type { SlurmOptions } from "../../protocol/clusterCalls.js";
import { UsageError } from "../files/usageError.js";

export const MARKER = "{{r3dvs}}";

/** What is run: a program and its arguments, each a word. */
export type Words = readonly string[];

export interface ArrayJob {
  readonly name: string;
  /** Indices of the elements, from 1. */
  readonly elements: readonly number[];
  /** What is added to an index to have the chunk. */
  readonly offset: number;
  readonly chunks: number;
  readonly minutes: number;
}

/** Before the time limit, an element is told so many seconds earlier. */
export const LEAD_SECONDS = 120;

/**
 * The script of a job array. Lines of the user come last, so that they count. Throws `UsageError` for a template
 * without its marker.
 */
export function arrayScript(run: string, program: Words, job: ArrayJob, options: SlurmOptions): string {
  const { maxRunning } = options;
  const head = [
    `--job-name=${job.name}`,
    `--array=${ranges(job.elements)}${maxRunning === undefined ? "" : `%${maxRunning}`}`,
    "--output=log/%A_%a.out",
    "--open-mode=append",
    "--requeue",
    `--signal=B:USR2@${LEAD_SECONDS}`,
    "--nodes=1",
    "--ntasks=1",
    `--cpus-per-task=${options.cpusPerTask ?? 1}`,
    `--time=${options.time ?? job.minutes}`,
    ...(options.mem === undefined ? [] : [`--mem=${options.mem}`]),
  ];
  const chunk = `"$((SLURM_ARRAY_TASK_ID + ${job.offset}))/${job.chunks}"`;
  const threads = `"\${SLURM_CPUS_PER_TASK:-1}"`;
  return script(
    head,
    `${calling(program, options)} run ${quoted(run)} --chunk ${chunk} --threads ${threads} --no-merge`,
    options,
  );
}

/** The script of the job that comes after all arrays, whatever became of them. */
export function mergeScript(run: string, program: Words, name: string, options: SlurmOptions): string {
  const head = [
    `--job-name=${name}`,
    "--output=log/merge-%j.out",
    "--open-mode=append",
    "--requeue",
    "--ntasks=1",
    "--time=30",
  ];
  return script(head, `${calling(program, options)} run ${quoted(run)} --merge-only`, options);
}

/** `1-3,7` */
export function ranges(numbers: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = parts.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else parts.push([number, number]);
  }
  return parts.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(",");
}

/** A word of a shell. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`;

const calling = (program: Words, { command }: SlurmOptions) => command ?? program.map(quoted).join(" ");

function script(head: readonly string[], command: string, options: SlurmOptions): string {
  const asked = (["partition", "account", "qos", "constraint"] as const).flatMap((key) =>
    options[key] === undefined ? [] : [`--${key}=${options[key]}`],
  );
  const directives = [...head, ...asked].map((option) => `#SBATCH ${option}`);
  const own = (options.lines ?? []).map((line) =>
    line.trim().startsWith("#") ? line.trim() : `#SBATCH ${line.trim()}`,
  );
  // a program under exec gets the signals itself; a shell would hold them back until it ends
  const work = [...ENVIRONMENT, ...(options.setup ?? []), `exec ${command}`].join("\n");
  if (options.template === undefined) return `${["#!/bin/bash", ...directives, ...own, "", work].join("\n")}\n`;
  const [first = "", ...rest] = options.template.split("\n");
  if (options.template.split(MARKER).length !== 2)
    throw new UsageError(`the template must have ${MARKER} once, where the work stands`);
  const isShebang = first.startsWith("#!");
  const body = (isShebang ? rest : [first, ...rest]).join("\n").replace(MARKER, () => work);
  return `${[isShebang ? first : "#!/bin/bash", ...directives, ...own, body].join("\n").trimEnd()}\n`;
}

/** Threads of libraries would come on top of ours. The editor's own program is a Node under another name. */
const ENVIRONMENT = [
  "export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1",
  ...("electron" in process.versions ? ["export ELECTRON_RUN_AS_NODE=1"] : []),
];
