// Training samples a second on one thread: the network engine, and tfjs-cpu beside it. Run by `npm run bench`.
import { readFileSync } from "node:fs";
import path from "node:path";
import { version_cpu } from "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { version_layers } from "@tensorflow/tfjs-layers";
import type { SparseVoxels } from "../../src/core/descriptors/sparseVoxels.js";
import { initialParameters } from "../../src/core/learning/initialParameters.js";
import { networkPreset } from "../../src/core/learning/networkPresets.js";
import type { NetworkName, NetworkSpec } from "../../src/core/learning/networkSpec.js";
import { Random } from "../../src/core/math/random.js";
import { networkEngines } from "../../src/kernels/networkEngine.js";
import { oracleLoss, toTensor } from "../kernels/oracleNetwork.js";

export interface EngineBenchmark {
  readonly network: NetworkName;
  readonly engine: string;
  /** Loss and gradient of one sample, the best of several rounds. */
  readonly samplesPerSecond: number;
}

/** Named, because importing these packages is what registers the backend and the gradients. */
const ORACLE = `tfjs-cpu ${version_cpu} (layers ${version_layers})`;
const SIZE = 32;
const CHANNELS = 2;
/** Share of the voxels that are not zero: about what a cell of 80 Å³ has. */
const FILLED = 0.02;
const BATCH = 8;

/** Measures both networks; tfjs only where `withOracle` says so, since its deep network takes seconds a sample. */
export async function benchmarkEngine(kernelsFolder: string, withOracle: boolean): Promise<EngineBenchmark[]> {
  const create = networkEngines(new WebAssembly.Module(readFileSync(path.join(kernelsFolder, "network.wasm"))));
  await tf.setBackend("cpu");
  const results: EngineBenchmark[] = [];
  for (const network of ["light", "deep"] as const) {
    const spec = networkPreset(network, SIZE, CHANNELS, "average");
    const samples = sampleBatch(new Random(1));
    const targets = new Float32Array(BATCH);
    const engine = create(spec);
    engine.writeParameters(initialParameters(spec, 1));
    const ours = bestOf(5, 400, () => engine.lossAndGradient(samples, targets)) / BATCH;
    results.push({ network, engine: "r3dvs", samplesPerSecond: 1 / ours });
    if (withOracle) results.push({ network, engine: ORACLE, samplesPerSecond: 1 / timeOracle(spec, samples) });
  }
  return results;
}

function timeOracle(spec: NetworkSpec, samples: readonly SparseVoxels[]): number {
  const one = samples.slice(0, 1);
  const target = tf.tensor2d([0], [1, 1]);
  const gradient = tf.valueAndGrad((p: tf.Tensor) => oracleLoss(spec, p as tf.Tensor1D, toTensor(one, spec), target));
  const parameters = tf.tensor1d(initialParameters(spec, 1));
  return bestOf(2, 0, () => tf.tidy(() => gradient(parameters).grad.dataSync()));
}

function sampleBatch(random: Random): SparseVoxels[] {
  return Array.from({ length: BATCH }, () => {
    const index = Int32Array.from({ length: SIZE ** 3 }, (_, i) => i).filter(() => random.uniform() < FILLED);
    return { size: SIZE, channels: CHANNELS, index, value: Float32Array.from({ length: CHANNELS * index.length }, () => random.uniform()) };
  });
}

/** Seconds a call, the smallest mean of `rounds` rounds of at least `milliseconds`. */
function bestOf(rounds: number, milliseconds: number, call: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    let calls = 0;
    do {
      call();
      calls++;
    } while (performance.now() - start < milliseconds);
    best = Math.min(best, (performance.now() - start) / calls / 1000);
  }
  return best;
}
