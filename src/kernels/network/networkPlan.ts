import {
  isNormalized,
  type LayerShape,
  type NetworkSpec,
  type Pooling,
  requireNetworkShapes,
} from "../../core/learning/networks/networkSpec.js";

/** Below this many channels on either side Winograd's transforms cost more than its products save. */
const FEWEST_CHANNELS = 8;

/** A convolution with the pool that follows it, as the kernels run it. Offsets are in floats of the flat parameters. */
export interface ConvolutionStage {
  readonly inputChannels: number;
  readonly filters: number;
  /** 1 for "same", 0 for "valid". */
  readonly padding: number;
  readonly slope: number;
  readonly pool: Pooling | undefined;
  /** Positions a side that are computed: of the input, before the pool and after it. */
  readonly inputExtent: number;
  readonly extent: number;
  readonly outputExtent: number;
  /** Voxels a side of the whole output, as the network's shape has them. */
  readonly outputSize: number;
  readonly weights: number;
  readonly biases: number;
  /** Of a normalised layer. */
  readonly scales: number | undefined;
  /** Of its output, after the pool. */
  readonly dropout: DropoutStage | undefined;
}

export interface DropoutStage {
  readonly rate: number;
  /** Its place among the layers. */
  readonly layer: number;
}

export interface DenseStage {
  readonly inputs: number;
  readonly units: number;
  readonly slope: number;
  readonly weights: number;
  readonly biases: number;
  readonly scales: number | undefined;
  readonly dropout: DropoutStage | undefined;
}

export interface NetworkPlan {
  readonly convolutions: readonly ConvolutionStage[];
  readonly dense: readonly DenseStage[];
}

/**
 * Stages of a network, each trimmed to what the next one reads: a pool leaves an odd last plane out, so no layer before
 * it needs to compute what only that plane sees. Values and gradients stay exactly the same; with batch normalisation
 * they would not, since every value counts in the statistics, so nothing is trimmed. Throws RangeError for a network
 * that cannot be built.
 */
export function planNetwork(spec: NetworkSpec): NetworkPlan {
  const shapes = requireNetworkShapes(spec);
  const dense = shapes.flatMap((shape, i) =>
    shape.layer.kind === "dense" ? [planDense(shapes, i, shape.layer.slope)] : [],
  );
  const convolutions: ConvolutionStage[] = [];
  const trims = !isNormalized(spec);
  for (let i = shapes.length - 1; i >= 0; i--) {
    const stage = planConvolution(shapes, i, trims, trims ? convolutions[0]?.inputExtent : undefined);
    if (stage) convolutions.unshift(stage);
  }
  return { convolutions, dense };
}

/** Whether a convolution onto `extent`^3 positions is done after Winograd. */
export function suitsWinograd(inputChannels: number, outputChannels: number, extent: number): boolean {
  return extent % 2 === 0 && Math.min(inputChannels, outputChannels) >= FEWEST_CHANNELS;
}

function planDense(shapes: readonly LayerShape[], i: number, slope: number): DenseStage {
  const shape = shapes[i]!;
  return {
    inputs: shape.inputSize ** 3 * shape.inputChannels,
    units: shape.outputChannels,
    slope,
    ...offsetsOf(shape),
    dropout: dropoutAt(shapes, i + 1),
  };
}

function offsetsOf({ offset, weights, biases, scales }: LayerShape) {
  return { weights: offset, biases: offset + weights, scales: scales > 0 ? offset + weights + biases : undefined };
}

function dropoutAt(shapes: readonly LayerShape[], i: number): DropoutStage | undefined {
  const layer = shapes[i]?.layer;
  return layer?.kind === "dropout" && layer.rate > 0 ? { rate: layer.rate, layer: i } : undefined;
}

/** `wanted`: positions a side that the next stage reads; undefined where it reads all. */
function planConvolution(
  shapes: readonly LayerShape[],
  i: number,
  trims: boolean,
  wanted: number | undefined,
): ConvolutionStage | undefined {
  const shape = shapes[i];
  if (shape?.layer.kind !== "convolution") return undefined;
  const next = shapes[i + 1];
  const pool = next?.layer.kind === "pool" ? next.layer.mode : undefined;
  const outputSize = (pool && next ? next : shape).outputSize;
  const outputExtent = wanted ?? outputSize;
  const read = pool ? 2 * outputExtent : outputExtent;
  const extent = trims ? read : shape.outputSize;
  const padding = shape.layer.padding === "same" ? 1 : 0;
  return {
    inputChannels: shape.inputChannels,
    filters: shape.outputChannels,
    padding,
    slope: shape.layer.slope,
    pool,
    inputExtent: padding === 1 ? Math.min(shape.inputSize, extent + 1) : extent + 2,
    extent,
    outputExtent,
    outputSize,
    ...offsetsOf(shape),
    dropout: dropoutAt(shapes, i + (pool ? 2 : 1)),
  };
}
