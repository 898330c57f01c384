import { messageOf } from "../core/text/messageOf.js";
import { worstDifference } from "../jobs/engines/engineSelfCheck.js";
import { loadTfjsNode } from "../jobs/engines/tfjsBackend.js";
import { WebgpuThread } from "../jobs/engines/webgpuThread.js";
import { loadKernel } from "../jobs/files/wasmModule.js";
import { networkEngines } from "../kernels/network/networkEngine.js";
import { tfjsNetworkEngines } from "../kernels/tfjs/tfjsEngine.js";

/**
 * The self-check of a backend that was installed with npm, in a process of its own, which may crash: `node
 * dist/packageTest.js tfjs-node|webgpu FOLDER`. Its last line on stdout is `{ instructionSet, difference, seconds }` or
 * `{ error }`.
 */
const [name = "", folder = ""] = process.argv.slice(2);

try {
  const began = performance.now();
  const { engines, instructionSet, normalizes } = name === "webgpu" ? onWebgpu() : onTensorFlow();
  const difference = worstDifference(engines, networkEngines(loadKernel("network")), normalizes);
  // Infinity is no JSON.
  tell({
    instructionSet,
    difference: Number.isFinite(difference) ? difference : 1e30,
    seconds: (performance.now() - began) / 1000,
  });
} catch (error) {
  const message = messageOf(error);
  tell({ error: message.split("\n")[0] });
}

function onTensorFlow() {
  const { tf, libraryVersion } = loadTfjsNode(folder);
  return { engines: tfjsNetworkEngines(tf), instructionSet: `TensorFlow ${libraryVersion}`, normalizes: true };
}

function onWebgpu() {
  const thread = new WebgpuThread(folder);
  return { engines: thread.engines, instructionSet: thread.adapter, normalizes: false };
}

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
