import { Dropout } from "./dropout.js";
import { compact, type Field } from "./networkMemory.js";
import type { ConvolutionStage } from "./networkPlan.js";
import type { Workspace } from "./workspace.js";

/** Output, pool codes and pre-activation gradient of one convolution with its pool. */
export class ConvolutionFields {
  readonly stage: ConvolutionStage;
  readonly output: Field;
  readonly gradient: Field;
  readonly code: number;
  readonly weights: number;
  readonly biases: number;
  readonly weightGradient: number;
  readonly biasGradient: number;
  readonly #workspace: Workspace;
  readonly #dropout: Dropout | undefined;

  /**
   * `next`: the stage that reads the output through its halo; `gradientHalo`: zero planes before and behind the
   * gradient.
   */
  constructor(
    workspace: Workspace,
    stage: ConvolutionStage,
    next: ConvolutionStage | undefined,
    gradientHalo: readonly [number, number],
  ) {
    const { memory } = workspace;
    const low = next?.padding ?? 0;
    this.#workspace = workspace;
    this.stage = stage;
    this.output = memory.allocateField(
      stage.outputExtent,
      stage.filters,
      low,
      stage.outputExtent === stage.outputSize ? low : 0,
    );
    this.gradient = memory.allocateField(stage.extent, stage.filters, ...gradientHalo);
    this.code = stage.pool ? memory.allocate(stage.outputExtent ** 3 * stage.filters) : 0;
    this.weights = workspace.parameters + 4 * stage.weights;
    this.biases = workspace.parameters + 4 * stage.biases;
    this.weightGradient = workspace.gradient + 4 * stage.weights;
    this.biasGradient = workspace.gradient + 4 * stage.biases;
    const { dropout, filters, outputExtent, outputSize } = stage;
    this.#dropout = dropout && new Dropout(workspace, dropout, filters, outputExtent, outputSize);
  }

  /** Dropout of the output of the sample with this seed; without a seed nothing is dropped. */
  drop(seed: number | undefined): void {
    if (seed !== undefined) this.#dropout?.apply(this.output, seed);
  }

  /**
   * From the upstream gradient to the one before the activation, in `gradient`, and the biases' gradient. `seed` as it
   * was forwards.
   */
  differentiateActivation(seed: number | undefined): void {
    const { kernels, upstream } = this.#workspace;
    const { stage, output, gradient, code, biasGradient } = this;
    const { filters, outputExtent, slope } = stage;
    if (seed !== undefined) this.#dropout?.apply(compact(upstream, outputExtent, filters), seed);
    const to = [gradient.address, gradient.row, gradient.plane, filters, outputExtent, slope, biasGradient] as const;
    if (stage.pool === "max") kernels.poolMaxGradient(upstream, code, output.address, output.row, output.plane, ...to);
    else if (stage.pool === "average") kernels.poolAverageGradient(upstream, code, ...to);
    else kernels.activationGradient(upstream, output.address, output.row, output.plane, ...to);
  }
}
