import type { EpochReport } from "./networkModel.js";

/** Everything that going on with a training to the same bits needs, besides its inputs. */
export interface TrainingState {
  readonly epoch: number;
  readonly parameters: Float32Array;
  /** Adam's running means of the gradient and its square, and its step count. */
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  readonly step: number;
  /** The epoch with the lowest validation error so far; absent before the first and without validation materials. */
  readonly best?: { readonly epoch: number; readonly validationMae: number; readonly parameters: Float32Array };
  readonly history: readonly EpochReport[];
}
