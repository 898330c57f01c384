import type { SparseVoxels } from "../../descriptors/sparseVoxels.js";
import type { NetworkSpec } from "./networkSpec.js";

/**
 * What trains and evaluates a network; implemented by `src/kernels` (WebAssembly). All numbers are float32.
 * Parameters are one flat array: layer by layer, weights then biases; convolution weights [dz][dy][dx][in][out], dense
 * [in][out], flattening order [z][y][x][channel].
 */
export interface NetworkEngine {
  readonly spec: NetworkSpec;
  readonly parameterCount: number;
  /** A copy of the parameters. */
  readParameters(): Float32Array;
  writeParameters(parameters: Float32Array): void;
  /** Outputs of the network, `outputs` numbers a sample. */
  predict(samples: readonly SparseVoxels[]): Float32Array;
  /**
   * Mean squared error over the batch and its gradient (sums in fixed order: the same bits on every run). `targets`:
   * `outputs` numbers a sample, NaN where one is not known; the mean is over the known ones. `seeds`: one a sample,
   * which decides its dropout; without them nothing is dropped.
   */
  lossAndGradient(samples: readonly SparseVoxels[], targets: Float32Array, seeds?: readonly number[]): LossAndGradient;
  dispose(): void;
}

export interface LossAndGradient {
  readonly loss: number;
  readonly gradient: Float32Array;
  /**
   * Of a network with batch normalisation: mean, then variance of the batch, one a channel, of each normalised layer.
   */
  readonly moments?: Float32Array;
}

/** Throws RangeError for a network that cannot be built, or not by this engine. */
export type CreateNetworkEngine = (spec: NetworkSpec) => NetworkEngine;
