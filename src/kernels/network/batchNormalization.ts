import { VARIANCE_OFFSET } from "../../core/learning/networks/normalization.js";
import type { Field } from "./networkMemory.js";
import type { Workspace } from "./workspace.js";

/**
 * What batch normalisation needs of a sample: a compact field that it normalises in place, and the gradient of what it
 * made of it.
 */
export interface NormalizedFields {
  readonly normalized: number;
  readonly gradient: Field;
}

/** The batch normalisation of one layer; statistics run over the samples in their order. */
export class BatchNormalization {
  readonly #workspace: Workspace;
  readonly #channels: number;
  readonly #extent: number;
  /** Offsets in the flat parameters. */
  readonly #scales: number;
  readonly #shifts: number;
  /** Addresses: twice as many sums as channels; then one number a channel each. */
  readonly #sums: number;
  readonly #mean: number;
  readonly #variance: number;
  readonly #inverse: number;
  readonly #factor: number;
  /** Of the gradient, and of its product with the normalised values. */
  readonly #gradientMeans: number;

  constructor(
    workspace: Workspace,
    channels: number,
    extent: number,
    offsets: { readonly scales: number; readonly biases: number },
  ) {
    const { memory } = workspace;
    this.#workspace = workspace;
    this.#channels = channels;
    this.#extent = extent;
    this.#scales = offsets.scales;
    this.#shifts = offsets.biases;
    this.#sums = memory.allocate(16 * channels);
    this.#mean = memory.allocateFloats(channels);
    this.#variance = memory.allocateFloats(channels);
    this.#inverse = memory.allocateFloats(channels);
    this.#factor = memory.allocateFloats(channels);
    this.#gradientMeans = memory.allocateFloats(2 * channels);
  }

  /** Measures the batch, whose fields are not normalised yet. */
  measure(batch: readonly NormalizedFields[]): void {
    const { kernels, parameters } = this.#workspace;
    const terms = batch.length * this.#extent ** 3;
    for (const { normalized } of batch) kernels.addSums(normalized, this.#channels, this.#extent, this.#sums);
    kernels.takeMeans(this.#sums, this.#channels, terms, this.#mean);
    for (const { normalized } of batch)
      kernels.addSquares(normalized, this.#channels, this.#extent, this.#mean, this.#sums);
    kernels.takeMeans(this.#sums, this.#channels, terms, this.#variance);
    const variance = this.#view(this.#variance);
    const inverse = this.#view(this.#inverse);
    const factor = this.#view(this.#factor);
    const scales = this.#view(parameters + 4 * this.#scales);
    for (let c = 0; c < this.#channels; c++) {
      inverse[c] = 1 / Math.sqrt(variance[c]! + VARIANCE_OFFSET);
      factor[c] = scales[c]! * inverse[c]!;
    }
  }

  /** Normalises a measured sample; `to` gets what is scaled, shifted and activated. */
  apply({ normalized }: NormalizedFields, to: Field, slope: number): void {
    const { kernels, parameters } = this.#workspace;
    const numbers = [this.#mean, this.#inverse, parameters + 4 * this.#scales, parameters + 4 * this.#shifts] as const;
    kernels.normalize(normalized, this.#channels, this.#extent, ...numbers, to.address, to.row, to.plane, slope);
  }

  /**
   * From the gradients of the scaled and shifted values, known on the first `filled`^3 positions and 0 elsewhere, to
   * those of the values that came in, in place; fills the scales' and shifts' part of the flat gradient.
   */
  differentiate(batch: readonly NormalizedFields[], filled: number): void {
    const { kernels, gradient: flat } = this.#workspace;
    const shape = [this.#channels, this.#extent, filled] as const;
    const terms = batch.length * this.#extent ** 3;
    for (const { gradient, normalized } of batch)
      kernels.addGradientSums(gradient.address, gradient.row, gradient.plane, normalized, ...shape, this.#sums);
    kernels.takeMeans(this.#sums, 2 * this.#channels, terms, this.#gradientMeans);
    const products = this.#gradientMeans + 4 * this.#channels;
    this.#view(flat + 4 * this.#shifts).set(this.#view(this.#gradientMeans).map((mean) => mean * terms));
    this.#view(flat + 4 * this.#scales).set(this.#view(products).map((mean) => mean * terms));
    for (const { gradient, normalized } of batch) {
      const fields = [gradient.address, gradient.row, gradient.plane, normalized] as const;
      kernels.normalizeGradient(...fields, ...shape, this.#factor, this.#gradientMeans, products);
    }
  }

  /** Mean, then variance of the batch that was measured last, one a channel. */
  moments(): number[] {
    return [...this.#view(this.#mean), ...this.#view(this.#variance)];
  }

  #view(address: number): Float32Array {
    return this.#workspace.memory.floats().subarray(address / 4, address / 4 + this.#channels);
  }
}
