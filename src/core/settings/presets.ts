import { defaultTraining, paperTraining, type TrainingSettings } from "../learning/networks/trainingSettings.js";
import type { Normalization, PresetName, StudyOptions, TwoStepResiduals } from "./studyOptions.js";

/**
 * What a study does where nothing else is asked for. `fraction`: of the materials, `atMost` of them, are the test set.
 */
export interface Preset {
  readonly test: { readonly atMost: number; readonly fraction: number };
  readonly repeats: number;
  readonly ensemble: number;
  readonly training: TrainingSettings;
  /** Whether a target that is known is learned in the way that suits it. */
  readonly perTarget: boolean;
  readonly hyperparameters: "validated" | "paper";
  readonly twoStepResiduals: TwoStepResiduals;
}

/** Spec section 7. */
const standard: Preset = {
  test: { atMost: 80, fraction: 0.25 },
  repeats: 20,
  ensemble: 5,
  training: defaultTraining,
  perTarget: true,
  hyperparameters: "validated",
  twoStepResiduals: "outOfFold",
};

export const DEFAULT_PRESET: PresetName = "standard";
export const DEFAULT_NORMALIZATION: Normalization = "volume";

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  /** A few minutes on two cores, to see the whole way at once. */
  quick: {
    ...standard,
    test: { atMost: 30, fraction: 0.25 },
    repeats: 2,
    ensemble: 1,
    training: { ...defaultTraining, epochs: 12, rotations: 6, testRotations: 6 },
  },
  standard,
  /** The published protocol. */
  paper: {
    ...standard,
    training: paperTraining,
    perTarget: false,
    hyperparameters: "paper",
    twoStepResiduals: "inSample",
  },
};

export const presetOf = ({ preset = DEFAULT_PRESET }: Pick<StudyOptions, "preset">): Preset => PRESETS[preset];
