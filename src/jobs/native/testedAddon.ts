import { type AddonName, type Addons, addonFolder, addonSets, loadAddon } from "./nativeAddon.js";
import { recallPassed, rememberPassed } from "./selfCheckMemory.js";
import { runSelfCheck, selfCheckKey } from "./selfCheckProcess.js";

/** What is remembered where no addon passes. */
const NONE = "none";

/**
 * The best addon that gives the same bits as WebAssembly on this machine: undefined where there is none, `later` where
 * none has been tested yet and none is to be (`mayTest`).
 */
export function testedAddon<Name extends AddonName>(name: Name, mayTest: boolean): Addons[Name] | "later" | undefined {
  const folder = addonFolder();
  const sets = addonSets(folder, name);
  if (sets.length === 0) return undefined;
  const key = selfCheckKey(folder, name, sets);
  const known = recallPassed(key);
  if (known === undefined && !mayTest) return "later";
  const passed = known ?? firstPassed(folder, name, sets);
  if (known === undefined) rememberPassed(key, passed);
  return sets.includes(passed) ? loadAddon(folder, name, passed) : undefined;
}

function firstPassed(folder: string, name: AddonName, sets: readonly string[]): string {
  for (let rest = sets; rest.length > 0; ) {
    const { instructionSet, difference } = runSelfCheck(folder, name, rest);
    if (instructionSet === undefined) return NONE;
    if (difference === 0) return instructionSet;
    rest = rest.slice(rest.indexOf(instructionSet) + 1);
  }
  return NONE;
}
