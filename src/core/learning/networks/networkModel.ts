import type { Calibration } from "../evaluation/calibration.js";
import type { LinearPart } from "./linearPart.js";
import type { NetworkSpec } from "./networkSpec.js";
import type { TrainingSettings } from "./trainingSettings.js";

/** A network after training: all that a prediction needs. */
export interface TrainedNetwork {
  readonly spec: NetworkSpec;
  /** In the order of `NetworkEngine`. */
  readonly parameters: Float32Array;
  /** One divisor a channel (`scaleVoxels`). */
  readonly inputScale: Float32Array;
  readonly settings: TrainingSettings;
  /** Reads `channelSums`; the network's output is its residuals. Absent where the network learned the whole target. */
  readonly linear?: LinearPart;
  /**
   * How far its predictions are from the truth; absent where too few materials were held out, and in networks of
   * earlier versions.
   */
  readonly calibration?: Calibration;
  readonly history: readonly EpochReport[];
}

/** What one epoch came to, in units of the standardised target. */
export interface EpochReport {
  /** From 1. */
  readonly epoch: number;
  /** Mean squared error over the training copies, while they were learned. */
  readonly loss: number;
  /** Mean absolute error over the validation materials after the epoch; NaN without any. */
  readonly validationMae: number;
}
