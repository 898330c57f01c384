import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Component } from "../../core/descriptors/spectrum.js";
import type { Domain } from "../../core/learning/domain/applicabilityDomain.js";
import type { Share } from "../../core/learning/evaluation/coverage.js";
import type { TargetScale } from "../../core/learning/evaluation/targetScaling.js";
import type { ProcessModel } from "../../core/learning/gaussianProcess/gaussianProcess.js";
import type { KernelModel } from "../../core/learning/kernelRidge/kernelModel.js";
import type { SoapModel } from "../../core/learning/kernelRidge/soapModel.js";
import type { TrainedNetwork } from "../../core/learning/networks/networkModel.js";
import type { TrainingSettings } from "../../core/learning/networks/trainingSettings.js";
import type { Normalization, TwoStepResiduals } from "../../core/settings/studyOptions.js";
import { objectShape, textShape, wholeShape } from "../../core/text/shape.js";
import type { EngineFacts, RunTarget } from "../../protocol/runFiles.js";
import { reasonOf, writeFileAtomically } from "../files/atomicFile.js";
import { writeFolderAtomically } from "../files/atomicFolder.js";
import { checkedJson, readCheckedJson } from "../files/checkedJson.js";
import { withHashes } from "../files/contentHash.js";
import { fileVersion, keepReadings } from "../files/keepReadings.js";
import { LIMITS, readSmallFile, readSmallJson } from "../files/readSmallFile.js";
import { packTensors, unpackTensors } from "../files/tensorFile.js";
import { UsageError } from "../files/usageError.js";
import { DamagedFileError } from "../files/zipArchive.js";
import { exactArrays, shelvedModel, takenModel } from "./libraryForm.js";
import type { ModelName } from "./modelNames.js";
import { MODEL_FACTS_SHAPE, MODEL_SHAPE } from "./modelShape.js";

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
  /** What it was learned from, with the hash of each file; `formula` is reduced. */
  readonly materials: readonly { readonly id: string; readonly hash: string; readonly formula?: string }[];
  readonly scale: TargetScale;
  readonly domain: Domain;
  readonly learned: FittedModel;
  /** The error that the same training makes on materials it has not seen. */
  readonly heldOut?: HeldOutError;
  /** Whether it is the one to take among a library's models of this target. */
  readonly recommended?: boolean;
}

/** In the target's reported unit: mean absolute error over test sets, and that of guessing the training mean. */
export interface HeldOutError {
  readonly mae: number;
  /** Of the mean over the repeats, which share materials (Nadeau and Bengio 2003). */
  readonly standardError?: number;
  readonly guess: number;
  readonly repeats: number;
  readonly trainSize: number;
  readonly testSize: number;
  /** Networks per model in these tests, where the model is made of networks. */
  readonly ensemble?: number;
  /** The same error on those test materials whose set of elements no training material has. */
  readonly newSystems?: { readonly mae: number; readonly count: number };
  /** The shares of errors within one and two stated standard deviations, from 0 to 1. */
  readonly coverage?: { readonly one: Share; readonly two: Share; readonly count: number };
}

/** What one step learned, in units of its standardised targets. */
export type FittedStage =
  | { readonly kind: "networks"; readonly members: readonly TrainedNetwork[] }
  /** `ids`: of the landmarks, where the model is approximated. */
  | { readonly kind: "kernel"; readonly kernel: KernelModel; readonly ids?: readonly string[] }
  | { readonly kind: "soap"; readonly soap: SoapModel; readonly ids?: readonly string[] }
  /** `ids`: of the training materials, or of the landmarks, in order. */
  | { readonly kind: "process"; readonly process: ProcessModel; readonly ids: readonly string[] };

/**
 * The second of two steps learned the residuals of the first: y = first + second, whose scale is in units of the
 * first's.
 */
export interface LearnedTwoSteps {
  readonly kind: "twoSteps";
  readonly first: FittedStage;
  readonly second: FittedStage;
  readonly residualScale: TargetScale;
  readonly residuals: TwoStepResiduals;
}

export type FittedModel = FittedStage | LearnedTwoSteps;

const HEAD = "model.json";
const WEIGHTS = "weights.bin";
const LIBRARY_HEAD = "library.json";
const LIBRARY_WEIGHTS = "weights.bin.gz";

/** Writes a model's folder, whole or not at all; an earlier model there is replaced. Throws `WriteError`. */
export function writeModel(folder: string, model: Model): void {
  const { json, bytes } = packTensors(model);
  const weights: WeightsSum = { bytes: bytes.length, sha256: sumOf(bytes) };
  const files = [
    [WEIGHTS, bytes],
    [HEAD, checkedJson({ ...(json as object), weights })],
  ] as const;
  writeFolderAtomically(folder, files, isOwn);
}

/** What `model.json` says of the file beside it. */
interface WeightsSum {
  readonly bytes: number;
  readonly sha256: string;
}
const WEIGHTS_SHAPE = objectShape({ bytes: wholeShape(0), sha256: textShape });
const sumOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** TensorFlow.js names the files of its models alike. */
function isOwn(folder: string): boolean {
  try {
    return readHead(folder) !== undefined;
  } catch {
    // a damaged one has nothing else in it
    return isModel(folder) && readdirSync(folder).every((name) => name === HEAD || name === WEIGHTS);
  }
}

/**
 * Writes several models into one folder, small: what they share (materials, domain) stands there once, and all their
 * weights in one file, compressed, in which large arrays keep the few digits that a prediction needs; what Gaussian
 * processes compare materials by keeps every bit.
 * Each model has a folder of its own in it. Throws `WriteError`.
 */
