import type { Command } from "commander";
import type { StudyOptions } from "../core/settings/studyOptions.js";
import type { FileProblem } from "../core/text/problem.js";
import { reasonOf } from "../jobs/files/atomicFile.js";
import { LIMITS, readSmallText } from "../jobs/files/readSmallFile.js";
import { UsageError } from "../jobs/files/usageError.js";
import { checkModels, MODEL_CHOICE } from "../jobs/models/modelNames.js";
import { checkBackend, soapOf } from "../jobs/settings/studySettings.js";
import { trainModel } from "../jobs/study/trainModel.js";
import { ThreadPool } from "../jobs/threads/threadPool.js";
import type { RunEvent } from "../protocol/runEvents.js";
import { type CommonOptions, withOutput } from "./commonOptions.js";
import { EXIT } from "./exitCodes.js";
import { onInterruption } from "./interruption.js";
import { Output } from "./output.js";
import { withSettings } from "./settingOptions.js";
import { studyOptionsOf, withConfig } from "./studyOptions.js";

interface Options extends CommonOptions {
  readonly output: string;
  readonly target: string;
  readonly model: string;
  readonly trainIds?: string;
}

export function addTrainCommand(program: Command): void {
  const command = program
    .command("train")
    .description("train one model on all materials of a dataset, for predictions")
    .argument("<dataset>", "dataset: one subfolder per material, and targets.csv")
    .requiredOption("-o, --output <model>", "model folder")
    .requiredOption("--target <column>", "target column in targets.csv")
    .option("--model <name>", `model to train: ${MODEL_CHOICE}`, "r3dvs")
    .option("--train-ids <file>", "file with the ids of the training materials, one per line (default: all)");
  withOutput(withSettings(withConfig(command), "train")).action(runTrain);
}

async function runTrain(dataset: string, given: Options & Omit<StudyOptions, "threads">): Promise<void> {
  const output = new Output(given);
  const options = studyOptionsOf(given);
  checkBackend(options);
  soapOf(options);
  const [model] = checkModels([given.model]);
  if (model === undefined) throw new UsageError("a model is needed");
  const trainIds = given.trainIds === undefined ? undefined : readIds(given.trainIds);
  const request = {
    dataset,
    output: given.output,
    target: given.target,
    model,
    options,
    ...(trainIds && { trainIds }),
  };
  const cancellation = onInterruption();
  const pool = new ThreadPool(options.threads);
  const onProblem = ({ file, problem }: FileProblem) => output.problems(file, [problem]);
  try {
    const { failed } = await trainModel(request, { pool, cancellation, onProblem, onEvent: progressOf(output) });
    output.stopBar();
    output.event({ event: "finished", time: new Date().toISOString(), done: 1, failed });
    output.note(given.output);
    process.exitCode = failed > 0 ? EXIT.failed : EXIT.done;
  } finally {
    output.stopBar();
    await pool.dispose();
  }
}

/** A run's events as JSON Lines, or as a bar over the epochs of all networks. */
function progressOf(output: Output): (event: RunEvent) => void {
  let members = 0;
  let done = 0;
  return (event) => {
    output.event(event);
    if (event.event === "started") members = event.tasks;
    if (event.event !== "epoch") return;
    if (done === 0) output.startBar(members * event.epochs, "epochs");
    output.step(++done, `validation MAE ${event.validationMae.toPrecision(3)}`);
  };
}

function readIds(file: string): string[] {
  try {
    const ids = readSmallText(file, LIMITS.table)
      .split(/\r?\n/)
      .map((line) => line.trim());
    return ids.filter((id) => id !== "");
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${reasonOf(error)}`);
  }
}
