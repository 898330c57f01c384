import { type Command, InvalidArgumentError, Option } from "commander";
import type { FileProblem } from "../core/text/problem.js";
import { requeueOwnJob } from "../jobs/cluster/requeue.js";
import { UsageError } from "../jobs/files/usageError.js";
import { runFile } from "../jobs/runs/runFolder.js";
import { thisWorker } from "../jobs/runs/worker.js";
import { mergeRun } from "../jobs/study/mergeRun.js";
import { type Chunk, runChunk } from "../jobs/study/runChunk.js";
import { runStudy } from "../jobs/study/runStudy.js";
import type { RunEvent } from "../protocol/runEvents.js";
import type { RunManifest } from "../protocol/runFiles.js";
import { type CommonOptions, wholeFrom, withOutput, withThreads } from "./commonOptions.js";
import { EXIT } from "./exitCodes.js";
import { onInterruption } from "./interruption.js";
import { Output } from "./output.js";
import { StudyProgress } from "./studyProgress.js";

type Options = CommonOptions & {
  readonly chunk?: Chunk;
  readonly merge: boolean;
  readonly mergeOnly?: boolean;
  readonly wait?: number;
  readonly tensorboard?: string;
};

/** After a job ended its files may be invisible elsewhere for up to a minute. */
const LATE_SECONDS = 60;

/** What array elements call; under any scheduler, or by hand. */
export function addRunCommand(program: Command): void {
  const command = program
    .command("run")
    .description("work on a run's open tasks here; several machines may work on one run at once, each on a chunk")
    .argument("<run>", "run folder, made by study --prepare or an earlier run")
    .option("--chunk <K/N>", "only the K-th of N chunks, from 1", chunkOf)
    .option("--tensorboard <folder>", "also write losses and results as event files of TensorBoard")
    .option("--no-merge", "leave results.csv and the report to a later run --merge-only (for --chunk)")
    .option("--merge-only", "work on nothing: bring the results of all chunks together")
    .addOption(
      new Option(
        "--wait <seconds>",
        `how late a disk may show results, for --merge-only (default: ${LATE_SECONDS} in a scheduler's job, else 0)`,
      )
        .env("R3DVS_WAIT")
        .argParser(wholeFrom(0)),
    );
  withOutput(withThreads(command)).action(runRunCommand);
}

async function runRunCommand(folder: string, options: Options): Promise<void> {
  const output = new Output(options);
  const progress = new StudyProgress(output, options.tensorboard);
  const hooks = {
    onEvent: (event: RunEvent) => progress.show(event),
    onProgress: (counts: RunManifest["progress"]) => progress.count(counts),
    onProblem: ({ file, problem }: FileProblem) => output.problems(file, [problem]),
    ...(options.threads !== undefined && { threads: options.threads }),
  };
  try {
    if (options.mergeOnly) {
      if (options.chunk) throw new UsageError("--merge-only brings all chunks together; leave out --chunk");
      const onWait = (open: number) =>
        output.note(`${open} tasks have no result yet; waiting, in case the disk shows them late`);
      const patienceMs = 1_000 * (options.wait ?? (thisWorker().job === undefined ? 0 : LATE_SECONDS));
      const { done, failed, total } = await mergeRun(folder, { ...hooks, patienceMs, onWait });
      return end(output, folder, { state: "finished", failed }, `${done} of ${total} results`);
    }
    const signals = onStopSignals();
    if (options.chunk === undefined) {
      const outcome = await runStudy(folder, { ...hooks, cancellation: signals.cancellation });
      return end(output, folder, outcome, `${outcome.done} results`);
    }
    const outcome = await runChunk(folder, options.chunk, {
      ...hooks,
      cancellation: signals.cancellation,
      merges: options.merge,
    });
    output.event({ event: "chunk", ...options.chunk, ...outcome });
    end(output, folder, outcome, `${outcome.done} of ${outcome.total} tasks of the chunk`);
    if (outcome.state === "stopped" && signals.wantsAnotherTime()) await requeueOwnJob();
  } finally {
    progress.close();
    output.stopBar();
  }
}

function end(
  output: Output,
  folder: string,
  { state, failed }: { readonly state: "finished" | "stopped"; readonly failed: number },
  words: string,
): void {
  output.stopBar();
  const rest = failed > 0 ? `; ${failed} failed: r3dvs status ${folder} shows why` : "";
  output.note(
    state === "finished"
      ? `${words}${rest}: ${runFile(folder, "results")}`
      : `stopped after ${words}; the same command goes on`,
  );
  process.exitCode = state === "stopped" ? EXIT.stopped : failed > 0 ? EXIT.failed : EXIT.done;
}

/**
 * SIGUSR2 is how `submit` has Slurm say that the time limit is near. SIGUSR1, which others use for it, would else open
 * Node's debugger.
 */
function onStopSignals() {
  const cancellation = onInterruption();
  let nearLimit = false;
  for (const signal of ["SIGUSR1", "SIGUSR2"] as const) {
    process.on(signal, () => {
      nearLimit = true;
      cancellation.cancel();
    });
  }
  return { cancellation, wantsAnotherTime: () => nearLimit };
}

function chunkOf(text: string): Chunk {
  const [, index = 0, count = 0] = (/^(\d{1,9})\/(\d{1,9})$/.exec(text.trim()) ?? []).map(Number);
  if (index < 1 || index > count) throw new InvalidArgumentError("It must be K/N with K from 1 to N, such as 3/20.");
  return { index, count };
}
