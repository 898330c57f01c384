import type { SparseVoxels } from "../../core/descriptors/sparseVoxels.js";
import type {
  CreateNetworkEngine,
  LossAndGradient,
  NetworkEngine,
} from "../../core/learning/networks/networkEngine.js";
import {
  countParameters,
  isNormalized,
  type LayerShape,
  type NetworkSpec,
  requireNetworkShapes,
} from "../../core/learning/networks/networkSpec.js";
import { VARIANCE_OFFSET } from "../../core/learning/networks/normalization.js";
import { countKnown } from "../../core/learning/networks/squaredError.js";
import { dropoutMask } from "./dropoutMask.js";
import type { Tensor, TensorFlow } from "./tensorFlow.js";

/**
 * Networks computed by TensorFlow.js, on the backend that `tf` has chosen. Where several values of a max pool's window
 * are the largest, TensorFlow gives each of them the whole gradient, the kernels of this project the first alone: with
 * max pooling on sparse voxels the two train differently.
 */
export function tfjsNetworkEngines(tf: TensorFlow): CreateNetworkEngine {
  return (spec) => new TfjsNetworkEngine(tf, spec);
}

/** Samples predicted at a time: their fields all stand in memory. */
const MAX_SAMPLES = 8;

class TfjsNetworkEngine implements NetworkEngine {
  readonly spec: NetworkSpec;
  readonly parameterCount: number;
  readonly #tf: TensorFlow;
  readonly #shapes: readonly LayerShape[];
  readonly #outputs: number;
  #parameters: Float32Array;
  /** The parameters' parts, in their order. */
  #tensors: Tensor[] | undefined;

