import type { Field } from "./networkMemory.js";
import { suitsWinograd } from "./networkPlan.js";
import type { Workspace } from "./workspace.js";

/** A 3^3 convolution of one shape, in the way that is fastest for it. */
export class Convolver {
  readonly #workspace: Workspace;
  readonly #inputChannels: number;
  readonly #outputChannels: number;
  readonly #extent: number;
  /** The filter's 64 points; 0 where the convolution is direct. */
  readonly #points: number;
  #filter = 0;

  constructor(workspace: Workspace, inputChannels: number, outputChannels: number, extent: number) {
    this.#workspace = workspace;
    this.#inputChannels = inputChannels;
    this.#outputChannels = outputChannels;
    this.#extent = extent;
    const transformed = suitsWinograd(inputChannels, outputChannels, extent);
    this.#points = transformed ? workspace.memory.allocateFloats(64 * inputChannels * outputChannels) : 0;
  }

  /** Takes the filter at `address`; to be called again whenever it changes. */
  prepare(address: number): void {
    this.#filter = address;
    if (this.#points !== 0)
      this.#workspace.kernels.transformFilter(address, this.#points, this.#inputChannels * this.#outputChannels);
  }

  /** `from`: what output (0, 0, 0) sees through tap (0, 0, 0); `bias`: an address, or 0 for none. */
  apply(from: Field, bias: number, to: Field, slope: number): void {
    const { kernels, scratch } = this.#workspace;
    const input = [from.address, from.row, from.plane, this.#inputChannels] as const;
    const output = [bias, to.address, to.row, to.plane, this.#outputChannels, this.#extent, slope] as const;
    if (this.#points !== 0) kernels.winograd(...input, this.#points, ...output, scratch);
    else kernels.convolve(...input, this.#filter, ...output);
  }
}
