import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Component } from "../core/descriptors/spectrum.js";
import type { KernelModel } from "../core/learning/kernelModel.js";
import type { TrainedNetwork } from "../core/learning/networkModel.js";
import type { Domain } from "../core/learning/outOfDomain.js";
import type { SoapModel } from "../core/learning/soapModel.js";
import type { TargetScale } from "../core/learning/targetScaling.js";
import type { TrainingSettings } from "../core/learning/trainingSettings.js";
import type { EngineFacts, Normalization, RunTarget, TwoStepResiduals } from "../protocol/runFiles.js";
import { writeFolderAtomically } from "./atomicFolder.js";
import type { ModelName } from "./modelNames.js";
import { packTensors, unpackTensors } from "./tensorFile.js";
import { UsageError } from "./usageError.js";

/** A learned model with all that a prediction needs and all that says where it came from. */
export interface Model {
  readonly format: 1;
  readonly software: { readonly name: "r3dvs"; readonly version: string };
  readonly model: ModelName;
  readonly target: RunTarget;
  readonly normalize: Normalization;
  readonly component: Component;
  readonly training: TrainingSettings;
  /** What computed the networks; predictions may be computed by any other. */
  readonly engine?: EngineFacts;
  /** What it was learned from, with the hash of each file. */
  readonly materials: readonly { readonly id: string; readonly sha256: string }[];
  readonly scale: TargetScale;
  readonly domain: Domain;
  readonly learned: Learned;
}

/** What one step learned, in units of its standardised targets. */
export type LearnedStep =
  | { readonly kind: "networks"; readonly members: readonly TrainedNetwork[] }
  | { readonly kind: "kernel"; readonly kernel: KernelModel }
  | { readonly kind: "soap"; readonly soap: SoapModel };

/** The second of two steps learned what the first leaves over: y = first + second, whose scale is in units of the first's. */
export interface LearnedTwoSteps {
  readonly kind: "twoSteps";
  readonly first: LearnedStep;
  readonly second: LearnedStep;
  readonly residualScale: TargetScale;
  readonly residuals: TwoStepResiduals;
}

export type Learned = LearnedStep | LearnedTwoSteps;

const HEAD = "model.json";
const WEIGHTS = "weights.bin";

/** Writes a model's folder, whole or not at all; an earlier model there is replaced. Throws `WriteError`. */
export function writeModel(folder: string, model: Model): void {
  const { json, bytes } = packTensors(model);
  const files = [
    [WEIGHTS, bytes],
    [HEAD, `${JSON.stringify(json)}\n`],
  ] as const;
  writeFolderAtomically(folder, files, isOwn);
}

/** TensorFlow.js names the files of its models alike. */
function isOwn(folder: string): boolean {
  try {
    return readHead(folder) !== undefined;
  } catch {
    return false;
  }
}

export function isModel(folder: string): boolean {
  return existsSync(path.join(folder, HEAD)) && existsSync(path.join(folder, WEIGHTS));
}

/** Throws `UsageError` where no model of this form stands. */
export function readModel(folder: string): Model {
  const model = unpackTensors({ json: readHead(folder), bytes: readFileSync(path.join(folder, WEIGHTS)) });
  return model as Model;
}

/** What a list of models shows, without reading the weights. Throws `UsageError`. */
export function readModelFacts(folder: string): Pick<Model, "model" | "target" | "materials" | "software"> {
  return readHead(folder) as Pick<Model, "model" | "target" | "materials" | "software">;
}

/** Changes when the model does. */
export function modelVersion(folder: string): string {
  const facts = statSync(path.join(folder, HEAD), { throwIfNoEntry: false });
  return facts === undefined ? "" : `${facts.mtimeMs} ${facts.size} ${facts.ino}`;
}

function readHead(folder: string): object {
  if (!isModel(folder)) throw new UsageError(`${folder} holds no model: ${HEAD} and ${WEIGHTS} are needed`);
  try {
    const head: unknown = JSON.parse(readFileSync(path.join(folder, HEAD), "utf8"));
    if (typeof head === "object" && head !== null && "format" in head && head.format === 1) return head;
  } catch {
    // Falls through to the one message for every broken file.
  }
  throw new UsageError(`${path.join(folder, HEAD)} is not a model of this version`);
}
