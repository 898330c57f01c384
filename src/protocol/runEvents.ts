import type { Problem } from "../core/text/problem.js";
import type { SharedWork } from "./clusterCalls.js";

/** A line of a run's `events.jsonl`, and of `--json`. `time`: ISO 8601. */
export type RunEvent =
  | {
      readonly event: "started";
      readonly time: string;
      readonly run: string;
      readonly tasks: number;
      readonly materials: number;
      readonly pid: number;
    }
  /** What the run does from now on; `count`: of materials, while it reads. */
  | { readonly event: "stage"; readonly time: string; readonly stage: RunStage; readonly count?: number }
  | { readonly event: "encoded"; readonly time: string; readonly id: string; readonly file: string }
  | {
      readonly event: "skipped";
      readonly time: string;
      readonly id: string;
      readonly file: string;
      readonly problems: readonly Problem[];
    }
  /** A material that is left out for one target only. */
  | {
      readonly event: "lacking";
      readonly time: string;
      readonly id: string;
      readonly file: string;
      readonly target: string;
      readonly problem: Problem;
    }
  | {
      readonly event: "epoch";
      readonly time: string;
      readonly target: string;
      readonly model: string;
      readonly trainSize: number;
      readonly repeat: number;
      readonly member: number;
      readonly epoch: number;
      readonly epochs: number;
      readonly loss: number;
      readonly validationMae: number;
    }
  | {
      readonly event: "result";
      readonly time: string;
      readonly target: string;
      readonly unit: string;
      readonly model: string;
      readonly trainSize: number;
      readonly repeat: number;
      readonly mae: number;
      readonly rmse: number;
      readonly seconds: number;
    }
  | {
      readonly event: "failed";
      readonly time: string;
      readonly target: string;
      readonly model: string;
      readonly trainSize: number;
      readonly repeat: number;
      readonly message: string;
    }
  | { readonly event: "stopped"; readonly time: string; readonly reason: string }
  | { readonly event: "finished"; readonly time: string; readonly done: number; readonly failed: number };

/** Reads the materials, compares atomic environments, trains, writes the report. */
export type RunStage = "reading" | "kernels" | "training" | "report";

export type RunState = "queued" | "running" | "stopping" | "stopped" | "finished" | "failed" | "interrupted";

/**
 * What the study view and the tree show of one run: its `run.json`, the events so far, predictions on the test sets.
 */
export interface RunSummary {
  readonly name: string;
  readonly folder: string;
  readonly state: RunState;
  readonly dataset: string;
  readonly targets: readonly { readonly name: string; readonly unit: string }[];
  readonly models: readonly string[];
  readonly trainSizes: readonly number[];
  readonly repeats: number;
  /** Test materials of each split, once that is settled. */
  readonly testSize?: number;
  /** Tasks done and in all. */
  readonly progress: { readonly done: number; readonly total: number };
  readonly message?: string;
  /** Tasks that were given up, where there are any. */
  readonly failed?: number;
  /** While others than the run's owner work on it: elements of a job array, or chunks. */
  readonly shared?: SharedWork;
  /** Of runs that are not under way: mean absolute errors at each target's largest training size, the least first. */
  readonly errors?: readonly {
    readonly target: string;
    readonly model: string;
    readonly trainSize: number;
    readonly mae: number;
  }[];
  /** How long it worked, pauses left out. */
  readonly seconds?: number;
}

/** What a run's page needs besides the events. */
export interface RunDetails {
  /**
   * By target: the MAE of predicting the training mean, at the largest training size. Empty until the splits are drawn.
   */
  readonly baselines: Readonly<Record<string, number>>;
  readonly materials: readonly { readonly id: string; readonly file: string; readonly formula?: string }[];
  /** Of every model that states an uncertainty. */
  readonly coverage: readonly RunCoverage[];
}

/** A run beside another one, at the sizes, models and targets that both have. */
export interface RunComparison {
  readonly folder: string;
  readonly name: string;
  readonly rows: readonly ComparedResult[];
  /** Every mean of the other run. */
  readonly means: readonly ComparedMean[];
}

export interface ComparedMean {
  readonly target: string;
  readonly model: string;
  readonly trainSize: number;
  readonly mae: number;
  /** Of the mean, corrected for the materials that splits share. */
  readonly standardError?: number;
  readonly repeats: number;
}

/** Errors in the target's reported unit; `difference` is this run less the other. */
export interface ComparedResult {
  readonly target: string;
  readonly unit: string;
  readonly model: string;
  readonly trainSize: number;
  readonly mae: number;
  readonly otherMae: number;
  readonly difference: number;
  /** Of the difference; absent where a run has one repeat. */
  readonly standardError?: number;
  /** Both were tested on the same materials, split by split. */
  readonly paired: boolean;
  /** Two-sided, of no difference; of paired results only. */
  readonly p?: number;
}

/** A test-set prediction, for the parity plot. Values in the target's reported unit (eV/atom for energies). */
export interface ParityPoint {
  readonly id: string;
  readonly target: string;
  readonly model: string;
  readonly trainSize: number;
  readonly repeat: number;
  readonly actual: number;
  readonly predicted: number;
  readonly sigma?: number;
}

/**
 * How often a model's test errors are as small as its uncertainty says, at the largest training size and over all
 * repeats. Shares are from 0 to 1.
 */
export interface RunCoverage {
  readonly target: string;
  readonly model: string;
  readonly trainSize: number;
  readonly repeats: number;
  /** Errors that have an uncertainty. */
  readonly count: number;
  /** Within one and within two standard deviations: 0.683 and 0.954 are expected. */
  readonly one: { readonly share: number; readonly standardError: number };
  readonly two: { readonly share: number; readonly standardError: number };
  /** The share inside the interval of each nominal level. */
  readonly curve: readonly { readonly level: number; readonly share: number }[];
}
