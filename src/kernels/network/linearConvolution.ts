import type { SparseVoxels } from "../../core/descriptors/sparseVoxels.js";
import type { Frame } from "./batchStage.js";
import { Convolver } from "./convolver.js";
import { FilterGradient } from "./filterGradient.js";
import { compact, type Field, shifted } from "./networkMemory.js";
import type { ConvolutionStage } from "./networkPlan.js";
import type { Workspace } from "./workspace.js";

/** A convolution's sums of products alone, for any sample of a batch. */
export interface LinearConvolution {
  /** Zero planes before and behind the output's gradient. */
  readonly gradientHalo: readonly [number, number];
  prepare(): void;
  beginBatch(): void;
  /** `bias`: an address. */
  forward(sample: number, samples: readonly SparseVoxels[], bias: number, to: Field, slope: number): void;
  /** Adds to the filter's gradient; leaves the input's, if it has one, in `upstream` of the workspace. */
  backward(sample: number, samples: readonly SparseVoxels[], gradient: Field): void;
  endBatch(): void;
}

/** From sparse voxels. */
export class FirstLinear implements LinearConvolution {
  readonly gradientHalo = [0, 0] as const;
  readonly #workspace: Workspace;
  readonly #stage: ConvolutionStage;
  readonly #size: number;
  readonly #index: number;
  readonly #value: number;

  constructor(workspace: Workspace, stage: ConvolutionStage, size: number) {
    this.#workspace = workspace;
    this.#stage = stage;
    this.#size = size;
    this.#index = workspace.memory.allocate(4 * size ** 3);
    this.#value = workspace.memory.allocateFloats(size ** 3 * stage.inputChannels);
  }

  prepare(): void {}
  beginBatch(): void {}
  endBatch(): void {}

  forward(sample: number, samples: readonly SparseVoxels[], bias: number, to: Field, slope: number): void {
    const { kernels, parameters } = this.#workspace;
    const { weights, filters, extent } = this.#stage;
    const output = [to.address, to.row, to.plane, filters, extent, slope] as const;
    kernels.convolveFirst(...this.#load(samples[sample]!), parameters + 4 * weights, bias, ...output);
  }

  backward(sample: number, samples: readonly SparseVoxels[], gradient: Field): void {
    const { kernels, gradient: flat } = this.#workspace;
    const { weights, filters, extent } = this.#stage;
    const from = [gradient.address, gradient.row, gradient.plane, filters, extent] as const;
    kernels.convolveFirstGradient(...this.#load(samples[sample]!), ...from, flat + 4 * weights);
  }

  #load({ index, value }: SparseVoxels) {
    const { memory } = this.#workspace;
    memory.integers().set(index, this.#index / 4);
    memory.floats().set(value, this.#value / 4);
    return [
      this.#index,
      this.#value,
      index.length,
      this.#size,
      this.#stage.inputChannels,
      this.#stage.padding,
    ] as const;
  }
}

/** From the outputs of the stage before. */
export class InnerLinear implements LinearConvolution {
  readonly gradientHalo: readonly [number, number];
  readonly #workspace: Workspace;
  readonly #stage: ConvolutionStage;
  readonly #before: readonly Frame[];
  readonly #forward: Convolver;
  readonly #filterGradient: FilterGradient;
  /** The transposed convolution: from the output's gradient to the input's. */
  readonly #backward: Convolver;
  readonly #flipped: number;

  constructor(workspace: Workspace, stage: ConvolutionStage, before: readonly Frame[]) {
    const { padding, inputExtent, extent, inputChannels, filters, weights } = stage;
    this.#workspace = workspace;
    this.#stage = stage;
    this.#before = before;
    this.gradientHalo = [2 - padding, inputExtent + padding - extent];
    this.#forward = new Convolver(workspace, inputChannels, filters, extent);
    this.#filterGradient = new FilterGradient(
      workspace,
      inputChannels,
      filters,
      extent,
      workspace.gradient + 4 * weights,
    );
    this.#backward = new Convolver(workspace, filters, inputChannels, inputExtent);
    this.#flipped = workspace.memory.allocateFloats(27 * inputChannels * filters);
  }

  prepare(): void {
    const { kernels, parameters } = this.#workspace;
    const { weights, inputChannels, filters } = this.#stage;
    kernels.flipFilter(parameters + 4 * weights, this.#flipped, inputChannels, filters);
    this.#forward.prepare(parameters + 4 * weights);
    this.#backward.prepare(this.#flipped);
  }

  beginBatch(): void {
    this.#filterGradient.beginBatch();
  }

  endBatch(): void {
    this.#filterGradient.endBatch();
  }

  forward(sample: number, _samples: readonly SparseVoxels[], bias: number, to: Field, slope: number): void {
    this.#forward.apply(this.#input(sample), bias, to, slope);
  }

  backward(sample: number, _samples: readonly SparseVoxels[], gradient: Field): void {
    const { padding, filters, inputExtent, inputChannels } = this.#stage;
    this.#filterGradient.add(this.#input(sample), gradient);
    const to = compact(this.#workspace.upstream, inputExtent, inputChannels);
    this.#backward.apply(shifted(gradient, padding - 2, filters), 0, to, 1);
  }

  #input(sample: number): Field {
    return shifted(this.#before[sample]!.output, -this.#stage.padding, this.#stage.inputChannels);
  }
}
