import type { SoapSettings } from "../../core/descriptors/soapKernel.js";
import type { Component } from "../../core/descriptors/spectrum.js";
import { combineMemberValues } from "../../core/learning/evaluation/calibration.js";
import type { TrainingSettings } from "../../core/learning/networks/trainingSettings.js";
import type { Normalization, TwoStepResiduals } from "../../core/settings/studyOptions.js";
import type { RunTarget } from "../../protocol/runFiles.js";
import type { ModelName } from "../models/modelNames.js";

/** Another target that a network learns beside its own. */
export interface CompanionTarget {
  readonly target: RunTarget;
  readonly normalize: Normalization;
  readonly values: readonly number[];
}

/**
 * One work item: a model (of an ensemble one member) learned from some materials and asked about others. All materials
 * are shared ones.
 */
export interface TrainingTask {
  /** Comes back with each epoch's report. */
  readonly item: number;
  readonly model: ModelName;
  readonly target: RunTarget;
  readonly normalize: Normalization;
  readonly training: TrainingSettings;
  readonly component: Component;
  /** Of kernel models. */
  readonly hyperparameters: "validated" | "paper";
  readonly twoStepResiduals: TwoStepResiduals;
  readonly soap: SoapSettings;
  /** Kernel models take in more training materials through landmarks; absent: `MOST_EXACT`. */
  readonly exactUpTo?: number;
  /** Values as `targets.csv` has them. */
  readonly train: readonly { readonly id: string; readonly value: number }[];
  /** What `training.companions` names, a value for each of `train`; NaN where it is not known. */
  readonly companions?: readonly CompanionTarget[];
  readonly test: readonly string[];
  /** Decides all that is random. */
  readonly seed: number;
  /** As `seed`, of the first of two steps: the same for all members, which share it. */
  readonly firstSeed: number;
  /** Names the inputs: a checkpoint of other inputs is not taken up. */
  readonly fingerprint: string;
  /** Where a half-done training is kept. */
  readonly checkpoint: string;
  /** Where the learned model goes, if it is wanted. */
  readonly keep?: string;
}

/** What was learned, as predictions of the test materials in the target's reported unit. */
export interface LearnOutcome {
  readonly predictions: readonly MemberPrediction[];
  readonly seconds: number;
}

/** `sigma`: standard deviation over `count` orientations; with a count of 1 the model's own, for a new value. */
export interface MemberPrediction {
  readonly id: string;
  readonly value: number;
  readonly sigma: number;
  readonly count: number;
  /** `sigma` is that of the error, not a spread. */
  readonly isCalibrated?: boolean;
}

/** Mean and standard deviation over members and orientations, all of them together, as if they had been one list. */
export function combineMembers(members: readonly MemberPrediction[]): {
  readonly value: number;
  readonly sigma: number;
} {
  if (members.length > 0 && members.every(({ isCalibrated }) => isCalibrated)) return combineMemberValues(members);
  const count = members.reduce((sum, member) => sum + member.count, 0);
  const value = members.reduce((sum, member) => sum + member.value * member.count, 0) / count;
  const squares = members.reduce(
    (sum, member) => sum + member.sigma ** 2 * (member.count - 1) + member.count * (member.value - value) ** 2,
    0,
  );
  return { value, sigma: count > 1 ? Math.sqrt(squares / (count - 1)) : (members[0]?.sigma ?? 0) };
}
