import { CHANNELS } from "../descriptors/sparseVoxels.js";
import type { StudyOptions } from "./studyOptions.js";

/** What a setting may hold; the limits are part of it. */
export type SettingType =
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  | { readonly kind: "whole"; readonly least: number; readonly most?: number }
  /** Above `above`, or from `least` on. */
  | { readonly kind: "number"; readonly above?: number; readonly least?: number; readonly most?: number }
  | { readonly kind: "choices"; readonly choices: readonly string[] }
  | { readonly kind: "wholes"; readonly least: number }
  | { readonly kind: "columns" }
  | { readonly kind: "models" }
  /** By name, or its layers in a file of settings. */
  | { readonly kind: "network"; readonly choices: readonly string[] }
  | { readonly kind: "perTarget" };

export type SettingGroup = "protocol" | "voxels" | "networks" | "kernel models" | "computing";

/**
 * One setting of a study: command line, `r3dvs.json`, its schema and the editor's tasks are all made from this table.
 */
export interface Setting {
  readonly type: SettingType;
  /** What its value is called in `--help`. */
  readonly value: string;
  readonly group: SettingGroup;
  /** What it is, without full stop. */
  readonly help: string;
  /** What a larger or another value costs. */
  readonly cost?: string;
  /** Of the learning curves' protocol, which `train` does not have. */
  readonly studyOnly?: true;
}

const PROPORTIONAL = "training time is proportional to it";
const choice = (...choices: string[]) => ({ kind: "choice", choices }) as const;
const whole = (least: number, most?: number) =>
  ({ kind: "whole", least, ...(most !== undefined && { most }) }) as const;
const positive = { kind: "number", above: 0 } as const;

