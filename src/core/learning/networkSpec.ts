/** A 3D convolutional network as data: serialised into models, checked before it is built. */
export interface NetworkSpec {
  /** Voxels a side (32) and channels of the input, NDHWC order [z][y][x][channel]. */
  readonly input: { readonly size: number; readonly channels: number };
  readonly layers: readonly LayerSpec[];
}

export type LayerSpec = ConvolutionSpec | PoolSpec | DenseSpec;

/** 3^3 convolution. `slope` is LeakyReLU's for negative values; 1 = linear. */
export interface ConvolutionSpec {
  readonly kind: "convolution";
  readonly filters: number;
  readonly padding: "valid" | "same";
  readonly slope: number;
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
}

export type Pooling = "max" | "average";
export type NetworkName = "light" | "deep";

/** One layer with its place in the flat parameters and the sides of its fields; a dense layer's fields have 1 voxel a side. */
export interface LayerShape {
  readonly layer: LayerSpec;
  readonly inputSize: number;
  readonly inputChannels: number;
  readonly outputSize: number;
  readonly outputChannels: number;
  /** Where its weights begin in the flat parameters; the biases follow the weights. */
  readonly offset: number;
  readonly weights: number;
  readonly biases: number;
}

/** The shapes of a network, layer by layer. `error` says in plain words why the network cannot be built. */
export function networkShapes(spec: NetworkSpec): { readonly value: readonly LayerShape[] } | { readonly error: string } {
  const { size, channels } = spec.input;
  if (!isWhole(size, 1, 256) || !isWhole(channels, 1, 3))
    return { error: `The input must have 1 to 256 voxels a side and 1 to 3 channels, not ${size} and ${channels}` };
  if (spec.layers[0]?.kind !== "convolution" || spec.layers.at(-1)?.kind !== "dense")
    return { error: "The first layer must be a convolution and the last one dense" };
  const shapes: LayerShape[] = [];
  for (const [i, layer] of spec.layers.entries()) {
    const last = shapes.at(-1);
    const error = checkOrder(layer, last?.layer) ?? checkLayer(layer);
    if (error !== undefined) return { error: `Layer ${i + 1}: ${error}` };
    const shape = shapeAfter(layer, last?.outputSize ?? size, last?.outputChannels ?? channels, last ? endOf(last) : 0);
    if (shape.outputSize < 1) return { error: `Layer ${i + 1}: nothing is left of ${shape.inputSize} voxels a side` };
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

const endOf = (shape: LayerShape) => shape.offset + shape.weights + shape.biases;
const isWhole = (n: number, from: number, to: number) => Number.isInteger(n) && n >= from && n <= to;

function checkOrder(layer: LayerSpec, before: LayerSpec | undefined): string | undefined {
  if (layer.kind === "pool" && before?.kind !== "convolution") return "a pool must follow a convolution";
  if (layer.kind === "convolution" && before?.kind === "dense") return "a convolution cannot follow a dense layer";
  return undefined;
}

function checkLayer(layer: LayerSpec): string | undefined {
  if (layer.kind === "pool") return undefined;
  if (!(layer.slope >= 0 && layer.slope <= 1)) return `LeakyReLU's slope must be from 0 to 1, not ${layer.slope}`;
  if (layer.kind === "dense") return isWhole(layer.units, 1, 4096) ? undefined : `units must be from 1 to 4096, not ${layer.units}`;
  if (!isWhole(layer.filters, 4, 64) || layer.filters % 4 !== 0)
    return `filters must be a multiple of 4 from 4 to 64, not ${layer.filters}`;
  return undefined;
}

function shapeAfter(layer: LayerSpec, inputSize: number, inputChannels: number, offset: number): LayerShape {
  const input = { layer, inputSize, inputChannels, offset };
  if (layer.kind === "pool")
    return { ...input, outputSize: Math.floor(inputSize / 2), outputChannels: inputChannels, weights: 0, biases: 0 };
  if (layer.kind === "dense") {
    const weights = inputSize ** 3 * inputChannels * layer.units;
    return { ...input, outputSize: 1, outputChannels: layer.units, weights, biases: layer.units };
  }
  const outputSize = layer.padding === "same" ? inputSize : inputSize - 2;
  return { ...input, outputSize, outputChannels: layer.filters, weights: 27 * inputChannels * layer.filters, biases: layer.filters };
}
