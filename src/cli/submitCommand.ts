import { realpathSync } from "node:fs";
import path from "node:path";
import { type Command, Option } from "commander";
import { readClusterRecord } from "../jobs/cluster/clusterRecord.js";
import { stopRun } from "../jobs/cluster/stopRun.js";
import { commandsOf, planSubmission, type SubmitPlan, submitPlan, testSubmission } from "../jobs/cluster/submitRun.js";
import { readSmallText } from "../jobs/files/readSmallFile.js";
import { UsageError } from "../jobs/files/usageError.js";
import { readManifest } from "../jobs/runs/runFolder.js";
import { mergeRun } from "../jobs/study/mergeRun.js";
import { prepareStudy } from "../jobs/study/runStudy.js";
import type { SlurmOptions } from "../protocol/clusterCalls.js";
import { type CommonOptions, wholeFrom, withOutput } from "./commonOptions.js";
import { EXIT } from "./exitCodes.js";
import { onInterruption } from "./interruption.js";
import { Output } from "./output.js";

type Options = CommonOptions &
  Omit<SlurmOptions, "lines" | "template"> & {
    readonly scheduler: "slurm";
    readonly line?: readonly string[];
    readonly template?: string;
    readonly dryRun?: boolean;
    readonly testOnly?: boolean;
    readonly cancel?: boolean;
  };

const several = (text: string, before: readonly string[] = []) => [...before, text];

export function addSubmitCommand(program: Command): void {
  const command = program
    .command("submit")
    .description("submit a run's open tasks to a cluster as job arrays; what is done or in the queue is left alone")
    .argument("<run>", "run folder, made by study --prepare or an earlier run, on a disk that the nodes share")
    .addOption(new Option("--scheduler <name>", "the cluster's scheduler").choices(["slurm"]).default("slurm"))
    .option("--chunks <n>", "array elements (default: about an hour each, by measured task times)", wholeFrom(1))
    .option("--partition <name>", "as sbatch takes it")
    .option("--account <name>", "as sbatch takes it")
    .option("--qos <name>", "as sbatch takes it")
    .option("--constraint <features>", "as sbatch takes it; nodes of one kind give the same bits for networks")
    .option("--time <limit>", "time limit of an element (default: by the longest chunk, with a margin)")
    .option("--mem <size>", "memory of an element")
    .option("--cpus-per-task <n>", "threads of an element (default: 1)", wholeFrom(1))
    .option("--max-running <n>", "elements that run at once at most", wholeFrom(1))
    .option("--line <#SBATCH ...>", "a further line of the script, verbatim; may be repeated", several)
    .option("--setup <command>", "a command before the work, such as module load ...; may be repeated", several)
    .option(
      "--command <words>",
      "command line that calls r3dvs on a node (default: this installation, by its absolute path)",
    )
    .option("--template <script>", "a script of your own with {{r3dvs}} where the work stands")
    .option("--retry-failed", "also submit the tasks that were given up")
    .option("--dry-run", "print scripts and commands, submit nothing")
    .option("--test-only", "ask Slurm whether it would take them, submit nothing")
    .option("--cancel", "cancel the run's jobs; what they did is kept");
  withOutput(command).action(runSubmitCommand);
}

async function runSubmitCommand(folder: string, options: Options): Promise<void> {
  const output = new Output(options);
  const run = realpathSync(path.resolve(requireRun(folder)));
  if (options.cancel) return cancel(run, output);
  if (readManifest(run).inputs === undefined) await prepare(run, output);
  const { template, line, ...rest } = options;
  const request = {
    ...rest,
    run,
    program: [process.execPath, realpathSync(process.argv[1] ?? "")],
    ...(line !== undefined && { lines: line }),
    ...(template !== undefined && { template: readTemplate(template) }),
  };
  const manifest = readManifest(run);
  const plan = await planSubmission(request, manifest);
  if (plan.scripts.length === 0) {
    if (plan.lacksMerge && !options.dryRun && !options.testOnly) await submitPlan(request, manifest, plan);
    return nothingToDo(run, plan, output);
  }
  if (options.dryRun) return print(run, plan, output);
  if (options.testOnly) {
    for (const answer of await testSubmission(run, plan)) output.print(answer);
    return;
  }
  const jobs = await submitPlan(request, manifest, plan);
  const elements = plan.scripts.reduce((sum, script) => sum + script.elements, 0);
  output.event({
    event: "submitted",
    jobs,
    elements,
    open: plan.open,
    chunks: plan.record.chunks,
    minutes: plan.minutes,
  });
  const times = plan.isMeasured ? "" : "; no task times are measured yet, so the limit is a generous estimate";
  output.note(
    `${plan.open} tasks submitted as ${elements} array elements of ${plan.minutes} min at most (${jobs.join(", ")})${times}`,
  );
  output.note(`r3dvs status ${folder} --watch shows how it goes`);
}

/** Throws `UsageError`. */
function requireRun(folder: string): string {
  readManifest(folder);
  return folder;
}

async function prepare(run: string, output: Output): Promise<void> {
  await prepareStudy(run, {
    cancellation: onInterruption(),
    onEvent: (event) => output.event(event),
    onProblem: ({ file, problem }) => output.problems(file, [problem]),
  });
}

async function nothingToDo(run: string, { live, record }: SubmitPlan, output: Output): Promise<void> {
  if (live > 0) {
    output.event({ event: "submitted", jobs: [], elements: 0, open: 0, chunks: record.chunks, live });
    output.note(`nothing to submit: ${live} elements in the queue do what is open`);
    return;
  }
  const { done, failed, total } = await mergeRun(run);
  output.event({ event: "submitted", jobs: [], elements: 0, open: 0, done, failed, total });
  output.note(
    `nothing to submit: ${done} of ${total} results are done, ${failed} failed${failed > 0 ? " (--retry-failed tries again)" : ""}`,
  );
  process.exitCode = failed > 0 ? EXIT.failed : EXIT.done;
}

function print(run: string, plan: SubmitPlan, output: Output): void {
  for (const { file, text } of [...plan.scripts, plan.merge]) {
    output.event({ event: "script", file, text });
    output.print(`# ${file}\n${text}`);
  }
  for (const command of commandsOf(run, plan)) {
    output.event({ event: "command", command });
    output.print(command);
  }
}

async function cancel(run: string, output: Output): Promise<void> {
  if (readClusterRecord(run) === undefined) throw new UsageError(`${run} was not submitted`);
  const ids = await stopRun(run);
  output.event({ event: "cancelled", jobs: ids });
  output.note(ids.length === 0 ? "no job of this run is in the queue" : `cancelled: ${ids.join(", ")}`);
}

function readTemplate(file: string): string {
  try {
    return readSmallText(file);
  } catch (error) {
    throw new UsageError(
      `the template ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
