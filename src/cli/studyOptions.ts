import { type Command, Option } from "commander";
import { CHANNELS } from "../core/descriptors/sparseVoxels.js";
import { formatProblem } from "../core/text/problem.js";
import { UsageError } from "../jobs/files/usageError.js";
import { DEFAULT_MODELS, MODEL_CHOICE } from "../jobs/models/modelNames.js";
import { readConfig } from "../jobs/settings/configFile.js";
import { withOptions } from "../jobs/settings/studySettings.js";
import type { StudyOptions } from "../protocol/runFiles.js";
import { list, positive, wholeFrom } from "./commonOptions.js";

/** Everything that decides how models are learned. No default stands here: presets and `r3dvs.json` come first. */
export function withLearning(command: Command): Command {
  return command
    .addOption(new Option("--preset <name>", "quick: minutes on the sample; paper: the published protocol").choices(["quick", "paper"]))
    .option("--config <r3dvs.json>", "a file of settings; options given here come before it")
    .option("--ensemble <n>", "networks from different seeds, averaged", wholeFrom(1))
    .option("--rotations <k>", "rotated copies of each training material an epoch", wholeFrom(1))
    .option("--epochs <e>", "of a network", wholeFrom(1))
    .addOption(new Option("--network <name>", "of the 3D convolutional network").choices(["light", "deep"]))
    .option("--channels <list>", `of the voxels: ${CHANNELS.join(", ")}`, list)
    .addOption(new Option("--pooling <how>").choices(["max", "average"]))
    .addOption(
      new Option("--normalize <how>", "how extensive targets are learned; errors are per atom anyway").choices(["volume", "atom", "cell"]),
    )
    .addOption(new Option("--two-step-residuals <which>", "what the second of two steps learns from").choices(["outOfFold", "inSample"]))
    .addOption(new Option("--backend <engine>").choices(["auto", "native", "wasm", "tfjs-node", "webgpu"]))
    .option("--dl <Å>", "resolution dL in real space; g_cut = pi/dL", positive)
    .option("--length <Å>", "box L in real space; L/dL voxels a side", positive)
    .addOption(new Option("--assignment <how>", "of waves to voxels").choices(["nearest", "trilinear"]))
    .addOption(new Option("--component <block>", "of the files").choices(["total", "magnetization", "mx", "my", "mz"]))
    .option("--seed <s>", "decides all that is random", wholeFrom(0));
}

/** The protocol's own. */
export function withProtocol(command: Command): Command {
  return command
    .option("--targets <list>", "columns of targets.csv (default: all of them)", list)
    .option("--models <list>", `of ${MODEL_CHOICE} (default: ${DEFAULT_MODELS.join(",")})`, list)
    .option("--train-sizes <list>", "training sizes, growing", sizes)
    .option("--test-size <n>", "test materials of each split", wholeFrom(1))
    .option("--repeats <n>", "random splits", wholeFrom(1));
}

/** The settings of `--config` with the options on top. Throws `UsageError`, one line a problem. */
export function studyOptionsOf(given: StudyOptions & { readonly config?: string }): StudyOptions {
  const { config, ...rest } = given;
  const options = Object.fromEntries(OPTIONS.flatMap((key) => (rest[key] === undefined ? [] : [[key, rest[key]]]))) as StudyOptions;
  checkChannels(options.channels);
  if (config === undefined) return options;
  const { value, problems } = readConfig(config);
  if (value === undefined) throw new UsageError(problems.map((problem) => formatProblem(config, problem)).join("\n"));
  return withOptions(value, options);
}

const OPTIONS = [
  "preset",
  "targets",
  "models",
  "trainSizes",
  "testSize",
  "repeats",
  "ensemble",
  "rotations",
  "epochs",
  "network",
  "channels",
  "pooling",
  "normalize",
  "backend",
  "seed",
  "threads",
  "dl",
  "length",
  "assignment",
  "component",
  "twoStepResiduals",
] as const satisfies readonly (keyof StudyOptions)[];

const sizes = (text: string) => list(text).map(wholeFrom(1));

function checkChannels(channels: readonly string[] = []): void {
  const unknown = channels.find((channel) => !CHANNELS.some((known) => known === channel));
  if (unknown !== undefined) throw new UsageError(`there is no channel ${unknown}; there are ${CHANNELS.join(", ")}`);
}
