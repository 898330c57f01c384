import { worstDifference } from "../jobs/engineSelfTest.js";
import { loadKernel } from "../jobs/kernelModule.js";
import { loadTfjsNode } from "../jobs/tfjsNode.js";
import { networkEngines } from "../kernels/networkEngine.js";
import { tfjsNetworkEngines } from "../kernels/tfjsEngine.js";

/**
 * The self-test of tfjs-node in a process of its own, which may crash: `node dist/tfjsTest.js PACKAGE`. Its last line on stdout is
 * `{ libraryVersion, difference, seconds }` or `{ error }`.
 */
const [folder = ""] = process.argv.slice(2);

try {
  const began = performance.now();
  const { tf, libraryVersion } = loadTfjsNode({ folder, version: "" });
  const difference = worstDifference(tfjsNetworkEngines(tf), networkEngines(loadKernel("network")));
  // Infinity is no JSON.
  tell({ libraryVersion, difference: Number.isFinite(difference) ? difference : 1e30, seconds: (performance.now() - began) / 1000 });
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  tell({ error: message.split("\n")[0] });
}

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
