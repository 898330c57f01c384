// What `npm run bench -- folds` measures: a Gaussian process on all oxides, each predicted without itself.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { soapEnvironments } from "../../src/core/descriptors/soapKernel.js";
import { inferTargets } from "../../src/core/learning/evaluation/targetScaling.js";
import { leaveOneOut } from "../../src/core/learning/gaussianProcess/gaussianProcess.js";
import {
  type ProcessName,
  processSoapScales,
  SOAP_SCALES,
} from "../../src/core/learning/gaussianProcess/processTerms.js";
import { soapKernelMatrix } from "../../src/core/learning/kernelRidge/soapKernelMatrix.js";
import { defaultTraining } from "../../src/core/learning/networks/trainingSettings.js";
import { Random } from "../../src/core/math/random.js";
import { PAPER_TARGETS } from "../../src/core/settings/paperTargets.js";
import { useFastAlgebra } from "../../src/jobs/features/fastAlgebra.js";
import { processSoapOfTraining } from "../../src/jobs/features/processSoap.js";
import type { SharedSoap } from "../../src/jobs/features/sharedSoap.js";
import { useWasmSoap } from "../../src/jobs/features/useWasmSoap.js";
import { readModel } from "../../src/jobs/models/modelFile.js";
import { runTarget } from "../../src/jobs/models/targetUnits.js";
import { canDescribe, type EncodedMaterial } from "../../src/jobs/spectra/material.js";
import { readPackedSpectra } from "../../src/jobs/spectra/packedSpectra.js";
import type { TrainingTask } from "../../src/jobs/training/trainingTask.js";
import { trainTask } from "../../src/jobs/training/trainTask.js";

export interface FoldsTask {
  readonly model: ProcessName;
  /** Default: those of the paper. */
  readonly targets?: readonly string[];
  /** 0: leave-one-out alone. */
  readonly folds: number;
}

export interface FoldsResult {
  readonly model: ProcessName;
  readonly target: string;
  readonly materials: number;
  /** By the fit on all, whose kernels have seen the material's value. */
  readonly leaveOneOut: number;
  /** Errors of materials that neither fit nor kernels have seen; absolute, in the order of the ids. */
  readonly errors: readonly number[];
  readonly within: readonly [number, number];
  /** CPU seconds of the fits on all, descriptions and SOAP kernels not counted. */
  readonly fit: number;
}

export async function runFolds(dataset: string, task: FoldsTask, report: (result: FoldsResult) => void): Promise<void> {
  useFastAlgebra();
  const read = readPackedSpectra(path.join(dataset, "spectra.npz"))?.materials ?? [];
  const shared = processSoapScales(task.model, read.length).map((number) => soapOf(number, read));
  for (const target of task.targets ?? PAPER_TARGETS) report(await foldsOf(dataset, target, task, read, shared));
}

async function foldsOf(
  dataset: string,
  name: string,
  { model, folds }: FoldsTask,
  read: readonly EncodedMaterial[],
  soap: readonly SharedSoap[],
): Promise<FoldsResult> {
  const known = valuesOf(dataset, name);
  const materials = read.filter(({ id }) => Number.isFinite(known.get(id)));
  const ids = materials.map(({ id }) => id).sort();
  const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-folds-"));
  const [quantity] = inferTargets([name]);
  if (quantity === undefined) throw new Error(`there is no target ${name}`);
  const target = runTarget(quantity);
  const taskOf = (train: readonly string[], test: readonly string[]): TrainingTask => ({
    ...UNUSED,
    model,
    target,
    normalize: "atom",
    train: train.map((id) => ({ id, value: known.get(id) ?? Number.NaN })),
    test,
    checkpoint: path.join(folder, "state"),
    ...(test.length === 0 && { keep: path.join(folder, "model") }),
  });
  const byId = new Map(materials.map((material) => [material.id, material]));
  const hooks = { materials: byId, createEngine: noEngine, shouldStop: () => false, onEpoch: () => {}, soap };
  try {
    const began = process.cpuUsage().user;
    await trainTask(taskOf(ids, []), hooks);
    const fit = (process.cpuUsage().user - began) / 1e6;
    const { learned, scale } = readModel(path.join(folder, "model"));
    if (learned.kind !== "process") throw new Error(`${model} is no Gaussian process`);
    const inOrder = learned.ids.map((id) => byId.get(id) as EncodedMaterial);
    const soapKernels = () => processSoapOfTraining(inOrder, processSoapScales(model, inOrder.length), soap);
    const { residuals } = leaveOneOut(learned.process, soapKernels);
    const parts = foldsAmong(ids, folds);
    const found = new Map<string, { readonly error: number; readonly sigma: number }>();
    for (const test of parts) {
      const { predictions } = await trainTask(
        taskOf(
          ids.filter((id) => !test.includes(id)),
          test,
        ),
        hooks,
      );
      for (const { id, value, sigma } of predictions)
        found.set(id, { error: Math.abs(value - (known.get(id) ?? Number.NaN)), sigma });
    }
    const each = ids.flatMap((id) => found.get(id) ?? []);
    const share = (factor: number) => each.filter(({ error, sigma }) => error <= factor * sigma).length / each.length;
    return {
      model,
      target: name,
      materials: ids.length,
      leaveOneOut: scale.deviation * residuals.reduce((sum, x) => sum + Math.abs(x) / residuals.length, 0),
      errors: each.map(({ error }) => error),
      within: [share(1), share(2)],
      fit,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Of a network or of SOAP kernel ridge, which a Gaussian process does not ask for. */
const UNUSED = {
  item: 0,
  training: defaultTraining,
  component: "total",
  hyperparameters: "validated",
  twoStepResiduals: "outOfFold",
  soap: SOAP_SCALES[0] as (typeof SOAP_SCALES)[0],
  seed: 1,
  firstSeed: 1,
  fingerprint: "folds",
} as const;

function noEngine(): never {
  throw new Error("a Gaussian process asks for no network");
}

function valuesOf(dataset: string, target: string): Map<string, number> {
  const [header = [], ...rows] = readFileSync(path.join(dataset, "targets.csv"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  const [id, column] = [header.indexOf("id"), header.indexOf(target)];
  return new Map(rows.map((row) => [row[id] ?? "", row[column] ? Number(row[column]) : Number.NaN]));
}

/** Parts of nearly the same size, drawn by a fixed seed. */
function foldsAmong(ids: readonly string[], folds: number): string[][] {
  const order = new Random(1).shuffle([...ids]);
  return Array.from({ length: folds }, (_, fold) => order.filter((_id, i) => i % folds === fold));
}

function soapOf(number: number, materials: readonly EncodedMaterial[]): SharedSoap {
  const settings = SOAP_SCALES[number];
  if (settings === undefined) throw new Error(`there is no SOAP scale ${number}`);
  return useWasmSoap((kernels) => {
    const environments = materials.map((material) => soapEnvironments(canDescribe(material), settings, kernels));
    const kernel = soapKernelMatrix(environments, environments, settings, kernels);
    return { settings, ids: materials.map(({ id }) => id), environments, kernel };
  });
}
