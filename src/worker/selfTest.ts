import { existsSync } from "node:fs";
import { worstDifference } from "../jobs/engineSelfTest.js";
import { loadKernel } from "../jobs/kernelModule.js";
import { addonFile, INSTRUCTION_SETS, loadAddon } from "../jobs/nativeAddon.js";
import { nativeNetworkEngines, networkEngines } from "../kernels/networkEngine.js";

/**
 * The self-test of the addons in a process of its own, which may crash: `node dist/selfTest.js FOLDER SET...`. Of the instruction sets named the
 * best that this processor has is tested. Lines of JSON on stdout: `{ instructionSet }` before the test, `{ difference, seconds }` or `{ error }` after it.
 */
const [folder = "", ...allowed] = process.argv.slice(2);

try {
  const chosen = chooseSet();
  if (chosen !== undefined) {
    tell({ instructionSet: chosen });
    const began = performance.now();
    const native = nativeNetworkEngines(loadAddon(addonFile(folder, chosen)));
    const difference = worstDifference(native, networkEngines(loadKernel("network")));
    // Infinity is no JSON.
    tell({ difference: Number.isFinite(difference) ? difference : 1e30, seconds: (performance.now() - began) / 1000 });
  }
} catch (error) {
  tell({ error: error instanceof Error ? error.message : String(error) });
}

/** The addon of the poorest instruction set runs on every machine of this architecture, and knows what the processor has. */
function chooseSet(): string | undefined {
  const present = INSTRUCTION_SETS.filter((set) => existsSync(addonFile(folder, set)));
  const poorest = present.at(-1);
  if (poorest === undefined) return undefined;
  const had = loadAddon(addonFile(folder, poorest)).instructionSets();
  return present.find((set) => allowed.includes(set) && had.includes(set));
}

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
