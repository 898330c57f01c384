// A network by definition, in double precision and without any trick: what the kernels are held against.
import type { SparseVoxels } from "../../src/core/descriptors/sparseVoxels.js";
import type { ConvolutionSpec, LayerShape, NetworkSpec, PoolSpec } from "../../src/core/learning/networkSpec.js";
import { requireNetworkShapes } from "../../src/core/learning/networkSpec.js";

/** Outputs of the network for one sample. */
export function referencePredict(spec: NetworkSpec, parameters: ArrayLike<number>, voxels: SparseVoxels): Float64Array {
  let field: Float64Array = densify(voxels);
  for (const shape of requireNetworkShapes(spec)) {
    const { layer } = shape;
    if (layer.kind === "convolution") field = convolve(field, shape, layer, parameters);
    else if (layer.kind === "pool") field = pool(field, shape, layer);
    else field = dense(field, shape, layer.slope, parameters);
  }
  return field;
}

/** Mean squared error over the batch and its outputs. */
export function referenceLoss(
  spec: NetworkSpec,
  parameters: ArrayLike<number>,
  samples: readonly SparseVoxels[],
  targets: ArrayLike<number>,
): number {
  const outputs = samples.flatMap((sample) => [...referencePredict(spec, parameters, sample)]);
  return outputs.reduce((sum, output, i) => sum + (output - at(targets, i)) ** 2, 0) / outputs.length;
}

/** Central difference of the loss along one parameter. */
export function referenceDerivative(
  spec: NetworkSpec,
  parameters: ArrayLike<number>,
  samples: readonly SparseVoxels[],
  targets: ArrayLike<number>,
  index: number,
  step = 1e-6,
): number {
  const moved = Float64Array.from(parameters);
  moved[index] = at(parameters, index) + step;
  const above = referenceLoss(spec, moved, samples, targets);
  moved[index] = at(parameters, index) - step;
  return (above - referenceLoss(spec, moved, samples, targets)) / (2 * step);
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

function convolve(field: Float64Array, shape: LayerShape, layer: ConvolutionSpec, parameters: ArrayLike<number>): Float64Array {
  const { inputSize: n, outputSize: m, inputChannels, outputChannels, offset, weights } = shape;
  const padding = layer.padding === "same" ? 1 : 0;
  const result = new Float64Array(m ** 3 * outputChannels);
  for (let position = 0; position < m ** 3; position++) {
    const [z, y, x] = split(position, m);
    for (let o = 0; o < outputChannels; o++) {
      let sum = at(parameters, offset + weights + o);
      for (let tap = 0; tap < 27; tap++) {
        const [dz, dy, dx] = split(tap, 3);
        const [iz, iy, ix] = [z + dz - padding, y + dy - padding, x + dx - padding];
        if (Math.min(iz, iy, ix) < 0 || Math.max(iz, iy, ix) >= n) continue;
        for (let i = 0; i < inputChannels; i++)
          sum +=
            at(field, ((iz * n + iy) * n + ix) * inputChannels + i) *
            at(parameters, offset + (tap * inputChannels + i) * outputChannels + o);
      }
      result[position * outputChannels + o] = leaky(sum, layer.slope);
    }
  }
  return result;
}

function pool(field: Float64Array, shape: LayerShape, layer: PoolSpec): Float64Array {
  const { inputSize: n, outputSize: m, inputChannels: channels } = shape;
  const result = new Float64Array(m ** 3 * channels);
  for (let position = 0; position < m ** 3; position++) {
    const [z, y, x] = split(position, m);
    for (let c = 0; c < channels; c++) {
      const window = Array.from({ length: 8 }, (_, corner) => {
        const [dz, dy, dx] = split(corner, 2);
        return at(field, (((2 * z + dz) * n + 2 * y + dy) * n + 2 * x + dx) * channels + c);
      });
      result[position * channels + c] = layer.mode === "max" ? Math.max(...window) : window.reduce((a, b) => a + b, 0) / 8;
    }
  }
  return result;
}

function dense(field: Float64Array, shape: LayerShape, slope: number, parameters: ArrayLike<number>): Float64Array {
  const { outputChannels: units, offset, weights } = shape;
  return Float64Array.from({ length: units }, (_, j) => {
    let sum = at(parameters, offset + weights + j);
    for (let i = 0; i < field.length; i++) sum += at(field, i) * at(parameters, offset + i * units + j);
    return leaky(sum, slope);
  });
}

function split(index: number, side: number): [number, number, number] {
  return [Math.floor(index / side ** 2), Math.floor(index / side) % side, index % side];
}
