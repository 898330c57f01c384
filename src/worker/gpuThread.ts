import path from "node:path";
import { pathToFileURL } from "node:url";
import { workerData } from "node:worker_threads";
import { messageOf } from "../core/text/messageOf.js";
import type { GpuReply, GpuRequest, GpuThreadData } from "../jobs/engines/webgpuThread.js";
import type { GpuDevice } from "../kernels/webgpu/gpuDevice.js";
import { WebgpuNetwork } from "../kernels/webgpu/webgpuNetwork.js";

/** The thread in which a GPU computes for the one that waits for it (`jobs/webgpuThread`). */
const { folder, port, signal } = workerData as GpuThreadData;

interface Gpu {
  requestAdapter(options: { powerPreference: "high-performance" }): Promise<Adapter | null>;
}

interface Adapter {
  readonly info: {
    readonly vendor: string;
    readonly architecture: string;
    readonly device: string;
    readonly description: string;
  };
  requestDevice(): Promise<GpuDevice & { onuncapturederror: ((event: { error: { message: string } }) => void) | null }>;
}

/** Dawn's objects must outlive what they made: what is collected takes the process along. */
interface Opened {
  readonly gpu: Gpu;
  readonly adapter: Adapter;
  readonly device: GpuDevice;
}

let opened: Promise<Opened> | undefined;
let failure: string | undefined;
const networks = new Map<number, WebgpuNetwork>();

// One after the other: a network has one place to read from.
let last: Promise<void> = Promise.resolve();
port.on("message", (request: GpuRequest) => {
  last = last.then(() => answerTo(request).then(reply));
});

async function answerTo(request: GpuRequest): Promise<GpuReply> {
  try {
    const ok = await answer(request);
    if (failure !== undefined) throw new Error(failure);
    return { ok };
  } catch (error) {
    return { error: messageOf(error), isRange: error instanceof RangeError };
  }
}

function reply(answer: GpuReply): void {
  port.postMessage(answer);
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
}

async function answer(request: GpuRequest): Promise<unknown> {
  opened ??= open();
  const { adapter, device } = await opened;
  if (request.ask === "adapter") return nameOf(adapter);
  if (request.ask === "open") return void networks.set(request.network, new WebgpuNetwork(device, request.spec));
  const network = networks.get(request.network);
  if (network === undefined) throw new Error("the GPU has no such network");
  if (request.ask === "write") return network.writeParameters(request.parameters);
  if (request.ask === "predict") return network.predict(request.samples);
  if (request.ask === "learn") return network.lossAndGradient(request.samples, request.targets, request.seeds);
  networks.delete(request.network);
  return network.dispose();
}

async function open(): Promise<Opened> {
  const place = pathToFileURL(path.join(folder, "node_modules", "webgpu", "index.js")).href;
  const { create } = (await import(place)) as { create(options: readonly string[]): Gpu };
  const gpu = create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) throw new Error("WebGPU finds no graphics processor or no driver for it");
  const device = await adapter.requestDevice();
  device.onuncapturederror = ({ error }) => {
    failure ??= error.message.split("\n")[0];
  };
  return { gpu, adapter, device };
}

function nameOf({ info: { vendor, architecture, device, description } }: Adapter): string {
  return [vendor, architecture, description || device].filter((word) => word !== "").join(" ");
}
