import type { Channel } from "../core/descriptors/sparseVoxels.js";
import type { NetworkName, Pooling } from "../core/learning/networkSpec.js";
import type { RunState } from "./runEvents.js";
import type { EncodeSettings } from "./workerMethods.js";

/** The files of a run's folder, as the command line's page names them. */
export const RUN_FILES = {
  manifest: "run.json",
  events: "events.jsonl",
  splits: "splits.json",
  results: "results.csv",
  predictions: "predictions.csv",
  checkpoints: "checkpoints",
  models: "models",
  report: "report.html",
  errors: "mae.csv",
  lock: "lock",
  stop: "stop",
} as const;

/** Everything that decides a study's result, each with a value: `run.json` holds it, `--config` and the options fill it. */
export interface StudySettings {
  readonly targets: readonly string[];
  readonly models: readonly string[];
  readonly trainSizes: readonly number[];
  readonly testSize: number;
  readonly repeats: number;
  readonly ensemble: number;
  readonly rotations: number;
  readonly epochs: number;
  readonly network: NetworkName;
  readonly channels: readonly Channel[];
  readonly pooling: Pooling;
  /** How extensive targets are learned. */
  readonly normalize: "volume" | "atom" | "cell";
  readonly seed: number;
  readonly encoding: EncodeSettings;
}

/** `run.json`: what the run is, on which inputs, by which software, and how far it got. */
export interface RunManifest {
  readonly format: 1;
  readonly name: string;
  readonly dataset: string;
  readonly state: RunState;
  readonly created: string;
  readonly software: { readonly name: "r3dvs"; readonly version: string };
  readonly settings: StudySettings;
  /** Does not decide the result. */
  readonly threads: number;
  readonly targets: readonly { readonly name: string; readonly unit: string; readonly reportedUnit: string }[];
  /** The materials that take part, in order, with the hash of each file. Empty until they have been read. */
  readonly materials: readonly { readonly id: string; readonly file: string; readonly sha256: string }[];
  readonly skipped: readonly { readonly id: string; readonly file: string; readonly reason: string }[];
  readonly progress: { readonly done: number; readonly total: number };
  readonly message?: string;
}
