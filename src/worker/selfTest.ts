import { messageOf } from "../core/text/messageOf.js";
import { readsAlike } from "../jobs/densities/readerSelfCheck.js";
import { worstDifference } from "../jobs/engines/engineSelfCheck.js";
import { algebraAlike } from "../jobs/features/algebraCode.js";
import { loadKernel } from "../jobs/files/wasmModule.js";
import { type AddonName, addonSets, loadAddon } from "../jobs/native/nativeAddon.js";
import { surfacesAlike } from "../jobs/surfaces/surfaceCode.js";
import { nativeNetworkEngines, networkEngines } from "../kernels/network/networkEngine.js";

/**
 * The self-check of addons in a process of its own, which may crash: `node dist/selfTest.js FOLDER NAME SET...`. Of the
 * instruction sets named the best that this processor has is tested. Lines of JSON on stdout: `{ instructionSet }`
 * before the test, `{ difference, seconds }` or `{ error }` after it.
 */
const [folder = "", name = "", ...allowed] = process.argv.slice(2);

/** How far an addon is from WebAssembly. Reading gives the same bits or is wrong. */
const DIFFERENCES: { readonly [name in AddonName]: (instructionSet: string) => number } = {
  network: (set) =>
    worstDifference(nativeNetworkEngines(loadAddon(folder, "network", set)), networkEngines(loadKernel("network"))),
  volumetric: (set) =>
    readsAlike(loadAddon(folder, "volumetric", set), loadKernel("volumetric")) ? 0 : Number.POSITIVE_INFINITY,
  surfaces: (set) =>
    surfacesAlike(loadAddon(folder, "surfaces", set), loadKernel("surfaces")) ? 0 : Number.POSITIVE_INFINITY,
  linearAlgebra: (set) =>
    algebraAlike(loadAddon(folder, "linearAlgebra", set), loadKernel("linearAlgebra")) ? 0 : Number.POSITIVE_INFINITY,
};

try {
  if (!isAddon(name)) throw new Error(`there is no addon ${name}`);
  const chosen = chooseSet(name);
  if (chosen !== undefined) {
    tell({ instructionSet: chosen });
    const began = performance.now();
    const difference = DIFFERENCES[name](chosen);
    // Infinity is no JSON.
    tell({ difference: Number.isFinite(difference) ? difference : 1e30, seconds: (performance.now() - began) / 1000 });
  }
} catch (error) {
  tell({ error: messageOf(error) });
}

function isAddon(text: string): text is AddonName {
  return Object.hasOwn(DIFFERENCES, text);
}

/**
 * The addon of the poorest instruction set can be loaded on every machine of this architecture, and knows what the
 * processor has.
 */
function chooseSet(addon: AddonName): string | undefined {
  const present = addonSets(folder, addon);
  const poorest = present.at(-1);
  if (poorest === undefined) return undefined;
  const had = loadAddon(folder, addon, poorest).instructionSets();
  return present.find((set) => allowed.includes(set) && had.includes(set));
}

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
