import { existsSync } from "node:fs";
import type { Command } from "commander";
import type { StudyOptions } from "../core/settings/studyOptions.js";
import type { FileProblem } from "../core/text/problem.js";
import { UsageError } from "../jobs/files/usageError.js";
import { checkModels } from "../jobs/models/modelNames.js";
import { createRun, readManifest, runFile } from "../jobs/runs/runFolder.js";
import { checkBackend, soapOf, trainingOf } from "../jobs/settings/studySettings.js";
import { prepareStudy, runStudy } from "../jobs/study/runStudy.js";
import type { RunEvent } from "../protocol/runEvents.js";
import type { RunManifest } from "../protocol/runFiles.js";
import { type CommonOptions, withOutput } from "./commonOptions.js";
import { EXIT } from "./exitCodes.js";
import { onInterruption } from "./interruption.js";
import { Output } from "./output.js";
import { withSettings } from "./settingOptions.js";
import { studyOptionsOf, withConfig } from "./studyOptions.js";
import { StudyProgress } from "./studyProgress.js";

type Options = CommonOptions &
  StudyOptions & {
    readonly output: string;
    readonly config?: string;
    readonly resume?: boolean;
    readonly prepare?: boolean;
    readonly tensorboard?: string;
  };

export function addStudyCommand(program: Command): void {
  const command = program
    .command("study")
    .description("measure learning curves: test error of each model against training-set size, over random splits")
    .argument("<dataset>", "dataset: one subfolder per material, and targets.csv")
    .requiredOption("-o, --output <run>", "run folder")
    .option("--resume", "resume an existing run with its saved settings")
    .option("--tensorboard <folder>", "also write losses and results as event files of TensorBoard")
    .option("--prepare", "write the run folder (settings, splits, tasks) and work on none of it");
  withOutput(withSettings(withConfig(command), "study")).action(runStudyCommand);
}

async function runStudyCommand(dataset: string, options: Options): Promise<void> {
  const output = new Output(options);
  const folder = options.output;
  createOrResume(dataset, options);
  if (options.prepare) return prepareOnly(folder, output, options);
  const progress = new StudyProgress(output, options.tensorboard);
  const hooks = {
    cancellation: onInterruption(),
    onEvent: (event: RunEvent) => progress.show(event),
    onProgress: (counts: RunManifest["progress"]) => progress.count(counts),
    onProblem: ({ file, problem }: FileProblem) => output.problems(file, [problem]),
    ...(options.threads !== undefined && { threads: options.threads }),
  };
  try {
    const { state, failed, done } = await runStudy(folder, hooks);
    output.stopBar();
    output.note(
      state === "finished"
        ? `${done} ${done === 1 ? "result" : "results"}: ${runFile(folder, "report")}`
        : `stopped after ${done} results; continue with --resume`,
    );
    process.exitCode = state === "stopped" ? EXIT.interrupted : failed > 0 ? EXIT.failed : EXIT.done;
  } finally {
    progress.close();
    output.stopBar();
  }
}

async function prepareOnly(folder: string, output: Output, { threads }: Options): Promise<void> {
  await prepareStudy(folder, {
    cancellation: onInterruption(),
    onEvent: (event) => output.event(event),
    onProblem: ({ file, problem }) => output.problems(file, [problem]),
    ...(threads !== undefined && { threads }),
  });
  const { progress, skipped } = readManifest(folder);
  output.note(`${progress.total} tasks prepared: r3dvs run ${folder}, or r3dvs submit ${folder} --scheduler slurm`);
  process.exitCode = skipped.length > 0 ? EXIT.failed : EXIT.done;
}

/** A wrong option is told before a folder is made. */
function createOrResume(dataset: string, given: Options): void {
  const folder = given.output;
  if (given.resume && existsSync(runFile(folder, "manifest"))) {
    readManifest(folder);
    return;
  }
  if (given.resume) throw new UsageError(`${folder} has no run to resume`);
  const options = studyOptionsOf(given);
  checkBackend(options);
  checkModels(options.models ?? []);
  trainingOf(options);
  soapOf(options);
  createRun(folder, dataset, options);
}
