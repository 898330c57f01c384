// What reads volumetric files here: WebAssembly, and each addon that this processor runs. All must give the same bits.

import { codeFor, type VolumetricCode } from "../../src/jobs/densities/readerChoice.js";
import { addonFolder, addonSets, loadAddon } from "../../src/jobs/native/nativeAddon.js";

const sets = addonSets(addonFolder(), "volumetric");
const poorest = sets.at(-1);
const had = poorest === undefined ? [] : loadAddon(addonFolder(), "volumetric", poorest).instructionSets();

export const wasmCode = codeFor(undefined);
/** The build finds no C compiler on some machines, and some processors have no AVX2. */
export const nativeCodes: readonly VolumetricCode[] = sets.filter((set) => had.includes(set)).map(codeFor);
export const volumetricCodes = [wasmCode, ...nativeCodes];
export const nameOf = ({ instructionSet = "WebAssembly" }: VolumetricCode): string => instructionSet;
