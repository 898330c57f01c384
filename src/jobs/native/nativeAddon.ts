import { existsSync } from "node:fs";
import path from "node:path";
import type { NativeAlgebra } from "../../kernels/linearAlgebra/algebraHost.js";
import type { NativeNetwork } from "../../kernels/network/kernelHost.js";
import type { NativeSurfaces } from "../../kernels/surfaces/surfaceHost.js";
import type { NativeVolumetric } from "../../kernels/volumetric/readerHost.js";
import { distFile } from "../files/distFile.js";

/** What an addon may be compiled for, best first. */
export const INSTRUCTION_SETS = ["avx512", "avx2", "baseline", "neon"];

/** The kernels that are compiled for processors, and what their addons export. */
export interface Addons {
  readonly network: NativeNetwork;
  readonly volumetric: NativeVolumetric;
  readonly surfaces: NativeSurfaces;
  readonly linearAlgebra: NativeAlgebra;
}
export type AddonName = keyof Addons;

/** Where this machine's addons are. */
export const addonFolder = (): string => distFile(path.join("native", `${process.platform}-${process.arch}`));

export const addonFile = (folder: string, name: AddonName, instructionSet: string): string =>
  path.join(folder, `${name}-${instructionSet}.node`);

/** The instruction sets that there are addons for, best first. */
export const addonSets = (folder: string, name: AddonName): string[] =>
  INSTRUCTION_SETS.filter((set) => existsSync(addonFile(folder, name, set)));

/**
 * Loads an addon into this thread; the caller knows that it has passed its self-check, or can afford to crash. Throws
 * an Error where it cannot be loaded.
 */
export function loadAddon<Name extends AddonName>(folder: string, name: Name, instructionSet: string): Addons[Name] {
  const module = { exports: {} };
  process.dlopen(module, addonFile(folder, name, instructionSet));
  return module.exports as Addons[Name];
}
