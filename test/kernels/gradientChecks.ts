// A gradient, tensor by tensor, against central differences of the definition in double precision.
import { expect } from "vitest";
import type { SparseVoxels } from "../../src/core/descriptors/sparseVoxels.js";
import {
  type LayerShape,
  type NetworkSpec,
  requireNetworkShapes,
} from "../../src/core/learning/networks/networkSpec.js";
import { Random } from "../../src/core/math/random.js";
import { randomParameters, randomVoxels } from "./networkFixtures.js";
import { referenceLoss, referenceOutputs } from "./referenceNetwork.js";

export interface Problem {
  readonly spec: NetworkSpec;
  readonly parameters: Float32Array;
  readonly samples: readonly SparseVoxels[];
  /** NaN where a target is missing. */
  readonly targets: Float32Array;
  readonly seeds: readonly number[];
}

/** A network with random parameters and a batch for it; `missing`: share of targets that are not known. */
export function randomBatchProblem(
  spec: NetworkSpec,
  seed: number,
  batch: number,
  filled: number,
  missing = 0,
): Problem {
  const random = new Random(seed);
  const parameters = randomParameters(random, spec);
  const samples = Array.from({ length: batch }, () =>
    randomVoxels(random, spec.input.size, spec.input.channels, filled),
  );
  const outputs = requireNetworkShapes(spec).at(-1)?.outputChannels ?? 0;
  const targets = Float32Array.from({ length: batch * outputs }, () =>
    random.uniform() < missing ? Number.NaN : random.normal(),
  );
  return { spec, parameters, samples, targets, seeds: samples.map(() => random.uint32()) };
}

/**
 * Whether single precision comes to the same sides of all kinks as the definition: where it does not, its gradient is
 * that of another piece of the same function.
 */
export function isFarFromKinks({ spec, parameters, samples, seeds }: Problem): boolean {
  const margin = { least: Number.POSITIVE_INFINITY };
  referenceOutputs(spec, parameters, samples, seeds, margin);
  return margin.least > MARGIN;
}

/**
 * Holds gradients of several engines against the loss's change along two directions of each tensor, the first
 * gradient's own and a random one, relative to the tensor's norm (but at least a hundredth of the largest: what cancels
 * in a sum of normalised values leaves rounding errors).
 */
export function expectGradients(
  { spec, parameters, samples, targets, seeds }: Problem,
  gradients: readonly (readonly [engine: string, gradient: Float32Array])[],
  tolerance = 1e-4,
): void {
  const random = new Random(77);
  const tensors = requireNetworkShapes(spec).flatMap(tensorsOf);
  const first = gradients[0]?.[1] ?? new Float32Array();
  const norms = tensors.map(([from, to]) => norm(first.subarray(from, to)));
  const floor = 1e-2 * Math.max(...norms) + 1e-9;
  for (const [i, [from, to, name]] of tensors.entries()) {
    const scale = Math.max(norms[i] ?? 0, floor);
    for (const direction of [first.slice(from, to), Float64Array.from({ length: to - from }, () => random.normal())]) {
      const length = norm(direction);
      if (length === 0) continue;
      const along = (step: number) => {
        const moved = Float64Array.from(parameters);
        for (let k = from; k < to; k++) moved[k] = (moved[k] ?? 0) + (step * (direction[k - from] ?? 0)) / length;
        return referenceLoss(spec, moved, samples, targets, seeds);
      };
      const expected = (along(STEP) - along(-STEP)) / (2 * STEP);
      for (const [engine, gradient] of gradients) {
        let found = 0;
        for (let k = from; k < to; k++) found += ((gradient[k] ?? Number.NaN) * (direction[k - from] ?? 0)) / length;
        expect(Math.abs(found - expected) / scale, `${engine}, ${name}: ${found}, not ${expected}`).toBeLessThan(
          tolerance,
        );
      }
    }
  }
}

const MARGIN = 4e-6;
const STEP = 1e-6;

function tensorsOf(shape: LayerShape, layer: number): (readonly [from: number, to: number, name: string])[] {
  const { offset, weights, biases, scales } = shape;
  const ends = [offset, offset + weights, offset + weights + biases, offset + weights + biases + scales] as const;
  return [
    [ends[0], ends[1], `layer ${layer + 1}, weights`] as const,
    [ends[1], ends[2], `layer ${layer + 1}, biases`] as const,
    [ends[2], ends[3], `layer ${layer + 1}, scales`] as const,
  ].filter(([from, to]) => to > from);
}

const norm = (values: ArrayLike<number>) => Math.hypot(...Array.from(values));
