import { defaultVoxelOptions, voxelsPerSide } from "../../core/descriptors/r3dvs.js";
import { defaultTraining } from "../../core/learning/networks/trainingSettings.js";
import { neededInstead, SETTING_KEYS, SETTINGS } from "../../core/settings/settingsTable.js";
import { type StudyOptions, TARGET_TRAINING_KEYS, type TargetOptions } from "../../core/settings/studyOptions.js";
import { FILE_START, type Parsed, type Position, type Problem, problem } from "../../core/text/problem.js";
import { reasonOf } from "../files/atomicFile.js";
import { readSmallText } from "../files/readSmallFile.js";
import { checkLayerList, type LayerProblem, networkProblem } from "./layerList.js";

export const CONFIG_FILE = "r3dvs.json";

/** Of a file of settings, in bytes. */
const LONGEST = 2 ** 20;

/** What may stand under a target's name in `perTarget`. */
const TARGET_KEYS: readonly string[] = ["normalize", ...TARGET_TRAINING_KEYS];

/** The settings there are. */
export const CONFIG_KEYS: readonly string[] = SETTING_KEYS;

/** Reads a file of settings. Never throws for its content; a file that cannot be read is a problem too. */
export function readConfig(file: string): Parsed<StudyOptions> {
  try {
    return parseConfig(readSmallText(file, LONGEST));
  } catch (error) {
    return { problems: [problem("error", FILE_START, "{0}", reasonOf(error))] };
  }
}

/** The settings in a JSON text; unknown keys and wrong values are problems at their key. `$schema` may stand in it. */
export function parseConfig(json: string): Parsed<StudyOptions> {
  let value: unknown;
  try {
    value = JSON.parse(json.replace(/^\uFEFF/, ""));
  } catch (error) {
    return { problems: [problem("error", positionOfSyntaxError(json, error), "not valid JSON")] };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { problems: [problem("error", FILE_START, "the settings must be a JSON object in { }")] };
  const { $schema: _, ...options } = value as Record<string, unknown>;
  const wrong = Object.entries(options).flatMap(([key, setting]) => checkSetting(json, key, setting));
  const problems = wrong.length > 0 ? wrong : checkNetwork(json, options as StudyOptions);
  return problems.length > 0 ? { problems } : { value: options as StudyOptions, problems };
}

function checkSetting(json: string, key: string, value: unknown): Problem[] {
  const place = positionAt(json, Math.max(0, json.search(new RegExp(`"${key.replace(/[^\w]/g, "\\$&")}"\\s*:`))));
  if (!Object.hasOwn(SETTINGS, key)) return [problem("error", place, 'unknown setting "{0}"', key)];
  const needed = neededInstead(SETTINGS[key as keyof StudyOptions].type, value);
  if (needed !== undefined) return [problem("error", place, '"{0}" must be {1}', key, needed)];
  if (key === "network" && Array.isArray(value)) return locateLayers(json, checkLayerList(value));
  return key === "perTarget"
    ? Object.entries(value as PerTarget).flatMap(([target, own]) => checkTarget(json, target, own))
    : [];
}

type PerTarget = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The place is that of the target's name: a key may stand under several. */
function checkTarget(json: string, target: string, options: PerTarget[string]): Problem[] {
  const after = Math.max(0, json.search(/"perTarget"\s*:/));
  const place = positionAt(json, Math.max(after, json.indexOf(JSON.stringify(target), after)));
  return Object.entries(options).flatMap(([key, value]) => {
    if (!TARGET_KEYS.includes(key))
      return [problem("error", place, '"{0}" cannot be set per target ({1})', key, target)];
    const needed = neededInstead(SETTINGS[key as keyof TargetOptions].type, value);
    if (needed !== undefined) return [problem("error", place, '"{0}" of {1} must be {2}', key, target, needed)];
    return key === "network" && Array.isArray(value) ? layerProblems(checkLayerList(value), () => place) : [];
  });
}

/** Whether sound layers make a network for the voxels that are asked for. */
function checkNetwork(json: string, options: StudyOptions): Problem[] {
  const { network, channels = defaultTraining.channels, pooling = defaultTraining.pooling } = options;
  const size = voxelsPerSide({
    spacing: options.dl ?? defaultVoxelOptions.spacing,
    length: options.length ?? defaultVoxelOptions.length,
  });
  if (network === undefined || typeof network === "string" || "error" in size) return [];
  const found = networkProblem(network, { channels, pooling }, size.value);
  return found ? locateLayers(json, [found]) : [];
}

/** Each layer's problem stands where the layer begins. */
function locateLayers(json: string, found: readonly LayerProblem[]): Problem[] {
  const start = json.indexOf("[", json.search(/"network"\s*:/));
  return layerProblems(found, (layer) => positionAt(json, startOfItem(json, start, layer)));
}

function layerProblems(found: readonly LayerProblem[], positionOf: (layer: number) => Position): Problem[] {
  return found.map(({ layer = 0, message }) =>
    problem("error", positionOf(layer), "layer {0}: {1}", layer + 1, message),
  );
}

/** Where item `wanted` (from 0) of the list that opens at `start` begins, in valid JSON. */
function startOfItem(json: string, start: number, wanted: number): number {
  let depth = 0;
  let item = 0;
  const tokens = /"(?:[^"\\]|\\.)*"|[[\]{},]/g;
  tokens.lastIndex = start;
  let from = start + 1;
  for (let token = tokens.exec(json); token && item < wanted; token = tokens.exec(json)) {
    if ("[{".includes(token[0])) depth++;
    if ("]}".includes(token[0])) depth--;
    if (token[0] !== "," || depth !== 1) continue;
    item++;
    from = tokens.lastIndex;
  }
  return from + json.slice(from).search(/\S/);
}

/** V8 tells the position or, in the middle of the text, line and column; at its end neither. */
function positionOfSyntaxError(json: string, error: unknown): Position {
  const message = error instanceof Error ? error.message : "";
  const position = /position (\d+)/.exec(message)?.[1];
  return positionAt(json, position === undefined ? json.length : Number(position));
}

function positionAt(json: string, offset: number): Position {
  const before = json.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
