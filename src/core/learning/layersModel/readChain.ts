import type { TargetScale } from "../evaluation/targetScaling.js";
import { countParameters, type LayerSpec, type NetworkSpec, networkShapes } from "../networks/networkSpec.js";
import { type ModelLayer, recordOf, UnsupportedModelError } from "./readGraph.js";

/** The weights of a model by their names, layer/weight. */
export type NamedWeights = ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>;

/** One network found in a LayersModel. */
export interface FoundNetwork {
  readonly spec: NetworkSpec;
  /** In the order of `NetworkEngine`. */
  readonly parameters: Float32Array;
  /** What a diagonal 1^3 convolution at its beginning multiplies the channels with. */
  readonly inputFactors?: Float32Array;
  readonly line?: FoundLine;
}

/** weights times a second input + intercept + residual.mean + residual.deviation times the network's output. */
export interface FoundLine {
  readonly weights: Float32Array;
  readonly intercept: number;
  readonly residual: TargetScale;
}

export function unsupported({ name, className }: ModelLayer): UnsupportedModelError {
  return new UnsupportedModelError(
    name,
    "The layer {0} is of the class {1}, which r3dvs networks do not have",
    name,
    className,
  );
}

export function unsupportedSetting(
  { name, className }: ModelLayer,
  key: string,
  value: unknown,
): UnsupportedModelError {
  return new UnsupportedModelError(
    name,
    "The layer {0} ({1}) has {2} = {3}, which r3dvs networks do not have",
    name,
    className,
    key,
    JSON.stringify(value),
  );
}

interface Draft {
  readonly layer: LayerSpec;
  kernel: Float32Array;
  bias: Float32Array;
  /** Of LeakyReLU; undefined while nothing has acted on the layer's output. */
  slope: number | undefined;
}

/** Turns layers, one after the other, into a network. */
export class SequentialReader {
  scale: TargetScale | undefined;
  #input: NetworkSpec["input"] | undefined;
  #factors: Float32Array | undefined;
  #isFlat = false;
  readonly #drafts: Draft[] = [];

  constructor(private readonly weights: NamedWeights) {}

  read(layer: ModelLayer): void {
    this.#input ??= inputOf(layer);
    if (PASSED.has(layer.className)) return;
    if (layer.className === "Dropout") {
      this.#drafts.push({ layer: { kind: "dropout", rate: numberOf(layer.config.rate, 0) }, ...WEIGHTLESS });
      return;
    }
    if (layer.className === "Flatten") {
      requireSettings(layer, { data_format: ["channels_last"] });
      this.#isFlat = true;
    } else if (layer.className === "Conv3D") this.#readConvolution(layer);
    else if (layer.className === "Dense") this.#readDense(layer);
    else if (layer.className === "MaxPooling3D" || layer.className === "AveragePooling3D") this.#readPool(layer);
    else if (layer.className === "BatchNormalization") this.#fold(layer);
    else if (ACTIVATIONS.has(layer.className)) this.#activate(layer, slopeOf(layer));
    else throw unsupported(layer);
  }

  /** What may stand behind an average of networks: one dense layer of one unit, the target's scale. */
  readTail(layer: ModelLayer): void {
    if (this.scale !== undefined || layer.className !== "Dense") throw unsupported(layer);
    this.#isFlat = true;
    this.#readDense(layer);
    this.scale = this.takeScale();
    if (this.scale === undefined) throw unsupported(layer);
  }

