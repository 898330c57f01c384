import type { SparseVoxels } from "../../core/descriptors/sparseVoxels.js";
import type { CreateNetworkEngine } from "../../core/learning/networks/networkEngine.js";
import {
  countParameters,
  isNormalized,
  type NetworkSpec,
  requireNetworkShapes,
} from "../../core/learning/networks/networkSpec.js";
import { Random } from "../../core/math/random.js";

/** Outputs and gradients of two engines differ by no more than this, relative to the largest part's length. */
export const TOLERANCE = 1e-4;

/**
 * The largest relative difference of an engine's outputs and gradients from another's, over small networks that
 * together call every kernel at every width: convolutions direct and after Winograd, both pools and none, dropout and,
 * where the engine `normalizes`, batch normalisation. Infinity where something is not a number.
 */
export function worstDifference(
  engine: CreateNetworkEngine,
  reference: CreateNetworkEngine,
  normalizes = true,
): number {
  const networks = normalizes ? NETWORKS : NETWORKS.map(withoutNormalization);
  return Math.max(...networks.map((spec, seed) => differenceOn(spec, seed, engine, reference)));
}

const NETWORKS: readonly NetworkSpec[] = [
  {
    input: { size: 12, channels: 2 },
    layers: [
      convolution(16, "same"),
      pool("max"),
      convolution(32, "same"),
      convolution(16, "same"),
      pool("max"),
      dense(16),
      dense(1, 1),
    ],
  },
  {
    input: { size: 11, channels: 3 },
    layers: [
      convolution(20, "valid"),
      pool("average"),
      convolution(8, "same"),
      convolution(24, "same"),
      pool("average"),
      dense(7),
      dense(2, 1),
    ],
  },
  {
    input: { size: 9, channels: 1 },
    layers: [
      convolution(4, "same"),
      convolution(48, "valid"),
      convolution(12, "valid"),
      convolution(16, "valid"),
      dense(24),
      dense(1, 1),
    ],
  },
  {
    input: { size: 8, channels: 2 },
    layers: [
      { ...convolution(16, "same"), normalization: "batch" },
      pool("max"),
      { kind: "dropout", rate: 0.3 },
      { ...convolution(12, "same"), normalization: "batch" },
      dense(9),
      { kind: "dropout", rate: 0.3 },
      dense(1, 1),
    ],
  },
];
/** Share of the voxels that are not zero. */
const FILLED = 0.3;
const BATCH = 2;
/** Of the samples' dropout. */
const SEEDS = [5, 6];

function convolution(filters: number, padding: "same" | "valid") {
  return { kind: "convolution", filters, padding, slope: 0.3 } as const;
}

function pool(mode: "max" | "average") {
  return { kind: "pool", mode } as const;
}

function dense(units: number, slope = 0.3) {
  return { kind: "dense", units, slope } as const;
}

function withoutNormalization({ input, layers }: NetworkSpec): NetworkSpec {
  const plain = layers.map((layer) => {
    if (!("normalization" in layer)) return layer;
    const { normalization: _, ...rest } = layer;
    return rest;
  });
  return { input, layers: plain };
}

function differenceOn(
  spec: NetworkSpec,
  seed: number,
  ...creators: [CreateNetworkEngine, CreateNetworkEngine]
): number {
  const shapes = requireNetworkShapes(spec);
  const random = new Random(seed + 1);
  const parameters = new Float32Array(countParameters(shapes)).fill(1);
  for (const { offset, weights, biases } of shapes) {
    const spread = Math.sqrt((2 * biases) / Math.max(1, weights));
    for (let i = 0; i < weights + biases; i++) parameters[offset + i] = (i < weights ? spread : 0.2) * random.normal();
  }
  const samples = Array.from({ length: BATCH }, () => voxels(random, spec));
  const targets = Float32Array.from({ length: BATCH * (shapes.at(-1)?.outputChannels ?? 1) }, () => random.normal());
  const [own, other] = creators.map((create) => {
    const engine = create(spec);
    engine.writeParameters(parameters);
    const outputs = isNormalized(spec) ? Float32Array.of(1) : engine.predict(samples);
    const results = [outputs, engine.lossAndGradient(samples, targets, SEEDS).gradient];
    engine.dispose();
    return results;
  }) as [Float32Array[], Float32Array[]];
  const parts = shapes.flatMap(({ offset, weights, biases, scales }) =>
    [
      [offset, weights] as const,
      [offset + weights, biases] as const,
      [offset + weights + biases, scales] as const,
    ].filter(([, n]) => n > 0),
  );
  const gradients = parts.map(([from, count]) =>
    relativeDistance(own[1]?.subarray(from, from + count), other[1]?.subarray(from, from + count)),
  );
  return Math.max(relativeDistance(own[0], other[0]), ...gradients);
}

function voxels(random: Random, { input: { size, channels } }: NetworkSpec): SparseVoxels {
  const index = Int32Array.from({ length: size ** 3 }, (_, i) => i).filter(() => random.uniform() < FILLED);
  return {
    size,
    channels,
    index,
    value: Float32Array.from({ length: index.length * channels }, () => random.normal()),
  };
}

/** |a - b| / |b| in the 2-norm. */
function relativeDistance(a: Float32Array = new Float32Array(), b: Float32Array = new Float32Array()): number {
  let difference = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  let square = 0;
  for (const [i, expected] of b.entries()) {
    difference += ((a[i] ?? Number.NaN) - expected) ** 2;
    square += expected ** 2;
  }
  const distance = Math.sqrt(difference / square);
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}
