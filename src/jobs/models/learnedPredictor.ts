import { unstandardise } from "../../core/learning/evaluation/targetScaling.js";
import { type ProcessModel, predictProcess } from "../../core/learning/gaussianProcess/gaussianProcess.js";
import { compareFeatures, predictFeatures } from "../../core/learning/kernelRidge/kernelModel.js";
import { predictSoapModel } from "../../core/learning/kernelRidge/soapModel.js";
import type { CreateNetworkEngine } from "../../core/learning/networks/networkEngine.js";
import { NetworkEnsemble, ORIENTATION_SEED } from "../../core/learning/networks/predictNetworks.js";
import { useFastAlgebra } from "../features/fastAlgebra.js";
import { featuresOf } from "../features/featureCache.js";
import { processSoapOfModel, processSoapRows } from "../features/processSoap.js";
import { type SharedSoap, soapRow } from "../features/sharedSoap.js";
import { canDescribe, cellSize, type EncodedMaterial } from "../spectra/material.js";
import type { FittedModel, FittedStage, LearnedTwoSteps } from "./modelFile.js";
import { withFactor } from "./processFactor.js";

/** Standardised. `sigma`: over `count` members and orientations, or a kernel model's own with a count of 1. */
export interface LearnedPrediction {
  readonly value: number;
  readonly sigma: number;
  readonly count: number;
  /**
   * Whether `sigma` is the standard deviation of the error: true of kernel models, and of networks that are calibrated.
   */
  readonly isCalibrated: boolean;
}

/** What was learned, ready to predict any number of materials. */
export interface LearnedPredictor {
  predict(material: EncodedMaterial): LearnedPrediction;
  /** Of a kernel of atoms: how similar the material is to each training material, 1 for the same atoms. */
  compare?(material: EncodedMaterial): Float64Array;
  /** Of the training materials that `compare` speaks of, where these are not all. */
  readonly compared?: readonly string[];
  dispose(): void;
}

/** `soap`: kernels that are known already. */
export function learnedPredictor(
  learned: FittedModel,
  createEngine: CreateNetworkEngine,
  soap?: readonly SharedSoap[],
): LearnedPredictor {
  return learned.kind === "twoSteps" ? twoSteps(learned, createEngine, soap) : oneStep(learned, createEngine, soap);
}

function oneStep(
  learned: FittedStage,
  createEngine: CreateNetworkEngine,
  soap: readonly SharedSoap[] | undefined,
): LearnedPredictor {
  const dispose = () => {};
  useFastAlgebra();
  if (learned.kind === "kernel") {
    const { kernel } = learned;
    const describe = (material: EncodedMaterial) => featuresOf(kernel.name, material, kernel.coulombMatrix);
    return {
      predict: (material) => ({ ...predictFeatures(kernel, describe(material)), count: 1, isCalibrated: true }),
      compare: (material) => compareFeatures(kernel, describe(material)),
      ...(learned.ids && { compared: learned.ids }),
      dispose,
    };
  }
  if (learned.kind === "soap") {
    const model = learned.soap;
    const rows = new WeakMap<EncodedMaterial, Float64Array>();
    const rowOf = (material: EncodedMaterial) => {
      const row = rows.get(material) ?? soapRow(material, model, soap);
      rows.set(material, row);
      return row;
    };
    return {
      predict: (material) => ({ ...predictSoapModel(model, rowOf(material)), count: 1, isCalibrated: true }),
      compare: rowOf,
      ...(learned.ids && { compared: learned.ids }),
      dispose,
    };
  }
  if (learned.kind === "process") {
    const { process, ids } = learned;
    let ready: ProcessModel | undefined;
    const predict = (material: EncodedMaterial) => {
      ready ??= withFactor(process, () => processSoapOfModel(process));
      const model = ready;
      const input = {
        material: canDescribe(material),
        size: cellSize(material),
        soap: processSoapRows(material, model, ids, soap),
      };
      return predictProcess(model, input, () => processSoapOfModel(model));
    };
    return { predict: (material) => ({ ...predict(material), count: 1, isCalibrated: true }), dispose };
  }
  const ensemble = new NetworkEnsemble(createEngine, learned.members);
  const count = learned.members.reduce((sum, { settings }) => sum + settings.testRotations, 0);
  return {
    predict: ({ spectrum }) => ({ ...ensemble.predict(spectrum, ORIENTATION_SEED), count }),
    dispose: () => ensemble.dispose(),
  };
}

/**
 * Residuals of materials that the first step had not seen hold its error, so the second step's doubt is the doubt of
 * the sum;
 * those of its own training set do not, and both uncertainties count.
 */
function twoSteps(
  learned: LearnedTwoSteps,
  createEngine: CreateNetworkEngine,
  soap: readonly SharedSoap[] | undefined,
): LearnedPredictor {
  const first = oneStep(learned.first, createEngine, soap);
  const second = oneStep(learned.second, createEngine, soap);
  const { residualScale, residuals } = learned;
  return {
    predict: (material) => {
      const [a, b] = [first.predict(material), second.predict(material)];
      const doubt = b.sigma * residualScale.deviation;
      const sigma = residuals === "outOfFold" ? doubt : Math.hypot(a.sigma, doubt);
      return {
        value: a.value + unstandardise(b.value, residualScale),
        sigma,
        count: b.count,
        isCalibrated: b.isCalibrated,
      };
    },
    ...(first.compare && { compare: first.compare }),
    ...(first.compared && { compared: first.compared }),
    dispose: () => {
      first.dispose();
      second.dispose();
    },
  };
}
