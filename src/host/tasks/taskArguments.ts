import { TASK_SETTINGS } from "../../core/settings/taskProperties.js";
import { runName } from "../commands/studyChoices.js";

/** What a task of type `r3dvs` asks for: a command of the command line and its options, as they stand in tasks.json. */
export interface TaskSettings {
  readonly command: string;
  /** Files, folders or globs; of `study` and `train` the dataset, of `report` the run. */
  readonly paths?: readonly string[];
  readonly output?: string;
  /** Of `predict`: a folder, or `oxides`. Of `train`: the name of what is learned. */
  readonly model?: string;
  /** Whatever else the command takes, word by word. */
  readonly arguments?: readonly string[];
  readonly [option: string]: unknown;
}

/**
 * Options of the command line that tasks name as properties, in camel case; package.json declares and explains them.
 */
export const TASK_OPTIONS: readonly string[] = [
  "target",
  "config",
  "trainIds",
  "resume",
  "packed",
  "references",
  "frame",
  ...TASK_SETTINGS,
  "quiet",
];

const WITH_THREADS = new Set(["encode", "study", "train", "predict"]);
/** What a command reads where nothing is said. */
const BUILT_IN_MODEL = "oxides";

/** What the editor adds where the task says nothing. */
export interface TaskDefaults {
  readonly now: Date;
  /** 0 leaves the number to the job. */
  readonly threads: number;
}

/**
 * The words after `r3dvs`. A study without an output becomes a run of its dataset, which the Runs view lists. Undefined
 * for what is no task of ours.
 */
export function taskArguments(settings: TaskSettings, { now, threads }: TaskDefaults): string[] | undefined {
  const { command, paths, model, output = defaultOutput(settings, now) } = settings;
  if (typeof command !== "string" || command === "" || command.startsWith("-") || !isWords(paths)) return undefined;
  const extra = settings.arguments;
  if (!isWords(extra)) return undefined;
  const threaded = WITH_THREADS.has(command) && threads > 0 ? { threads, ...settings } : settings;
  const options = TASK_OPTIONS.flatMap((name) => optionWords(name, threaded[name]));
  const isPrediction = command === "predict";
  return [
    command,
    ...(typeof output === "string" ? ["--output", output] : []),
    ...(typeof model === "string" && !isPrediction ? ["--model", model] : []),
    ...options,
    ...(extra ?? []),
    "--",
    ...(isPrediction ? [model ?? BUILT_IN_MODEL] : []),
    ...(paths ?? []),
  ];
}

function defaultOutput({ command, paths, preset, resume }: TaskSettings, now: Date): string | undefined {
  const [dataset] = paths ?? [];
  if (command !== "study" || dataset === undefined || resume === true) return undefined;
  return `${dataset.replace(/[\\/]+$/, "")}/.r3dvs/runs/${runName(now, typeof preset === "string" ? preset : "task", { seconds: true })}`;
}

function optionWords(name: string, value: unknown): string[] {
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (value === true) return [flag];
  if (Array.isArray(value)) return [flag, value.join(",")];
  return typeof value === "string" || typeof value === "number" ? [flag, String(value)] : [];
}

const isWords = (value: unknown): value is readonly string[] | undefined =>
  value === undefined || (Array.isArray(value) && value.every((word) => typeof word === "string"));
