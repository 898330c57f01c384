import type { SparseVoxels } from "../core/descriptors/sparseVoxels.js";
import type { NetworkKernels } from "./networkKernels.js";
import type { Field, NetworkMemory } from "./networkMemory.js";
import type { ConvolutionStage, DenseStage } from "./networkPlan.js";

/** What all stages of a network share. Addresses in bytes. */
export interface Workspace {
  readonly kernels: NetworkKernels;
  readonly memory: NetworkMemory;
  /** The flat parameters and their gradient. */
  readonly parameters: number;
  readonly gradient: number;
  /** Unpooled activations, compact, of one stage at a time. */
  readonly unpooled: number;
  /** The loss's gradient with respect to a stage's output, compact: read by the stage, then overwritten with that of its input. */
  readonly upstream: number;
}

/** Output, pool codes and pre-activation gradient of one convolution with its pool. */
class ConvolutionFields {
  readonly stage: ConvolutionStage;
  readonly output: Field;
  readonly gradient: Field;
  readonly code: number;
  readonly weights: number;
  readonly biases: number;
  readonly weightGradient: number;
  readonly biasGradient: number;
  readonly #workspace: Workspace;

  /** `next`: the stage that reads the output through its halo; `gradientHalo`: zero planes before and behind the gradient. */
  constructor(workspace: Workspace, stage: ConvolutionStage, next: ConvolutionStage | undefined, gradientHalo: readonly [number, number]) {
    const { memory } = workspace;
    const low = next?.padding ?? 0;
    this.#workspace = workspace;
    this.stage = stage;
    this.output = memory.allocateField(stage.outputExtent, stage.filters, low, stage.outputExtent === stage.outputSize ? low : 0);
    this.gradient = memory.allocateField(stage.extent, stage.filters, ...gradientHalo);
    this.code = stage.pool ? memory.allocate(stage.outputExtent ** 3 * stage.filters) : 0;
    this.weights = workspace.parameters + 4 * stage.weights;
    this.biases = workspace.parameters + 4 * stage.biases;
    this.weightGradient = workspace.gradient + 4 * stage.weights;
    this.biasGradient = workspace.gradient + 4 * stage.biases;
  }

  /** From the upstream gradient to the one before the activation, in `gradient`, and the biases' gradient. */
  differentiateActivation(): void {
    const { kernels, upstream } = this.#workspace;
    const { stage, output, gradient, code, biasGradient } = this;
    const { filters, outputExtent, slope } = stage;
    const to = [gradient.address, gradient.row, gradient.plane, filters, outputExtent, slope, biasGradient] as const;
    if (stage.pool === "max") kernels.poolMaxGradient(upstream, code, output.address, output.row, output.plane, ...to);
    else if (stage.pool === "average") kernels.poolAverageGradient(upstream, code, ...to);
    else kernels.activationGradient(upstream, output.address, output.row, output.plane, ...to);
  }
}

/** The first convolution: from sparse voxels, with no gradient of its input. */
export class FirstConvolution {
  readonly #workspace: Workspace;
  readonly #fields: ConvolutionFields;
  readonly #size: number;
  readonly #index: number;
  readonly #value: number;
  readonly #slab: number;
  #count = 0;

  constructor(workspace: Workspace, stage: ConvolutionStage, next: ConvolutionStage | undefined, size: number) {
    const { memory } = workspace;
    this.#workspace = workspace;
    this.#fields = new ConvolutionFields(workspace, stage, next, [0, 0]);
    this.#size = size;
    this.#index = memory.allocate(4 * size ** 3);
    this.#value = memory.allocateFloats(size ** 3 * stage.inputChannels);
    this.#slab = stage.pool ? memory.allocateFloats(2 * stage.extent ** 2 * stage.filters) : 0;
  }

  get output(): Field {
    return this.#fields.output;
  }

