import type {
  ConvolutionSpec,
  DenseSpec,
  DropoutSpec,
  LayerSpec,
  NetworkName,
  NetworkSpec,
  Pooling,
  PoolSpec,
} from "./networkSpec.js";
import type { TrainingSettings } from "./trainingSettings.js";

/** A layer as a user writes it. */
export type LayerChoice =
  | Chosen<ConvolutionSpec, "filters">
  | Chosen<PoolSpec, never>
  | Chosen<DenseSpec, "units">
  | Chosen<DropoutSpec, "rate">;

type Chosen<Layer extends LayerSpec, Needed extends keyof Layer> = Partial<Layer> & Pick<Layer, "kind" | Needed>;

/** LeakyReLU's slope for negative values in hidden layers, unless said otherwise. */
const SLOPE = 0.3;
const FILTERS = 16;

/** The layer with what was left out: same padding, LeakyReLU of slope 0.3, the pooling of all pools. */
export function completeLayer(choice: LayerChoice, pooling: Pooling): LayerSpec {
  if (choice.kind === "convolution") return { padding: "same", slope: SLOPE, ...choice };
  if (choice.kind === "dense") return { slope: SLOPE, ...choice };
  return choice.kind === "pool" ? { mode: pooling, ...choice } : choice;
}

/**
 * The network of a training, for `size`^3 voxels and `outputs` targets. It may be one that cannot be built
 * (`networkShapes`).
 */
export function networkOf(
  settings: Pick<TrainingSettings, "network" | "channels" | "pooling" | "dropout">,
  size: number,
  outputs = 1,
): NetworkSpec {
  const { network, channels, pooling, dropout } = settings;
  const named =
    typeof network === "string" ? networkPreset(network, size, channels.length, pooling).layers.slice(0, -1) : network;
  const hidden = dropout > 0 ? withDropout(named, dropout) : named;
  return {
    input: { size, channels: channels.length },
    layers: [...hidden, { kind: "dense", units: outputs, slope: 1 }],
  };
}

function withDropout(layers: readonly LayerSpec[], rate: number): LayerSpec[] {
  return layers.flatMap((layer, i): LayerSpec[] =>
    layer.kind === "dense" && layers[i + 1]?.kind !== "dropout" ? [layer, { kind: "dropout", rate }] : [layer],
  );
}

/** A network by name (spec section 4), for `size`^3 voxels of `channels` channels and one target. */
export function networkPreset(name: NetworkName, size: number, channels: number, pooling: Pooling): NetworkSpec {
  const layers = name === "light" ? lightLayers(pooling) : deepLayers(pooling);
  return { input: { size, channels }, layers };
}

/** About the size of the one public re-implementation of the paper. */
function lightLayers(mode: Pooling): LayerSpec[] {
  return [
    convolution("valid"),
    { kind: "pool", mode },
    convolution("valid"),
    { kind: "pool", mode },
    convolution("valid"),
    dense(32),
    dense(8),
    output(),
  ];
}

function deepLayers(mode: Pooling): LayerSpec[] {
  return [
    convolution("same"),
    convolution("same"),
    { kind: "pool", mode },
    convolution("same"),
    convolution("same"),
    { kind: "pool", mode },
    convolution("same"),
    { kind: "pool", mode },
    dense(128),
    output(),
  ];
}

const convolution = (padding: ConvolutionSpec["padding"]): LayerSpec => ({
  kind: "convolution",
  filters: FILTERS,
  padding,
  slope: SLOPE,
});
const dense = (units: number): LayerSpec => ({ kind: "dense", units, slope: SLOPE });
const output = (): LayerSpec => ({ kind: "dense", units: 1, slope: 1 });
