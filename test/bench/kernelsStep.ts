// Descriptors and kernels of this project for `npm run bench -- kernels`: kernelsStep.js STRUCTURES.json
// Each line of stdin is a task {"what", "n", ...}; each answer a line with what it took.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { clusterMatrix, sineMatrix } from "../../src/core/descriptors/coulombMatrix.js";
import { ewaldMatrix } from "../../src/core/descriptors/ewaldMatrix.js";
import type { Atoms } from "../../src/core/descriptors/material.js";
import { describeSoap } from "../../src/core/descriptors/soap.js";
import {
  defaultSoapSettings,
  type SoapEnvironments,
  type SoapSettings,
  soapEnvironments,
} from "../../src/core/descriptors/soapKernel.js";
import { fitKernelRidge, predictKernelRidge } from "../../src/core/learning/kernelRidge/kernelRidge.js";
import { kernelMatrix, medianGamma } from "../../src/core/learning/kernelRidge/kernels.js";
import { soapKernelMatrix } from "../../src/core/learning/kernelRidge/soapKernelMatrix.js";
import { useFactorization } from "../../src/core/math/cholesky.js";
import { loadKernel } from "../../src/jobs/files/wasmModule.js";
import { LinearAlgebra } from "../../src/kernels/linearAlgebra/linearAlgebra.js";
import { SoapKernels } from "../../src/kernels/soap/soapKernels.js";
import type { KernelTask } from "./kernelsJob.js";
import { peakMemory } from "./peakMemory.js";

const [file = ""] = process.argv.slice(2);
const structures = JSON.parse(readFileSync(file, "utf8")) as {
  lattice: number[][];
  fractional: number[];
  numbers: number[];
}[];
const materials = structures.map(
  ({ lattice, fractional, numbers }) =>
    ({ lattice, fractional: Float64Array.from(fractional), atomicNumbers: numbers }) as unknown as Atoms,
);
useFactorization(new LinearAlgebra(loadKernel("linearAlgebra")));
const kernels = new SoapKernels(loadKernel("soap"));
const prepared = new Map<string, SoapEnvironments[]>();

function settingsOf({ basis = "gto", kernel = "average", zeta = 2 }: KernelTask): SoapSettings {
  return { ...defaultSoapSettings, basis, kernel, zeta };
}

/** What a task does, and what of its result other programs must agree with. */
const TASKS: Record<KernelTask["what"], (task: KernelTask) => number> = {
  vectors: (task) => {
    let sum = 0;
    for (const atoms of materials.slice(0, task.n))
      sum += describeSoap(atoms, settingsOf(task), kernels).values[0] ?? 0;
    return sum;
  },
  kernel: (task) => {
    const settings = settingsOf(task);
    const environments = environmentsOf(task, settings);
    return soapKernelMatrix(environments, environments, settings, kernels).reduce((sum, value) => sum + value, 0);
  },
  ewald: ({ n }) => sumOf(n, (atoms) => ewaldMatrix(atoms)),
  sine: ({ n }) => sumOf(n, (atoms) => sineMatrix(atoms)),
  cluster: ({ n }) => sumOf(n, (atoms) => clusterMatrix(atoms)),
  ridge: ({ n }) => {
    const { kernel, targets } = gaussian(n);
    return predictKernelRidge(fitKernelRidge(kernel, targets, 1e-3), kernel)[0] ?? 0;
  },
};

function environmentsOf(task: KernelTask, settings: SoapSettings): SoapEnvironments[] {
  const key = JSON.stringify([task.n, settings]);
  const known = prepared.get(key);
  if (known) return known;
  const made = materials.slice(0, task.n).map((atoms) => soapEnvironments(atoms, settings, kernels));
  prepared.set(key, made);
  return made;
}

function sumOf(n: number, matrixOf: (atoms: Atoms) => Float64Array): number {
  return materials.slice(0, n).reduce((sum, atoms) => sum + (matrixOf(atoms)[1] ?? 0), 0);
}

/** A Gaussian kernel of 40 features that only look random, and targets that follow from them. */
function gaussian(n: number): { readonly kernel: Float64Array; readonly targets: Float64Array } {
  const values = Float64Array.from({ length: n * 40 }, (_, i) => Math.sin(i * i * 0.37 + i));
  const features = { rows: n, columns: 40, values };
  const kernel = kernelMatrix({ name: "gaussian", gamma: medianGamma(features) }, features, features);
  return { kernel, targets: Float64Array.from({ length: n }, (_, i) => values[40 * i] as number) };
}

const say = (message: unknown) => process.stdout.write(`${JSON.stringify(message)}\n`);

async function serve(): Promise<void> {
  say({ name: "r3dvs" });
  for await (const line of createInterface({ input: process.stdin })) {
    const task = JSON.parse(line) as KernelTask;
    if (task.what === "kernel") environmentsOf(task, settingsOf(task)); // the vectors are measured by themselves
    const began = performance.now();
    const before = process.cpuUsage();
    const check = TASKS[task.what](task);
    const { user, system } = process.cpuUsage(before);
    say({ check, wall: (performance.now() - began) / 1000, cpu: (user + system) / 1e6, peakMb: peakMemory() });
  }
}

void serve();
