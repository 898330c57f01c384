import { totalmem } from "node:os";
import type { SoapSettings } from "../../core/descriptors/soapKernel.js";
import { FILE_START, type Problem, problem } from "../../core/text/problem.js";
import { type ModelName, soapKernelsOf, stepsOf } from "./modelNames.js";

/** The kernel, the same with noise, and its factor: n x n numbers each. */
const MATRICES = 3;
/** Of the memory there is. */
const SHARE = 0.75;
const NUMBER = 8;
const GIGABYTE = 1e9;

/** Bytes that kernel models hold at once: their own matrices of the `train` materials, and SOAP kernels of `all` that the study reads. 0 where all are networks. */
export function kernelBytes(names: readonly ModelName[], soap: SoapSettings, train: number, all: number): number {
  const kernels = names.filter((name) => stepsOf(name).some((step) => step !== undefined && step !== "r3dvs"));
  if (kernels.length === 0) return 0;
  return NUMBER * (MATRICES * train ** 2 + soapKernelsOf(kernels, soap, train).length * all ** 2);
}

/** This process's, where something limits it, else the machine's, in bytes. */
export function memoryLimit(): number {
  const constrained = process.constrainedMemory?.() ?? 0;
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** Why models cannot learn from so many materials on this machine, before hours are spent; with how many would do. */
export function memoryProblem(
  names: readonly ModelName[],
  soap: SoapSettings,
  { train, all }: { readonly train: number; readonly all: number },
  memory = memoryLimit(),
): Problem | undefined {
  const usable = SHARE * memory;
  const needed = kernelBytes(names, soap, train, all);
  if (needed <= usable) return undefined;
  const possible = Math.floor(Math.sqrt(usable / (kernelBytes(names, soap, 10_000, 10_000) / 10_000 ** 2)) / 100) * 100;
  const template =
    "kernel models of {0} training materials ({1} in all) need about {2} GB of memory, and there are {3}: learn from at most {4}, or with the model r3dvs alone";
  const gigabytes = (bytes: number) => Math.ceil(bytes / GIGABYTE);
  return problem("error", FILE_START, template, train, all, gigabytes(needed), gigabytes(memory), possible);
}
