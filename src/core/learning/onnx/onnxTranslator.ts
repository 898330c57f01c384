import type { NamedWeights } from "../layersModel/readChain.js";
import { type ModelGraph, type ModelLayer, UnsupportedModelError } from "../layersModel/readGraph.js";
import { inputFactors } from "../networks/inputScaling.js";
import { listAttribute, numberAttribute, type OnnxModel, type OnnxNode, type OnnxTensor } from "./onnxModel.js";

/**
 * What a value of the graph is: the layer that makes it, and while it has channels in space their order and the voxels
 * a side.
 */
interface Flow {
  readonly layer: string;
  readonly order?: "first" | "last";
  readonly size: number;
  readonly channels: number;
}

/** Inputs that only bring a value from what was learned to what is told. */
const SIZES: ReadonlySet<string> = new Set(["volume", "atoms"]);

/** Says the same in the words of LayersModels: every operator a layer, weights in their order. */
export class OnnxTranslator {
  private readonly layers = new Map<string, ModelLayer>();
  private readonly weights = new Map<string, { shape: readonly number[]; values: Float32Array }>();
  private readonly flows = new Map<string, Flow>();
  private readonly constants: Map<string, OnnxTensor>;

  constructor(private readonly model: OnnxModel) {
    this.constants = new Map(model.weights.map((weight) => [weight.name, weight]));
  }

  /** Throws `UnsupportedModelError`. */
  translate(): { readonly graph: ModelGraph; readonly weights: NamedWeights } {
    for (const { name, shape } of this.model.inputs)
      if (!this.constants.has(name) && !SIZES.has(name)) this.addInput(name, shape);
    for (const node of this.model.nodes) this.read(node);
    const [output, ...more] = this.model.outputs;
    const flow = output && this.flows.get(output.name);
    if (flow === undefined || more.length > 0)
      throw new UnsupportedModelError(undefined, "Only models with one output can be read");
    return {
      graph: { layers: this.layers, output: flow.layer, manifest: [], metadata: undefined },
      weights: this.weights,
    };
  }

  private addInput(name: string, shape: readonly (number | string)[]): void {
    const [, a, b, c, d] = shape;
    if (shape.length === 2) {
      this.layers.set(name, { name, className: "InputLayer", config: { batch_input_shape: [null, a] }, inputs: [] });
      this.flows.set(name, { layer: name, size: 1, channels: Number(a) });
      return;
    }
    const order = a === b && b === c ? "last" : "first";
    const [size, channels] = order === "last" ? [Number(a), Number(d)] : [Number(d), Number(a)];
    const isCube =
      shape.length === 5 &&
      (order === "last" || (b === c && c === d)) &&
      Number.isInteger(size) &&
      Number.isInteger(channels);
    if (!isCube)
      throw new UnsupportedModelError(
        name,
        "The input {0} must have the shape [batch, N, N, N, channels] or [batch, channels, N, N, N]",
        name,
      );
    const config = { batch_input_shape: [null, size, size, size, channels] };
    this.layers.set(name, { name, className: "InputLayer", config, inputs: [] });
    this.flows.set(name, { layer: name, order, size, channels });
  }

  private read(node: OnnxNode): void {
    const [output = ""] = node.outputs;
    const flow = this.flowOf(node);
    if (flow !== undefined) this.flows.set(output, flow);
  }

  private flowOf(node: OnnxNode): Flow | undefined {
    const { operator, inputs } = node;
    const from = inputs.flatMap((input) => this.flows.get(input) ?? []);
    const [first] = from;
    if (operator === "Constant") return this.keepConstant(node);
    if (first === undefined) throw unsupported(node);
    if (operator === "Mean") return this.join(node, "Average", from);
    if (operator === "Add" && from.length === 2) return this.join(node, "Add", from);
    if (operator === "Identity" || operator === "Dropout") return first;
    if (operator === "Transpose") return turned(node, first);
    if (operator === "Flatten" || operator === "Reshape") return this.flatten(node, first);
    if (operator === "Conv") return this.convolution(node, first);
    if (operator === "Gemm" || operator === "MatMul") return this.dense(node, first);
    if (operator === "MaxPool" || operator === "AveragePool") return this.pool(node, first);
    if (operator === "BatchNormalization") return this.normalization(node, first);
    if (operator === "LeakyRelu") return this.activation(node, first, shortest(numberAttribute(node, "alpha", 0.01)));
    if (operator === "Relu") return this.activation(node, first, 0);
    return this.arithmetic(node, first);
  }

