import type { SparseVoxels } from "../../core/descriptors/sparseVoxels.js";
import { ConvolutionFields } from "./convolutionFields.js";
import type { Field } from "./networkMemory.js";
import type { ConvolutionStage } from "./networkPlan.js";
import type { Workspace } from "./workspace.js";

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

  /** `seed`: of the sample's dropout. */
  forward(voxels: SparseVoxels, seed?: number): void {
    this.#convolve(voxels);
    this.#fields.drop(seed);
  }

  #convolve(voxels: SparseVoxels): void {
    const { kernels, memory } = this.#workspace;
    const { stage, weights, biases, output, code } = this.#fields;
    memory.integers().set(voxels.index, this.#index / 4);
    memory.floats().set(voxels.value, this.#value / 4);
    this.#count = voxels.index.length;
    const input = this.#input();
    if (stage.pool === undefined)
      kernels.convolveFirst(
        ...input,
        weights,
        biases,
        output.address,
        output.row,
        output.plane,
        stage.filters,
        stage.extent,
        stage.slope,
      );
    else {
      const to = [
        output.address,
        output.row,
        output.plane,
        code,
        stage.filters,
        stage.outputExtent,
        stage.slope,
      ] as const;
      kernels.convolveFirstPooled(...input, weights, biases, this.#slab, ...to, stage.pool === "average" ? 1 : 0);
    }
  }

  backward(seed?: number): void {
    const { stage, gradient, weightGradient } = this.#fields;
    this.#fields.differentiateActivation(seed);
    const from = [gradient.address, gradient.row, gradient.plane, stage.filters, stage.extent] as const;
    this.#workspace.kernels.convolveFirstGradient(...this.#input(), ...from, weightGradient);
  }

  #input() {
    const { inputChannels, padding } = this.#fields.stage;
    return [this.#index, this.#value, this.#count, this.#size, inputChannels, padding] as const;
  }
}
