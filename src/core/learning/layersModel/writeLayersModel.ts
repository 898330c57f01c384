import type { TargetScale } from "../evaluation/targetScaling.js";
import { inputFactors } from "../networks/inputScaling.js";
import type { LinearPart } from "../networks/linearPart.js";
import type { TrainedNetwork } from "../networks/networkModel.js";
import { type LayerShape, requireNetworkShapes } from "../networks/networkSpec.js";

/** The `model.json` of a TensorFlow.js LayersModel, as far as this project writes and reads it. */
export interface LayersModelFile {
  readonly format: "layers-model";
  readonly generatedBy: string;
  readonly convertedBy: null;
  readonly modelTopology: object;
  readonly weightsManifest: readonly WeightGroup[];
  readonly userDefinedMetadata?: object;
}

/** Weights that stand one after the other, little-endian, in files that are read as one. */
export interface WeightGroup {
  readonly paths: readonly string[];
  readonly weights: readonly WeightEntry[];
}

export interface WeightEntry {
  /** layer/weight */
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32";
}

/** Networks of one target, their outputs averaged and given the target's own scale. */
export interface NetworksWithScale {
  readonly members: readonly TrainedNetwork[];
  readonly scale: TargetScale;
}

/** A LayersModel before its weights are given files. `values` in the order of `weights`. */
export interface LayersModelContent {
  readonly topology: object;
  readonly weights: readonly WeightEntry[];
  readonly values: readonly Float32Array[];
  /** The layer that gives each member's own output, standardised. */
  readonly memberLayers: readonly string[];
}

/**
 * An ensemble as one LayersModel: raw voxels [batch, z, y, x, channel] in, the mean of the members in the target's
 * learned unit out, [batch, 1]. Throws RangeError for networks of several outputs.
 * Each member's division of the channels is a 1^3 convolution with a diagonal kernel, the target's scale a dense layer
 * of one unit. A logarithm is no layer of TensorFlow.js: networks that read one get an input each, of voxels that are
 * scaled already. Where a line stands beside a network, a second input takes what it reads (`channelSums`), [batch,
 * channels + 1].
 */
export function layersModelOf({ members, scale }: NetworksWithScale): LayersModelContent {
  const graph = new Graph();
  const takesRaw = members.every(({ settings }) => settings.inputScaling !== "log");
  const shared = takesRaw ? [graph.input("voxels", members[0])] : [];
  const memberLayers = members.map((member, i) => {
    const prefix = `member${i + 1}`;
    const input = shared[0] ?? graph.input(`${prefix}_voxels`, member);
    const output = addMember(graph, member, prefix, takesRaw ? addInputScale(graph, member, prefix, input) : input);
    return member.linear === undefined ? output : addLinearPart(graph, member.linear, prefix, output);
  });
  const mean = memberLayers.length === 1 ? (memberLayers[0] as string) : graph.add("Average", "mean", {}, memberLayers);
  const output = addTargetScale(graph, scale, mean);
  return { ...graph.content("r3dvs", output), memberLayers };
}

/** A line in float32 as constant + weights * features + share * the network's output. */
export function foldedLine({ centre, deviation, weights, intercept, residual }: LinearPart) {
  const slopes = weights.map((weight, j) => weight / (deviation[j] as number));
  const constant = slopes.reduce((sum, slope, j) => sum - slope * (centre[j] as number), intercept + residual.mean);
  return {
    weights: Float32Array.from(slopes),
    constant: Math.fround(constant),
    share: Math.fround(residual.deviation),
  };
}

function addInputScale(
  graph: Graph,
  { inputScale, settings, spec }: TrainedNetwork,
  prefix: string,
  input: string,
): string {
  if (settings.inputScaling === "none") return input;
  const { channels } = spec.input;
  const kernel = new Float32Array(channels ** 2);
  for (const [c, factor] of inputFactors(inputScale).entries()) kernel[c * channels + c] = factor;
  const name = graph.add("Conv3D", `${prefix}_scale`, convolutionConfig(channels, 1, "valid", false), [input]);
  graph.weight(name, "kernel", [1, 1, 1, channels, channels], kernel);
  return name;
}

/** All layers of one network; returns the name of the last one. */
function addMember(graph: Graph, { spec, parameters }: TrainedNetwork, prefix: string, input: string): string {
  const shapes = requireNetworkShapes(spec);
  if (shapes.at(-1)?.outputChannels !== 1) throw new RangeError("A target's scale needs a network of one output");
  let last = input;
  let isFlat = false;
  for (const [i, shape] of shapes.entries()) {
    const name = `${prefix}_${i + 1}`;
    const { layer } = shape;
    if (layer.kind === "dense" && !isFlat) {
      last = graph.add("Flatten", `${prefix}_flatten`, { data_format: "channels_last" }, [last]);
      isFlat = true;
    }
    if (layer.kind === "pool") {
      last = graph.add(layer.mode === "max" ? "MaxPooling3D" : "AveragePooling3D", `${name}_pool`, POOL, [last]);
      continue;
    }
    if (layer.kind === "dropout") {
      last = graph.add("Dropout", `${name}_dropout`, { rate: layer.rate }, [last]);
      continue;
    }
    last = addWeighted(graph, shape, parameters, name, last);
    if (layer.slope !== 1) last = graph.add("LeakyReLU", `${name}_leaky`, { alpha: layer.slope }, [last]);
  }
  return last;
}

