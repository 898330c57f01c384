import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { KernelModel } from "../../core/learning/kernelRidge/kernelModel.js";
import { fitKernelRidge } from "../../core/learning/kernelRidge/kernelRidge.js";
import { kernelMatrix } from "../../core/learning/kernelRidge/kernels.js";
import type { StudyOptions } from "../../core/settings/studyOptions.js";
import type { FileProblem } from "../../core/text/problem.js";
import type { Cancellation } from "../../protocol/rpc.js";
import type { RunEvent } from "../../protocol/runEvents.js";
import { prepareSharedSoap, type prepareSharedSoaps } from "../features/prepareSoap.js";
import type { SharedSoap } from "../features/sharedSoap.js";
import { writeFileAtomically } from "../files/atomicFile.js";
import { UsageError } from "../files/usageError.js";
import { type FittedModel, type HeldOutError, isModel, type Model, readModel, writeLibrary } from "../models/modelFile.js";
import { isEnsemble, type SingleModel } from "../models/modelNames.js";
import { normalizationOf, trainingOf } from "../settings/studySettings.js";
import { trainModel } from "../study/trainModel.js";
import { ThreadPool } from "../threads/threadPool.js";
import { libraryCard } from "./libraryCard.js";
import { hashOfDataset } from "./reproductionDepth.js";
import { REPRODUCED_TARGETS } from "./reproductionPage.js";
import { GUESS, ReproductionResults } from "./reproductionResults.js";

export interface LibraryRequest {
  readonly dataset: string;
  /** The library's folder. */
  readonly output: string;
  /** Where models stand before they are put together. */
  readonly work: string;
  /** Of the reproduction: errors on held-out materials. */
  readonly results: string;
  readonly targets?: readonly string[];
  readonly models?: readonly SingleModel[];
  /** Of the networks: ensemble, epochs, rotations. */
  readonly options: StudyOptions;
  readonly testSize: number;
  /** Networks per model in those tests. */
  readonly testEnsemble?: number;
  readonly threads?: number;
}

export interface LibraryHooks {
  readonly cancellation: Cancellation;
  readonly onEvent: (event: RunEvent) => void;
  readonly onModel: (name: string) => void;
}

/** From the simplest on: of models between which test sets do not decide, the first is the default. */
const MODELS: readonly SingleModel[] = ["composition", "shells", "density", "r3dvs", "combined"];
/** Below this p a difference counts; so does one above this share of the error, which few splits may fail to find significant. */
const LEVEL = 0.05;
const TIE = 0.1;

/**
 * Learns every model of every target from a whole dataset and writes them as one small library with its card. Models that were learned before
 * with the same settings from the same materials are not learned again. Throws `UsageError` and `WriteError`; rejects when cancelled.
 */
export async function makeLibrary(request: LibraryRequest, hooks: LibraryHooks): Promise<void> {
  const results = ReproductionResults.read(request.results);
  const pairs = (request.targets ?? REPRODUCED_TARGETS).flatMap((target) => (request.models ?? MODELS).map((model) => ({ target, model })));
  const learned: { name: string; model: Model }[] = [];
  const prepareSoaps = rememberingSoaps();
  for (const { target, model } of pairs) {
    const name = `${target}-${model}`;
    const folder = path.join(request.work, name);
    if (!isCurrent(folder, target, request)) await learn(folder, target, model, request, { ...hooks, prepareSoaps });
    const measured = heldOutOf(results, target, model, request.testSize);
    const { testEnsemble: ensemble } = request;
    const heldOut = measured && { ...measured, ...(isEnsemble(model) && ensemble !== undefined && { ensemble }) };
    learned.push({ name, model: { ...rounded(readModel(folder)), ...(heldOut && { heldOut }) } });
    hooks.onModel(name);
  }
  const models = learned.map(({ name, model }) => ({
    name,
    model: isDefault(model, learned, results, request.testSize) ? { ...model, recommended: true } : model,
  }));
  rmSync(request.output, { recursive: true, force: true });
  writeLibrary(request.output, models);
  writeFileAtomically(path.join(request.output, "README.md"), libraryCard(models.map(({ model }) => model)));
}

/** Materials are the same for all models of a library, and so are their kernels. */
function rememberingSoaps(): typeof prepareSharedSoaps {
  const known = new Map<string, SharedSoap>();
  return async (materials, all, hooks) => {
    const made: SharedSoap[] = [];
    for (const settings of all) {
      const key = JSON.stringify([settings, materials.map(({ id }) => id)]);
      const found = known.get(key) ?? (await prepareSharedSoap(materials, settings, hooks));
      known.set(key, found);
      made.push(found);
    }
    return made;
  };
}

type LearnHooks = LibraryHooks & { readonly prepareSoaps: typeof prepareSharedSoaps };

