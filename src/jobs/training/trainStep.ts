import { defaultKernelModelOptions, fitKernelModelOnFeatures } from "../../core/learning/kernelRidge/kernelModel.js";
import { fitSoapModel } from "../../core/learning/kernelRidge/soapModel.js";
import type { EpochReport } from "../../core/learning/networks/networkModel.js";
import { featuresOf } from "../features/featureCache.js";
import { type SharedSoap, soapTraining } from "../features/sharedSoap.js";
import { useFastAlgebra } from "../features/wasmCholesky.js";
import type { FittedStage } from "../models/modelFile.js";
import type { SingleModel } from "../models/modelNames.js";
import type { EncodedMaterial } from "../spectra/material.js";
import type { TrainingTask } from "./trainingTask.js";
import { learnNetwork, type NetworkHooks } from "./trainNetwork.js";

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
  readonly soap?: SharedSoap;
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
  if (model !== "r3dvs") {
    const vectors = materials.map((material) => featuresOf(model, material));
    const options = { ...defaultKernelModelOptions, hyperparameters };
    return { kind: "kernel", kernel: fitKernelModelOnFeatures(model, vectors, targets, seed, options) };
  }
  const samples = materials.map(({ spectrum }, index) => ({ spectrum, target: targets[index] ?? Number.NaN }));
  const kept = { file: checkpoint, fingerprint: `${seed} ${fingerprint}` };
  return { kind: "networks", members: [await learnNetwork({ training, samples, seed, checkpoint: kept }, hooks)] };
}
