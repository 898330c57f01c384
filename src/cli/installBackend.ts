import { installTfjsNode } from "../jobs/installTfjsNode.js";
import { tfjsNodeFolder } from "../jobs/tfjsNode.js";
import { onInterruption } from "./interruption.js";
import type { Output } from "./output.js";

/** Installs the one backend that does not come with R3DVS, and says in words what came of it. */
export async function installBackend(output: Output): Promise<void> {
  const folder = tfjsNodeFolder();
  output.note(`installing TensorFlow for Node.js, several hundred MB, into ${folder}`);
  const cancellation = onInterruption();
  const outcome = await installTfjsNode({ cancellation, onLine: (line) => output.note(line) });
  if ("engine" in outcome) {
    output.event({ event: "finished", done: 1, failed: 0, ...outcome.engine, file: folder });
    output.note(`${outcome.engine.instructionSet} is installed and passes its self-test: --backend tfjs-node uses it`);
    return;
  }
  output.event({ event: "finished", done: 0, failed: 1, file: folder, problems: [outcome.reason] });
  throw new Error(outcome.reason.message);
}