function addWeighted(graph: Graph, shape: LayerShape, parameters: Float32Array, prefix: string, input: string): string {
  const { layer, offset, weights, biases, inputChannels, outputChannels } = shape;
  const isDense = layer.kind !== "convolution";
  const config = isDense ? denseConfig(outputChannels) : convolutionConfig(outputChannels, 3, layer.padding, true);
  if (shape.scales > 0) throw new RangeError("A network keeps no normalised layers once it is trained");
  const name = graph.add(isDense ? "Dense" : "Conv3D", `${prefix}_${isDense ? "dense" : "convolution"}`, config, [
    input,
  ]);
  const kernelShape = isDense ? [weights / outputChannels, outputChannels] : [3, 3, 3, inputChannels, outputChannels];
  graph.weight(name, "kernel", kernelShape, parameters.slice(offset, offset + weights));
  graph.weight(name, "bias", [biases], parameters.slice(offset + weights, offset + weights + biases));
  return name;
}

function addTargetScale(graph: Graph, { mean, deviation }: TargetScale, input: string): string {
  const name = graph.add("Dense", "target", denseConfig(1), [input]);
  graph.weight(name, "kernel", [1, 1], Float32Array.of(deviation));
  graph.weight(name, "bias", [1], Float32Array.of(mean));
  return name;
}

function addLinearPart(graph: Graph, part: LinearPart, prefix: string, output: string): string {
  const { weights, constant, share } = foldedLine(part);
  const line = graph.add("Dense", `${prefix}_line`, denseConfig(1), [graph.sums(weights.length)]);
  graph.weight(line, "kernel", [weights.length, 1], weights);
  graph.weight(line, "bias", [1], Float32Array.of(constant));
  const own = graph.add("Dense", `${prefix}_share`, { ...denseConfig(1), use_bias: false }, [output]);
  graph.weight(own, "kernel", [1, 1], Float32Array.of(share));
  return graph.add("Add", prefix, {}, [own, line]);
}

const POOL = { pool_size: [2, 2, 2], strides: [2, 2, 2], padding: "valid", data_format: "channels_last" };

const denseConfig = (units: number) => ({ units, activation: "linear", use_bias: true });

const convolutionConfig = (filters: number, side: number, padding: string, useBias: boolean) => ({
  filters,
  kernel_size: [side, side, side],
  strides: [1, 1, 1],
  padding,
  data_format: "channels_last",
  dilation_rate: [1, 1, 1],
  activation: "linear",
  use_bias: useBias,
});

/** Collects layers and weights in Keras' form of a functional model. */
class Graph {
  readonly #layers: object[] = [];
  readonly #inputs: string[] = [];
  readonly #weights: WeightEntry[] = [];
  readonly #values: Float32Array[] = [];

  input(name: string, member: TrainedNetwork | undefined): string {
    if (member === undefined) throw new RangeError("An ensemble needs at least one network");
    const { size, channels } = member.spec.input;
    this.#inputs.push(name);
    return this.add(
      "InputLayer",
      name,
      { batch_input_shape: [null, size, size, size, channels], dtype: "float32", sparse: false },
      [],
    );
  }

  /** The input of the channels' sums, one for all members. */
  sums(length: number): string {
    if (!this.#inputs.includes("sums")) {
      this.#inputs.push("sums");
      this.add("InputLayer", "sums", { batch_input_shape: [null, length], dtype: "float32", sparse: false }, []);
    }
    return "sums";
  }

  add(className: string, name: string, config: object, inputs: readonly string[]): string {
    const inbound = inputs.length === 0 ? [] : [inputs.map((input) => [input, 0, 0, {}])];
    const ownConfig = className === "InputLayer" ? { name, ...config } : { name, trainable: true, ...config };
    this.#layers.push({ class_name: className, config: ownConfig, name, inbound_nodes: inbound });
    return name;
  }

  weight(layer: string, name: string, shape: readonly number[], values: Float32Array): void {
    this.#weights.push({ name: `${layer}/${name}`, shape, dtype: "float32" });
    this.#values.push(values);
  }

  content(name: string, output: string): Omit<LayersModelContent, "memberLayers"> {
    const ends = (names: readonly string[]) => names.map((one) => [one, 0, 0]);
    const config = { name, layers: this.#layers, input_layers: ends(this.#inputs), output_layers: ends([output]) };
    const topology = { class_name: "Model", config, keras_version: "tfjs-layers 4.22.0", backend: "tensor_flow.js" };
    return { topology, weights: this.#weights, values: this.#values };
  }
}
