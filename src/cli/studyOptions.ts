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
    .option("--config <r3dvs.json>", "settings file; command-line options override it")
    .option("--ensemble <n>", "networks per model, trained from different seeds and averaged", wholeFrom(1))
    .option("--rotations <k>", "rotated copies of each training material per epoch", wholeFrom(1))
    .option("--epochs <e>", "training epochs per network (default: by target)", wholeFrom(1))
    .addOption(new Option("--network <name>", "architecture of the 3D convolutional network").choices(["light", "deep"]))
    .option("--channels <list>", `voxel channels used as input: ${CHANNELS.join(", ")} (default: by target)`, list)
    .addOption(new Option("--pooling <how>", "pooling of the network (default: by target)").choices(["max", "average"]))
    .addOption(
      new Option(
        "--normalize <how>",
        "normalisation of extensive targets for training; errors are reported per atom (default: by target)",
      ).choices(["volume", "atom", "cell"]),
    )
    .addOption(
      new Option("--two-step-residuals <which>", "residuals that the second step of a two-step model is trained on").choices([
        "outOfFold",
        "inSample",
      ]),
    )
    .addOption(
      new Option("--backend <engine>", "compute engine for networks (default: auto, the fastest that works)").choices([
        "auto",
        "native",
        "wasm",
        "tfjs-node",
        "webgpu",
      ]),
    )
    .option("--dl <Å>", "real-space resolution dL; the cutoff is g_cut = pi/dL", positive)
    .option("--length <Å>", "real-space box L; the mesh has L/dL voxels per side", positive)
    .addOption(new Option("--assignment <how>", "how plane waves are assigned to voxels").choices(["nearest", "trilinear"]))
    .addOption(new Option("--component <block>", "block of the files to read").choices(["total", "magnetization", "mx", "my", "mz"]))
    .option("--seed <s>", "random seed", wholeFrom(0));
}

/** The protocol's own. */
export function withProtocol(command: Command): Command {
  return command
    .option("--targets <list>", "target columns of targets.csv (default: all)", list)
    .option("--models <list>", `models to compare: ${MODEL_CHOICE} (default: ${DEFAULT_MODELS.join(",")})`, list)
    .option("--train-sizes <list>", "training-set sizes, ascending", sizes)
    .option("--test-size <n>", "number of test materials per split", wholeFrom(1))
    .option("--repeats <n>", "number of random splits into training and test set", wholeFrom(1));
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
  if (unknown !== undefined) throw new UsageError(`unknown channel ${unknown}; choose from ${CHANNELS.join(", ")}`);
}
