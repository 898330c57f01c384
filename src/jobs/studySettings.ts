import { defaultSoapSettings, type SoapSettings } from "../core/descriptors/soapKernel.js";
import { checkSoapOptions } from "../core/descriptors/soapOptions.js";
import { defaultTraining, paperTraining, type TrainingSettings } from "../core/learning/trainingSettings.js";
import type { Normalization, StudyOptions, StudySettings, TwoStepResiduals } from "../protocol/runFiles.js";
import type { EncodeSettings } from "../protocol/workerMethods.js";
import { checkEncoding } from "./encodedFiles.js";
import { checkModels, DEFAULT_MODELS } from "./modelNames.js";
import { UsageError } from "./usageError.js";

/** What decides how long a study takes, besides the training. `fraction`: of the materials, `atMost` of them, are the test set. */
interface Preset {
  readonly test: { readonly atMost: number; readonly fraction: number };
  readonly repeats: number;
  readonly ensemble: number;
  readonly training: TrainingSettings;
}

/** A few minutes on two cores, to see the whole way at once. */
const quick: Preset = {
  test: { atMost: 30, fraction: 0.25 },
  repeats: 2,
  ensemble: 1,
  training: { ...defaultTraining, epochs: 12, rotations: 6, testRotations: 6 },
};
/** Spec section 7. */
const standard: Preset = { test: { atMost: 80, fraction: 0.25 }, repeats: 20, ensemble: 5, training: defaultTraining };
const paper: Preset = { ...standard, training: paperTraining };

/** The training's settings, checked. Throws `UsageError`. */
export function trainingOf(options: StudyOptions): TrainingSettings {
  const { training: base } = presetOf(options);
  const voxels = {
    spacing: options.dl ?? base.voxels.spacing,
    length: options.length ?? base.voxels.length,
    assignment: options.assignment ?? base.voxels.assignment,
  };
  checkEncoding(voxels);
  return {
    network: options.network ?? base.network,
    channels: options.channels ?? base.channels,
    pooling: options.pooling ?? base.pooling,
    epochs: options.epochs ?? base.epochs,
    rotations: options.rotations ?? base.rotations,
    batchSize: options.batchSize ?? base.batchSize,
    learningRate: options.learningRate ?? base.learningRate,
    schedule: options.schedule ?? base.schedule,
    weightDecay: options.weightDecay ?? base.weightDecay,
    patience: options.patience ?? base.patience,
    validationFraction: options.validationFraction ?? base.validationFraction,
    testRotations: options.testRotations ?? base.testRotations,
    voxels,
    inputScaling: options.inputScaling ?? base.inputScaling,
  };
}

export function ensembleOf(options: StudyOptions): number {
  return options.ensemble ?? presetOf(options).ensemble;
}

export function normalizationOf(options: StudyOptions): Normalization {
  return options.normalize ?? DEFAULT_NORMALIZATION;
}

/** Of kernel models. */
export function hyperparametersOf(options: StudyOptions): "validated" | "paper" {
  return options.hyperparameters ?? (options.preset === "paper" ? "paper" : "validated");
}

/** Of the second of two steps. */
export function residualsOf(options: StudyOptions): TwoStepResiduals {
  return options.twoStepResiduals ?? (options.preset === "paper" ? "inSample" : "outOfFold");
}

/** Of the SOAP kernel, checked. Throws `UsageError`. */
export function soapOf(options: StudyOptions): SoapSettings {
  const settings: SoapSettings = {
    ...defaultSoapSettings,
    basis: options.soapBasis ?? defaultSoapSettings.basis,
    kernel: options.soapKernel ?? defaultSoapSettings.kernel,
    rCut: options.soapRCut ?? defaultSoapSettings.rCut,
    nMax: options.soapNMax ?? defaultSoapSettings.nMax,
    lMax: options.soapLMax ?? defaultSoapSettings.lMax,
    sigma: options.soapSigma ?? defaultSoapSettings.sigma,
    zeta: options.soapZeta ?? defaultSoapSettings.zeta,
  };
  try {
    checkSoapOptions(settings);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`SOAP: ${error.message}`);
    throw error;
  }
  return settings;
}

/** Of the spectra that a study needs. */
export function encodingOf(options: StudyOptions): EncodeSettings {
  const { voxels } = trainingOf(options);
  return { ...voxels, component: options.component ?? "total" };
}

/** Every setting of a study on `materials` materials, checked. Throws `UsageError`. */
export function resolveStudy(options: StudyOptions, targets: readonly string[], materials: number): StudySettings {
  const preset = presetOf(options);
  const testSize = options.testSize ?? Math.max(1, Math.min(preset.test.atMost, Math.round(materials * preset.test.fraction)));
  const available = materials - testSize;
  return {
    targets,
    models: checkModels(options.models ?? DEFAULT_MODELS),
    trainSizes: checkTrainSizes(options.trainSizes ?? growingSizes(available), available, testSize),
    testSize,
    repeats: options.repeats ?? preset.repeats,
    ensemble: ensembleOf(options),
    normalize: normalizationOf(options),
    seed: options.seed ?? 0,
    component: options.component ?? "total",
    hyperparameters: hyperparametersOf(options),
    twoStepResiduals: residualsOf(options),
    soap: soapOf(options),
    training: trainingOf(options),
  };
}

/** Throws `UsageError` for an engine that this version lacks. */
export function checkBackend(options: StudyOptions): void {
  if (options.backend === "native" || options.backend === "tfjs-node") {
    throw new UsageError(`the backend ${options.backend} is not available in this version; use auto or wasm`);
  }
}

/** Each size about twice the one before, the last one all that is left. */
export function growingSizes(available: number): number[] {
  const sizes: number[] = [];
  for (let size = 25; size <= available * 0.7; size *= 2) sizes.push(size);
  return [...sizes, available];
}

const DEFAULT_NORMALIZATION: Normalization = "volume";
/** A network needs one material to learn from and one to be judged by, kernel models two to measure a distance. */
const LEAST_TRAINING = 4;

function presetOf(options: StudyOptions): Preset {
  if (options.preset === "quick") return quick;
  return options.preset === "paper" ? paper : standard;
}

function checkTrainSizes(sizes: readonly number[], available: number, testSize: number): number[] {
  const growing = [...new Set(sizes)].sort((a, b) => a - b);
  const [least = 0] = growing;
  const most = growing.at(-1) ?? 0;
  if (available < LEAST_TRAINING) {
    throw new UsageError(
      `${available + testSize} materials are too few: ${testSize} for testing and at least ${LEAST_TRAINING} to learn from are needed`,
    );
  }
  if (least < LEAST_TRAINING) throw new UsageError(`a training size of ${least} is too small; at least ${LEAST_TRAINING} are needed`);
  if (most > available) {
    throw new UsageError(
      `a training size of ${most} needs ${most + testSize} materials with ${testSize} for testing; there are ${available + testSize}`,
    );
  }
  return growing;
}
