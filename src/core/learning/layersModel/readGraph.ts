import { messageOf } from "../../text/messageOf.js";
import { type Parsed, type Position, type Problem, problem } from "../../text/problem.js";
import type { WeightEntry, WeightGroup } from "./writeLayersModel.js";

/** One layer of a LayersModel: Keras' names in `config`. */
export interface ModelLayer {
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of the layers it reads. */
  readonly inputs: readonly string[];
}

/** A `model.json` taken apart: layers by name, the one whose output is the model's, where the weights stand. */
export interface ModelGraph {
  readonly layers: ReadonlyMap<string, ModelLayer>;
  readonly output: string;
  readonly manifest: readonly WeightGroup[];
  readonly metadata: unknown;
}

/** Why a model cannot be read, at one of its layers or at the file as a whole. */
export class UnsupportedModelError extends Error {
  readonly args: readonly (string | number)[];
  constructor(
    readonly layer: string | undefined,
    readonly template: string,
    ...args: (string | number)[]
  ) {
    super(template);
    this.args = args;
  }
}

/**
 * Reads the text of a TensorFlow.js `model.json`: sequential, or functional with one output. Weights in float32 only.
 */
export function readLayersModel(text: string): Parsed<ModelGraph> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problems: [problem("error", positionOfSyntax(text, error), "This is not JSON: {0}", messageOf(error))] };
  }
  return refused(text, () => graphOf(json));
}

/** What `read` gives; what it refuses becomes a problem at the layer's name in `text`. */
export function refused<T>(text: string, read: () => T): Parsed<T> {
  try {
    return { value: read(), problems: [] };
  } catch (error) {
    if (!(error instanceof UnsupportedModelError)) throw error;
    return { problems: [refusalProblem(text, error)] };
  }
}

function refusalProblem(text: string, { layer, template, args }: UnsupportedModelError): Problem {
  const at = layer === undefined ? 0 : Math.max(0, text.indexOf(JSON.stringify(layer)));
  return problem("error", positionAt(text, at), template, ...args);
}

function graphOf(json: unknown): ModelGraph {
  const file = recordOf(json);
  if (file?.format !== undefined && file.format !== "layers-model")
    throw new UnsupportedModelError(
      undefined,
      "Only TensorFlow.js layers models can be read, not a {0}",
      String(file.format),
    );
  const topology = recordOf(file?.modelTopology);
  const model = recordOf(topology?.model_config) ?? topology;
  const className = model?.class_name;
  if (file === undefined || model === undefined || typeof className !== "string")
    throw new UnsupportedModelError(undefined, "This is no layers model of TensorFlow.js: it has no topology");
  const manifest = manifestOf(file.weightsManifest);
  const found = className === "Sequential" ? sequential(model.config) : functional(model.config, className);
  return { ...found, manifest, metadata: file.userDefinedMetadata };
}

function sequential(config: unknown): Pick<ModelGraph, "layers" | "output"> {
  const entries = Array.isArray(config) ? config : listOf(recordOf(config)?.layers);
  const layers = new Map<string, ModelLayer>();
  let before: string | undefined;
  for (const entry of entries) {
    const layer = layerOf(entry, before === undefined ? [] : [before]);
    layers.set(layer.name, layer);
    before = layer.name;
  }
  if (before === undefined) throw new UnsupportedModelError(undefined, "The model has no layers");
  return { layers, output: before };
}

function functional(config: unknown, className: string): Pick<ModelGraph, "layers" | "output"> {
  const { layers: entries, output_layers: outputs } = recordOf(config) ?? {};
  if (className !== "Model" && className !== "Functional")
    throw new UnsupportedModelError(
      undefined,
      "Models of the class {0} cannot be read: Sequential and Functional ones can",
      className,
    );
  const layers = new Map(listOf(entries).map((entry) => [nameOf(entry), layerOf(entry, inputsOf(entry))]));
  // [["name", 0, 0]], or ["name", 0, 0] where Keras 3 wrote it.
  const ends = listOf(outputs);
  const [first] = ends;
  const output = Array.isArray(first) ? first[0] : first;
  if (typeof output !== "string" || (Array.isArray(first) && ends.length !== 1))
    throw new UnsupportedModelError(undefined, "Only models with one output can be read");
  return { layers, output };
}

function layerOf(entry: unknown, inputs: readonly string[]): ModelLayer {
  const { class_name: className, config } = recordOf(entry) ?? {};
  const name = nameOf(entry);
  if (typeof className !== "string") throw new UnsupportedModelError(name, "The layer {0} has no class", name);
  return { name, className, config: recordOf(config) ?? {}, inputs };
}

function nameOf(entry: unknown): string {
  const layer = recordOf(entry);
  const name = layer?.name ?? recordOf(layer?.config)?.name;
  if (typeof name !== "string") throw new UnsupportedModelError(undefined, "The model has a layer without a name");
  return name;
}

/** Keras 2: [[["name", 0, 0, {}], ...]]; Keras 3: [{args: [tensors with keras_history]}]. */
function inputsOf(entry: unknown): string[] {
  const nodes = listOf(recordOf(entry)?.inbound_nodes);
  if (nodes.length > 1)
    throw new UnsupportedModelError(nameOf(entry), "The layer {0} is used more than once", nameOf(entry));
  const [node] = nodes;
  if (Array.isArray(node))
    return node.flatMap((input) => (Array.isArray(input) && typeof input[0] === "string" ? [input[0]] : []));
  return historiesIn(recordOf(node)?.args);
}

function historiesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(historiesIn);
  const history = recordOf(recordOf(value)?.config)?.keras_history;
  return Array.isArray(history) && typeof history[0] === "string" ? [history[0]] : [];
}

function manifestOf(value: unknown): WeightGroup[] {
  return listOf(value).map((group) => {
    const { paths, weights } = recordOf(group) ?? {};
    if (!listOf(paths).every((path) => typeof path === "string" && !/^[/\\]|^\w+:|(^|[/\\])\.\.([/\\]|$)/.test(path)))
      throw new UnsupportedModelError(undefined, "The weights must stand in files beside the model");
    return { paths: paths as string[], weights: listOf(weights).map(weightEntry) };
  });
}

function weightEntry(value: unknown): WeightEntry {
  const { name, shape, dtype, quantization } = recordOf(value) ?? {};
  if (typeof name !== "string" || !listOf(shape).every((side) => Number.isSafeInteger(side) && (side as number) >= 0))
    throw new UnsupportedModelError(undefined, "The list of weights has an entry without a name or a shape");
  if (dtype !== "float32" || quantization !== undefined)
    throw new UnsupportedModelError(
      name,
      "The weights {0} are {1}: only float32 can be read",
      name,
      quantization ? "quantised" : String(dtype),
    );
  return { name, shape: shape as number[], dtype };
}

export function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function positionAt(text: string, index: number): Position {
  const before = text.slice(0, index);
  return { line: before.split("\n").length, column: index - before.lastIndexOf("\n") };
}

/** V8 names the position in its message. */
function positionOfSyntax(text: string, error: unknown): Position {
  const position = /position (\d+)/.exec(messageOf(error))?.[1];
  return positionAt(text, position === undefined ? text.length : Number(position));
}
