import type { SparseVoxels } from "../core/descriptors/sparseVoxels.js";
import { Convolver, FilterGradient } from "./networkConvolver.js";
import { ConvolutionFields } from "./networkFields.js";
import type { Field } from "./networkMemory.js";
import type { ConvolutionStage, DenseStage } from "./networkPlan.js";
import type { Workspace } from "./networkWorkspace.js";

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
  /** The input as the first tap sees it. */
  readonly #input: Field;
  /** The output before activation and pool, where there is a pool. */
  readonly #unpooled: Field;
  readonly #forward: Convolver;
  readonly #filterGradient: FilterGradient;
  /** The transposed convolution: from the output's gradient to the input's. */
  readonly #backward: Convolver;
  readonly #flipped: number;
  readonly #upstream: Field;

  constructor(workspace: Workspace, stage: ConvolutionStage, next: ConvolutionStage | undefined, input: Field) {
    const { padding, inputExtent, extent, inputChannels, filters } = stage;
    this.#workspace = workspace;
    this.#fields = new ConvolutionFields(workspace, stage, next, [2 - padding, inputExtent + padding - extent]);
    this.#input = shifted(input, -padding, inputChannels);
    this.#unpooled = compact(workspace.unpooled, extent, filters);
    this.#forward = new Convolver(workspace, inputChannels, filters, extent);
    this.#filterGradient = new FilterGradient(workspace, inputChannels, filters, extent, this.#fields.weightGradient);
    this.#backward = new Convolver(workspace, filters, inputChannels, inputExtent);
    this.#flipped = workspace.memory.allocateFloats(27 * inputChannels * filters);
    this.#upstream = compact(workspace.upstream, inputExtent, inputChannels);
  }

  get output(): Field {
    return this.#fields.output;
  }

  /** To be called whenever the parameters have changed. */
  prepare(): void {
    const { weights, stage } = this.#fields;
    this.#workspace.kernels.flipFilter(weights, this.#flipped, stage.inputChannels, stage.filters);
    this.#forward.prepare(weights);
    this.#backward.prepare(this.#flipped);
  }

  forward(): void {
    const { kernels } = this.#workspace;
    const { stage, biases, output, code } = this.#fields;
    const { pool, slope, filters, outputExtent } = stage;
    if (pool === undefined) {
      this.#forward.apply(this.#input, biases, output, slope);
      return;
    }
    const from = this.#unpooled;
    this.#forward.apply(this.#input, biases, from, 1);
    const poolWith = pool === "max" ? kernels.poolMax : kernels.poolAverage;
    poolWith(from.address, from.row, from.plane, output.address, output.row, output.plane, code, filters, outputExtent, slope);
  }

  beginBatch(): void {
    this.#filterGradient.beginBatch();
  }

  backward(): void {
    const { stage, gradient } = this.#fields;
    this.#fields.differentiateActivation();
    this.#filterGradient.add(this.#input, gradient);
    this.#backward.apply(shifted(gradient, stage.padding - 2, stage.filters), 0, this.#upstream, 1);
  }

  endBatch(): void {
    this.#filterGradient.endBatch();
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

/** A field without halo. */
function compact(address: number, extent: number, channels: number): Field {
  return { address, row: extent * channels, plane: extent * extent * channels };
}
