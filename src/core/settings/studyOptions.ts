import type { SoapSettings } from "../descriptors/soapKernel.js";
import type { Channel } from "../descriptors/sparseVoxels.js";
import type { Component } from "../descriptors/spectrum.js";
import type { LayerChoice } from "../learning/networks/networkPresets.js";
import type { NetworkName, Pooling } from "../learning/networks/networkSpec.js";
import type { InputScaling, LinearPartKind, Schedule } from "../learning/networks/trainingSettings.js";

/** What computes networks. */
export type BackendName = "native" | "wasm" | "tfjs-node" | "webgpu";

/** Where settings that are left out come from: minutes on the sample, the default protocol, or the published one. */
export type PresetName = "quick" | "standard" | "paper";

/**
 * What may be asked of a study: the keys of `r3dvs.json`, the command line's options in camel case. What is left out
 * comes from the preset.
 */
export interface StudyOptions {
  readonly preset?: PresetName;
  readonly targets?: readonly string[];
  readonly models?: readonly string[];
  readonly trainSizes?: readonly number[];
  readonly testSize?: number;
  readonly repeats?: number;
  readonly ensemble?: number;
  readonly normalize?: Normalization;
  readonly seed?: number;
  /** Decides the time, not the result. */
  readonly threads?: number;
  readonly backend?: "auto" | BackendName;
  readonly dl?: number;
  readonly length?: number;
  readonly assignment?: "nearest" | "trilinear";
  readonly component?: Component;
  /** A network by name, or its layers; the output is added to them. */
  readonly network?: NetworkName | readonly LayerChoice[];
  readonly channels?: readonly Channel[];
  readonly pooling?: Pooling;
  readonly rotations?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly schedule?: Schedule;
  readonly weightDecay?: number;
  readonly dropout?: number;
  readonly maximumGradient?: number;
  readonly patience?: number;
  readonly validationFraction?: number;
  readonly testRotations?: number;
  readonly inputScaling?: InputScaling;
  readonly linearPart?: LinearPartKind;
  /** Other target columns that each target's network learns as well. */
  readonly companions?: readonly string[];
  /**
   * What one target's learning changes of all this, by the target's name; a setting that is asked for on the command
   * line comes before it.
   */
  readonly perTarget?: Readonly<Record<string, TargetOptions>>;
  readonly hyperparameters?: "validated" | "paper";
  readonly twoStepResiduals?: TwoStepResiduals;
  readonly exactUpTo?: number;
  readonly soapBasis?: SoapSettings["basis"];
  readonly soapKernel?: SoapSettings["kernel"];
  readonly soapRCut?: number;
  readonly soapNMax?: number;
  readonly soapLMax?: number;
  readonly soapSigma?: number;
  readonly soapZeta?: number;
}

/** What may be asked for one target alone. */
export type TargetOptions = Pick<StudyOptions, "normalize" | TargetTrainingKey>;

/** The settings of a training that may differ between targets. */
export const TARGET_TRAINING_KEYS = [
  "network",
  "channels",
  "pooling",
  "rotations",
  "epochs",
  "batchSize",
  "learningRate",
  "schedule",
  "weightDecay",
  "dropout",
  "maximumGradient",
  "patience",
  "validationFraction",
  "testRotations",
  "inputScaling",
  "linearPart",
  "companions",
] as const satisfies readonly (keyof StudyOptions)[];

export type TargetTrainingKey = (typeof TARGET_TRAINING_KEYS)[number];

/**
 * What the second of two steps learns: errors of the first on materials it had not seen (k-fold), or those on its own
 * training set, as in the paper.
 */
export type TwoStepResiduals = "outOfFold" | "inSample";

/** How extensive targets are learned. */
export type Normalization = "volume" | "atom" | "cell";