  constructor(tf: TensorFlow, spec: NetworkSpec) {
    this.#tf = tf;
    this.#shapes = requireNetworkShapes(spec);
    this.spec = spec;
    this.parameterCount = countParameters(this.#shapes);
    this.#outputs = this.#shapes.at(-1)?.outputChannels ?? 0;
    this.#parameters = new Float32Array(this.parameterCount);
    this.#tensors = this.#upload();
  }

  readParameters(): Float32Array {
    this.#open();
    return this.#parameters.slice();
  }

  writeParameters(parameters: Float32Array): void {
    if (parameters.length !== this.parameterCount)
      throw new RangeError(`The network has ${this.parameterCount} parameters, not ${parameters.length}`);
    for (const tensor of this.#open()) tensor.dispose();
    this.#parameters = parameters.slice();
    this.#tensors = this.#upload();
  }

  predict(samples: readonly SparseVoxels[]): Float32Array {
    if (isNormalized(this.spec))
      throw new RangeError("A network with batch normalisation predicts by its inferenceNetwork");
    const outputs = new Float32Array(samples.length * this.#outputs);
    for (let from = 0; from < samples.length; from += MAX_SAMPLES) {
      const batch = samples.slice(from, from + MAX_SAMPLES);
      const output = this.#tf.tidy(() => this.#forward(this.#open(), batch));
      outputs.set(output.dataSync(), from * this.#outputs);
      output.dispose();
    }
    return outputs;
  }

  lossAndGradient(samples: readonly SparseVoxels[], targets: Float32Array, seeds?: readonly number[]): LossAndGradient {
    if (targets.length !== samples.length * this.#outputs)
      throw new RangeError(
        `${samples.length} samples need ${samples.length * this.#outputs} targets, not ${targets.length}`,
      );
    const tf = this.#tf;
    const parameters = this.#open();
    const moments: Tensor[] = [];
    const { value, grads } = tf.tidy(() =>
      tf.valueAndGrads((...tensors) => this.#loss(this.#forward(tensors, samples, seeds, moments), targets))(
        parameters,
      ),
    );
    const gradient = new Float32Array(this.parameterCount);
    const parts = partsOf(this.#shapes);
    for (const [i, grad] of grads.entries()) gradient.set(grad.dataSync(), parts[i]!.offset);
    const loss = value.dataSync()[0]!;
    const found = moments.flatMap((moment) => Array.from(moment.dataSync()));
    for (const tensor of [value, ...grads, ...moments]) tensor.dispose();
    return { loss, gradient, ...(isNormalized(this.spec) && { moments: Float32Array.from(found) }) };
  }

  dispose(): void {
    for (const tensor of this.#tensors ?? []) tensor.dispose();
    this.#tensors = undefined;
  }

  #open(): Tensor[] {
    if (!this.#tensors) throw new Error("The network engine has been disposed of");
    return this.#tensors;
  }

  #upload(): Tensor[] {
    return partsOf(this.#shapes).map(({ offset, shape }) => {
      const length = shape.reduce((product, side) => product * side, 1);
      return this.#tf.tensor(this.#parameters.slice(offset, offset + length), shape);
    });
  }

  /** Mean squared error over the known targets. */
  #loss(outputs: Tensor, targets: Float32Array): Tensor {
    const tf = this.#tf;
    const shape = [targets.length / this.#outputs, this.#outputs];
    const wanted = tf.tensor(
      targets.map((target) => (Number.isNaN(target) ? 0 : target)),
      shape,
    );
    const known = tf.tensor(
      targets.map((target) => (Number.isNaN(target) ? 0 : 1)),
      shape,
    );
    const squares = tf.mul(tf.square(tf.sub(outputs, wanted)), known);
    return tf.mul(tf.sum(squares), tf.scalar(1 / countKnown(targets)));
  }

  /** `moments` takes mean and variance of each normalised layer. */
  #forward(
    tensors: Tensor[],
    samples: readonly SparseVoxels[],
    seeds?: readonly number[],
    moments: Tensor[] = [],
  ): Tensor {
    const tf = this.#tf;
    const parts = tensors[Symbol.iterator]();
    const next = () => parts.next().value as Tensor;
    let field = this.#input(samples);
    for (const [i, shape] of this.#shapes.entries()) {
      const { layer, inputSize, inputChannels } = shape;
      if (layer.kind === "pool") field = (layer.mode === "max" ? tf.maxPool3d : tf.avgPool3d)(field, 2, 2, "valid");
      else if (layer.kind === "dropout") field = seeds && layer.rate > 0 ? tf.mul(field, this.#mask(seeds, i)) : field;
      else {
        const isDense = layer.kind === "dense";
        if (isDense) field = tf.reshape(field, [samples.length, inputSize ** 3 * inputChannels]);
        field = isDense ? tf.matMul(field, next()) : tf.conv3d(field, next(), 1, layer.padding);
        const bias = next();
        field =
          shape.scales > 0
            ? this.#normalize(field, bias, next(), fieldShape(shape, samples.length), moments)
            : tf.add(field, bias);
        if (layer.slope !== 1) field = tf.leakyRelu(field, layer.slope);
      }
    }
    return field;
  }

  #input(samples: readonly SparseVoxels[]): Tensor {
    const { size, channels } = this.spec.input;
    const length = size ** 3 * channels;
    const values = new Float32Array(samples.length * length);
    for (const [s, voxels] of samples.entries()) {
      if (voxels.size !== size || voxels.channels !== channels)
        throw new RangeError(
          `The network reads ${channels} x ${size}^3 voxels, not ${voxels.channels} x ${voxels.size}^3`,
        );
      for (let i = 0; i < voxels.index.length; i++)
        for (let c = 0; c < channels; c++)
          values[s * length + voxels.index[i]! * channels + c] = voxels.value[i * channels + c]!;
    }
    return this.#tf.tensor(values, [samples.length, size, size, size, channels]);
  }

  #mask(seeds: readonly number[], layer: number): Tensor {
    const shape = this.#shapes[layer]!;
    const spec = shape.layer;
    const rate = spec.kind === "dropout" ? spec.rate : 0;
    const [, ...own] = fieldShape(shape, seeds.length);
    const isFlat = this.#shapes.slice(0, layer).some((before) => before.layer.kind === "dense");
    const length = own.reduce((product, side) => product * side, 1);
    return this.#tf.tensor(
      dropoutMask(seeds, layer, rate, length),
      isFlat ? [seeds.length, length] : [seeds.length, ...own],
    );
  }

  #normalize(field: Tensor, shift: Tensor, scale: Tensor, shape: number[], moments: Tensor[]): Tensor {
    const tf = this.#tf;
    const rows = tf.reshape(field, [shape.slice(0, -1).reduce((product, side) => product * side, 1), shape.at(-1)!]);
    const mean = tf.mean(rows, 0);
    const centred = tf.sub(rows, mean);
    const variance = tf.mean(tf.square(centred), 0);
    moments.push(tf.keep(mean), tf.keep(variance));
    const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, tf.scalar(VARIANCE_OFFSET))));
    return tf.reshape(tf.add(tf.mul(centred, factor), shift), shape);
  }
}

/** The shape of a layer's output over a batch: of dense layers [batch, units]. */
function fieldShape({ layer, outputSize, outputChannels }: LayerShape, batch: number): number[] {
  return layer.kind === "dense" ? [batch, outputChannels] : [batch, outputSize, outputSize, outputSize, outputChannels];
}

/** Weights, biases and scales of each layer as TensorFlow wants them shaped. */
function partsOf(shapes: readonly LayerShape[]): { readonly offset: number; readonly shape: number[] }[] {
  return shapes.flatMap(({ layer, offset, weights, biases, scales, inputChannels, outputChannels }) => {
    if (layer.kind === "pool" || layer.kind === "dropout") return [];
    const filter =
      layer.kind === "dense" ? [weights / outputChannels, outputChannels] : [3, 3, 3, inputChannels, outputChannels];
    const parts = [
      { offset, shape: filter },
      { offset: offset + weights, shape: [biases] },
    ];
    return scales > 0 ? [...parts, { offset: offset + weights + biases, shape: [scales] }] : parts;
  });
}
