import { valenceMember } from "../../core/descriptors/electrostatics.js";
import { fitValences } from "../../core/descriptors/valenceElectrons.js";
import { fitProcess, type ProcessModel } from "../../core/learning/gaussianProcess/gaussianProcess.js";
import { describeParts } from "../../core/learning/gaussianProcess/processFeatures.js";
import { type ProcessName, processParts, processSoapScales } from "../../core/learning/gaussianProcess/processTerms.js";
import { fitSparseProcess, stackDescribed } from "../../core/learning/gaussianProcess/sparseProcess.js";
import { defaultKernelModelOptions, fitKernelModelOnFeatures } from "../../core/learning/kernelRidge/kernelModel.js";
import { MOST_EXACT } from "../../core/learning/kernelRidge/nystrom.js";
import { fitSoapModel, fitSparseSoapModel } from "../../core/learning/kernelRidge/soapModel.js";
import type { EpochReport } from "../../core/learning/networks/networkModel.js";
import { useFastAlgebra } from "../features/fastAlgebra.js";
import { featuresOf, partsOfMaterial } from "../features/featureCache.js";
import { processSoapColumns, processSoapOfTraining } from "../features/processSoap.js";
import { landmarkPlaces, type SharedSoap, soapColumns, soapTraining } from "../features/sharedSoap.js";
import type { FittedStage } from "../models/modelFile.js";
import { isProcess, type SingleModel } from "../models/modelNames.js";
import { functionalsProblem } from "../models/processInputs.js";
import { atomsOf, canDescribe, cellSize, type EncodedMaterial } from "../spectra/material.js";
import type { TrainingTask } from "./trainingTask.js";
import { learnNetwork, type NetworkHooks, sampleOf } from "./trainNetwork.js";

/** One step of a model: what it learns and from what. */
export interface Step {
  readonly model: SingleModel;
  readonly materials: readonly EncodedMaterial[];
  /** Standardised. */
  readonly targets: Float64Array;
  /** Of each material what a network learns beside its target. */
  readonly companions?: readonly Float32Array[] | undefined;
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
  const landmarks =
    materials.length > (request.exactUpTo ?? MOST_EXACT) ? landmarkPlaces(materials, hooks.soap) : undefined;
  if (model === "soap" && landmarks !== undefined) {
    const { environments, rowsOf } = soapColumns(materials, landmarks, request.soap, hooks.soap);
    const known = { settings: request.soap, environments, rowsOf, landmarks };
    return {
      kind: "soap",
      soap: fitSparseSoapModel({ ...known, targets, seed, hyperparameters }),
      ids: idsOf(materials, landmarks),
    };
  }
  if (model === "soap") {
    const known = soapTraining(materials, request.soap, hooks.soap);
    return { kind: "soap", soap: fitSoapModel({ ...known, targets, seed, hyperparameters }) };
  }
  if (isProcess(model)) {
    return {
      kind: "process",
      process: learnProcess(model, step, request, hooks, landmarks),
      ids: idsOf(materials, landmarks),
    };
  }
  if (model !== "r3dvs") {
    const vectors = materials.map((material) => featuresOf(model, material));
    const options = { ...defaultKernelModelOptions, hyperparameters };
    const kernel = fitKernelModelOnFeatures(model, vectors, targets, seed, options, landmarks);
    return { kind: "kernel", kernel, ...(landmarks && { ids: idsOf(materials, landmarks) }) };
  }
  const samples = materials.map((material, index) =>
    sampleOf({ spectrumOf: () => material.spectrum, others: step.companions?.[index] }, targets[index] ?? Number.NaN),
  );
  const kept = { file: checkpoint, fingerprint: `${seed} ${fingerprint}` };
  return { kind: "networks", members: [await learnNetwork({ training, samples, seed, checkpoint: kept }, hooks)] };
}

/** Of some of the materials, or of all. */
const idsOf = (materials: readonly EncodedMaterial[], places: readonly number[] = [...materials.keys()]): string[] =>
  places.map((place) => (materials[place] as EncodedMaterial).id);

/** Throws where the functionals of a material are needed and not known. */
function learnProcess(
  name: ProcessName,
  step: Step,
  { normalize, target }: TrainingTask,
  { soap: shared }: StepHooks,
  landmarks: readonly number[] | undefined,
): ProcessModel {
  const { materials, targets, seed } = step;
  const n = materials.length;
  const lacking = functionalsProblem(name, materials);
  if (lacking !== undefined) throw new Error(lacking.message);
  const [parts, scales] = [processParts(name, n), processSoapScales(name, n)];
  const learnedPer = target.kind === "intensive" ? "none" : normalize;
  const valences = parts.includes("electrostatics")
    ? fitValences(materials.map((material) => valenceMember(canDescribe(material))))
    : undefined;
  const known = { sizes: materials.map(cellSize), ...(valences && { valences }) };
  const training = { name, ...known, normalize: learnedPer, targets, seed } as const;
  const materialAt = (place: number) => materials[place] as EncodedMaterial;
  if (landmarks !== undefined) {
    return fitSparseProcess({
      ...training,
      atomsOf: (place) => atomsOf(materialAt(place)),
      parts: stackDescribed(n, (place) => describeParts(canDescribe(materialAt(place)), parts, valences)),
      landmarks,
      soapOf: processSoapColumns(materials, landmarks, scales, shared),
    });
  }
  const described = materials.map(canDescribe);
  return fitProcess({
    ...training,
    materials: described,
    parts: materials.map((material) => partsOfMaterial(material, parts, valences)),
    soap: processSoapOfTraining(materials, scales, shared),
  });
}
