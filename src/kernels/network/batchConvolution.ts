import { BatchNormalization } from "./batchNormalization.js";
import type { Batch, BatchStage, BatchWorkspace, Frame } from "./batchStage.js";
import { Dropout } from "./dropout.js";
import type { LinearConvolution } from "./linearConvolution.js";
import { compact } from "./networkMemory.js";
import type { ConvolutionStage } from "./networkPlan.js";

/** A convolution with its normalisation, pool and dropout, over a batch. */
export class BatchConvolution implements BatchStage {
  readonly frames: readonly Frame[];
  readonly #workspace: BatchWorkspace;
  readonly #stage: ConvolutionStage;
  readonly #linear: LinearConvolution;
  readonly #normalization: BatchNormalization | undefined;
  readonly #dropout: Dropout | undefined;
  readonly #biasGradient: number;

  /** `next`: the stage that reads the output through its halo; `capacity`: of samples. */
  constructor(
    workspace: BatchWorkspace,
    stage: ConvolutionStage,
    linear: LinearConvolution,
    next: ConvolutionStage | undefined,
    capacity: number,
  ) {
    const { filters, extent, outputExtent, outputSize, scales, biases, dropout } = stage;
    this.#workspace = workspace;
    this.#stage = stage;
    this.#linear = linear;
    this.#normalization =
      scales === undefined ? undefined : new BatchNormalization(workspace, filters, extent, { scales, biases });
    this.#dropout = dropout && new Dropout(workspace, dropout, filters, outputExtent, outputSize);
    this.#biasGradient = this.#normalization ? workspace.unused : workspace.gradient + 4 * biases;
    this.frames = Array.from({ length: capacity }, () => allocateFrame(workspace, stage, next, linear.gradientHalo));
  }

  prepare(): void {
    this.#linear.prepare();
  }

  beginBatch(): void {
    this.#linear.beginBatch();
  }

  forward({ samples, seeds }: Batch): void {
    const frames = this.frames.slice(0, samples.length);
    if (this.#normalization) {
      for (const [i, frame] of frames.entries()) {
        const to = compact(frame.normalized, this.#stage.extent, this.#stage.filters);
        this.#linear.forward(i, samples, this.#workspace.zeros, to, 1);
      }
      this.#normalization.measure(frames);
    }
    for (const [i, frame] of frames.entries()) {
      this.#activate(i, frame, samples);
      if (seeds) this.#dropout?.apply(frame.output, seeds[i]!);
    }
  }

  receive(sample: number, seed: number | undefined): void {
    const { kernels, upstream } = this.#workspace;
    const { filters, outputExtent, slope, pool } = this.#stage;
    const { gradient, output, code } = this.frames[sample]!;
    if (seed !== undefined) this.#dropout?.apply(compact(upstream, outputExtent, filters), seed);
    const to = [
      gradient.address,
      gradient.row,
      gradient.plane,
      filters,
      outputExtent,
      slope,
      this.#biasGradient,
    ] as const;
    if (pool === "max") kernels.poolMaxGradient(upstream, code, output.address, output.row, output.plane, ...to);
    else if (pool === "average") kernels.poolAverageGradient(upstream, code, ...to);
    else kernels.activationGradient(upstream, output.address, output.row, output.plane, ...to);
  }

  backward({ samples, seeds }: Batch, before: BatchStage | undefined): void {
    const frames = this.frames.slice(0, samples.length);
    const { pool, outputExtent } = this.#stage;
    this.#normalization?.differentiate(frames, pool ? 2 * outputExtent : outputExtent);
    for (const [i, { gradient }] of frames.entries()) {
      this.#linear.backward(i, samples, gradient);
      before?.receive(i, seeds?.[i]);
    }
  }

  endBatch(): void {
    this.#linear.endBatch();
  }

  moments(): readonly number[] {
    return this.#normalization?.moments() ?? [];
  }

  /** From the normalised values, or from the input, to the output. */
  #activate(sample: number, frame: Frame, samples: Batch["samples"]): void {
    const { kernels, parameters, unpooled } = this.#workspace;
    const { pool, filters, extent, outputExtent, slope, biases } = this.#stage;
    const to = pool ? compact(unpooled, extent, filters) : frame.output;
    const slopeBefore = pool ? 1 : slope;
    if (this.#normalization) this.#normalization.apply(frame, to, slopeBefore);
    else this.#linear.forward(sample, samples, parameters + 4 * biases, to, slopeBefore);
    if (pool === undefined) return;
    const { output, code } = frame;
    const poolWith = pool === "max" ? kernels.poolMax : kernels.poolAverage;
    poolWith(
      to.address,
      to.row,
      to.plane,
      output.address,
      output.row,
      output.plane,
      code,
      filters,
      outputExtent,
      slope,
    );
  }
}

function allocateFrame(
  { memory }: BatchWorkspace,
  stage: ConvolutionStage,
  next: ConvolutionStage | undefined,
  gradientHalo: readonly [number, number],
): Frame {
  const { filters, extent, outputExtent } = stage;
  const low = next?.padding ?? 0;
  return {
    output: memory.allocateField(outputExtent, filters, low, low),
    normalized: stage.scales === undefined ? 0 : memory.allocateFloats(extent ** 3 * filters),
    gradient: memory.allocateField(extent, filters, ...gradientHalo),
    code: stage.pool ? memory.allocate(outputExtent ** 3 * filters) : 0,
  };
}
