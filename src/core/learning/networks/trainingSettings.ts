import { defaultVoxelOptions, type VoxelOptions } from "../../descriptors/r3dvs.js";
import type { Channel } from "../../descriptors/sparseVoxels.js";
import type { LayerSpec, NetworkName, Pooling } from "./networkSpec.js";

/** How one network is trained; written into every model. */
export interface TrainingSettings {
  /** A network by name, or its layers; the output is added to them. */
  readonly network: NetworkName | readonly LayerSpec[];
  /** What each voxel of the input holds. */
  readonly channels: readonly Channel[];
  readonly pooling: Pooling;
  readonly epochs: number;
  /** Randomly rotated copies of each training material an epoch. */
  readonly rotations: number;
  readonly batchSize: number;
  /** Adam's step size after the warm-up. */
  readonly learningRate: number;
  readonly schedule: Schedule;
  /** Decoupled weight decay (AdamW): each step shrinks the parameters by learning rate times this. */
  readonly weightDecay: number;
  /** Of the values of each dense layer but the output, unless the layers have a dropout there already. */
  readonly dropout: number;
  /** A gradient of a larger 2-norm, in units of the standardised target, is scaled down to it. */
  readonly maximumGradient: number;
  /** Stop after this many epochs without a better validation error; 0 = never. */
  readonly patience: number;
  /** Share of the training materials that only judges the epochs. */
  readonly validationFraction: number;
  /** Orientations a prediction is averaged over. */
  readonly testRotations: number;
  readonly voxels: VoxelOptions;
  readonly inputScaling: InputScaling;
  readonly linearPart: LinearPartKind;
  /**
   * Other targets that the network learns as well, on a common trunk with an output for each; absent where it learns
   * its own alone. A network as a second step learns its own alone.
   */
  readonly companions?: readonly string[];
}

/**
 * sums: a straight line through the sums of the channels and s_0 is fitted first, the network learns its residuals;
 * none: the network learns all.
 */
export type LinearPartKind = "sums" | "none";

export type Schedule = "cosine" | "constant" | "step" | "plateau";

/**
 * mean: each channel over the mean of its non-zero voxels; rms: over their root mean square; log: ln(1 + 100 value /
 * rms); none: as it is.
 * A few voxels hold most of the power and Coulomb channels, so their mean is far below the rms and these channels are
 * learned sooner.
 */
export type InputScaling = "mean" | "rms" | "log" | "none";

/**
 * What measures best on validation splits over several targets (src/measurements.md); `defaultsOf` says what suits a
 * known target better.
 */
export const defaultTraining: TrainingSettings = {
  network: "light",
  channels: ["amplitude", "power", "coulomb"],
  pooling: "average",
  epochs: 30,
  rotations: 10,
  batchSize: 8,
  learningRate: 4e-3,
  schedule: "cosine",
  weightDecay: 0,
  dropout: 0,
  maximumGradient: 5,
  patience: 0,
  validationFraction: 0.1,
  testRotations: 8,
  voxels: defaultVoxelOptions,
  inputScaling: "mean",
  linearPart: "sums",
};

/** The paper's form: amplitudes alone, max pooling, 30 rotated copies of each material. */
export const paperTraining: TrainingSettings = {
  ...defaultTraining,
  channels: ["amplitude"],
  pooling: "max",
  rotations: 30,
  learningRate: 1e-3,
  inputScaling: "rms",
  linearPart: "none",
};
