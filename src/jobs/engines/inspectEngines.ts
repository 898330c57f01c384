import { availableParallelism, cpus } from "node:os";
import type { CreateNetworkEngine } from "../../core/learning/networks/networkEngine.js";
import { networkPreset } from "../../core/learning/networks/networkPresets.js";
import { countParameters, type NetworkName, requireNetworkShapes } from "../../core/learning/networks/networkSpec.js";
import { Random } from "../../core/math/random.js";
import type { EngineReport, EnginesReport } from "../../protocol/workerMethods.js";
import { chooseCode } from "../densities/readerChoice.js";
import { softwareVersion } from "../files/version.js";
import { createEngines, networkBackends } from "./engineChoice.js";
import type { NetworkBackend } from "./networkBackend.js";

/**
 * Every backend: whether it is there, its self-check done again, and how fast it is on one thread. Takes a few seconds.
 */
export function inspectEngines(backends = networkBackends): EnginesReport {
  const engines = backends.map(inspectBackend);
  return {
    version: softwareVersion,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? "",
    threads: availableParallelism(),
    default: engines.find(({ available }) => available)?.backend ?? "wasm",
    reader: chooseCode(true, undefined, () => undefined)?.instructionSet ?? "simd128",
    engines,
  };
}

function inspectBackend(backend: NetworkBackend): EngineReport {
  const found = backend.retest?.() ?? backend.available();
  if (!found.ok) return { backend: backend.name, available: false, problems: [found.reason] };
  const { engine, seconds, problems } = found;
  const create = createEngines(engine, [backend]);
  return {
    ...engine,
    available: true,
    selfTestSeconds: seconds,
    samplesPerCpuSecond: { light: speedOf(create, "light"), deep: speedOf(create, "deep") },
    problems,
  };
}

/** Side and filled share of the paper's voxels, two channels. */
const SIZE = 32;
const CHANNELS = 2;
const FILLED = 0.02;
const BATCH = 4;
const MEASURED_MS = 400;

/** Samples learned from in a second of the processor. */
function speedOf(create: CreateNetworkEngine, network: NetworkName): number {
  const spec = networkPreset(network, SIZE, CHANNELS, "average");
  const random = new Random(1);
  const engine = create(spec);
  try {
    engine.writeParameters(
      Float32Array.from({ length: countParameters(requireNetworkShapes(spec)) }, () => 0.05 * random.normal()),
    );
    const samples = Array.from({ length: BATCH }, () => {
      const index = Int32Array.from({ length: SIZE ** 3 }, (_, i) => i).filter(() => random.uniform() < FILLED);
      return {
        size: SIZE,
        channels: CHANNELS,
        index,
        value: Float32Array.from({ length: CHANNELS * index.length }, () => random.uniform()),
      };
    });
    const learn = () => engine.lossAndGradient(samples, new Float32Array(BATCH));
    learn();
    const began = performance.now();
    const before = process.cpuUsage();
    let batches = 0;
    for (; performance.now() - began < MEASURED_MS; batches++) learn();
    const { user, system } = process.cpuUsage(before);
    return (1e6 * BATCH * batches) / (user + system);
  } finally {
    engine.dispose();
  }
}
