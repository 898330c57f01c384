import type { SparseVoxels } from "../../core/descriptors/sparseVoxels.js";
import type { Field } from "./networkMemory.js";
import type { Workspace } from "./workspace.js";

/** A network with batch normalisation goes layer by layer over its batch; each sample has a frame in each stage. */
export interface BatchStage {
  readonly frames: readonly Frame[];
  /** To be called whenever the parameters have changed. */
  prepare(): void;
  beginBatch(): void;
  forward(batch: Batch): void;
  /**
   * Takes the gradient of a sample's output from `upstream` of the workspace, which it overwrites, and keeps the one
   * before the activation.
   */
  receive(sample: number, seed: number | undefined): void;
  /**
   * When all samples' gradients are received: adds to the parameters' gradient and hands each sample's on to the stage
   * before.
   */
  backward(batch: Batch, before: BatchStage | undefined): void;
  endBatch(): void;
  /** Of the batch, where the stage is normalised. */
  moments(): readonly number[];
}

export interface Batch {
  readonly samples: readonly SparseVoxels[];
  /** Of the samples' dropout. */
  readonly seeds: readonly number[] | undefined;
}

/** What one sample leaves in a stage. */
export interface Frame {
  readonly output: Field;
  /** Address of the normalised values, compact; 0 where the stage is not normalised. */
  readonly normalized: number;
  /** Of the values before activation, later before normalisation. */
  readonly gradient: Field;
  /** Of the pool. */
  readonly code: number;
}

/** What the stages of a batch share besides: one number a channel each. */
export interface BatchWorkspace extends Workspace {
  readonly zeros: number;
  /** Takes bias gradients that nobody needs. */
  readonly unused: number;
}
