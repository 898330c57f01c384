import type { SoapSettings } from "../core/descriptors/soapKernel.js";
import type { Component } from "../core/descriptors/spectrum.js";
import type { TargetKind } from "../core/learning/evaluation/targetScaling.js";
import type { TrainingSettings } from "../core/learning/networks/trainingSettings.js";
import type { BackendName, Normalization, StudyOptions, TwoStepResiduals } from "../core/settings/studyOptions.js";
import type { RunState } from "./runEvents.js";

/** The files of a run's folder, as the command line's page names them. */
export const RUN_FILES = {
  manifest: "run.json",
  /** The manifest as it was decided: what was asked for, and of what, should `run.json` be damaged. */
  manifestCopy: "run.copy.json",
  events: "events.jsonl",
  splits: "splits.json",
  results: "results.csv",
  predictions: "predictions.csv",
  checkpoints: "checkpoints",
  models: "models",
  report: "report.html",
  errors: "mae.csv",
  coverage: "coverage.csv",
  /** Of computing; measured, so no two runs have the same. */
  timings: "timings.csv",
  /** Every work item with the hash of its inputs. */
  tasks: "tasks.csv",
  /** What elements learn from: all materials in one file. */
  inputs: "inputs.bin",
  /** Logs of workers that are not the run's owner. */
  workers: "workers",
  lock: "lock",
  stop: "stop",
} as const;

/** A backend as it is on one machine. Others come to the same results but for the last digits. */
export interface EngineFacts {
  readonly backend: BackendName;
  readonly instructionSet: string;
  /** Names the compiled code. */
  readonly build: string;
}

/** Everything that decides a study's result, each with a value. */
export interface StudySettings {
  readonly targets: readonly string[];
  readonly models: readonly string[];
  /** Of all targets together. */
  readonly trainSizes: readonly number[];
  readonly testSize: number;
  readonly repeats: number;
  readonly ensemble: number;
  readonly seed: number;
  readonly component: Component;
  /** Of kernel models: chosen by cross-validation on the training set, or the paper's fixed ones. */
  readonly hyperparameters: "validated" | "paper";
  readonly twoStepResiduals: TwoStepResiduals;
  readonly soap: SoapSettings;
  /** More training materials are taken in by kernel models through some of them; absent: as many as is usual. */
  readonly exactUpTo?: number;
  /** By target's name: chosen for what the column holds, unless asked for otherwise. */
  readonly perTarget: Readonly<Record<string, TargetSettings>>;
}

/** How one target is learned, by all models alike. */
export interface TargetSettings {
  readonly normalize: Normalization;
  /** Those that its materials suffice for. */
  readonly trainSizes: readonly number[];
  /** Of networks. */
  readonly training: TrainingSettings;
}

/** `run.json`: what the run is, on which inputs, by which software, and how far it got. */
export interface RunManifest {
  readonly format: 1;
  readonly name: string;
  readonly dataset: string;
  readonly state: RunState;
  readonly created: string;
  readonly software: { readonly name: "r3dvs"; readonly version: string };
  /** As asked for. */
  readonly options: StudyOptions;
  /** What computes its networks. */
  readonly engine?: EngineFacts;
  /** As decided, once the materials are read. */
  readonly settings?: StudySettings;
  readonly targets: readonly RunTarget[];
  /** The materials that take part, in order. Empty until they have been read. */
  readonly materials: readonly RunMaterial[];
  readonly skipped: readonly { readonly id: string; readonly file: string; readonly reason: string }[];
  /** Materials that take part but lack one target. */
  readonly lacking: readonly { readonly id: string; readonly target: string; readonly reason: string }[];
  /** SHA-256 of `inputs.bin`, where there is one. */
  readonly inputs?: string;
  readonly progress: { readonly done: number; readonly failed: number; readonly total: number };
  readonly message?: string;
}

export interface RunTarget {
  readonly name: string;
  readonly kind: TargetKind;
  /** Of the values in `targets.csv`. */
  readonly unit: string;
  /** Of errors and predictions. */
  readonly reportedUnit: string;
}

export interface RunMaterial {
  readonly id: string;
  readonly file: string;
  /** Reduced; absent where the file does not name the elements, and in runs of earlier versions. */
  readonly formula?: string;
  /** Of the file's content; see `EncodedMaterial`. */
  readonly hash: string;
  readonly natoms: number;
  /** Å³ */
  readonly volume: number;
  /** By target, as `targets.csv` has them; without those that it lacks. */
  readonly values: Readonly<Record<string, number>>;
  /** By target, in the unit of errors and predictions. */
  readonly reported: Readonly<Record<string, number>>;
}