  forward(voxels: SparseVoxels): void {
    const { kernels, memory } = this.#workspace;
    const { stage, weights, biases, output, code } = this.#fields;
    memory.integers().set(voxels.index, this.#index / 4);
    memory.floats().set(voxels.value, this.#value / 4);
    this.#count = voxels.index.length;
    const input = this.#input();
    if (stage.pool === undefined)
      kernels.convolveFirst(...input, weights, biases, output.address, output.row, output.plane, stage.filters, stage.extent, stage.slope);
    else {
      const to = [output.address, output.row, output.plane, code, stage.filters, stage.outputExtent, stage.slope] as const;
      kernels.convolveFirstPooled(...input, weights, biases, this.#slab, ...to, stage.pool === "average" ? 1 : 0);
    }
  }

  backward(): void {
    const { stage, gradient, weightGradient } = this.#fields;
    this.#fields.differentiateActivation();
    const from = [gradient.address, gradient.row, gradient.plane, stage.filters, stage.extent] as const;
    this.#workspace.kernels.convolveFirstGradient(...this.#input(), ...from, weightGradient);
  }

  #input() {
    const { inputChannels, padding } = this.#fields.stage;
    return [this.#index, this.#value, this.#count, this.#size, inputChannels, padding] as const;
  }
}

/** A convolution of the field before it. */
export class InnerConvolution {
  readonly #workspace: Workspace;
  readonly #fields: ConvolutionFields;
  readonly #input: Field;
  readonly #flipped: number;

  constructor(workspace: Workspace, stage: ConvolutionStage, next: ConvolutionStage | undefined, input: Field) {
    const { padding, inputExtent, extent, inputChannels, filters } = stage;
    this.#workspace = workspace;
    this.#fields = new ConvolutionFields(workspace, stage, next, [2 - padding, inputExtent + padding - extent]);
    this.#input = shifted(input, -padding, inputChannels);
    this.#flipped = workspace.memory.allocateFloats(27 * inputChannels * filters);
  }

  get output(): Field {
    return this.#fields.output;
  }

  /** To be called whenever the parameters have changed. */
  prepare(): void {
    const { weights, stage } = this.#fields;
    this.#workspace.kernels.flipFilter(weights, this.#flipped, stage.inputChannels, stage.filters);
  }

  forward(): void {
    const { kernels, unpooled } = this.#workspace;
    const { stage, weights, biases, output, code } = this.#fields;
    const { extent, filters, slope } = stage;
    const to = stage.pool ? { address: unpooled, row: extent * filters, plane: extent * extent * filters } : output;
    kernels.convolve(...this.#source(), weights, biases, to.address, to.row, to.plane, filters, extent, slope);
    if (stage.pool === undefined) return;
    const pool = stage.pool === "max" ? kernels.poolMax : kernels.poolAverage;
    pool(to.address, to.row, to.plane, output.address, output.row, output.plane, code, filters, stage.outputExtent);
  }

  backward(): void {
    const { kernels, upstream } = this.#workspace;
    const { stage, gradient, weightGradient } = this.#fields;
    const { inputChannels, inputExtent, filters, extent } = stage;
    this.#fields.differentiateActivation();
    kernels.convolveFilterGradient(...this.#source(), gradient.address, gradient.row, gradient.plane, filters, weightGradient, extent);
    const from = shifted(gradient, stage.padding - 2, filters);
    const row = inputExtent * inputChannels;
    kernels.convolve(
      from.address,
      from.row,
      from.plane,
      filters,
      this.#flipped,
      0,
      upstream,
      row,
      inputExtent * row,
      inputChannels,
      inputExtent,
      1,
    );
  }

  #source() {
    return [this.#input.address, this.#input.row, this.#input.plane, this.#fields.stage.inputChannels] as const;
  }
}

/** A fully connected layer. */
export class DenseLayer {
  readonly stage: DenseStage;
  readonly output: number;
  /** The loss's gradient with respect to the output. */
  readonly outputGradient: number;
  readonly #workspace: Workspace;
  readonly #input: number;
  readonly #inputGradient: number;

  constructor(workspace: Workspace, stage: DenseStage, input: number, inputGradient: number) {
    this.#workspace = workspace;
    this.stage = stage;
    this.#input = input;
    this.#inputGradient = inputGradient;
    this.output = workspace.memory.allocateFloats(stage.units);
    this.outputGradient = workspace.memory.allocateFloats(stage.units);
  }

  forward(): void {
    const { kernels, parameters } = this.#workspace;
    const { inputs, units, slope, weights, biases } = this.stage;
    kernels.dense(this.#input, inputs, parameters + 4 * weights, parameters + 4 * biases, this.output, units, slope);
  }

  backward(): void {
    const { kernels, parameters, gradient } = this.#workspace;
    const { inputs, units, slope, weights, biases } = this.stage;
    const forward = [this.#input, inputs, parameters + 4 * weights, this.output, this.outputGradient, units, slope] as const;
    kernels.denseGradient(...forward, gradient + 4 * weights, gradient + 4 * biases, this.#inputGradient);
  }
}

/** The same field seen from `by` positions further on each axis. */
function shifted(field: Field, by: number, channels: number): Field {
  return { ...field, address: field.address + 4 * by * (field.plane + field.row + channels) };
}
