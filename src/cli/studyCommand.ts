import { existsSync } from "node:fs";
import type { Command } from "commander";
import type { StudyOptions } from "../core/settings/studyOptions.js";
import { modelLabel, propertyLabel } from "../core/text/labels.js";
import type { FileProblem } from "../core/text/problem.js";
import { UsageError } from "../jobs/files/usageError.js";
import { checkModels } from "../jobs/models/modelNames.js";
import { createRun, readManifest, runFile } from "../jobs/runs/runFolder.js";
import { checkBackend, soapOf, trainingOf } from "../jobs/settings/studySettings.js";
import { runStudy } from "../jobs/study/runStudy.js";
import type { RunEvent } from "../protocol/runEvents.js";
import type { RunManifest } from "../protocol/runFiles.js";
import { type CommonOptions, withOutput } from "./commonOptions.js";
import { EXIT } from "./exitCodes.js";
import { onInterruption } from "./interruption.js";
import { Output } from "./output.js";
import { withSettings } from "./settingOptions.js";
import { studyOptionsOf, withConfig } from "./studyOptions.js";

type Options = CommonOptions & StudyOptions & { readonly output: string; readonly config?: string; readonly resume?: boolean };

export function addStudyCommand(program: Command): void {
  const command = program
    .command("study")
    .description("measure learning curves: test error of each model against training-set size, over random splits")
    .argument("<dataset>", "dataset: one subfolder per material, and targets.csv")
    .requiredOption("-o, --output <run>", "run folder")
    .option("--resume", "resume an existing run with its saved settings");
  withOutput(withSettings(withConfig(command), "study")).action(runStudyCommand);
}

async function runStudyCommand(dataset: string, options: Options): Promise<void> {
  const output = new Output(options);
  const folder = options.output;
  prepare(dataset, options);
  const progress = new StudyProgress(output);
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
    output.stopBar();
  }
}

/** A wrong option is told before a folder is made. */
function prepare(dataset: string, given: Options): void {
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

/** A run's events as a bar, or as JSON Lines. A resumed run's bar starts where it stopped. */
class StudyProgress {
  private done = 0;

  constructor(private readonly output: Output) {}

  show(event: RunEvent): void {
    this.output.event(event);
    if (event.event === "started") this.output.startBar(event.tasks, "training");
    if (event.event === "result") {
      this.output.step(++this.done, `${taskName(event)}: MAE ${event.mae.toPrecision(3)} ${event.unit}`);
    }
    if (event.event === "failed") this.output.note(`${taskName(event)}: ${event.message}`);
  }

  count({ done }: RunManifest["progress"]): void {
    this.done = Math.max(this.done, done);
    this.output.step(this.done);
  }
}

/** `Band gap, Coulomb matrix, 90 materials` */
const taskName = ({ target, model, trainSize }: { readonly target: string; readonly model: string; readonly trainSize: number }) =>
  `${propertyLabel(target)}, ${modelLabel(model)}, ${trainSize} materials`;