  /** Takes a last linear layer of one unit away where it only scales a linear output before it. */
  takeScale(): TargetScale | undefined {
    const [before, last] = [this.#drafts.at(-2), this.#drafts.at(-1)];
    const isLinear = (draft: Draft | undefined) => draft === undefined || (draft.slope ?? 1) === 1;
    const deviation = last?.kernel[0] ?? 0;
    if (
      last?.layer.kind !== "dense" ||
      last.kernel.length !== 1 ||
      !(deviation > 0) ||
      !isLinear(last) ||
      !isLinear(before)
    )
      return undefined;
    this.#drafts.pop();
    return { mean: last.bias[0] ?? 0, deviation };
  }

  network(): FoundNetwork {
    if (this.#input === undefined)
      throw new UnsupportedModelError(undefined, "The model does not say the shape of its input");
    const layers = this.#drafts.map(({ layer, slope }) => ("slope" in layer ? { ...layer, slope: slope ?? 1 } : layer));
    const spec: NetworkSpec = { input: this.#input, layers };
    const shapes = networkShapes(spec);
    if ("error" in shapes)
      throw new UnsupportedModelError(undefined, "r3dvs cannot build this network: {0}", shapes.error);
    if (shapes.value.at(-1)?.outputChannels !== 1)
      throw new UnsupportedModelError(undefined, "Only networks of one output can be read");
    const parameters = new Float32Array(countParameters(shapes.value));
    for (const [i, { offset, weights, biases }] of shapes.value.entries()) {
      const { kernel, bias } = this.#drafts[i] as Draft;
      if (kernel.length !== weights || bias.length !== biases)
        throw new UnsupportedModelError(
          undefined,
          "Layer {0} has {1} weights where its shape has {2}",
          i + 1,
          kernel.length + bias.length,
          weights + biases,
        );
      parameters.set(kernel, offset);
      parameters.set(bias, offset + weights);
    }
    return { spec, parameters, ...(this.#factors && { inputFactors: this.#factors }) };
  }

  #readConvolution(layer: ModelLayer): void {
    requireSettings(layer, {
      strides: ONE,
      dilation_rate: ONE,
      data_format: ["channels_last"],
      groups: [1],
      padding: ["same", "valid"],
    });
    const { kernel, bias, activation } = this.weightsOf(layer);
    if (isAll(layer.config.kernel_size, 1) && this.#drafts.length === 0) {
      this.#factors = diagonalOf(layer, kernel, bias, activation);
      return;
    }
    if (!isAll(layer.config.kernel_size, 3)) throw unsupportedSetting(layer, "kernel_size", layer.config.kernel_size);
    const padding = layer.config.padding === "same" ? "same" : "valid";
    this.#drafts.push({
      layer: { kind: "convolution", filters: bias.length, padding, slope: 1 },
      kernel,
      bias,
      slope: activation,
    });
  }

  #readDense(layer: ModelLayer): void {
    if (!this.#isFlat)
      throw new UnsupportedModelError(layer.name, "The dense layer {0} needs a Flatten layer before it", layer.name);
    const { kernel, bias, activation } = this.weightsOf(layer);
    this.#drafts.push({ layer: { kind: "dense", units: bias.length, slope: 1 }, kernel, bias, slope: activation });
  }

  #readPool(layer: ModelLayer): void {
    const two = [2, "2", "[2,2,2]"];
    requireSettings(layer, { pool_size: two, strides: two, data_format: ["channels_last"], padding: ["valid"] });
    const mode = layer.className === "MaxPooling3D" ? "max" : "average";
    this.#drafts.push({ layer: { kind: "pool", mode }, ...WEIGHTLESS });
  }

  #activate(layer: ModelLayer, slope: number): void {
    const last = this.#drafts.at(-1);
    if (slope === 1) return;
    if (last === undefined || !("slope" in last.layer) || (last.slope ?? 1) !== 1)
      throw new UnsupportedModelError(
        layer.name,
        "The activation {0} must directly follow a convolution or a dense layer",
        layer.name,
      );
    last.slope = slope;
  }

  /** y = gamma (x - mean)/sqrt(variance + epsilon) + beta: a factor and a shift of each channel. */
  #fold(layer: ModelLayer): void {
    const last = this.#drafts.at(-1);
    if (last === undefined || !("slope" in last.layer) || (last.slope ?? 1) !== 1)
      throw new UnsupportedModelError(
        layer.name,
        "The batch normalisation {0} must directly follow a convolution or a dense layer",
        layer.name,
      );
    const channels = last.bias.length;
    const take = (name: string, otherwise: number) =>
      this.#weight(layer, name)?.values ?? new Float32Array(channels).fill(otherwise);
    const [gamma, beta, mean, variance] = [
      take("gamma", 1),
      take("beta", 0),
      take("moving_mean", 0),
      take("moving_variance", 1),
    ];
    const epsilon = typeof layer.config.epsilon === "number" ? layer.config.epsilon : 1e-3;
    const factor = Float64Array.from(gamma, (value, c) => value / Math.sqrt((variance[c] ?? 1) + epsilon));
    last.kernel = last.kernel.map((value, i) => value * (factor[i % channels] ?? 1));
    last.bias = last.bias.map((value, c) => (value - (mean[c] ?? 0)) * (factor[c] ?? 1) + (beta[c] ?? 0));
  }

  weightsOf(layer: ModelLayer): {
    readonly kernel: Float32Array;
    readonly bias: Float32Array;
    readonly activation: number | undefined;
  } {
    const kernel = this.#weight(layer, "kernel");
    if (kernel === undefined) throw new UnsupportedModelError(layer.name, "The layer {0} has no weights", layer.name);
    const bias = this.#weight(layer, "bias")?.values ?? new Float32Array(kernel.shape.at(-1) ?? 0);
    const { activation } = layer.config;
    const isLinear = activation === undefined || activation === null || activation === "linear";
    return { kernel: kernel.values, bias, activation: isLinear ? undefined : slopeOf(layer) };
  }

  /** Keras 3 puts the model's name before the layer's. */
  #weight({ name }: ModelLayer, weight: string) {
    const own = `${name}/${weight}`;
    const known = this.weights.get(own);
    if (known !== undefined) return known;
    const found = [...this.weights.keys()].filter((key) => key.endsWith(`/${own}`));
    return found.length === 1 ? this.weights.get(found[0] as string) : undefined;
  }
}

