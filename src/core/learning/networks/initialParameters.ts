import { Random } from "../../math/random.js";
import { countParameters, type LayerShape, type NetworkSpec, requireNetworkShapes } from "./networkSpec.js";

/**
 * Random weights that keep the spread of the activations from layer to layer (He et al. 2015, eq. 15 for LeakyReLU),
 * biases 0, scales 1.
 */
export function initialParameters(spec: NetworkSpec, seed: number): Float32Array {
  const random = new Random(seed);
  const shapes = requireNetworkShapes(spec);
  const parameters = new Float32Array(countParameters(shapes));
  for (const shape of shapes) {
    const spread = spreadOf(shape);
    for (let i = 0; i < shape.weights; i++) parameters[shape.offset + i] = spread * random.normal();
    const scales = shape.offset + shape.weights + shape.biases;
    parameters.fill(1, scales, scales + shape.scales);
  }
  return parameters;
}

function spreadOf({ layer, weights, outputChannels }: LayerShape): number {
  if (layer.kind === "pool" || layer.kind === "dropout") return 0;
  return Math.sqrt((2 * outputChannels) / ((1 + layer.slope ** 2) * weights));
}