export function writeLibrary(
  folder: string,
  models: readonly { readonly name: string; readonly model: Model }[],
): void {
  const [first] = models;
  if (first === undefined) throw new RangeError("a library needs a model");
  const { materials, domain } = first.model;
  const own = models.map(({ model: { materials: _materials, domain: _domain, learned, ...rest } }) => ({
    ...rest,
    learned: shelvedModel(learned),
  }));
  const exact = new Set(own.flatMap(({ learned }) => exactArrays(learned)));
  const { json, bytes } = packTensors({ shared: { materials, domain }, own }, true, exact);
  const packed = json as { readonly shared: object; readonly own: readonly object[] };
  writeFileAtomically(path.join(folder, LIBRARY_WEIGHTS), gzipSync(bytes, { level: 9 }));
  writeFileAtomically(path.join(folder, LIBRARY_HEAD), `${JSON.stringify(packed.shared)}\n`);
  models.forEach(({ name }, i) => {
    writeFileAtomically(path.join(folder, name, HEAD), `${JSON.stringify({ ...packed.own[i], library: true })}\n`);
  });
}

/**
 * What is known of a model's errors, stated again; weights and all else stay as they are. Throws `UsageError` and
 * `WriteError`.
 */
export function restateModel(folder: string, { heldOut, recommended }: Pick<Model, "heldOut" | "recommended">): void {
  const file = path.join(folder, HEAD);
  if (!isModel(folder)) throw new UsageError(`${folder} contains no model: ${HEAD} and ${WEIGHTS} are needed`);
  const { heldOut: _, recommended: _was, ...rest } = withoutSum(readCheckedJson(file, LIMITS.run) as object);
  const head = { ...rest, ...(heldOut && { heldOut }), ...(recommended && { recommended }) };
  writeFileAtomically(file, isOfLibrary(head) ? `${JSON.stringify(head)}\n` : checkedJson(head));
}

/** Whether a folder holds a model: one that stands for itself, or one of the library that its parent is. */
export function isModel(folder: string): boolean {
  if (!existsSync(path.join(folder, HEAD))) return false;
  return existsSync(path.join(folder, WEIGHTS)) || existsSync(path.join(folder, "..", LIBRARY_HEAD));
}

/** Throws `UsageError` where no sound model of this form stands. */
export function readModel(folder: string): Model {
  const { weights, ...json } = readHead(folder);
  const file = isOfLibrary(json) ? path.join(folder, "..", LIBRARY_WEIGHTS) : path.join(folder, WEIGHTS);
  const model = orUnsound(file, () => {
    const unpacked = unpackTensors({ json, bytes: readWeights(file, weights) });
    return isOfLibrary(json) ? takenModel(unpacked as Head) : unpacked;
  });
  const wrong = MODEL_SHAPE(model, "");
  if (wrong !== undefined)
    throw new UsageError(`${path.join(folder, HEAD)} is damaged or not a model of this version: ${wrong}`);
  return model as Model;
}

/** Those of a library are checked as they are unpacked; models of earlier versions have no sum. */
function readWeights(file: string, weights: unknown): Uint8Array {
  if (file.endsWith(".gz")) return libraryWeights(file);
  const bytes = readSmallFile(file, LIMITS.weights);
  if (weights === undefined) return bytes;
  const isWhole = WEIGHTS_SHAPE(weights, "") === undefined && (weights as WeightsSum).sha256 === sumOf(bytes);
  if (!isWhole) throw new DamagedFileError(`it does not fit its check sum in ${HEAD}`);
  return bytes;
}

/** Of the library whose models are read one after the other. */
const libraryWeights = keepReadings(1, fileVersion, (file) =>
  gunzipSync(readSmallFile(file, LIMITS.weights), { maxOutputLength: LIMITS.weights }),
);
const libraryHead = keepReadings(1, fileVersion, (file) => withHashes(readSmallJson(file, LIMITS.run)) as object);

function orUnsound<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError(`${file} is damaged: ${reasonOf(error)}; train the model again`);
  }
}

/** What a list of models shows, without reading the weights. Throws `UsageError`. */
export const readModelFacts = keepReadings(200, headVersion, (folder): ModelFacts => {
  const head = readHead(folder);
  const wrong = MODEL_FACTS_SHAPE(head, "");
  if (wrong !== undefined)
    throw new UsageError(`${path.join(folder, HEAD)} is damaged or not a model of this version: ${wrong}`);
  return head as ModelFacts;
});

export type ModelFacts = Pick<Model, "model" | "target" | "materials" | "software" | "heldOut" | "recommended">;

/** Changes when the model does. */
export function modelVersion(folder: string): string {
  return fileVersion(path.join(folder, HEAD));
}

/** The same with the library it may belong to; empty where a part of it is missing. */
function headVersion(folder: string): string {
  return isModel(folder) ? `${modelVersion(folder)} ${fileVersion(path.join(folder, "..", LIBRARY_HEAD))}` : "";
}

const isOfLibrary = (head: object): boolean => "library" in head && head.library === true;

type Head = Readonly<Record<string, unknown>>;

function readHead(folder: string): Head {
  if (!isModel(folder)) throw new UsageError(`${folder} contains no model: ${HEAD} and ${WEIGHTS} are needed`);
  try {
    const head = readCheckedJson(path.join(folder, HEAD), LIMITS.run);
    if (typeof head === "object" && head !== null && "format" in head && head.format === 1) {
      if (!isOfLibrary(head)) return withoutSum(withHashes(head) as object);
      return withoutSum({ ...libraryHead(path.join(folder, "..", LIBRARY_HEAD)), ...head });
    }
  } catch {
    // Falls through to the one message for every broken file.
  }
  throw new UsageError(`${path.join(folder, HEAD)} is damaged or is not a model that this version can read`);
}

/** Without the check sum of the file itself. */
function withoutSum(head: object): Head {
  const { sha256: _, ...rest } = head as Head;
  return rest;
}
