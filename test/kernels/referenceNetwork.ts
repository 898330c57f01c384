// A network by definition, in double precision and without any trick: what the kernels are held against.
import type { SparseVoxels } from "../../src/core/descriptors/sparseVoxels.js";
import type {
  ConvolutionSpec,
  DenseSpec,
  LayerShape,
  NetworkSpec,
  PoolSpec,
} from "../../src/core/learning/networks/networkSpec.js";
import { requireNetworkShapes } from "../../src/core/learning/networks/networkSpec.js";
import { VARIANCE_OFFSET } from "../../src/core/learning/networks/normalization.js";
import { deriveSeed } from "../../src/core/math/random.js";

/** Outputs of the network for one sample. */
export function referencePredict(spec: NetworkSpec, parameters: ArrayLike<number>, voxels: SparseVoxels): Float64Array {
  return referenceOutputs(spec, parameters, [voxels])[0] ?? new Float64Array();
}

/**
 * The least distance of any value from a kink of LeakyReLU, or of a maximum from the second largest value: what
 * rounding errors must not reach.
 */
export interface Margin {
  least: number;
}

/**
 * Outputs for each sample of a batch, as they are while learning where `seeds` are given; batch statistics are those of
 * this batch.
 */
export function referenceOutputs(
  spec: NetworkSpec,
  parameters: ArrayLike<number>,
  samples: readonly SparseVoxels[],
  seeds?: readonly number[],
  margin: Margin = { least: 0 },
): Float64Array[] {
  let fields: Float64Array[] = samples.map(densify);
  for (const [i, shape] of requireNetworkShapes(spec).entries()) {
    const { layer } = shape;
    if (layer.kind === "pool") fields = fields.map((field) => pool(field, shape, layer, margin));
    else if (layer.kind === "dropout")
      fields = fields.map((field, s) => (seeds ? drop(field, layer.rate, deriveSeed(at(seeds, s), i)) : field));
    else fields = applyWeighted(fields, shape, layer, parameters, margin);
  }
  return fields;
}

/** Mean squared error over the batch and its known outputs. */
export function referenceLoss(
  spec: NetworkSpec,
  parameters: ArrayLike<number>,
  samples: readonly SparseVoxels[],
  targets: ArrayLike<number>,
  seeds?: readonly number[],
): number {
  const outputs = referenceOutputs(spec, parameters, samples, seeds).flatMap((output) => [...output]);
  const squares = outputs.map((output, i) => (output - at(targets, i)) ** 2).filter((square) => !Number.isNaN(square));
  return squares.reduce((sum, square) => sum + square, 0) / Math.max(1, squares.length);
}

/** All voxels, [z][y][x][channel]. */
export function densify(voxels: SparseVoxels): Float64Array {
  const { size, channels, index, value } = voxels;
  const field = new Float64Array(size ** 3 * channels);
  index.forEach((voxel, i) => {
    for (let c = 0; c < channels; c++) field[voxel * channels + c] = at(value, i * channels + c);
  });
  return field;
}

const leaky = (x: number, slope: number) => (x > 0 ? x : x * slope);

function at(numbers: ArrayLike<number>, i: number): number {
  const value = numbers[i];
  if (value === undefined) throw new RangeError(`no number ${i}`);
  return value;
}

function applyWeighted(
  fields: readonly Float64Array[],
  shape: LayerShape,
  layer: ConvolutionSpec | DenseSpec,
  parameters: ArrayLike<number>,
  margin: Margin,
): Float64Array[] {
  const linear = fields.map((field) =>
    layer.kind === "dense" ? dense(field, shape, parameters) : convolve(field, shape, layer, parameters),
  );
  const shifted =
    layer.normalization === undefined ? addBias(linear, shape, parameters) : normalise(linear, shape, parameters);
  if (layer.slope !== 1)
    for (const field of shifted) for (const value of field) margin.least = Math.min(margin.least, Math.abs(value));
  return shifted.map((field) => field.map((value) => leaky(value, layer.slope)));
}

function addBias(fields: readonly Float64Array[], shape: LayerShape, parameters: ArrayLike<number>): Float64Array[] {
  const { offset, weights, outputChannels: channels } = shape;
  return fields.map((field) => field.map((value, i) => value + at(parameters, offset + weights + (i % channels))));
}

