import { type Installable, installFolder, installPackage } from "../jobs/engines/installPackage.js";
import { onInterruption } from "./interruption.js";
import type { Output } from "./output.js";

/** Installs a backend that does not come with R3DVS, and says in words what came of it. */
export async function installBackend(output: Output, name: Installable): Promise<void> {
  const folder = installFolder(name);
  output.note(`installing ${name}, hundreds of MB, into ${folder}`);
  const cancellation = onInterruption();
  const outcome = await installPackage(name, { cancellation, onLine: (line) => output.note(line) });
  if ("engine" in outcome) {
    output.event({ event: "finished", done: 1, failed: 0, ...outcome.engine, file: folder });
    output.note(
      `${outcome.engine.instructionSet} is installed and passed its self-check; use it with --backend ${name}`,
    );
    return;
  }
  output.event({ event: "finished", done: 0, failed: 1, file: folder, problems: [outcome.reason] });
  throw new Error(outcome.reason.message);
}
