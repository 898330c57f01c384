import type { SparseVoxels } from "../../core/descriptors/sparseVoxels.js";
import type {
  CreateNetworkEngine,
  LossAndGradient,
  NetworkEngine,
} from "../../core/learning/networks/networkEngine.js";
import {
  countParameters,
  isNormalized,
  type NetworkSpec,
  requireNetworkShapes,
} from "../../core/learning/networks/networkSpec.js";
import { countKnown, differentiateSquares } from "../../core/learning/networks/squaredError.js";
import { DenseLayer } from "./denseLayer.js";
import { FirstConvolution } from "./firstConvolution.js";
import { InnerConvolution } from "./innerConvolution.js";
import { type KernelHost, type NativeNetwork, openNative, openWasm } from "./kernelHost.js";
import { NetworkMemory } from "./networkMemory.js";
import { type ConvolutionStage, planNetwork } from "./networkPlan.js";
import { NormalizedNetworkEngine } from "./normalizedEngine.js";
import { allocateWorkspace, type Workspace } from "./workspace.js";

/** Networks computed by the compiled module `network.wasm`; each network has an instance, and so memory, of its own. */
export function networkEngines(module: WebAssembly.Module): CreateNetworkEngine {
  return createWith(() => openWasm(module));
}

/** Networks computed by an addon, `network-*.node`; each network has memory of its own. */
export function nativeNetworkEngines(addon: NativeNetwork): CreateNetworkEngine {
  return createWith(() => openNative(addon));
}

function createWith(open: () => KernelHost): CreateNetworkEngine {
  return (spec) =>
    isNormalized(spec) ? new NormalizedNetworkEngine(open, spec) : new KernelNetworkEngine(open(), spec);
}

/** One network on one thread: samples one after the other, gradients summed in their order. */
class KernelNetworkEngine implements NetworkEngine {
  readonly spec: NetworkSpec;
  readonly parameterCount: number;
  readonly #outputs: number;
  #network: Network | undefined;

  constructor(host: KernelHost, spec: NetworkSpec) {
    const shapes = requireNetworkShapes(spec);
    this.spec = spec;
    this.parameterCount = countParameters(shapes);
    this.#outputs = shapes.at(-1)?.outputChannels ?? 0;
    this.#network = buildNetwork(host, spec, this.parameterCount);
  }

  readParameters(): Float32Array {
    const { workspace } = this.#open();
    return this.#view(workspace.parameters, this.parameterCount).slice();
  }

  writeParameters(parameters: Float32Array): void {
    if (parameters.length !== this.parameterCount)
      throw new RangeError(`The network has ${this.parameterCount} parameters, not ${parameters.length}`);
    const { workspace, inner } = this.#open();
    this.#view(workspace.parameters, this.parameterCount).set(parameters);
    for (const layer of inner) layer.prepare();
  }

  predict(samples: readonly SparseVoxels[]): Float32Array {
    const outputs = new Float32Array(samples.length * this.#outputs);
    for (const [i, voxels] of samples.entries()) outputs.set(this.#forward(voxels), i * this.#outputs);
    return outputs;
  }

  lossAndGradient(samples: readonly SparseVoxels[], targets: Float32Array, seeds?: readonly number[]): LossAndGradient {
    if (targets.length !== samples.length * this.#outputs)
      throw new RangeError(
        `${samples.length} samples need ${samples.length * this.#outputs} targets, not ${targets.length}`,
      );
    const { workspace, inner } = this.#open();
    const gradient = this.#view(workspace.gradient, this.parameterCount);
    gradient.fill(0);
    for (const layer of inner) layer.beginBatch();
    const known = countKnown(targets);
    let squares = 0;
    for (const [i, voxels] of samples.entries())
      squares += this.#learn(voxels, targets.subarray(i * this.#outputs, (i + 1) * this.#outputs), known, seeds?.[i]);
    for (const layer of inner) layer.endBatch();
    return { loss: squares / known, gradient: gradient.slice() };
  }

  dispose(): void {
    this.#network = undefined;
  }

  #open(): Network {
    if (!this.#network) throw new Error("The network engine has been disposed of");
    return this.#network;
  }

  #view(address: number, count: number): Float32Array {
    return this.#open()
      .workspace.memory.floats()
      .subarray(address / 4, address / 4 + count);
  }

  /** The outputs of one sample, as a view that the next sample overwrites. */
  #forward(voxels: SparseVoxels, seed?: number): Float32Array {
    const { size, channels } = this.spec.input;
    if (voxels.size !== size || voxels.channels !== channels)
      throw new RangeError(
        `The network reads ${channels} x ${size}^3 voxels, not ${voxels.channels} x ${voxels.size}^3`,
      );
    const { first, inner, dense, output } = this.#open();
    first.forward(voxels, seed);
    for (const layer of inner) layer.forward(seed);
    for (const layer of dense) layer.forward(seed);
    return this.#view(output.output, this.#outputs);
  }

  /** Adds one sample's gradient; returns the sum of its squared errors. */
  #learn(voxels: SparseVoxels, targets: Float32Array, known: number, seed: number | undefined): number {
    const outputs = this.#forward(voxels, seed);
    const { first, inner, dense, output } = this.#open();
    const squares = differentiateSquares(outputs, targets, known, this.#view(output.outputGradient, this.#outputs));
    for (const layer of dense.toReversed()) layer.backward(seed);
    for (const layer of inner.toReversed()) layer.backward(seed);
    first.backward(seed);
    return squares;
  }
}

interface Network {
  readonly workspace: Workspace;
  readonly first: FirstConvolution;
  readonly inner: readonly InnerConvolution[];
  readonly dense: readonly DenseLayer[];
  /** The last of `dense`. */
  readonly output: DenseLayer;
}

function buildNetwork(host: KernelHost, spec: NetworkSpec, parameterCount: number): Network {
  const plan = planNetwork(spec);
  const memory = new NetworkMemory(host);
  const workspace = allocateWorkspace(host.kernels, memory, plan, parameterCount);
  const [stage, ...stages] = plan.convolutions as [ConvolutionStage, ...ConvolutionStage[]];
  const first = new FirstConvolution(workspace, stage, stages[0], spec.input.size);
  const inner: InnerConvolution[] = [];
  for (const [i, stage] of stages.entries())
    inner.push(new InnerConvolution(workspace, stage, stages[i + 1], (inner.at(-1) ?? first).output));
  const dense: DenseLayer[] = [];
  for (const stage of plan.dense) {
    const before = dense.at(-1);
    const input = before?.output ?? (inner.at(-1) ?? first).output.address;
    dense.push(new DenseLayer(workspace, stage, input, before?.outputGradient ?? workspace.upstream));
  }
  return { workspace, first, inner, dense, output: dense.at(-1)! };
}
