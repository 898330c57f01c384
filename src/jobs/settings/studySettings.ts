import type { EncodeSettings } from "../../core/descriptors/encodeSettings.js";
import { defaultSoapSettings, type SoapSettings } from "../../core/descriptors/soapKernel.js";
import { checkSoapOptions } from "../../core/descriptors/soapOptions.js";
import { defaultsOf } from "../../core/learning/networks/targetDefaults.js";
import type { TrainingSettings } from "../../core/learning/networks/trainingSettings.js";
import { repeatsOf } from "../../core/settings/fewerRepeats.js";
import { growingSizes, LEAST_TRAINING } from "../../core/settings/growingSizes.js";
import { DEFAULT_NORMALIZATION, presetOf } from "../../core/settings/presets.js";
import {
  type Normalization,
  type StudyOptions,
  TARGET_TRAINING_KEYS,
  type TargetOptions,
  type TwoStepResiduals,
} from "../../core/settings/studyOptions.js";
import type { StudySettings, TargetSettings } from "../../protocol/runFiles.js";
import { chooseEngine } from "../engines/engineChoice.js";
import { UsageError } from "../files/usageError.js";
import { checkModels, DEFAULT_MODELS } from "../models/modelNames.js";
import { checkEncoding } from "../spectra/encodeSettings.js";
import { completeNetwork } from "./layerList.js";

/**
 * The settings of a target's training, checked; without a name those of a target of which nothing is known. What is
 * asked for comes first, then what suits the target, then the preset's. Throws `UsageError`.
 */
export function trainingOf(options: StudyOptions, target?: string): TrainingSettings {
  const { training: general, perTarget } = presetOf(options);
  const base = target !== undefined && perTarget ? { ...general, ...defaultsOf(target).training } : general;
  const voxels = {
    spacing: options.dl ?? base.voxels.spacing,
    length: options.length ?? base.voxels.length,
    assignment: options.assignment ?? base.voxels.assignment,
  };
  const size = checkEncoding(voxels);
  const asked: TargetOptions = { ...options, ...(target !== undefined && options.perTarget?.[target]) };
  const chosen = TARGET_TRAINING_KEYS.flatMap((key) => (asked[key] === undefined ? [] : [[key, asked[key]]]));
  const training: TrainingSettings = { ...base, ...Object.fromEntries(chosen), voxels };
  const { companions: wanted = [], ...alone } = training;
  const companions = [...new Set(wanted)].filter((name) => name !== target);
  const network = completeNetwork(training.network, training, size);
  return { ...alone, network, ...(companions.length > 0 && { companions }) };
}

/**
 * Two sets of options, one target's included: what `above` asks for all targets comes before what `below` asks for one.
 */
export function withOptions(below: StudyOptions, above: StudyOptions): StudyOptions {
  const given = new Set(Object.keys(above));
  const merged: Record<string, TargetOptions> = { ...above.perTarget };
  for (const [target, options] of Object.entries(below.perTarget ?? {})) {
    const left = Object.fromEntries(Object.entries(options).filter(([key]) => !given.has(key)));
    merged[target] = { ...left, ...above.perTarget?.[target] };
  }
  return { ...below, ...above, ...(Object.keys(merged).length > 0 && { perTarget: merged }) };
}

export function ensembleOf(options: StudyOptions): number {
  return options.ensemble ?? presetOf(options).ensemble;
}

/** What an extensive target is divided by. */
export function normalizationOf(options: StudyOptions, target: string): Normalization {
  // in the paper too the cohesive energy is per atom
  const suited = defaultsOf(target).normalize;
  return options.perTarget?.[target]?.normalize ?? options.normalize ?? suited ?? DEFAULT_NORMALIZATION;
}

/** Of kernel models. */
export function hyperparametersOf(options: StudyOptions): "validated" | "paper" {
  return options.hyperparameters ?? presetOf(options).hyperparameters;
}

/** Of the second of two steps. */
export function residualsOf(options: StudyOptions): TwoStepResiduals {
  return options.twoStepResiduals ?? presetOf(options).twoStepResiduals;
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

/**
 * Every setting of a study on `materials` materials, checked. `available`: how many of them have a target's value,
 * where not all do. Throws `UsageError`.
 */
export function resolveStudy(
  options: StudyOptions,
  targets: readonly string[],
  materials: number,
  available: (target: string) => number = () => materials,
): StudySettings {
  const preset = presetOf(options);
  const { repeats, testAtMost } = repeatsOf(options, materials);
  const testSize = options.testSize ?? Math.max(1, Math.min(testAtMost, Math.round(materials * preset.test.fraction)));
  const most = Math.max(...targets.map(available));
  const asked = options.trainSizes && checkTrainSizes(options.trainSizes, most - testSize, testSize);
  const perTarget = targets.map((target): [string, TargetSettings] => {
    const trainSizes = sizesOf(target, asked, available(target) - testSize, testSize);
    const training = trainingOf(options, target);
    checkCompanions(training, targets);
    return [target, { normalize: normalizationOf(options, target), trainSizes, training }];
  });
  return {
    targets,
    models: checkModels(options.models ?? DEFAULT_MODELS),
    trainSizes: [...new Set(perTarget.flatMap(([, { trainSizes }]) => trainSizes))].sort((a, b) => a - b),
    testSize,
    repeats,
    ensemble: ensembleOf(options),
    seed: options.seed ?? 0,
    component: options.component ?? "total",
    hyperparameters: hyperparametersOf(options),
    twoStepResiduals: residualsOf(options),
    soap: soapOf(options),
    ...(options.exactUpTo !== undefined && { exactUpTo: options.exactUpTo }),
    perTarget: Object.fromEntries(perTarget),
  };
}

/** A network learns beside its target what the study learns, too. Throws `UsageError`. */
function checkCompanions({ companions = [] }: TrainingSettings, targets: readonly string[]): void {
  const strange = companions.find((name) => !targets.includes(name));
  if (strange !== undefined)
    throw new UsageError(`companions: ${strange} is none of the targets ${targets.join(", ")}`);
}

/** Throws `UsageError` for an engine that is asked for and cannot be had. */
export function checkBackend(options: StudyOptions): void {
  chooseEngine(options.backend);
}

/** A target that some materials lack is learned from as many as are left. */
function sizesOf(
  target: string,
  asked: readonly number[] | undefined,
  available: number,
  testSize: number,
): readonly number[] {
  if (asked === undefined) return checkTrainSizes(growingSizes(available), available, testSize);
  const enough = asked.filter((size) => size <= available);
  if (enough.length > 0) return enough;
  throw new UsageError(
    `${available + testSize} materials have a value of ${target}: too few for any of the training-set sizes ${asked.join(", ")}`,
  );
}

function checkTrainSizes(sizes: readonly number[], available: number, testSize: number): number[] {
  const growing = [...new Set(sizes)].sort((a, b) => a - b);
  const [least = 0] = growing;
  const most = growing.at(-1) ?? 0;
  if (available < LEAST_TRAINING) {
    throw new UsageError(
      `${available + testSize} materials are too few: ${testSize} for testing and at least ${LEAST_TRAINING} for training are needed`,
    );
  }
  if (least < LEAST_TRAINING)
    throw new UsageError(`a training size of ${least} is too small; at least ${LEAST_TRAINING} are needed`);
  if (most > available) {
    throw new UsageError(
      `a training size of ${most} needs ${most + testSize} materials with ${testSize} for testing; there are ${available + testSize}`,
    );
  }
  return growing;
}
