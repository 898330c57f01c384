import type { EpochReport } from "../networks/networkModel.js";

/** Everything, at the end of any batch, that going on with a training to the same bits needs, besides its inputs. */
export interface TrainingState {
  /** Whole epochs that are done. */
  readonly epoch: number;
  /** Batches of the next epoch that are done already, and the sum of their squared errors. */
  readonly batch: number;
  readonly squares: number;
  readonly parameters: Float32Array;
  /** Running means and variances of batch normalisation; absent without it. */
  readonly moments?: Float32Array;
  /** Adam's running means of the gradient and its square, and its step count. */
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  readonly step: number;
  /**
   * The epoch with the lowest validation error so far, its parameters as a prediction needs them; absent before the
   * first and without validation materials.
   */
  readonly best?: { readonly epoch: number; readonly validationMae: number; readonly parameters: Float32Array };
  readonly history: readonly EpochReport[];
}
