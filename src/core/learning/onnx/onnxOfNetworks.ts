import type { TargetScale } from "../evaluation/targetScaling.js";
import { foldedLine, type NetworksWithScale } from "../layersModel/writeLayersModel.js";
import { LOG_FACTOR } from "../networks/inputScaling.js";
import type { LinearPart } from "../networks/linearPart.js";
import type { TrainedNetwork } from "../networks/networkModel.js";
import { type LayerShape, requireNetworkShapes } from "../networks/networkSpec.js";
import { OnnxGraph } from "./onnxGraph.js";

/** Channels before and behind the voxels: operators of ONNX want them before. */
const CHANNELS_FIRST = [0, 4, 1, 2, 3];
const CHANNELS_LAST = [0, 2, 3, 4, 1];

/**
 * An ensemble as a graph in float32: raw voxels [batch, z, y, x, channel] in; out, in `output`, the mean of the members
 * in the target's learned unit,
 * [batch, 1]. The division of the channels, a logarithm, the line beside a network (a second input, `sums`, [batch,
 * channels + 1]) and the target's scale are inside. Throws RangeError for networks of several outputs.
 */
export function onnxOfNetworks({ members, scale }: NetworksWithScale): {
  readonly graph: OnnxGraph;
  readonly output: string;
} {
  const graph = new OnnxGraph("float");
  const outputs = members.map((member, i) => addMember(graph, member, `member${i + 1}`));
  const mean = outputs.length === 1 ? (outputs[0] as string) : graph.add("Mean", "mean", outputs);
  return { graph, output: addTargetScale(graph, scale, mean) };
}

function addMember(graph: OnnxGraph, member: TrainedNetwork, prefix: string): string {
  const { spec, parameters, linear } = member;
  const shapes = requireNetworkShapes(spec);
  if (shapes.at(-1)?.outputChannels !== 1) throw new RangeError("A target's scale needs a network of one output");
  const scaled = addInputScale(graph, member, prefix);
  let last = graph.add("Transpose", `${prefix}_channels_first`, [scaled], { perm: { ints: CHANNELS_FIRST } });
  let isFlat = false;
  for (const [i, shape] of shapes.entries()) {
    if (shape.layer.kind === "dense" && !isFlat) {
      const turned = graph.add("Transpose", `${prefix}_channels_last`, [last], { perm: { ints: CHANNELS_LAST } });
      last = graph.add("Flatten", `${prefix}_flatten`, [turned], { axis: { int: 1 } });
      isFlat = true;
    }
    last = addLayer(graph, shape, parameters, `${prefix}_${i + 1}`, last);
  }
  return linear === undefined ? last : addLine(graph, linear, prefix, last);
}

/** Divided as a prediction divides, to the bit. */
function addInputScale(graph: OnnxGraph, { inputScale, settings, spec }: TrainedNetwork, prefix: string): string {
  const { size, channels } = spec.input;
  const what = `R3DVS voxels in the descriptor's unit: ${settings.channels.join(", ")}`;
  const voxels = graph.input("voxels", ["batch", size, size, size, channels], what);
  if (settings.inputScaling === "none") return voxels;
  const divided = graph.add("Div", `${prefix}_divided`, [
    voxels,
    graph.weight(`${prefix}_divisor`, [channels], inputScale),
  ]);
  if (settings.inputScaling !== "log") return divided;
  const large = graph.add("Mul", `${prefix}_enlarged`, [
    divided,
    graph.weight(`${prefix}_enlargement`, [1], [LOG_FACTOR]),
  ]);
  return graph.add("Log", `${prefix}_log`, [
    graph.add("Add", `${prefix}_plus_one`, [large, graph.weight(`${prefix}_one`, [1], [1])]),
  ]);
}

function addLayer(graph: OnnxGraph, shape: LayerShape, parameters: Float32Array, name: string, input: string): string {
  const { layer, offset, weights, biases, inputChannels, outputChannels, scales } = shape;
  if (layer.kind === "dropout") return input;
  if (layer.kind === "pool") {
    const two = { ints: [2, 2, 2] };
    return graph.add(layer.mode === "max" ? "MaxPool" : "AveragePool", `${name}_pool`, [input], {
      kernel_shape: two,
      strides: two,
    });
  }
  if (scales > 0) throw new RangeError("A network keeps no normalised layers once it is trained");
  const kernel = parameters.subarray(offset, offset + weights);
  const bias = graph.weight(`${name}_bias`, [biases], parameters.subarray(offset + weights, offset + weights + biases));
  let last: string;
  if (layer.kind === "convolution") {
    const turned = outputFirst(kernel, inputChannels, outputChannels);
    const kernelName = graph.weight(`${name}_kernel`, [outputChannels, inputChannels, 3, 3, 3], turned);
    const pads = { ints: Array<number>(6).fill(layer.padding === "same" ? 1 : 0) };
    last = graph.add("Conv", `${name}_convolution`, [input, kernelName, bias], {
      kernel_shape: { ints: [3, 3, 3] },
      pads,
    });
  } else {
    const kernelName = graph.weight(`${name}_kernel`, [weights / outputChannels, outputChannels], kernel);
    last = graph.add("Gemm", `${name}_dense`, [input, kernelName, bias]);
  }
  return layer.slope === 1 ? last : graph.add("LeakyRelu", `${name}_leaky`, [last], { alpha: { float: layer.slope } });
}

/** [z][y][x][in][out] as [out][in][z][y][x]. */
function outputFirst(kernel: Float32Array, inputs: number, outputs: number): Float32Array {
  const turned = new Float32Array(kernel.length);
  const places = kernel.length / inputs / outputs;
  for (let place = 0, at = 0; place < places; place++)
    for (let i = 0; i < inputs; i++)
      for (let o = 0; o < outputs; o++) turned[(o * inputs + i) * places + place] = kernel[at++] as number;
  return turned;
}

function addTargetScale(graph: OnnxGraph, { mean, deviation }: TargetScale, input: string): string {
  const weight = graph.weight("target_deviation", [1, 1], [deviation]);
  return graph.add("Gemm", "target", [input, weight, graph.weight("target_mean", [1], [mean])]);
}

function addLine(graph: OnnxGraph, part: LinearPart, prefix: string, output: string): string {
  const { weights, constant, share } = foldedLine(part);
  const sums = graph.input(
    "sums",
    ["batch", weights.length],
    "the sum of each channel over all reciprocal lattice vectors up to pi/dL, then s_0",
  );
  const slopes = graph.weight(`${prefix}_slopes`, [weights.length, 1], weights);
  const line = graph.add("Gemm", `${prefix}_line`, [sums, slopes, graph.weight(`${prefix}_constant`, [1], [constant])]);
  const own = graph.add("Gemm", `${prefix}_share`, [output, graph.weight(`${prefix}_deviation`, [1, 1], [share])]);
  return graph.add("Add", prefix, [own, line]);
}
