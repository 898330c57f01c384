import { totalmem } from "node:os";
import type { SoapSettings } from "../../core/descriptors/soapKernel.js";
import { landmarkCount, MOST_EXACT } from "../../core/learning/kernelRidge/nystrom.js";
import { FILE_START, type Problem, problem } from "../../core/text/problem.js";
import { type ModelName, soapKernelsOf, stepsOf } from "./modelNames.js";

/** The kernel, the same with noise, and its factor: n x n numbers each. */
const MATRICES = 3;
/**
 * Of an approximated model: kernel, factor, its inverse, products, their sum and factor, and what the kernels' library
 * holds of them.
 */
const SPARSE_MATRICES = 10;
/** Numbers of each training material. */
const FEATURES = 1000;
/** Of the memory there is. */
const SHARE = 0.75;
const NUMBER = 8;
const GIGABYTE = 1e9;

/**
 * Bytes that kernel models hold at once: their own matrices of the `train` materials, or of the landmarks where these
 * are more than `exactUpTo`, and SOAP kernels of `all` that the study reads. 0 where all are networks.
 */
export function kernelBytes(
  names: readonly ModelName[],
  soap: SoapSettings,
  train: number,
  all: number,
  exactUpTo = MOST_EXACT,
): number {
  const kernels = names.filter((name) => stepsOf(name).some((step) => step !== undefined && step !== "r3dvs"));
  if (kernels.length === 0) return 0;
  const scales = soapKernelsOf(kernels, soap, train).length;
  if (train <= exactUpTo) return NUMBER * (MATRICES * train ** 2 + scales * all ** 2);
  const held = landmarkCount(train);
  return NUMBER * (SPARSE_MATRICES * held ** 2 + ((scales * held) / train) * all ** 2 + FEATURES * train);
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
  { train, all, exactUpTo = MOST_EXACT }: { readonly train: number; readonly all: number; readonly exactUpTo?: number },
  memory = memoryLimit(),
): Problem | undefined {
  const usable = SHARE * memory;
  const needed = kernelBytes(names, soap, train, all, exactUpTo);
  if (needed <= usable) return undefined;
  const perPair = kernelBytes(names, soap, 1000, 1000, 1000) / 1000 ** 2;
  const possible = Math.min(exactUpTo, Math.floor(Math.sqrt(usable / perPair) / 100) * 100);
  const template =
    "kernel models of {0} training materials ({1} in all) need about {2} GB of memory, and there are {3}: learn from at most {4}, or with the model r3dvs alone";
  const gigabytes = (bytes: number) => Math.ceil(bytes / GIGABYTE);
  return problem("error", FILE_START, template, train, all, gigabytes(needed), gigabytes(memory), possible);
}