const WEIGHTLESS = { kernel: new Float32Array(0), bias: new Float32Array(0), slope: undefined };
const ONE = [1, "1", "[1,1,1]"];
/** Layers that do nothing to a prediction. */
const PASSED: ReadonlySet<string> = new Set([
  "InputLayer",
  "SpatialDropout3D",
  "GaussianNoise",
  "GaussianDropout",
  "AlphaDropout",
]);
const ACTIVATIONS: ReadonlySet<string> = new Set(["LeakyReLU", "ReLU", "Activation"]);

/** Each given setting must be one of the allowed ones; those that are left out have Keras' defaults, which are. */
function requireSettings(layer: ModelLayer, allowed: Readonly<Record<string, readonly unknown[]>>): void {
  for (const [key, values] of Object.entries(allowed)) {
    const given = layer.config[key];
    const isKnown =
      given === undefined || given === null || values.includes(Array.isArray(given) ? JSON.stringify(given) : given);
    if (!isKnown) throw unsupportedSetting(layer, key, given);
  }
}

const isAll = (value: unknown, side: number) =>
  value === side || (Array.isArray(value) && value.length === 3 && value.every((one) => one === side));

/** What LeakyReLU multiplies negative values with; 1 for a linear activation, 0 for ReLU. */
function slopeOf(layer: ModelLayer): number {
  const { config, className } = layer;
  if (className === "LeakyReLU") return numberOf(config.alpha ?? config.negative_slope, 0.3);
  if (className === "ReLU") {
    if ((config.max_value ?? null) !== null || numberOf(config.threshold, 0) !== 0)
      throw unsupportedSetting(layer, "max_value", config.max_value);
    return numberOf(config.negative_slope, 0);
  }
  const { activation } = config;
  const own = recordOf(activation);
  if (own?.class_name === "LeakyReLU" || own?.class_name === "ReLU")
    return slopeOf({ ...layer, className: own.class_name, config: recordOf(own.config) ?? {} });
  if (activation === "linear") return 1;
  if (activation === "relu") return 0;
  if (activation === "leaky_relu") return 0.2;
  throw unsupportedSetting(layer, "activation", activation);
}

const numberOf = (value: unknown, otherwise: number) => (typeof value === "number" ? value : otherwise);

function inputOf({ name, config }: ModelLayer): NetworkSpec["input"] {
  const shape = config.batch_input_shape ?? config.batch_shape;
  const [size, y, x, channels] = Array.isArray(shape) ? shape.slice(1) : [];
  if (
    Array.isArray(shape) &&
    shape.length === 5 &&
    size === y &&
    y === x &&
    Number.isInteger(size) &&
    Number.isInteger(channels)
  )
    return { size, channels };
  throw new UnsupportedModelError(
    name,
    "The input must have the shape [null, N, N, N, channels], not {0}",
    JSON.stringify(shape ?? null),
  );
}

/** The factors of a convolution that only multiplies each channel. */
function diagonalOf(
  layer: ModelLayer,
  kernel: Float32Array,
  bias: Float32Array,
  activation: number | undefined,
): Float32Array {
  const channels = bias.length;
  const isDiagonal =
    kernel.length === channels ** 2 && kernel.every((value, i) => value === 0 || i % (channels + 1) === 0);
  if (!isDiagonal || activation !== undefined || bias.some((value) => value !== 0))
    throw unsupportedSetting(layer, "kernel_size", [1, 1, 1]);
  return Float32Array.from(bias, (_, c) => kernel[c * (channels + 1)] ?? 0);
}
