import { mkdirSync } from "node:fs";
import path from "node:path";
import type { SlurmOptions } from "../../protocol/clusterCalls.js";
import type { RunManifest, StudySettings } from "../../protocol/runFiles.js";
import { withWriteError, writeFileAtomically } from "../files/atomicFile.js";
import { UsageError } from "../files/usageError.js";
import { dropFailure } from "../runs/attempts.js";
import { RunListing } from "../runs/runListing.js";
import { chunkItems, type PlannedItem, planItems } from "./chunks.js";
import {
  arrayName,
  type ClusterRecord,
  chunkOfJob,
  jobsOf,
  mergeName,
  newClusterRecord,
  readClusterRecord,
  writeClusterRecord,
} from "./clusterRecord.js";
import { arrayScript, mergeScript, quoted, type Words } from "./jobScript.js";
import { measuredTimes } from "./measuredTimes.js";
import { listJobs, slurmLimits, submitScript, testScript } from "./slurmClient.js";
import type { TaskTimes } from "./taskCost.js";

export interface SubmitRequest extends SlurmOptions {
  readonly run: string;
  /** What calls r3dvs on a node: absolute paths, since a node's PATH is another. */
  readonly program: Words;
}

/** What is to be submitted: a script for each array, and the one that follows. */
export interface SubmitPlan {
  readonly record: ClusterRecord;
  /** Work items that are neither done nor given up. */
  readonly open: number;
  /** Elements that Slurm has already. */
  readonly live: number;
  /** Arrays of these, which the job that brings all together has to wait for as well. */
  readonly liveArrays: readonly string[];
  /** Elements are in the queue, and nothing that follows them: a submitter was killed before it came to that. */
  readonly lacksMerge: boolean;
  readonly minutes: number;
  readonly isMeasured: boolean;
  readonly scripts: readonly PlannedScript[];
  readonly merge: PlannedScript;
}

export interface PlannedScript {
  readonly file: string;
  readonly text: string;
  readonly elements: number;
}

/** An element should take about so long: sites do not like many starts. */
const AIM_SECONDS = 3_600;
/** The limit is this much longer than the estimate, which may come from other hardware. */
const MARGIN = { measured: 1.5, estimated: 3 };
const LEAST_MINUTES = 10;

/**
 * Decides what to submit, and asks Slurm what it has already; submits nothing. Throws `UsageError`, and `SlurmError`
 * where Slurm does not answer.
 */
export async function planSubmission(request: SubmitRequest, manifest: RunManifest): Promise<SubmitPlan> {
  const { run, program } = request;
  const { settings } = manifest;
  if (settings === undefined) throw new UsageError(`${run} is not prepared yet`);
  const known = readClusterRecord(run);
  const [limits, jobs] = await Promise.all([slurmLimits(), known === undefined ? [] : listJobs()]);
  const own = known === undefined ? [] : jobsOf(known, jobs);
  const live = own.flatMap((job) => chunkOfJob(job) ?? []);
  const liveArrays = [
    ...new Set(own.flatMap((job) => (chunkOfJob(job) === undefined ? [] : job.id.replace(/_.*/, "")))),
  ];
  const lacksMerge = known !== undefined && live.length > 0 && own.every(({ name }) => name !== mergeName(known));
  const listing = new RunListing(run);
  const isOpen = ({ item }: PlannedItem) =>
    !listing.of(item).hasResult && (request.retryFailed === true || !listing.of(item).hasFailed);
  const times = measuredTimes(run, settings, listing);
  // elements that live work on chunks of their own number
  const chunks =
    live[0]?.count ?? request.chunks ?? chunkCount(settings, times, isOpen, request.cpusPerTask ?? 1, limits.elements);
  if (live[0] !== undefined && request.chunks !== undefined && request.chunks !== chunks)
    throw new UsageError(
      `elements of ${chunks} chunks are in the queue; --chunks ${request.chunks} can follow when they are gone`,
    );
  if (chunks > limits.elements)
    throw new UsageError(`at most ${limits.elements} chunks can be submitted at once, not ${chunks}`);
  const all = chunkItems(settings, chunks);
  const taken = new Set(live.filter(({ count }) => count === chunks).map(({ index }) => index));
  const wanted = all.flatMap((items, place) => (items.some(isOpen) && !taken.has(place + 1) ? [place + 1] : []));
  const seconds = (index: number) =>
    (all[index - 1] ?? []).filter(isOpen).reduce((sum, { task }) => sum + times.of(task), 0);
  const longest = Math.max(0, ...wanted.map(seconds)) / (request.cpusPerTask ?? 1);
  const minutes = Math.max(
    LEAST_MINUTES,
    Math.ceil((longest * (times.isMeasured ? MARGIN.measured : MARGIN.estimated)) / 60) + 3,
  );
  const record = { ...(known ?? newClusterRecord(chunks)), chunks };
  const scripts = blocksOf(wanted, limits.largestIndex).map(({ offset, elements }): PlannedScript => {
    const job = { name: arrayName(record, chunks, offset), elements, offset, chunks, minutes };
    return {
      file: scriptFile(run, `array-${offset}`),
      text: arrayScript(run, program, job, request),
      elements: elements.length,
    };
  });
  const merge = {
    file: scriptFile(run, "merge"),
    text: mergeScript(run, program, mergeName(record), request),
    elements: 1,
  };
  const open = wanted.reduce((sum, index) => sum + (all[index - 1] ?? []).filter(isOpen).length, 0);
  return {
    record,
    open,
    live: live.length,
    liveArrays,
    lacksMerge,
    minutes,
    isMeasured: times.isMeasured,
    scripts,
    merge,
  };
}