function normalise(fields: readonly Float64Array[], shape: LayerShape, parameters: ArrayLike<number>): Float64Array[] {
  const { offset, weights, biases, outputChannels: channels } = shape;
  const result = fields.map((field) => field.slice());
  for (let c = 0; c < channels; c++) {
    const values = fields.flatMap((field) =>
      Array.from({ length: field.length / channels }, (_, i) => at(field, i * channels + c)),
    );
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const scale = at(parameters, offset + weights + biases + c) / Math.sqrt(variance + VARIANCE_OFFSET);
    for (const field of result)
      for (let i = c; i < field.length; i += channels)
        field[i] = scale * (at(field, i) - mean) + at(parameters, offset + weights + c);
  }
  return result;
}

/** splitmix32, number by number. */
function drop(field: Float64Array, rate: number, seed: number): Float64Array {
  const threshold = Math.round(rate * 2 ** 31);
  return field.map((value, i) => {
    let word = (Math.imul(i + 1, 0x9e3779b9) + seed) | 0;
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return (word ^ (word >>> 15)) >>> 1 < threshold ? 0 : value / (1 - rate);
  });
}

function convolve(
  field: Float64Array,
  shape: LayerShape,
  layer: ConvolutionSpec,
  parameters: ArrayLike<number>,
): Float64Array {
  const { inputSize: n, outputSize: m, inputChannels, outputChannels, offset } = shape;
  const padding = layer.padding === "same" ? 1 : 0;
  const result = new Float64Array(m ** 3 * outputChannels);
  for (let position = 0; position < m ** 3; position++) {
    const [z, y, x] = split(position, m);
    for (let tap = 0; tap < 27; tap++) {
      const [dz, dy, dx] = split(tap, 3);
      const [iz, iy, ix] = [z + dz - padding, y + dy - padding, x + dx - padding];
      if (Math.min(iz, iy, ix) < 0 || Math.max(iz, iy, ix) >= n) continue;
      for (let i = 0; i < inputChannels; i++) {
        const value = at(field, ((iz * n + iy) * n + ix) * inputChannels + i);
        if (value === 0) continue;
        const from = offset + (tap * inputChannels + i) * outputChannels;
        for (let o = 0; o < outputChannels; o++) {
          const to = position * outputChannels + o;
          result[to] = at(result, to) + value * at(parameters, from + o);
        }
      }
    }
  }
  return result;
}

function pool(field: Float64Array, shape: LayerShape, layer: PoolSpec, margin: Margin): Float64Array {
  const { inputSize: n, outputSize: m, inputChannels: channels } = shape;
  const result = new Float64Array(m ** 3 * channels);
  for (let position = 0; position < m ** 3; position++) {
    const [z, y, x] = split(position, m);
    for (let c = 0; c < channels; c++) {
      const window = Array.from({ length: 8 }, (_, corner) => {
        const [dz, dy, dx] = split(corner, 2);
        return at(field, (((2 * z + dz) * n + 2 * y + dy) * n + 2 * x + dx) * channels + c);
      });
      if (layer.mode === "max") margin.least = Math.min(margin.least, distanceOfSecond(window));
      result[position * channels + c] =
        layer.mode === "max" ? Math.max(...window) : window.reduce((a, b) => a + b, 0) / 8;
    }
  }
  return result;
}

/** Ties are no danger: values of the same inputs stay the same. */
function distanceOfSecond(values: readonly number[]): number {
  const largest = Math.max(...values);
  return largest - Math.max(...values.filter((value) => value !== largest), Number.NEGATIVE_INFINITY);
}

function dense(field: Float64Array, shape: LayerShape, parameters: ArrayLike<number>): Float64Array {
  const { outputChannels: units, offset } = shape;
  return Float64Array.from({ length: units }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < field.length; i++) sum += at(field, i) * at(parameters, offset + i * units + j);
    return sum;
  });
}

function split(index: number, side: number): [number, number, number] {
  return [Math.floor(index / side ** 2), Math.floor(index / side) % side, index % side];
}
