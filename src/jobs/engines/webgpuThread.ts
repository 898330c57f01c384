import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { SparseVoxels } from "../../core/descriptors/sparseVoxels.js";
import type {
  CreateNetworkEngine,
  LossAndGradient,
  NetworkEngine,
} from "../../core/learning/networks/networkEngine.js";
import { countParameters, type NetworkSpec, requireNetworkShapes } from "../../core/learning/networks/networkSpec.js";
import { distFile } from "../files/distFile.js";

/** What the thread of the GPU is asked; each is answered with a `GpuReply`, in order. */
export type GpuRequest =
  | { readonly ask: "adapter" }
  | { readonly ask: "open"; readonly network: number; readonly spec: NetworkSpec }
  | { readonly ask: "write"; readonly network: number; readonly parameters: Float32Array }
  | { readonly ask: "predict"; readonly network: number; readonly samples: readonly SparseVoxels[] }
  | {
      readonly ask: "learn";
      readonly network: number;
      readonly samples: readonly SparseVoxels[];
      readonly targets: Float32Array;
      readonly seeds: readonly number[] | undefined;
    }
  | { readonly ask: "close"; readonly network: number };

export type GpuReply = { readonly ok: unknown } | { readonly error: string; readonly isRange: boolean };

export interface GpuThreadData {
  /** Holds the package. */
  readonly folder: string;
  readonly port: MessagePort;
  /** One number, set to 1 with each reply. */
  readonly signal: Int32Array;
}

/** A GPU that answers no more would stop a run for ever. */
const PATIENCE_MS = 120_000;

/**
 * A GPU answers through its thread's event loop, an engine at once: so the GPU has a thread of its own, and its caller
 * sleeps until it has answered.
 * Throws an Error where there is no GPU, or no package in `folder`.
 */
export class WebgpuThread {
  /** What computes, in words. */
  readonly adapter: string;
  readonly #port: MessagePort;
  readonly #signal = new Int32Array(new SharedArrayBuffer(4));
  #networks = 0;

  constructor(folder: string) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const workerData: GpuThreadData = { folder, port: port2, signal: this.#signal };
    // Its caller may sleep when it ends: then nobody hears an error, and only patience runs out.
    new Worker(distFile("gpuThread.js"), { workerData, transferList: [port2] }).unref();
    this.adapter = this.#ask({ ask: "adapter" }) as string;
  }

  get engines(): CreateNetworkEngine {
    return (spec) => {
      const network = this.#networks++;
      this.#ask({ ask: "open", network, spec });
      return new WebgpuEngine(spec, network, (request) => this.#ask(request));
    };
  }

  #ask(request: GpuRequest): unknown {
    Atomics.store(this.#signal, 0, 0);
    this.#port.postMessage(request);
    if (Atomics.wait(this.#signal, 0, 0, PATIENCE_MS) === "timed-out") throw new Error("the GPU does not respond");
    const reply = receiveMessageOnPort(this.#port)?.message as GpuReply | undefined;
    if (reply === undefined) throw new Error("the GPU thread sent no answer");
    if ("ok" in reply) return reply.ok;
    throw reply.isRange ? new RangeError(reply.error) : new Error(reply.error);
  }
}

class WebgpuEngine implements NetworkEngine {
  readonly parameterCount: number;
  readonly #outputs: number;
  #parameters: Float32Array;
  #isOpen = true;

  constructor(
    readonly spec: NetworkSpec,
    private readonly network: number,
    private readonly ask: (request: GpuRequest) => unknown,
  ) {
    const shapes = requireNetworkShapes(spec);
    this.parameterCount = countParameters(shapes);
    this.#outputs = shapes.at(-1)?.outputChannels ?? 0;
    this.#parameters = new Float32Array(this.parameterCount);
  }

  readParameters(): Float32Array {
    this.#check([]);
    return this.#parameters.slice();
  }

  writeParameters(parameters: Float32Array): void {
    this.#check([]);
    if (parameters.length !== this.parameterCount)
      throw new RangeError(`The network has ${this.parameterCount} parameters, not ${parameters.length}`);
    this.#parameters = parameters.slice();
    this.ask({ ask: "write", network: this.network, parameters: this.#parameters });
  }

  predict(samples: readonly SparseVoxels[]): Float32Array {
    this.#check(samples);
    return this.ask({ ask: "predict", network: this.network, samples }) as Float32Array;
  }

  lossAndGradient(samples: readonly SparseVoxels[], targets: Float32Array, seeds?: readonly number[]): LossAndGradient {
    this.#check(samples);
    if (targets.length !== samples.length * this.#outputs)
      throw new RangeError(
        `${samples.length} samples need ${samples.length * this.#outputs} targets, not ${targets.length}`,
      );
    return this.ask({ ask: "learn", network: this.network, samples, targets, seeds }) as LossAndGradient;
  }

  dispose(): void {
    if (this.#isOpen) this.ask({ ask: "close", network: this.network });
    this.#isOpen = false;
  }

  #check(samples: readonly SparseVoxels[]): void {
    if (!this.#isOpen) throw new Error("The network engine has been disposed of");
    const { size, channels } = this.spec.input;
    for (const voxels of samples)
      if (voxels.size !== size || voxels.channels !== channels)
        throw new RangeError(
          `The network reads ${channels} x ${size}^3 voxels, not ${voxels.channels} x ${voxels.size}^3`,
        );
  }
}
