import { BatchNormalization } from "./batchNormalization.js";
import type { Batch, BatchStage, BatchWorkspace, Frame } from "./batchStage.js";
import { Dropout } from "./dropout.js";
import { compact } from "./networkMemory.js";
import type { DenseStage } from "./networkPlan.js";

/** A fully connected layer with its normalisation and dropout, over a batch. */
export class BatchDense implements BatchStage {
  readonly frames: readonly Frame[];
  readonly #workspace: BatchWorkspace;
  readonly #stage: DenseStage;
  readonly #before: readonly Frame[];
  readonly #normalization: BatchNormalization | undefined;
  readonly #dropout: Dropout | undefined;

  /** `before`: frames of the stage that is read. */
  constructor(workspace: BatchWorkspace, stage: DenseStage, before: readonly Frame[]) {
    const { units, scales, biases, dropout } = stage;
    const { memory } = workspace;
    this.#workspace = workspace;
    this.#stage = stage;
    this.#before = before;
    this.#normalization =
      scales === undefined ? undefined : new BatchNormalization(workspace, units, 1, { scales, biases });
    this.#dropout = dropout && new Dropout(workspace, dropout, units, 1, 1);
    this.frames = before.map(() => ({
      output: memory.allocateField(1, units),
      normalized: scales === undefined ? 0 : memory.allocateFloats(units),
      gradient: memory.allocateField(1, units),
      code: 0,
    }));
  }

  prepare(): void {}
  beginBatch(): void {}
  endBatch(): void {}

  forward({ samples, seeds }: Batch): void {
    const { parameters, zeros } = this.#workspace;
    const { slope, biases } = this.#stage;
    const frames = this.frames.slice(0, samples.length);
    for (const [i, { output, normalized }] of frames.entries()) {
      if (this.#normalization) this.#multiply(i, zeros, normalized, 1);
      else this.#multiply(i, parameters + 4 * biases, output.address, slope);
    }
    this.#normalization?.measure(frames);
    for (const [i, frame] of frames.entries()) {
      this.#normalization?.apply(frame, frame.output, slope);
      if (seeds) this.#dropout?.apply(frame.output, seeds[i]!);
    }
  }

  receive(sample: number, seed: number | undefined): void {
    const { kernels, upstream } = this.#workspace;
    const { units, slope } = this.#stage;
    const { output, gradient } = this.frames[sample]!;
    if (seed !== undefined) this.#dropout?.apply(compact(upstream, 1, units), seed);
    const from = [upstream, output.address, output.row, output.plane] as const;
    kernels.leakyGradients(...from, gradient.address, gradient.row, gradient.plane, units, 1, slope);
  }

  backward({ samples, seeds }: Batch, before: BatchStage): void {
    const { kernels, parameters, gradient: flat, upstream, unused } = this.#workspace;
    const { inputs, units, weights, biases } = this.#stage;
    const frames = this.frames.slice(0, samples.length);
    this.#normalization?.differentiate(frames, 1);
    const biasGradient = this.#normalization ? unused : flat + 4 * biases;
    for (const [i, { output, gradient }] of frames.entries()) {
      const input = this.#before[i]!.output.address;
      // The activation is behind already, hence slope 1.
      const forward = [input, inputs, parameters + 4 * weights, output.address, gradient.address, units, 1] as const;
      kernels.denseGradient(...forward, flat + 4 * weights, biasGradient, upstream);
      before.receive(i, seeds?.[i]);
    }
  }

  moments(): readonly number[] {
    return this.#normalization?.moments() ?? [];
  }

  #multiply(sample: number, bias: number, to: number, slope: number): void {
    const { kernels, parameters } = this.#workspace;
    const { inputs, units, weights } = this.#stage;
    kernels.dense(this.#before[sample]!.output.address, inputs, parameters + 4 * weights, bias, to, units, slope);
  }
}
