// What `npm run bench -- engine` hands to every program alike: a network as data, and one batch of input.
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { networkPreset } from "../../src/core/learning/networks/networkPresets.js";
import {
  type NetworkName,
  type NetworkSpec,
  type Pooling,
  requireNetworkShapes,
} from "../../src/core/learning/networks/networkSpec.js";
import { Random } from "../../src/core/math/random.js";

export interface EngineJobOptions {
  readonly network: NetworkName;
  readonly batch: number;
  readonly channels: number;
  readonly pooling: Pooling;
}

const SIZE = 32;
/** Share of the voxels that are not zero: about what a cell of 80 Å³ has. */
const FILLED = 0.02;

/** `inputs`: [sample][z][y][x][channel], `targets`: one a sample. */
export function engineJob({ network, batch, channels, pooling }: EngineJobOptions): {
  readonly spec: NetworkSpec;
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
  /**
   * Operations of one sample's training step, multiplications and additions counted singly, by the direct convolution
   * over all voxels.
   */
  readonly operations: number;
} {
  const random = new Random(1);
  const inputs = new Float32Array(batch * SIZE ** 3 * channels);
  for (let voxel = 0; voxel < batch * SIZE ** 3; voxel++) {
    if (random.uniform() >= FILLED) continue;
    for (let c = 0; c < channels; c++) inputs[voxel * channels + c] = 0.01 + random.uniform();
  }
  const targets = Float32Array.from({ length: batch }, () => random.normal());
  const spec = networkPreset(network, SIZE, channels, pooling);
  return { spec, inputs, targets, operations: operationsOf(spec) };
}

/** Forward, and backward to the weights and, but for the first layer, to the input. */
function operationsOf(spec: NetworkSpec): number {
  return requireNetworkShapes(spec).reduce(
    (sum, shape, layer) => sum + 2 * shape.weights * shape.outputSize ** 3 * (layer === 0 ? 2 : 3),
    0,
  );
}

/** The addons of this platform that this processor runs, by name. */
export function addonsHere(folder: string): { readonly name: string; readonly file: string }[] {
  const here = path.join(folder, `${process.platform}-${process.arch}`);
  if (!existsSync(here)) return [];
  const files = readdirSync(here).filter((file) => /^network-.*\.node$/.test(file));
  return files.sort().flatMap((file) => {
    const name = file.slice("network-".length, -".node".length);
    const addon = createRequire(__filename)(path.join(here, file)) as { instructionSets(): string[] };
    return addon.instructionSets().length > 0 ? [{ name, file: path.join(here, file) }] : [];
  });
}
