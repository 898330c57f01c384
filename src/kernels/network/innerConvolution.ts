import { ConvolutionFields } from "./convolutionFields.js";
import { Convolver } from "./convolver.js";
import { FilterGradient } from "./filterGradient.js";
import { compact, type Field, shifted } from "./networkMemory.js";
import type { ConvolutionStage } from "./networkPlan.js";
import type { Workspace } from "./workspace.js";

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

  /** `seed`: of the sample's dropout. */
  forward(seed?: number): void {
    this.#convolve();
    this.#fields.drop(seed);
  }

  #convolve(): void {
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
    poolWith(
      from.address,
      from.row,
      from.plane,
      output.address,
      output.row,
      output.plane,
      code,
      filters,
      outputExtent,
      slope,
    );
  }

  beginBatch(): void {
    this.#filterGradient.beginBatch();
  }

  backward(seed?: number): void {
    const { stage, gradient } = this.#fields;
    this.#fields.differentiateActivation(seed);
    this.#filterGradient.add(this.#input, gradient);
    this.#backward.apply(shifted(gradient, stage.padding - 2, stage.filters), 0, this.#upstream, 1);
  }

  endBatch(): void {
    this.#filterGradient.endBatch();
  }
}