export const SETTINGS: Readonly<Record<keyof StudyOptions, Setting>> = {
  preset: {
    type: choice("quick", "standard", "paper"),
    value: "<name>",
    group: "protocol",
    help: "source of all settings that are not given: quick, standard, or paper (the published protocol)",
  },
  targets: {
    type: { kind: "columns" },
    value: "<list>",
    group: "protocol",
    help: "target columns of targets.csv",
    cost: "training time is proportional to their number",
    studyOnly: true,
  },
  models: {
    type: { kind: "models" },
    value: "<list>",
    group: "protocol",
    help: "models to compare on the same splits",
    cost: "models with a network take minutes to hours, the others seconds to minutes",
    studyOnly: true,
  },
  trainSizes: {
    type: { kind: "wholes", least: 1 },
    value: "<list>",
    group: "protocol",
    help: "training-set sizes, ascending",
    cost: "training time is proportional to their sum",
    studyOnly: true,
  },
  testSize: {
    type: whole(1),
    value: "<n>",
    group: "protocol",
    help: "number of test materials per split",
    studyOnly: true,
  },
  repeats: {
    type: whole(1, 100_000),
    value: "<n>",
    group: "protocol",
    help: "number of random splits into training and test set",
    cost: PROPORTIONAL,
    studyOnly: true,
  },
  seed: { type: whole(0), value: "<s>", group: "protocol", help: "random seed" },
  normalize: {
    type: choice("volume", "atom", "cell"),
    value: "<how>",
    group: "protocol",
    help: "normalisation of extensive targets for training; errors are reported per atom",
  },
  perTarget: {
    type: { kind: "perTarget" },
    value: "<map>",
    group: "protocol",
    help: "settings for one target alone, by its name",
  },
  dl: {
    type: positive,
    value: "<Å>",
    group: "voxels",
    help: "real-space resolution dL in Å; the cutoff is g_cut = pi/dL",
    cost: "training time grows with 1/dL^3",
  },
  length: {
    type: positive,
    value: "<Å>",
    group: "voxels",
    help: "real-space box L in Å; the mesh has L/dL voxels per side, an even number",
    cost: "training time grows with L^3",
  },
  assignment: {
    type: choice("nearest", "trilinear"),
    value: "<how>",
    group: "voxels",
    help: "how plane waves are assigned to voxels",
  },
  component: {
    type: choice("total", "magnetization", "mx", "my", "mz"),
    value: "<block>",
    group: "voxels",
    help: "block of the files to read",
  },
  channels: {
    type: { kind: "choices", choices: CHANNELS },
    value: "<list>",
    group: "voxels",
    help: "voxel channels used as input: |s|, |s|^2, |s|^2/g^2, or |m| of the magnetisation density",
  },
  inputScaling: {
    type: choice("mean", "rms", "log", "none"),
    value: "<how>",
    group: "voxels",
    help: "scaling of voxel values before the network",
  },
  ensemble: {
    type: whole(1, 1000),
    value: "<n>",
    group: "networks",
    help: "networks per model, trained from different seeds and averaged",
    cost: PROPORTIONAL,
  },
  rotations: {
    type: whole(1, 100_000),
    value: "<k>",
    group: "networks",
    help: "rotated copies of each training material per epoch",
    cost: PROPORTIONAL,
  },
  epochs: {
    type: whole(1, 1_000_000),
    value: "<e>",
    group: "networks",
    help: "training epochs per network",
    cost: PROPORTIONAL,
  },
  network: {
    type: { kind: "network", choices: ["light", "deep"] },
    value: "<name>",
    group: "networks",
    help: "architecture of the 3D convolutional network",
    cost: "deep takes about 14 times as long as light",
  },
  pooling: { type: choice("max", "average"), value: "<how>", group: "networks", help: "pooling of the network" },
  linearPart: {
    type: choice("sums", "none"),
    value: "<what>",
    group: "networks",
    help: "sums: a linear fit to the channel sums comes first, and the network learns its residual",
  },
  companions: {
    type: { kind: "columns" },
    value: "<list>",
    group: "networks",
    help: "other target columns that the network of each target learns as well, on a common trunk with an output for each (model r3dvs; a study's own targets)",
  },
  batchSize: { type: whole(1, 1_000_000), value: "<n>", group: "networks", help: "samples per step of the optimiser" },
  learningRate: { type: positive, value: "<r>", group: "networks", help: "initial learning rate of Adam" },
  schedule: {
    type: choice("cosine", "constant", "step", "plateau"),
    value: "<name>",
    group: "networks",
    help: "how the learning rate falls: to 0 along a cosine, not at all, in steps (0.3 at half, 0.1 at three quarters), or by half after 5 epochs without a lower validation error",
  },
  weightDecay: { type: { kind: "number", least: 0 }, value: "<w>", group: "networks", help: "decoupled weight decay" },
  dropout: {
    type: { kind: "number", least: 0, most: 0.9 },
    value: "<p>",
    group: "networks",
    help: "fraction of the values dropped behind each dense layer but the output while training",
  },
  maximumGradient: {
    type: positive,
    value: "<g>",
    group: "networks",
    help: "largest norm of a gradient, in units of the standardised target",
  },
  patience: {
    type: whole(0),
    value: "<n>",
    group: "networks",
    help: "epochs without a lower validation error before training stops; 0 never stops early",
  },
  validationFraction: {
    type: { kind: "number", least: 0, most: 0.5 },
    value: "<f>",
    group: "networks",
    help: "fraction of the training set kept for validation",
  },
  testRotations: {
    type: whole(1, 10_000),
    value: "<k>",
    group: "networks",
    help: "orientations averaged for each prediction",
    cost: "prediction time is proportional to it",
  },
  hyperparameters: {
    type: choice("validated", "paper"),
    value: "<which>",
    group: "kernel models",
    help: "hyperparameters of kernel models: chosen by cross-validation on the training set, or those of the paper",
    cost: "validated takes several times as long",
  },
  twoStepResiduals: {
    type: choice("outOfFold", "inSample"),
    value: "<which>",
    group: "kernel models",
    help: "residuals that the second step of a two-step model is trained on: of unseen materials (5-fold), or of the training set as in the paper",
    cost: "outOfFold trains the first step six times",
  },
  exactUpTo: {
    type: whole(1, 1_000_000),
    value: "<n>",
    group: "kernel models",
    help: "training materials up to which kernel models are exact; more are taken in through some of them (the Nyström approximation)",
    cost: "memory grows with its square, time with its cube",
  },
  soapBasis: {
    type: choice("gto", "polynomial"),
    value: "<basis>",
    group: "kernel models",
    help: "radial functions of SOAP",
  },
  soapKernel: {
    type: choice("average", "rematch"),
    value: "<kernel>",
    group: "kernel models",
    help: "how similarities of atoms combine to one of materials: their mean, or the best match (REMatch)",
    cost: "rematch is slower",
  },
  soapRCut: {
    type: positive,
    value: "<Å>",
    group: "kernel models",
    help: "cutoff radius of SOAP in Å",
    cost: "time grows with its cube",
  },
  soapNMax: {
    type: whole(1, 16),
    value: "<n>",
    group: "kernel models",
    help: "number of radial functions of SOAP",
    cost: "time grows with its square",
  },
  soapLMax: {
    type: whole(0, 16),
    value: "<l>",
    group: "kernel models",
    help: "highest degree of the spherical harmonics of SOAP",
    cost: "time grows with it",
  },
  soapSigma: {
    type: positive,
    value: "<Å>",
    group: "kernel models",
    help: "width of an atom's Gaussian density in SOAP, in Å",
  },
  soapZeta: {
    type: positive,
    value: "<z>",
    group: "kernel models",
    help: "exponent of the similarity of two atomic environments",
  },
  backend: {
    type: choice("auto", "native", "wasm", "tfjs-node", "webgpu"),
    value: "<engine>",
    group: "computing",
    help: "compute engine for networks; auto is the fastest that works here",
  },
  threads: {
    type: whole(1, 1024),
    value: "<n>",
    group: "computing",
    help: "worker threads; results do not depend on it",
  },
};

