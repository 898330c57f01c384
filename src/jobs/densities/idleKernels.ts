import { VolumetricKernel } from "../../kernels/volumetric/volumetric.js";
import type { VolumetricCode } from "./readerChoice.js";

/**
 * Kernels that read no file now. An engine sets much address space aside for each, so they are used again; large ones
 * are let go.
 */
const idleKernels: VolumetricKernel[] = [];
const IDLE_MEMORY = 32 * 2 ** 20;

/** A kernel for one file, which `giveBackKernel` takes back. */
export function takeKernel({ code, instructionSet }: VolumetricCode) {
  const at = idleKernels.findIndex((kernel) => kernel.code === code);
  const [kernel = new VolumetricKernel(code)] = at < 0 ? [] : idleKernels.splice(at, 1);
  return { kernel, instructionSet };
}

/** Keeps a kernel for the next file. */
export function giveBackKernel(kernel: VolumetricKernel): void {
  if (kernel.memoryBytes <= IDLE_MEMORY) idleKernels.push(kernel);
}
