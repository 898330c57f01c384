import { completeLayer, type LayerChoice, networkOf } from "../../core/learning/networks/networkPresets.js";
import { checkLayer, type LayerSpec, networkShapes } from "../../core/learning/networks/networkSpec.js";
import type { TrainingSettings } from "../../core/learning/networks/trainingSettings.js";
import { UsageError } from "../files/usageError.js";

/** What is wrong with a list of layers; `layer` (from 0) says with which one, where it is one. */
export interface LayerProblem {
  readonly layer?: number;
  readonly message: string;
}

/** Checks each layer of a list by itself, whatever it holds. */
export function checkLayerList(layers: readonly unknown[]): LayerProblem[] {
  return layers.flatMap((layer, i) => {
    const message = checkLayerChoice(layer);
    return message === undefined ? [] : [{ layer: i, message }];
  });
}

/**
 * The layers of a training's network, completed, for `size` voxels a side; a name stays as it is. Throws `UsageError`
 * where they make no network.
 */
export function completeNetwork(
  asked: string | readonly LayerChoice[],
  settings: Pick<TrainingSettings, "channels" | "pooling" | "dropout">,
  size: number,
): TrainingSettings["network"] {
  if (typeof asked === "string") return asked as TrainingSettings["network"];
  const problem = checkLayerList(asked)[0] ?? networkProblem(asked, settings, size);
  if (problem === undefined) return asked.map((layer) => completeLayer(layer, settings.pooling));
  const place = problem.layer === undefined ? "the network" : `layer ${problem.layer + 1} of the network`;
  throw new UsageError(`${place}: ${problem.message}`);
}

/** Why layers that are sound by themselves make no network. */
export function networkProblem(
  layers: readonly LayerChoice[],
  settings: Pick<TrainingSettings, "channels" | "pooling">,
  size: number,
): LayerProblem | undefined {
  const network = layers.map((layer) => completeLayer(layer, settings.pooling));
  const shapes = networkShapes(networkOf({ ...settings, network, dropout: 0 }, size));
  if ("value" in shapes) return undefined;
  const { error, layer } = shapes;
  return layer === undefined ? { message: error } : { layer, message: error.replace(/^Layer \d+: /, "") };
}

/** The keys of each kind, the needed ones first; all of these are numbers but the ones of `WORDS`. */
const KEYS: Readonly<Record<LayerSpec["kind"], readonly [needed: readonly string[], others: readonly string[]]>> = {
  convolution: [["filters"], ["padding", "slope", "normalization"]],
  pool: [[], ["mode"]],
  dense: [["units"], ["slope", "normalization"]],
  dropout: [["rate"], []],
};
const WORDS: Readonly<Record<string, readonly string[]>> = {
  padding: ["same", "valid"],
  mode: ["max", "average"],
  normalization: ["batch"],
};

function checkLayerChoice(layer: unknown): string | undefined {
  if (typeof layer !== "object" || layer === null || Array.isArray(layer)) return "a layer must stand in { }";
  const { kind, ...rest } = layer as Record<string, unknown>;
  if (typeof kind !== "string" || !Object.hasOwn(KEYS, kind))
    return `"kind" must be one of ${Object.keys(KEYS).join(", ")}`;
  const [needed, others] = KEYS[kind as LayerSpec["kind"]];
  const missing = needed.find((key) => !Object.hasOwn(rest, key));
  if (missing !== undefined) return `"${missing}" is missing`;
  for (const [key, value] of Object.entries(rest)) {
    if (![...needed, ...others].includes(key)) return `a ${kind} layer has no "${key}"`;
    const words = WORDS[key];
    if (words && !words.includes(String(value)))
      return `"${key}" must be ${words.length === 1 ? words[0] : `one of ${words.join(", ")}`}`;
    if (!words && typeof value !== "number") return `"${key}" must be a number`;
  }
  return checkLayer(completeLayer(layer as LayerChoice, "average"));
}
