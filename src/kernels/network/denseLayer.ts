import { Dropout } from "./dropout.js";
import { compact } from "./networkMemory.js";
import type { DenseStage } from "./networkPlan.js";
import type { Workspace } from "./workspace.js";

/** A fully connected layer. */
export class DenseLayer {
  readonly stage: DenseStage;
  readonly output: number;
  /** The loss's gradient with respect to the output. */
  readonly outputGradient: number;
  readonly #workspace: Workspace;
  readonly #input: number;
  readonly #inputGradient: number;
  readonly #dropout: Dropout | undefined;

  constructor(workspace: Workspace, stage: DenseStage, input: number, inputGradient: number) {
    this.#workspace = workspace;
    this.stage = stage;
    this.#input = input;
    this.#inputGradient = inputGradient;
    this.output = workspace.memory.allocateFloats(stage.units);
    this.outputGradient = workspace.memory.allocateFloats(stage.units);
    this.#dropout = stage.dropout && new Dropout(workspace, stage.dropout, stage.units, 1, 1);
  }

  /** `seed`: of the sample's dropout. */
  forward(seed?: number): void {
    const { kernels, parameters } = this.#workspace;
    const { inputs, units, slope, weights, biases } = this.stage;
    kernels.dense(this.#input, inputs, parameters + 4 * weights, parameters + 4 * biases, this.output, units, slope);
    if (seed !== undefined) this.#dropout?.apply(compact(this.output, 1, units), seed);
  }

  backward(seed?: number): void {
    const { kernels, parameters, gradient } = this.#workspace;
    const { inputs, units, slope, weights, biases } = this.stage;
    if (seed !== undefined) this.#dropout?.apply(compact(this.outputGradient, 1, units), seed);
    const forward = [
      this.#input,
      inputs,
      parameters + 4 * weights,
      this.output,
      this.outputGradient,
      units,
      slope,
    ] as const;
    kernels.denseGradient(...forward, gradient + 4 * weights, gradient + 4 * biases, this.#inputGradient);
  }
}
