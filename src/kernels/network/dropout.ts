import { deriveSeed } from "../../core/math/random.js";
import type { Field } from "./networkMemory.js";
import type { DropoutStage } from "./networkPlan.js";
import type { Workspace } from "./workspace.js";

/** The dropout of a stage's output. */
export class Dropout {
  readonly #workspace: Workspace;
  readonly #stage: DropoutStage;
  readonly #shape: readonly [channels: number, extent: number, size: number];

  /** `extent`: positions a side that are computed, of `size` as the network's shape has them. */
  constructor(workspace: Workspace, stage: DropoutStage, channels: number, extent: number, size: number) {
    this.#workspace = workspace;
    this.#stage = stage;
    this.#shape = [channels, extent, size];
  }

  /** Drops values of the sample with this seed, or their gradients, in place. */
  apply(field: Field, seed: number): void {
    const { rate, layer } = this.#stage;
    const words = [deriveSeed(seed, layer) | 0, Math.round(rate * 2 ** 31)] as const;
    this.#workspace.kernels.dropout(field.address, field.row, field.plane, ...this.#shape, ...words, 1 / (1 - rate));
  }
}
