import type { Field } from "./networkMemory.js";
import { suitsWinograd } from "./networkPlan.js";
import type { Workspace } from "./workspace.js";

/** The gradient of a convolution's filter, summed over a batch. */
export class FilterGradient {
  readonly #workspace: Workspace;
  readonly #inputChannels: number;
  readonly #outputChannels: number;
  readonly #extent: number;
  readonly #target: number;
  readonly #points: number;

  /** `target`: address of the filter's part of the flat gradient. */
  constructor(workspace: Workspace, inputChannels: number, outputChannels: number, extent: number, target: number) {
    this.#workspace = workspace;
    this.#inputChannels = inputChannels;
    this.#outputChannels = outputChannels;
    this.#extent = extent;
    this.#target = target;
    const transformed = suitsWinograd(inputChannels, outputChannels, extent);
    this.#points = transformed ? workspace.memory.allocateFloats(64 * inputChannels * outputChannels) : 0;
  }

  beginBatch(): void {
    const { memory } = this.#workspace;
    if (this.#points !== 0)
      memory.floats().fill(0, this.#points / 4, this.#points / 4 + 64 * this.#inputChannels * this.#outputChannels);
  }

  /** Adds one sample: `from` as in `Convolver.apply`, `gradient` that of the convolution's output. */
  add(from: Field, gradient: Field): void {
    const { kernels, scratch } = this.#workspace;
    const input = [from.address, from.row, from.plane, this.#inputChannels] as const;
    const output = [gradient.address, gradient.row, gradient.plane, this.#outputChannels] as const;
    if (this.#points !== 0) kernels.winogradFilterGradient(...input, ...output, this.#points, this.#extent, scratch);
    else kernels.convolveFilterGradient(...input, ...output, this.#target, this.#extent);
  }

  endBatch(): void {
    const { kernels } = this.#workspace;
    if (this.#points !== 0)
      kernels.transformFilterGradient(this.#points, this.#target, this.#inputChannels * this.#outputChannels);
  }
}
