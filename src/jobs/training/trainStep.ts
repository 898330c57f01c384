import { fitProcess, type ProcessModel } from "../../core/learning/gaussianProcess/gaussianProcess.js";
import { describeParts } from "../../core/learning/gaussianProcess/processFeatures.js";
import { type ProcessName, processParts, processSoapScales } from "../../core/learning/gaussianProcess/processTerms.js";
import { defaultKernelModelOptions, fitKernelModelOnFeatures } from "../../core/learning/kernelRidge/kernelModel.js";
import { fitSoapModel } from "../../core/learning/kernelRidge/soapModel.js";
import type { EpochReport } from "../../core/learning/networks/networkModel.js";
import { featuresOf } from "../features/featureCache.js";
import { processSoapOfTraining } from "../features/processSoap.js";
import { type SharedSoap, soapTraining } from "../features/sharedSoap.js";
import { useFastAlgebra } from "../features/wasmCholesky.js";
import type { FittedStage } from "../models/modelFile.js";
import { isProcess, type SingleModel } from "../models/modelNames.js";
import { functionalsProblem } from "../models/processInputs.js";
import { canDescribe, cellSize, type EncodedMaterial } from "../spectra/material.js";
import type { TrainingTask } from "./trainingTask.js";
import { learnNetwork, type NetworkHooks, sampleOf } from "./trainNetwork.js";

/** One step of a model: what it learns and from what. */
export interface Step {
  readonly model: SingleModel;
  readonly materials: readonly EncodedMaterial[];
  /** Standardised. */
  readonly targets: Float64Array;
  readonly seed: number;
  /** Where a half-done network is kept. */
  readonly checkpoint: string;
}

export type StepHooks = Omit<NetworkHooks, "onEpoch"> & {
  readonly onEpoch: (report: EpochReport) => void;
  /** Kernels that are known already. */
  readonly soap?: readonly SharedSoap[];
};

/** Learns one step. Rejects with `cancelled` when stopped. */
export async function trainStep(step: Step, request: TrainingTask, hooks: StepHooks): Promise<FittedStage> {
  const { model, materials, targets, seed, checkpoint } = step;
  const { hyperparameters, training, fingerprint } = request;
  useFastAlgebra();
  if (model === "soap") {
    const known = soapTraining(materials, request.soap, hooks.soap);
    return { kind: "soap", soap: fitSoapModel({ ...known, targets, seed, hyperparameters }) };
  }
  if (isProcess(model)) {
    const ids = materials.map(({ id }) => id);
    return { kind: "process", process: learnProcess(model, step, request, hooks), ids };
  }
  if (model !== "r3dvs") {
    const vectors = materials.map((material) => featuresOf(model, material));
    const options = { ...defaultKernelModelOptions, hyperparameters };
    return { kind: "kernel", kernel: fitKernelModelOnFeatures(model, vectors, targets, seed, options) };
  }
  const samples = materials.map((material, index) => sampleOf(material, targets[index] ?? Number.NaN));
  const kept = { file: checkpoint, fingerprint: `${seed} ${fingerprint}` };
  return { kind: "networks", members: [await learnNetwork({ training, samples, seed, checkpoint: kept }, hooks)] };
}

/** Throws where the functionals of a material are needed and not known. */
function learnProcess(name: ProcessName, step: Step, { normalize, target }: TrainingTask, { soap: shared }: StepHooks): ProcessModel {
  const { materials, targets, seed } = step;
  const n = materials.length;
  const lacking = functionalsProblem(name, materials);
  if (lacking !== undefined) throw new Error(lacking.message);
  const described = materials.map(canDescribe);
  return fitProcess({
    name,
    materials: described,
    sizes: materials.map(cellSize),
    parts: described.map((material) => describeParts(material, processParts(name, n))),
    soap: processSoapOfTraining(materials, processSoapScales(name, n), shared),
    normalize: target.kind === "intensive" ? "none" : normalize,
    targets,
    seed,
  });
}
