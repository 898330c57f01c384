/** A 3D convolutional network as data: serialised into models, checked before it is built. */
export interface NetworkSpec {
  /** Voxels a side (32) and channels of the input, NDHWC order [z][y][x][channel]. */
  readonly input: { readonly size: number; readonly channels: number };
  readonly layers: readonly LayerSpec[];
}

export type LayerSpec = ConvolutionSpec | PoolSpec | DenseSpec | DropoutSpec;

/** 3^3 convolution. `slope` is LeakyReLU's for negative values; 1 = linear. */
export interface ConvolutionSpec {
  readonly kind: "convolution";
  readonly filters: number;
  readonly padding: "valid" | "same";
  readonly slope: number;
  readonly normalization?: Normalization;
}

/** 2^3 pooling with stride 2; an odd last plane is left out. */
export interface PoolSpec {
  readonly kind: "pool";
  readonly mode: Pooling;
}

export interface DenseSpec {
  readonly kind: "dense";
  readonly units: number;
  readonly slope: number;
  readonly normalization?: Normalization;
}

/**
 * While learning, a share `rate` of the values is set to 0 and the rest divided by 1 - `rate` (Srivastava et al. 2014);
 * a prediction uses all.
 */
export interface DropoutSpec {
  readonly kind: "dropout";
  readonly rate: number;
}

/**
 * batch: before the activation, each channel is brought to mean 0 and variance 1 over the batch and all positions, then
 * scaled and shifted by two learned numbers (Ioffe and Szegedy 2015); the shift takes the bias's place.
 */
export type Normalization = "batch";
export type Pooling = "max" | "average";
export type NetworkName = "light" | "deep";

/**
 * One layer with its place in the flat parameters and the sides of its fields; a dense layer's fields have 1 voxel a
 * side.
 */
export interface LayerShape {
  readonly layer: LayerSpec;
  readonly inputSize: number;
  readonly inputChannels: number;
  readonly outputSize: number;
  readonly outputChannels: number;
  /** Where its weights begin in the flat parameters; the biases follow the weights, the scales the biases. */
  readonly offset: number;
  readonly weights: number;
  readonly biases: number;
  /** Of a normalised layer, one a channel; otherwise 0. */
  readonly scales: number;
}

/**
 * `error` says in plain words why a network cannot be built; `layer` (from 0) which one is at fault, where it is one.
 */
export type NetworkShapes =
  | { readonly value: readonly LayerShape[] }
  | { readonly error: string; readonly layer?: number };

/** The shapes of a network, layer by layer. */
export function networkShapes(spec: NetworkSpec): NetworkShapes {
  const { size, channels } = spec.input;
  if (!isWhole(size, 1, 256) || !isWhole(channels, 1, MAX_CHANNELS))
    return {
      error: `The input must have 1 to 256 voxels a side and 1 to ${MAX_CHANNELS} channels, not ${size} and ${channels}`,
    };
  const output = spec.layers.at(-1);
  if (spec.layers[0]?.kind !== "convolution" || output?.kind !== "dense")
    return { error: "The first layer must be a convolution and the last one dense" };
  if (output.normalization !== undefined) return { error: "The last layer cannot be normalised" };
  const shapes: LayerShape[] = [];
  for (const [i, layer] of spec.layers.entries()) {
    const last = shapes.at(-1);
    const error = checkOrder(layer, spec.layers.slice(0, i)) ?? checkLayer(layer);
    if (error !== undefined) return { error: `Layer ${i + 1}: ${error}`, layer: i };
    const shape = shapeAfter(layer, last?.outputSize ?? size, last?.outputChannels ?? channels, last ? endOf(last) : 0);
    if (shape.outputSize < 1)
      return { error: `Layer ${i + 1}: nothing is left of ${shape.inputSize} voxels a side`, layer: i };
    shapes.push(shape);
  }
  return { value: shapes };
}

/** The shapes of a network that is known to be sound; throws RangeError with the reason where it is not. */
export function requireNetworkShapes(spec: NetworkSpec): readonly LayerShape[] {
  const shapes = networkShapes(spec);
  if ("error" in shapes) throw new RangeError(shapes.error);
  return shapes.value;
}

/** The number of floats in the flat parameters. */
export function countParameters(shapes: readonly LayerShape[]): number {
  const last = shapes.at(-1);
  return last ? endOf(last) : 0;
}

/** Whether a layer is normalised over the batch. */
export function isNormalized(spec: NetworkSpec): boolean {
  return spec.layers.some((layer) => "normalization" in layer && layer.normalization !== undefined);
}

/** Of the input. */
const MAX_CHANNELS = 8;

const endOf = (shape: LayerShape) => shape.offset + shape.weights + shape.biases + shape.scales;
const isWhole = (n: number, from: number, to: number) => Number.isInteger(n) && n >= from && n <= to;

function checkOrder(layer: LayerSpec, before: readonly LayerSpec[]): string | undefined {
  const last = before.at(-1)?.kind;
  if (layer.kind === "pool" && last !== "convolution") return "a pool must follow a convolution";
  if (layer.kind === "convolution" && before.some(({ kind }) => kind === "dense"))
    return "a convolution cannot follow a dense layer";
  if (layer.kind === "dropout" && last === "dropout") return "a dropout cannot follow another";
  return undefined;
}

/** Why a layer cannot be built, whatever stands around it. */
export function checkLayer(layer: LayerSpec): string | undefined {
  if (layer.kind === "pool") return undefined;
  if (layer.kind === "dropout")
    return layer.rate >= 0 && layer.rate < 1
      ? undefined
      : `the rate of a dropout must be from 0 to below 1, not ${layer.rate}`;
  if (!(layer.slope >= 0 && layer.slope <= 1)) return `LeakyReLU's slope must be from 0 to 1, not ${layer.slope}`;
  if (layer.kind === "dense")
    return isWhole(layer.units, 1, 4096) ? undefined : `units must be from 1 to 4096, not ${layer.units}`;
  if (!isWhole(layer.filters, 4, 64) || layer.filters % 4 !== 0)
    return `filters must be a multiple of 4 from 4 to 64, not ${layer.filters}`;
  return undefined;
}

function shapeAfter(layer: LayerSpec, inputSize: number, inputChannels: number, offset: number): LayerShape {
  const input = { layer, inputSize, inputChannels, offset };
  if (layer.kind === "dropout") return { ...input, outputSize: inputSize, outputChannels: inputChannels, ...NOTHING };
  if (layer.kind === "pool")
    return { ...input, outputSize: Math.floor(inputSize / 2), outputChannels: inputChannels, ...NOTHING };
  const outputChannels = layer.kind === "dense" ? layer.units : layer.filters;
  const output = {
    outputChannels,
    biases: outputChannels,
    scales: layer.normalization === undefined ? 0 : outputChannels,
  };
  if (layer.kind === "dense")
    return { ...input, outputSize: 1, ...output, weights: inputSize ** 3 * inputChannels * layer.units };
  const outputSize = layer.padding === "same" ? inputSize : inputSize - 2;
  return { ...input, outputSize, ...output, weights: 27 * inputChannels * layer.filters };
}

const NOTHING = { weights: 0, biases: 0, scales: 0 };
