import type { SparseVoxels } from "../../core/descriptors/sparseVoxels.js";
import type { LossAndGradient, NetworkEngine } from "../../core/learning/networks/networkEngine.js";
import { countParameters, type NetworkSpec, requireNetworkShapes } from "../../core/learning/networks/networkSpec.js";
import { countKnown, differentiateSquares } from "../../core/learning/networks/squaredError.js";
import { BatchConvolution } from "./batchConvolution.js";
import { BatchDense } from "./batchDense.js";
import type { Batch, BatchStage, BatchWorkspace } from "./batchStage.js";
import type { KernelHost } from "./kernelHost.js";
import { FirstLinear, InnerLinear } from "./linearConvolution.js";
import { NetworkMemory } from "./networkMemory.js";
import { type NetworkPlan, planNetwork } from "./networkPlan.js";
import { allocateWorkspace } from "./workspace.js";

/**
 * A network with batch normalisation, which only learns: layer by layer over the batch, whose samples all stay in
 * memory, the gradients summed in their order. What predicts is its `inferenceNetwork`.
 */
export class NormalizedNetworkEngine implements NetworkEngine {
  readonly spec: NetworkSpec;
  readonly parameterCount: number;
  readonly #open: () => KernelHost;
  readonly #outputs: number;
  #parameters: Float32Array;
  #network: BatchNetwork | undefined;
  #disposed = false;

  constructor(open: () => KernelHost, spec: NetworkSpec) {
    const shapes = requireNetworkShapes(spec);
    this.spec = spec;
    this.parameterCount = countParameters(shapes);
    this.#open = open;
    this.#outputs = shapes.at(-1)?.outputChannels ?? 0;
    this.#parameters = new Float32Array(this.parameterCount);
  }

  readParameters(): Float32Array {
    this.#check();
    return this.#parameters.slice();
  }

  writeParameters(parameters: Float32Array): void {
    this.#check();
    if (parameters.length !== this.parameterCount)
      throw new RangeError(`The network has ${this.parameterCount} parameters, not ${parameters.length}`);
    this.#parameters = parameters.slice();
    this.#network?.writeParameters(parameters);
  }

  predict(): never {
    throw new RangeError("A network with batch normalisation predicts by its inferenceNetwork");
  }

  lossAndGradient(samples: readonly SparseVoxels[], targets: Float32Array, seeds?: readonly number[]): LossAndGradient {
    this.#check();
    const { size, channels } = this.spec.input;
    if (targets.length !== samples.length * this.#outputs)
      throw new RangeError(
        `${samples.length} samples need ${samples.length * this.#outputs} targets, not ${targets.length}`,
      );
    for (const voxels of samples)
      if (voxels.size !== size || voxels.channels !== channels)
        throw new RangeError(
          `The network reads ${channels} x ${size}^3 voxels, not ${voxels.channels} x ${voxels.size}^3`,
        );
    return this.#networkFor(samples.length).learn({ samples, seeds }, targets);
  }

  dispose(): void {
    this.#network = undefined;
    this.#disposed = true;
  }

  #check(): void {
    if (this.#disposed) throw new Error("The network engine has been disposed of");
  }

  /** Memory is handed out once, so a larger batch than any before gets a network of its own. */
  #networkFor(samples: number): BatchNetwork {
    if (!this.#network || this.#network.capacity < samples) {
      this.#network = new BatchNetwork(this.#open(), this.spec, this.parameterCount, samples);
      this.#network.writeParameters(this.#parameters);
    }
    return this.#network;
  }
}

/** The stages, with room for `capacity` samples. */
class BatchNetwork {
  readonly capacity: number;
  readonly #workspace: BatchWorkspace;
  readonly #stages: readonly BatchStage[];
  readonly #parameterCount: number;

  constructor(host: KernelHost, spec: NetworkSpec, parameterCount: number, capacity: number) {
    const plan = planNetwork(spec);
    const workspace = allocateBatchWorkspace(host, plan, parameterCount);
    const stages: BatchStage[] = [];
    for (const [i, stage] of plan.convolutions.entries()) {
      const before = stages.at(-1);
      const linear = before
        ? new InnerLinear(workspace, stage, before.frames)
        : new FirstLinear(workspace, stage, spec.input.size);
      stages.push(new BatchConvolution(workspace, stage, linear, plan.convolutions[i + 1], capacity));
    }
    for (const stage of plan.dense) stages.push(new BatchDense(workspace, stage, stages.at(-1)!.frames));
    this.capacity = capacity;
    this.#workspace = workspace;
    this.#stages = stages;
    this.#parameterCount = parameterCount;
  }

  writeParameters(parameters: Float32Array): void {
    this.#view(this.#workspace.parameters, this.#parameterCount).set(parameters);
    for (const stage of this.#stages) stage.prepare();
  }

  learn(batch: Batch, targets: Float32Array): LossAndGradient {
    const gradient = this.#view(this.#workspace.gradient, this.#parameterCount);
    gradient.fill(0);
    for (const stage of this.#stages) stage.beginBatch();
    for (const stage of this.#stages) stage.forward(batch);
    const loss = this.#receiveErrors(batch, targets);
    for (let i = this.#stages.length - 1; i >= 0; i--) this.#stages[i]!.backward(batch, this.#stages[i - 1]);
    for (const stage of this.#stages) stage.endBatch();
    const moments = Float32Array.from(this.#stages.flatMap((stage) => stage.moments()));
    return { loss, gradient: gradient.slice(), moments };
  }

  /** Hands each sample's errors to the last stage; returns the mean of their squares. */
  #receiveErrors({ samples, seeds }: Batch, targets: Float32Array): number {
    const output = this.#stages.at(-1)!;
    const outputs = targets.length / Math.max(1, samples.length);
    const known = countKnown(targets);
    const errors = this.#view(this.#workspace.upstream, outputs);
    let squares = 0;
    for (let i = 0; i < samples.length; i++) {
      const given = this.#view(output.frames[i]!.output.address, outputs);
      squares += differentiateSquares(given, targets.subarray(i * outputs, (i + 1) * outputs), known, errors);
      output.receive(i, seeds?.[i]);
    }
    return squares / known;
  }

  #view(address: number, count: number): Float32Array {
    return this.#workspace.memory.floats().subarray(address / 4, address / 4 + count);
  }
}

function allocateBatchWorkspace(host: KernelHost, plan: NetworkPlan, parameterCount: number): BatchWorkspace {
  const memory = new NetworkMemory(host);
  const { convolutions, dense } = plan;
  const channels = Math.max(...convolutions.map(({ filters }) => filters), ...dense.map(({ units }) => units));
  const largest = Math.max(...convolutions.map(({ extent, filters }) => extent ** 3 * filters), channels);
  return {
    ...allocateWorkspace(host.kernels, memory, plan, parameterCount),
    unpooled: memory.allocateFloats(largest),
    upstream: memory.allocateFloats(largest),
    zeros: memory.allocateFloats(channels),
    unused: memory.allocateFloats(channels),
  };
}