async function learn(folder: string, target: string, model: SingleModel, request: LibraryRequest, hooks: LearnHooks): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const { dataset, options, threads } = request;
  const pool = new ThreadPool(threads);
  const onProblem = ({ file, problem }: FileProblem) => {
    if (problem.severity === "error") throw new UsageError(`${file}: ${problem.message}`);
  };
  try {
    await trainModel({ dataset, output: folder, target, model, options }, { ...hooks, pool, onProblem });
    writeFileAtomically(datasetFile(folder), hashOfDataset(dataset));
  } finally {
    await pool.dispose();
  }
}

/** Which dataset a model was learned from. */
const datasetFile = (folder: string) => `${folder}.dataset`;

function isCurrent(folder: string, target: string, { dataset, options }: LibraryRequest): boolean {
  if (!isModel(folder) || !existsSync(datasetFile(folder))) return false;
  if (readFileSync(datasetFile(folder), "utf8") !== hashOfDataset(dataset)) return false;
  const { training, normalize, learned } = readModel(folder);
  if (learned.kind === "process") return true; // nothing of the options decides it
  const ensemble = learned.kind === "networks" ? learned.members.length : options.ensemble;
  const wanted = [trainingOf(options, target), normalizationOf(options, target), options.ensemble];
  return JSON.stringify([training, normalize, ensemble]) === JSON.stringify(wanted);
}

function heldOutOf(results: ReproductionResults, target: string, model: string, testSize: number): HeldOutError | undefined {
  const trainSize = results.sizesOf(target).at(-1) ?? 0;
  const error = results.errorOf(target, model, trainSize);
  const guess = results.errorOf(target, GUESS, trainSize)?.mean;
  if (error === undefined || guess === undefined) return undefined;
  const { mean: mae, repeats } = error;
  const standardError = correctedError(error, trainSize, testSize);
  const newSystems = results.newSystemsOf(target, model);
  const coverage = results.coverageOf(target, model, testSize);
  return {
    mae,
    guess,
    repeats,
    trainSize,
    testSize,
    ...(standardError > 0 && { standardError }),
    ...(newSystems && { newSystems }),
    ...(coverage && { coverage }),
  };
}

/** Repeats share materials (Nadeau and Bengio 2003). */
const correctedError = ({ standardError, repeats }: { standardError: number; repeats: number }, trainSize: number, testSize: number) =>
  standardError * Math.sqrt(1 + (repeats * testSize) / trainSize);

/**
 * The default of a target: the simplest of the models that are neither significantly nor a tenth worse on the same splits than the one with the least error.
 * With one split, which decides nothing, the one with the least error.
 */
export function isDefault(
  { model, target }: Model,
  all: readonly { readonly model: Model }[],
  results: ReproductionResults,
  testSize: number,
) {
  const errors = all.flatMap(({ model: one }) =>
    one.target.name === target.name && one.heldOut ? [{ name: one.model, mae: one.heldOut.mae, repeats: one.heldOut.repeats }] : [],
  );
  const best = errors.reduce((a, b) => (b.mae < a.mae ? b : a), errors[0] ?? { name: model, mae: Number.NaN, repeats: 0 });
  const isAsGood = (name: string) => {
    const difference = results.difference(target.name, name, best.name, testSize);
    if (name === best.name) return true;
    return difference !== undefined && difference.count > 1 && !(difference.p < LEVEL) && difference.mean < TIE * best.mae;
  };
  return errors.find(({ name }) => isAsGood(name))?.name === model;
}

/** With features that half the bytes hold: the model is solved again on them, so that it loses nothing. */
function rounded(model: Model): Model {
  const { domain } = model;
  const features = { ...domain.features, values: domain.features.values.map(Math.fround) };
  return { ...model, domain: { ...domain, features }, learned: roundedStep(model.learned) };
}

function roundedStep(learned: FittedModel): FittedModel {
  return learned.kind === "kernel" ? { kind: "kernel", kernel: roundedKernel(learned.kernel) } : learned;
}

function roundedKernel(kernel: KernelModel): KernelModel {
  const { features, gamma, alpha, dual } = kernel;
  const targets = kernelMatrixTimes(features, features, gamma, dual).map((value, i) => value + alpha * (dual[i] as number));
  const near = { ...features, values: features.values.map(Math.fround) };
  return { ...kernel, features: near, dual: fitKernelRidge(kernelMatrix({ name: "gaussian", gamma }, near, near), targets, alpha).dual };
}

function kernelMatrixTimes(a: KernelModel["features"], b: KernelModel["features"], gamma: number, vector: Float64Array): Float64Array {
  const matrix = kernelMatrix({ name: "gaussian", gamma }, a, b);
  return Float64Array.from({ length: a.rows }, (_, i) =>
    matrix.subarray(i * b.rows, (i + 1) * b.rows).reduce((sum, value, j) => sum + value * (vector[j] as number), 0),
  );
}