  /**
   * Divisors of the channels, a logarithm of voxels, a bias that stands for itself, and the way from what was learned
   * to what is told.
   */
  private arithmetic(node: OnnxNode, flow: Flow): Flow {
    const { operator, inputs } = node;
    const factor = inputs.flatMap((input) => this.constants.get(input) ?? [])[0];
    const isRaw = this.layers.get(flow.layer)?.className === "InputLayer";
    if (inputs.some((input) => SIZES.has(input)) && (operator === "Mul" || operator === "Div")) return flow;
    if (operator === "Div" && isRaw && factor && flow.order === "last") return this.divide(node, flow, factor);
    // the logarithm of divided voxels is what such a network reads, and its divisors stand in the metadata
    if (
      operator === "Log" ||
      (flow.order === "last" && factor?.values.length === 1 && (operator === "Mul" || operator === "Add"))
    )
      return flow;
    if (operator === "Add" && factor && this.addBias(flow, factor)) return flow;
    throw unsupported(node);
  }

  private divide(node: OnnxNode, flow: Flow, divisor: OnnxTensor): Flow {
    const { channels } = flow;
    const divisors = Float32Array.from(divisor.values, Number);
    if (divisors.length !== channels) throw unsupported(node);
    const kernel = new Float32Array(channels ** 2);
    for (const [c, factor] of inputFactors(divisors).entries()) kernel[c * channels + c] = factor;
    const config = { filters: channels, kernel_size: [1, 1, 1], padding: "valid", use_bias: false };
    return this.put(node, "Conv3D", config, flow, { kernel: [kernel, [1, 1, 1, channels, channels]] });
  }

  private convolution(node: OnnxNode, flow: Flow): Flow {
    const [, kernelName = "", biasName] = node.inputs;
    const kernel = this.constants.get(kernelName);
    const [outputs = 0, inputs = 0, ...sides] = kernel?.shape ?? [];
    const pads = listAttribute(node, "pads") ?? Array(6).fill(0);
    const isOne = (name: string) => (listAttribute(node, name) ?? [1, 1, 1]).every((one) => one === 1);
    const padding = pads.every((pad) => pad === 1) ? "same" : "valid";
    const isOurs =
      flow.order === "first" &&
      sides.length === 3 &&
      isOne("strides") &&
      isOne("dilations") &&
      numberAttribute(node, "group", 1) === 1;
    if (kernel === undefined || !isOurs || (padding === "valid" && pads.some((pad) => pad !== 0)))
      throw unsupported(node);
    const values = outputLast(Float32Array.from(kernel.values, Number), inputs, outputs);
    const bias = this.biasOf(node, biasName, outputs);
    const config = { filters: outputs, kernel_size: sides, padding };
    const size = padding === "same" ? flow.size : flow.size - (sides[0] ?? 1) + 1;
    const put = this.put(node, "Conv3D", config, flow, {
      kernel: [values, [...sides, inputs, outputs]],
      bias: [bias, [outputs]],
    });
    return { ...put, size, channels: outputs };
  }

  private dense(node: OnnxNode, flow: Flow): Flow {
    const [, kernelName = "", biasName] = node.inputs;
    const kernel = this.constants.get(kernelName);
    const isPlain =
      ["alpha", "beta"].every((name) => numberAttribute(node, name, 1) === 1) &&
      numberAttribute(node, "transA", 0) === 0;
    if (kernel?.shape.length !== 2 || !isPlain || flow.order !== undefined) throw unsupported(node);
    const isTurned = numberAttribute(node, "transB", 0) === 1;
    const [rows = 0, columns = 0] = isTurned ? [...kernel.shape].reverse() : kernel.shape;
    const straight = Float32Array.from(kernel.values, Number);
    const values = isTurned ? transposed(straight, columns, rows) : straight;
    const flat = this.flattened.get(flow.layer);
    const own = flat === undefined ? values : channelsLastRows(values, flat, columns);
    const bias = this.biasOf(node, biasName, columns);
    const put = this.put(node, "Dense", { units: columns }, flow, {
      kernel: [own, [rows, columns]],
      bias: [bias, [columns]],
    });
    return { ...put, size: 1, channels: columns };
  }

  /** Flatten layers of values that have their channels first: by name, what they flattened. */
  private readonly flattened = new Map<string, Flow>();

  private flatten(node: OnnxNode, flow: Flow): Flow {
    if (flow.order === undefined) return flow;
    if (node.operator === "Flatten" && numberAttribute(node, "axis", 1) !== 1) throw unsupported(node);
    const { size, channels } = flow;
    const put = this.put(node, "Flatten", {}, flow, {});
    if (flow.order === "first") this.flattened.set(put.layer, flow);
    return { layer: put.layer, size: 1, channels: size ** 3 * channels };
  }

  private pool(node: OnnxNode, flow: Flow): Flow {
    const isTwo = (name: string) => listAttribute(node, name)?.every((side) => side === 2) === true;
    const isPadded =
      (listAttribute(node, "pads") ?? []).some((pad) => pad !== 0) || numberAttribute(node, "ceil_mode", 0) !== 0;
    if (!isTwo("kernel_shape") || !isTwo("strides") || isPadded || flow.order !== "first") throw unsupported(node);
    const className = node.operator === "MaxPool" ? "MaxPooling3D" : "AveragePooling3D";
    const put = this.put(node, className, { pool_size: [2, 2, 2], strides: [2, 2, 2], padding: "valid" }, flow, {});
    return { ...put, size: Math.floor(flow.size / 2) };
  }

