import type { NativeVolumetric } from "../../kernels/volumetric/readerHost.js";
import { loadKernel } from "../files/wasmModule.js";
import { addonFolder, addonSets, loadAddon } from "../native/nativeAddon.js";
import { recallPassed, rememberPassed } from "../native/selfCheckMemory.js";
import { runSelfCheck, selfCheckKey } from "../native/selfCheckProcess.js";

/** What reads volumetric files: WebAssembly, or where there is an instruction set an addon. Both give the same bits. */
export interface VolumetricCode {
  readonly code: WebAssembly.Module | NativeVolumetric;
  readonly instructionSet?: string;
}

/** Files of so many bytes gain by an addon, at once, what its first test on a machine costs. */
const TEST_THRESHOLD = 32 * 2 ** 20;

let chosen: VolumetricCode | undefined;
/** Whether it has been looked whether an addon passed earlier, which reads all files that the answer depends on. */
let looked = false;

/**
 * The fastest code for a file of so many bytes: the best addon that has passed its self-check on this machine, which is
 * made for the first large file, else WebAssembly.
 */
export function readerChoice(bytes: number): VolumetricCode {
  const mayTest = bytes >= TEST_THRESHOLD;
  if (!looked || mayTest) chosen ??= chooseCode(mayTest);
  looked = true;
  return chosen ?? codeFor(undefined);
}

/** The code of one instruction set, known to be there and to have passed. */
export function codeFor(instructionSet: string | undefined): VolumetricCode {
  if (instructionSet === undefined) return { code: loadKernel("volumetric") };
  return { code: loadAddon(addonFolder(), "volumetric", instructionSet), instructionSet };
}

/** Undefined where there may be an addon, but none has been tested and none is to be. */
export function chooseCode(
  mayTest: boolean,
  folder = addonFolder(),
  recall = recallPassed,
  remember = rememberPassed,
): VolumetricCode | undefined {
  const sets = addonSets(folder, "volumetric");
  if (sets.length === 0) return codeFor(undefined);
  const key = selfCheckKey(folder, "volumetric", sets);
  const known = recall(key);
  const passed = known ?? (mayTest ? bestOf(folder, sets) : undefined);
  if (passed === undefined) return undefined;
  if (known === undefined) remember(key, passed);
  const usable = sets.includes(passed);
  return usable ? { code: loadAddon(folder, "volumetric", passed), instructionSet: passed } : codeFor(undefined);
}

/** What is remembered where no addon passes. */
const NONE = "none";

function bestOf(folder: string, sets: readonly string[]): string {
  for (let rest = sets; rest.length > 0; ) {
    const { instructionSet, difference } = runSelfCheck(folder, "volumetric", rest);
    if (instructionSet === undefined) return NONE;
    if (difference === 0) return instructionSet;
    rest = rest.slice(rest.indexOf(instructionSet) + 1);
  }
  return NONE;
}
