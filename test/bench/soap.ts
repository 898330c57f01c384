// SOAP vectors and kernels on one thread: time and memory by the number of materials. Run by `npm run bench`.
import type { Atoms } from "../../src/core/descriptors/material.js";
import { describeSoap } from "../../src/core/descriptors/soap.js";
import { defaultSoapSettings, prepareSoap, type SoapSettings } from "../../src/core/descriptors/soapKernel.js";
import { soapKernelMatrix } from "../../src/core/learning/soapModel.js";

export interface SoapBenchmark {
  readonly materials: number;
  readonly atoms: number;
  /** Surroundings that differ: what a kernel compares. */
  readonly rows: number;
  readonly megabytes: number;
  readonly describeSeconds: number;
  readonly kernelSeconds: number;
}

/** Describes the first n materials for each of the sizes and compares each with each. */
export function benchmarkSoap(
  materials: readonly Atoms[],
  sizes: readonly number[],
  settings: SoapSettings = defaultSoapSettings,
): SoapBenchmark[] {
  return sizes.map((size) => {
    const chosen = materials.slice(0, size);
    const began = performance.now();
    const environments = chosen.map((atoms) => prepareSoap(describeSoap(atoms, settings), settings));
    const described = performance.now();
    soapKernelMatrix(environments, environments, settings);
    const compared = performance.now();
    const sum = (of: (index: number) => number) => chosen.reduce((total, _, index) => total + of(index), 0);
    return {
      materials: chosen.length,
      atoms: sum((i) => chosen[i]?.atomicNumbers.length ?? 0),
      rows: sum((i) => environments[i]?.weights.length ?? 0),
      megabytes: sum((i) => environments[i]?.values.byteLength ?? 0) / 1e6,
      describeSeconds: (described - began) / 1000,
      kernelSeconds: (compared - described) / 1000,
    };
  });
}
