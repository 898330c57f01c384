import type { EpochReport } from "../../core/learning/networks/networkModel.js";
import { threadEvent, threadMethod } from "../threads/threadMethod.js";
import type { LearnOutcome, TrainingTask } from "./trainingTask.js";

/** One network or one kernel model, from materials that are shared. */
export const trainTaskMethod = threadMethod<TrainingTask, LearnOutcome>("trainTask");

export interface Epoch {
  readonly item: number;
  readonly report: EpochReport;
  readonly epochs: number;
  readonly validationMae: number;
}

export const epochEvent = threadEvent<Epoch>("epoch");
