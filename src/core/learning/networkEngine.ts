import type { SparseVoxels } from "../descriptors/sparseVoxels.js";
import type { NetworkSpec } from "./networkSpec.js";

/**
 * What trains and evaluates a network; implemented by `src/kernels` (WebAssembly). All numbers are float32.
 * Parameters are one flat array: layer by layer, weights then biases; convolution weights [dz][dy][dx][in][out], dense [in][out], flattening order [z][y][x][channel].
 */
export interface NetworkEngine {
  readonly spec: NetworkSpec;
  readonly parameterCount: number;
  /** A copy of the parameters. */
  readParameters(): Float32Array;
  writeParameters(parameters: Float32Array): void;
  /** Outputs of the network, `outputs` numbers a sample. */
  predict(samples: readonly SparseVoxels[]): Float32Array;
  /** Mean squared error over the batch and its gradient (sums in fixed order: the same bits on every run). `targets`: `outputs` numbers a sample. */
  lossAndGradient(samples: readonly SparseVoxels[], targets: Float32Array): { loss: number; gradient: Float32Array };
  dispose(): void;
}

export type CreateNetworkEngine = (spec: NetworkSpec) => NetworkEngine;
