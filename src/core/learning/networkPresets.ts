import type { ConvolutionSpec, LayerSpec, NetworkName, NetworkSpec, Pooling } from "./networkSpec.js";

/** LeakyReLU's slope for negative values, in every hidden layer. */
const SLOPE = 0.3;
const FILTERS = 16;

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

const convolution = (padding: ConvolutionSpec["padding"]): LayerSpec => ({ kind: "convolution", filters: FILTERS, padding, slope: SLOPE });
const dense = (units: number): LayerSpec => ({ kind: "dense", units, slope: SLOPE });
const output = (): LayerSpec => ({ kind: "dense", units: 1, slope: 1 });