  private normalization(node: OnnxNode, flow: Flow): Flow {
    const [, ...names] = node.inputs;
    const keys = ["gamma", "beta", "moving_mean", "moving_variance"];
    const weights = Object.fromEntries(
      keys.map((key, i) => [key, [this.numbers(node, names[i] ?? ""), [flow.channels]] as [Float32Array, number[]]]),
    );
    return this.put(node, "BatchNormalization", { epsilon: numberAttribute(node, "epsilon", 1e-5) }, flow, weights);
  }

  private activation(node: OnnxNode, flow: Flow, slope: number): Flow {
    return this.put(node, "LeakyReLU", { alpha: slope }, flow, {});
  }

  private join(node: OnnxNode, className: string, from: readonly Flow[]): Flow {
    const name = nameOf(node);
    this.layers.set(name, { name, className, config: {}, inputs: from.map(({ layer }) => layer) });
    return { layer: name, size: 1, channels: 1 };
  }

  private keepConstant(node: OnnxNode): undefined {
    const value = node.attributes.value;
    const [output = ""] = node.outputs;
    if (value === undefined || !("values" in value)) throw unsupported(node);
    this.constants.set(output, value);
    return undefined;
  }

  /** A bias that is added to a layer's output instead of standing in it. */
  private addBias(flow: Flow, bias: OnnxTensor): boolean {
    const place = `${flow.layer}/bias`;
    const own = this.weights.get(place);
    if (own === undefined || own.values.length !== bias.values.length || own.values.some((value) => value !== 0))
      return false;
    this.weights.set(place, { shape: own.shape, values: Float32Array.from(bias.values, Number) });
    return true;
  }

  private biasOf(node: OnnxNode, name: string | undefined, length: number): Float32Array {
    const bias = name === undefined || name === "" ? new Float32Array(length) : this.numbers(node, name);
    if (bias.length !== length) throw unsupported(node);
    return bias;
  }

  private numbers(node: OnnxNode, name: string): Float32Array {
    const constant = this.constants.get(name);
    if (constant === undefined) throw unsupported(node);
    return Float32Array.from(constant.values, Number);
  }

  private put(
    node: OnnxNode,
    className: string,
    config: Record<string, unknown>,
    flow: Flow,
    weights: Readonly<Record<string, readonly [Float32Array, readonly number[]]>>,
  ): Flow {
    const name = nameOf(node);
    this.layers.set(name, { name, className, config, inputs: [flow.layer] });
    for (const [key, [values, shape]] of Object.entries(weights)) this.weights.set(`${name}/${key}`, { shape, values });
    return { ...flow, layer: name };
  }
}

/** A number that was rounded to float32 as people write it: 0.01, not 0.0099999998. */
const shortest = (value: number) => {
  const short = Number(value.toPrecision(7));
  return Math.fround(short) === value ? short : value;
};

const nameOf = ({ name, outputs }: OnnxNode) => outputs[0] ?? name;

const unsupported = (node: OnnxNode) =>
  new UnsupportedModelError(
    nameOf(node),
    "The node {0} is the operator {1} in a form that r3dvs networks do not have",
    nameOf(node),
    node.operator,
  );

function turned(node: OnnxNode, flow: Flow): Flow {
  const order = listAttribute(node, "perm")?.join();
  if (flow.order === "last" && order === "0,4,1,2,3") return { ...flow, order: "first" };
  if (flow.order === "first" && order === "0,2,3,4,1") return { ...flow, order: "last" };
  throw unsupported(node);
}

/** [out][in][place] as [place][in][out]. */
function outputLast(kernel: Float32Array, inputs: number, outputs: number): Float32Array {
  const values = new Float32Array(kernel.length);
  const places = kernel.length / inputs / outputs;
  for (let o = 0, at = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let place = 0; place < places; place++) values[(place * inputs + i) * outputs + o] = kernel[at++] as number;
  return values;
}

/** [a][b] as [b][a]. */
function transposed(values: Float32Array, a: number, b: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let i = 0, at = 0; i < a; i++) for (let j = 0; j < b; j++) result[j * a + i] = values[at++] as number;
  return result;
}

/** Rows in the order [channel][z][y][x] as [z][y][x][channel]. */
function channelsLastRows(values: Float32Array, { size, channels }: Flow, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  const places = size ** 3;
  for (let c = 0; c < channels; c++)
    for (let place = 0; place < places; place++) {
      const from = (c * places + place) * columns;
      result.set(values.subarray(from, from + columns), (place * channels + c) * columns);
    }
  return result;
}