export const SETTING_KEYS = Object.keys(SETTINGS) as readonly (keyof StudyOptions)[];

/**
 * Why a value is none for a setting, as "a whole number of at least 1"; undefined where it is one. Layers and targets'
 * own settings are not looked into.
 */
export function neededInstead(type: SettingType, value: unknown): string | undefined {
  switch (type.kind) {
    case "choice":
      return isChoice(type.choices, value) ? undefined : `one of ${type.choices.join(", ")}`;
    case "whole":
      return isWhole(value, type) ? undefined : wholeText(type);
    case "number":
      return isNumber(value, type) ? undefined : numberText(type);
    case "choices":
      return isListOf(value, (item) => isChoice(type.choices, item))
        ? undefined
        : `a list, each item one of ${type.choices.join(", ")}`;
    case "wholes":
      return isListOf(value, (item) => isWhole(item, type)) ? undefined : `a list, each item ${wholeText(type)}`;
    case "columns":
    case "models":
      return isListOf(value, (item) => typeof item === "string" && item !== "")
        ? undefined
        : "a list, each item a text";
    case "network":
      return isChoice(type.choices, value) || (Array.isArray(value) && value.length > 0)
        ? undefined
        : `${type.choices.join(", ")} or a list of layers`;
    case "perTarget":
      return isObject(value) && Object.values(value).every(isObject)
        ? undefined
        : "targets by name, each with settings in { }";
  }
}

type Limits = { readonly above?: number; readonly least?: number; readonly most?: number };

const isChoice = (choices: readonly string[], value: unknown) => typeof value === "string" && choices.includes(value);
const isListOf = (value: unknown, fits: (item: unknown) => boolean) =>
  Array.isArray(value) && value.length > 0 && value.every(fits);
const isWhole = (value: unknown, limits: Limits) => Number.isSafeInteger(value) && isWithin(value as number, limits);
const isNumber = (value: unknown, limits: Limits) =>
  typeof value === "number" && Number.isFinite(value) && isWithin(value, limits);
const isWithin = (value: number, { above, least, most }: Limits) =>
  (above === undefined || value > above) &&
  (least === undefined || value >= least) &&
  (most === undefined || value <= most);
const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const wholeText = ({ least, most }: Limits) =>
  most === undefined ? `a whole number of at least ${least}` : `a whole number from ${least} to ${most}`;
const numberText = ({ above, least, most }: Limits) =>
  `a number ${above === undefined ? `from ${least}` : `above ${above}`}${most === undefined ? "" : ` to ${most}`}`;
