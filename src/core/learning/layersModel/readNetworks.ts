import type { Parsed } from "../../text/problem.js";
import type { TargetScale } from "../evaluation/targetScaling.js";
import {
  type FoundLine,
  type FoundNetwork,
  type NamedWeights,
  SequentialReader,
  unsupported,
  unsupportedSetting,
} from "./readChain.js";
import { type ModelGraph, type ModelLayer, refused, UnsupportedModelError } from "./readGraph.js";

/**
 * `scale`: of a last dense layer of one unit, behind the one that gives the standardised output; mean 0 and deviation 1
 * without one.
 */
export interface FoundNetworks {
  readonly members: readonly FoundNetwork[];
  readonly scale: TargetScale;
}

/**
 * The networks of a LayersModel: one chain of layers from an input to the output, or several that an `Average` joins;
 * each may stand in an `Add` beside a dense layer on an input of its own. Reads Conv3D, pools, Flatten, Dense,
 * LeakyReLU, ReLU and Dropout, folds BatchNormalization into the layer before it, and passes over noise, which
 * predictions do not use.
 */
export function networksOf(text: string, graph: ModelGraph, weights: NamedWeights): Parsed<FoundNetworks> {
  return refused(text, () => {
    const { start, layers } = chainTo(graph, graph.output);
    if (start.inputs.length === 0) {
      const reader = readChain(layers, weights);
      const scale = reader.takeScale() ?? { mean: 0, deviation: 1 };
      return { members: [reader.network()], scale };
    }
    const tail = new SequentialReader(weights);
    for (const layer of layers) tail.readTail(layer);
    const names = start.className === "Average" ? start.inputs : [start.name];
    return {
      members: names.map((name) => memberAt(graph, name, weights)),
      scale: tail.scale ?? { mean: 0, deviation: 1 },
    };
  });
}

const JOINTS: ReadonlySet<string> = new Set(["Average", "Add"]);

/**
 * The layers before and with `name`, first one first, back to an input or, left out itself, to a layer that joins
 * several.
 */
function chainTo(
  graph: ModelGraph,
  name: string,
): { readonly start: ModelLayer; readonly layers: readonly ModelLayer[] } {
  const layers: ModelLayer[] = [];
  for (let at = name; ; ) {
    const layer = graph.layers.get(at);
    if (layer === undefined)
      throw new UnsupportedModelError(undefined, "The model names a layer {0} that it does not have", at);
    if (layers.includes(layer)) throw new UnsupportedModelError(at, "The layer {0} reads its own output", at);
    if (JOINTS.has(layer.className)) return { start: layer, layers: layers.reverse() };
    layers.push(layer);
    const [input, ...more] = layer.inputs;
    if (more.length > 0) throw unsupported(layer);
    if (input === undefined) return { start: layer, layers: layers.reverse() };
    at = input;
  }
}

function memberAt(graph: ModelGraph, name: string, weights: NamedWeights): FoundNetwork {
  const { start, layers } = chainTo(graph, name);
  if (start.inputs.length === 0) return readChain(layers, weights).network();
  const [network, line, ...more] = start.inputs.map((input) => chainTo(graph, input));
  const isSum = start.className === "Add" && layers.length === 0 && more.length === 0;
  if (!isSum || network === undefined || line === undefined) throw unsupported(start);
  for (const part of [network, line]) if (part.start.inputs.length > 0) throw unsupported(part.start);
  const reader = readChain(network.layers, weights);
  const residual = reader.takeScale();
  if (residual === undefined) throw unsupported(start);
  return { ...reader.network(), line: { ...readLine(line.layers, weights), residual } };
}

function readChain(layers: readonly ModelLayer[], weights: NamedWeights): SequentialReader {
  const reader = new SequentialReader(weights);
  for (const layer of layers) reader.read(layer);
  return reader;
}

/** An input of plain numbers and one dense layer of one unit. */
function readLine([input, dense, ...more]: readonly ModelLayer[], weights: NamedWeights): Omit<FoundLine, "residual"> {
  if (input === undefined || dense?.className !== "Dense") throw unsupported(dense ?? (input as ModelLayer));
  for (const layer of more) throw unsupported(layer);
  const { kernel, bias, activation } = new SequentialReader(weights).weightsOf(dense);
  if (bias.length !== 1 || activation !== undefined) throw unsupportedSetting(dense, "units", bias.length);
  return { weights: kernel, intercept: bias[0] as number };
}