/** The commands of a plan, as one would type them. */
export function commandsOf(run: string, { scripts, merge, liveArrays }: SubmitPlan): string[] {
  const sbatch = (args: readonly string[]) => ["sbatch", "--parsable", ...args].map(quoted).join(" ");
  return [
    ...scripts.map(({ file }) => sbatch(argsOf(run, file))),
    sbatch(argsOf(run, merge.file, [...liveArrays, "JOB..."])),
  ];
}

/** Asks Slurm about each script without submitting it. Throws `SlurmError` where it says no. */
export async function testSubmission(run: string, { scripts }: SubmitPlan): Promise<string[]> {
  const answers: string[] = [];
  for (const script of scripts) {
    writeScript(script);
    answers.push(await testScript(argsOf(run, script.file)));
  }
  return answers;
}

/**
 * Submits the arrays, and the job that brings all together after them. Each number is written down at once; where that
 * is not reached, the jobs' names find them. Returns the numbers of the arrays. Throws `SlurmError`, `WriteError`.
 */
export async function submitPlan(
  { run, retryFailed }: SubmitRequest,
  manifest: RunManifest,
  plan: SubmitPlan,
): Promise<string[]> {
  withWriteError(run, () => mkdirSync(path.join(run, "log"), { recursive: true }));
  if (retryFailed && manifest.settings !== undefined)
    for (const { item } of planItems(manifest.settings)) dropFailure(run, item);
  let { record } = plan;
  const submitted: string[] = [];
  writeClusterRecord(run, record);
  const submit = async (script: PlannedScript, after: readonly string[] = []) => {
    writeScript(script);
    const id = await submitScript(argsOf(run, script.file, after));
    record = { ...record, jobs: [...record.jobs, id] };
    writeClusterRecord(run, record);
    return id;
  };
  for (const script of plan.scripts) submitted.push(await submit(script));
  if (submitted.length > 0 || plan.lacksMerge) await submit(plan.merge, [...plan.liveArrays, ...submitted]);
  return submitted;
}

const argsOf = (run: string, file: string, after: readonly string[] = []) => [
  `--chdir=${run}`,
  ...(after.length === 0 ? [] : [`--dependency=afterany:${after.join(":")}`]),
  file,
];
const scriptFile = (run: string, name: string) => path.join(run, "log", `${name}.sh`);
const writeScript = ({ file, text }: PlannedScript) => writeFileAtomically(file, text);

function chunkCount(
  settings: StudySettings,
  times: TaskTimes,
  isOpen: (item: PlannedItem) => boolean,
  threads: number,
  most: number,
): number {
  const open = planItems(settings).filter(isOpen);
  const seconds = open.reduce((sum, { task }) => sum + times.of(task), 0);
  return Math.max(1, Math.min(most, open.length, Math.ceil(seconds / threads / AIM_SECONDS)));
}

/** The largest index of an array is bounded: further chunks are elements of another one, with an offset. */
function blocksOf(
  chunks: readonly number[],
  largestIndex: number,
): { readonly offset: number; readonly elements: readonly number[] }[] {
  const blocks = new Map<number, number[]>();
  for (const chunk of chunks) {
    const offset = Math.floor((chunk - 1) / largestIndex) * largestIndex;
    blocks.set(offset, [...(blocks.get(offset) ?? []), chunk - offset]);
  }
  return [...blocks].map(([offset, elements]) => ({ offset, elements }));
}
