// Random networks, samples and parameters for the tests of the network kernels.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import type { SparseVoxels } from "../../src/core/descriptors/sparseVoxels.js";
import type { CreateNetworkEngine } from "../../src/core/learning/networks/networkEngine.js";
import {
  countParameters,
  type LayerSpec,
  type NetworkSpec,
  networkShapes,
  requireNetworkShapes,
} from "../../src/core/learning/networks/networkSpec.js";
import type { Random } from "../../src/core/math/random.js";
import { loadAddon } from "../../src/jobs/native/nativeAddon.js";
import { nativeNetworkEngines, networkEngines } from "../../src/kernels/network/networkEngine.js";

const dist = path.resolve(import.meta.dirname, "../../dist");

export const createEngine = networkEngines(
  new WebAssembly.Module(readFileSync(path.join(dist, "kernels/network.wasm"))),
);

const addons = path.join(dist, `native/${process.platform}-${process.arch}`);

/** Whether the build found a C compiler. */
export const hasNative = existsSync(addons);

/** The addons that this machine can run, by instruction set. */
export const nativeEngines: readonly (readonly [name: string, create: CreateNetworkEngine])[] = hasNative
  ? runnable()
  : [];

const relaxed = readFileSync(path.join(dist, "kernels/network.relaxed.wasm"));

/** Every engine that is here: tests of the kernels run on each. Node knows relaxed SIMD from 22 on. */
export const engines = [
  ["wasm", createEngine] as const,
  ...(WebAssembly.validate(relaxed)
    ? [["wasm relaxed", networkEngines(new WebAssembly.Module(relaxed))] as const]
    : []),
  ...nativeEngines,
];

function runnable() {
  const built = readdirSync(addons).flatMap((file) => /^network-(\w+)\.node$/.exec(file)?.[1] ?? []);
  const poorest = built.includes("baseline") ? "baseline" : "neon";
  const had = loadAddon(addons, "network", poorest).instructionSets();
  return built
    .filter((set) => had.includes(set))
    .map((set) => [`native ${set}`, nativeNetworkEngines(loadAddon(addons, "network", set))] as const);
}

/**
 * Lets the test runner speak with its worker during long arithmetic, which it takes for dead after a minute of silence.
 */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Voxels of which about `filled` are not zero. */
export function randomVoxels(random: Random, size: number, channels: number, filled: number): SparseVoxels {
  const index = Int32Array.from({ length: size ** 3 }, (_, i) => i).filter(() => random.uniform() < filled);
  const value = Float32Array.from({ length: index.length * channels }, () => random.normal());
  return { size, channels, index, value };
}

/** Weights of He's spread and small random biases, so that no unit starts dead. */
export function randomParameters(random: Random, spec: NetworkSpec): Float32Array {
  const shapes = requireNetworkShapes(spec);
  const parameters = new Float32Array(countParameters(shapes));
  for (const { offset, weights, biases, scales } of shapes) {
    const spread = Math.sqrt((2 * biases) / weights);
    for (let i = 0; i < weights; i++) parameters[offset + i] = spread * random.normal();
    for (let i = 0; i < biases; i++) parameters[offset + weights + i] = 0.2 * random.normal();
    for (let i = 0; i < scales; i++) parameters[offset + weights + biases + i] = 1 + 0.2 * random.normal();
  }
  return parameters;
}

const convolution = fc.record({
  kind: fc.constant("convolution" as const),
  filters: fc.constantFrom(4, 8, 12, 16, 20, 32, 48, 64),
  padding: fc.constantFrom("valid" as const, "same" as const),
  slope: fc.constantFrom(0, 0.3, 1),
});
const pool = fc.record({
  kind: fc.constant("pool" as const),
  mode: fc.constantFrom("max" as const, "average" as const),
});
const dense = fc.record({
  kind: fc.constant("dense" as const),
  units: fc.integer({ min: 1, max: 9 }),
  slope: fc.constantFrom(0.3, 1),
});

/** Small sound networks of every shape the specification allows. */
export const networkSpecs: fc.Arbitrary<NetworkSpec> = fc
  .record({
    size: fc.integer({ min: 3, max: 9 }),
    channels: fc.integer({ min: 1, max: 8 }),
    stages: fc.array(fc.tuple(convolution, fc.option(pool, { nil: undefined })), { minLength: 1, maxLength: 3 }),
    dense: fc.array(dense, { minLength: 1, maxLength: 3 }),
  })
  .map(({ size, channels, stages, dense }) => ({
    input: { size, channels },
    layers: [
      ...stages.flatMap(([convolution, pool]): LayerSpec[] => (pool ? [convolution, pool] : [convolution])),
      ...dense,
    ],
  }))
  .filter(isSmall);

/** Whether a network can be built, and the definition of it computed in milliseconds. */
export function isSmall(spec: NetworkSpec): boolean {
  const shapes = networkShapes(spec);
  if ("error" in shapes) return false;
  return shapes.value.reduce((sum, { weights, outputSize }) => sum + weights * outputSize ** 3, 0) < 4e5;
}
