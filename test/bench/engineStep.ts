// Training steps of a network in this engine, for `npm run bench -- engine`: engineStep.js JOB.json THREADS
// wasm|wasm-relaxed|tfjs-node|webgpu|ADDON|input
// Says on stdout, a line of JSON each: what it is and when its first step was done, then one measurement for each line
// "seconds" of stdin.
// Two threads train two networks side by side, as a study does. `input` measures the making of the networks' input
// instead.
import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { sparseVoxels } from "../../src/core/descriptors/r3dvs.js";
import type { SparseVoxels } from "../../src/core/descriptors/sparseVoxels.js";
import type { Spectrum } from "../../src/core/descriptors/spectrum.js";
import { initialParameters } from "../../src/core/learning/networks/initialParameters.js";
import type { CreateNetworkEngine } from "../../src/core/learning/networks/networkEngine.js";
import type { NetworkSpec } from "../../src/core/learning/networks/networkSpec.js";
import { Adam } from "../../src/core/learning/training/adam.js";
import { Random } from "../../src/core/math/random.js";
import { randomRotation } from "../../src/core/math/rotation.js";
import { readVolumetric } from "../../src/jobs/densities/readVolumetric.js";
import { chooseEngine, createEngines } from "../../src/jobs/engines/engineChoice.js";
import { loadKernel } from "../../src/jobs/files/wasmModule.js";
import type { NativeNetwork } from "../../src/kernels/network/kernelHost.js";
import { nativeNetworkEngines, networkEngines } from "../../src/kernels/network/networkEngine.js";
import { peakMemory } from "./peakMemory.js";

interface Job {
  readonly spec: NetworkSpec;
  readonly batch: number;
  readonly inputs: string;
  readonly targets: string;
  readonly density: string;
}

/** A step of some samples; returns how many. */
type Step = () => number;

const [jobFile = "", threads = "1", backend = "wasm"] = process.argv.slice(2);
const job = JSON.parse(readFileSync(jobFile, "utf8")) as Job;

async function makeStep(): Promise<{ readonly step: Step; readonly name: string; readonly parameters: number }> {
  if (backend === "input") return { step: await inputStep(), name: "rotation and voxels of a density", parameters: 0 };
  const create = engines();
  const engine = create(job.spec);
  const parameters = initialParameters(job.spec, 1);
  const adam = new Adam(parameters.length);
  engine.writeParameters(parameters);
  const samples = readSamples(job);
  const targets = readFloats(job.targets);
  const step = () => {
    const { gradient } = engine.lossAndGradient(samples, targets);
    adam.update(parameters, gradient, 1e-3);
    engine.writeParameters(parameters);
    return samples.length;
  };
  return { step, name: `r3dvs ${path.basename(backend, ".node")}`, parameters: parameters.length };
}

function engines(): CreateNetworkEngine {
  if (backend === "wasm") return networkEngines(loadKernel("network"));
  if (backend === "wasm-relaxed") return networkEngines(loadKernel("network.relaxed"));
  if (backend === "tfjs-node" || backend === "webgpu") return createEngines(chooseEngine(backend).engine);
  return nativeNetworkEngines(require(backend) as NativeNetwork);
}

/** What a study does for each sample before the network sees it. */
async function inputStep(): Promise<Step> {
  const { value } = await readVolumetric(job.density, { kind: "CHGCAR", threads: 1 });
  const spectrum = value?.blocks[0]?.spectrum as Spectrum;
  const random = new Random(1);
  const options = { spacing: 0.4, length: 12.8, assignment: "nearest" } as const;
  const channels = (["amplitude", "power", "coulomb"] as const).slice(0, job.spec.input.channels);
  return () => {
    for (let i = 0; i < job.batch; i++) sparseVoxels(spectrum, options, channels, randomRotation(random));
    return job.batch;
  };
}

function readFloats(file: string): Float32Array {
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function readSamples({ spec, batch, inputs }: Job): SparseVoxels[] {
  const dense = readFloats(inputs);
  const { size, channels } = spec.input;
  return Array.from({ length: batch }, (_, sample) => {
    const of = dense.subarray(sample * size ** 3 * channels, (sample + 1) * size ** 3 * channels);
    const index = Int32Array.from({ length: size ** 3 }, (_, i) => i).filter((i) => of[i * channels] !== 0);
    const value = Float32Array.from({ length: index.length * channels }, (_, at) => {
      return of[(index[Math.floor(at / channels)] as number) * channels + (at % channels)] as number;
    });
    return { size, channels, index, value };
  });
}

function runFor(step: Step, seconds: number): number {
  const began = performance.now();
  let samples = 0;
  do samples += step();
  while (performance.now() - began < 1000 * seconds);
  return samples;
}

const say = (message: unknown) => process.stdout.write(`${JSON.stringify(message)}\n`);

async function serve(): Promise<void> {
  const others = Array.from(
    { length: Number(threads) - 1 },
    () => new Worker(__filename, { argv: process.argv.slice(2) }),
  );
  const ready = others.map((worker) => answerOf(worker));
  const made = await makeStep().catch((error: Error) => {
    say({ missing: error.message });
    process.exit(0);
  });
  const { step, name, parameters } = made;
  step();
  say({ name, parameters, firstStepSeconds: process.uptime() });
  await Promise.all(ready);
  for await (const line of createInterface({ input: process.stdin })) {
    const began = performance.now();
    const before = process.cpuUsage();
    const parts = others.map((worker) => {
      worker.postMessage(Number(line));
      return answerOf(worker);
    });
    const own = runFor(step, Number(line));
    const samples = (await Promise.all(parts)).reduce((sum, part) => sum + part, own);
    const { user, system } = process.cpuUsage(before);
    say({ samples, wall: (performance.now() - began) / 1000, cpu: (user + system) / 1e6, peakMb: peakMemory() });
  }
  process.exit(0);
}

const answerOf = (worker: Worker) => new Promise<number>((resolve) => worker.once("message", resolve));

async function serveThread(): Promise<void> {
  const { step } = await makeStep();
  parentPort?.on("message", (seconds: number) => parentPort?.postMessage(runFor(step, seconds)));
  parentPort?.postMessage(step());
}

void (isMainThread ? serve() : serveThread());
