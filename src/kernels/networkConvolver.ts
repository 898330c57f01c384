import type { Field } from "./networkMemory.js";
import type { Workspace } from "./networkWorkspace.js";

/** Below this many channels on either side Winograd's transforms cost more than its products save. */
const FEWEST_CHANNELS = 8;

/** Whether a convolution onto `extent`^3 positions is done after Winograd. */
export function suitsWinograd(inputChannels: number, outputChannels: number, extent: number): boolean {
  return extent % 2 === 0 && Math.min(inputChannels, outputChannels) >= FEWEST_CHANNELS;
}

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
    if (this.#points !== 0) this.#workspace.kernels.transformFilter(address, this.#points, this.#inputChannels * this.#outputChannels);
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
    if (this.#points !== 0) memory.floats().fill(0, this.#points / 4, this.#points / 4 + 64 * this.#inputChannels * this.#outputChannels);
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
    if (this.#points !== 0) kernels.transformFilterGradient(this.#points, this.#target, this.#inputChannels * this.#outputChannels);
  }
}
