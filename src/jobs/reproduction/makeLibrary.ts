import { rmSync } from "node:fs";
import path from "node:path";
import type { KernelModel } from "../../core/learning/kernelRidge/kernelModel.js";
import { fitKernelRidge } from "../../core/learning/kernelRidge/kernelRidge.js";
import { kernelMatrix } from "../../core/learning/kernelRidge/kernels.js";
import type { StudyOptions } from "../../core/settings/studyOptions.js";
import type { Cancellation } from "../../protocol/rpc.js";
import type { RunEvent } from "../../protocol/runEvents.js";
import { writeFileAtomically } from "../files/atomicFile.js";
import { UsageError } from "../files/usageError.js";
import { type FittedModel, type HeldOutError, isModel, type Model, readModel, writeLibrary } from "../models/modelFile.js";
import type { SingleModel } from "../models/modelNames.js";
import { normalizationOf, trainingOf } from "../settings/studySettings.js";
import { trainModel } from "../study/trainModel.js";
import { ThreadPool } from "../threads/threadPool.js";
import { libraryCard } from "./libraryCard.js";
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
  readonly threads?: number;
}

export interface LibraryHooks {
  readonly cancellation: Cancellation;
  readonly onEvent: (event: RunEvent) => void;
  readonly onModel: (name: string) => void;
}

const MODELS: readonly SingleModel[] = ["r3dvs", "shells", "composition", "cm"];

/**
 * Learns every model of every target from a whole dataset and writes them as one small library with its card. Models that were learned before
 * with the same settings from the same materials are not learned again. Throws `UsageError` and `WriteError`; rejects when cancelled.
 */
export async function makeLibrary(request: LibraryRequest, hooks: LibraryHooks): Promise<void> {
  const results = ReproductionResults.read(request.results);
  const pairs = (request.targets ?? REPRODUCED_TARGETS).flatMap((target) => (request.models ?? MODELS).map((model) => ({ target, model })));
  const learned: { name: string; model: Model }[] = [];
  for (const { target, model } of pairs) {
    const name = `${target}-${model}`;
    const folder = path.join(request.work, name);
    if (!isCurrent(folder, target, request)) await learn(folder, target, model, request, hooks);
    const heldOut = heldOutOf(results, target, model, request.testSize);
    learned.push({ name, model: { ...rounded(readModel(folder)), ...(heldOut && { heldOut }) } });
    hooks.onModel(name);
  }
  const models = learned.map(({ name, model }) => ({ name, model: isBest(model, learned) ? { ...model, recommended: true } : model }));
  rmSync(request.output, { recursive: true, force: true });
  writeLibrary(request.output, models);
  writeFileAtomically(path.join(request.output, "README.md"), libraryCard(models.map(({ model }) => model)));
}

async function learn(folder: string, target: string, model: SingleModel, request: LibraryRequest, hooks: LibraryHooks): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const { dataset, options, threads } = request;
  const pool = new ThreadPool(threads);
  const onProblem = ({ file, problem }: { file: string; problem: { message: string } }) => {
    throw new UsageError(`${file}: ${problem.message}`);
  };
  try {
    await trainModel({ dataset, output: folder, target, model, options }, { ...hooks, pool, onProblem });
  } finally {
    await pool.dispose();
  }
}

function isCurrent(folder: string, target: string, { options }: LibraryRequest): boolean {
  if (!isModel(folder)) return false;
  const { training, normalize, learned } = readModel(folder);
  const ensemble = learned.kind === "networks" ? learned.members.length : options.ensemble;
  const wanted = [trainingOf(options, target), normalizationOf(options, target), options.ensemble];
  return JSON.stringify([training, normalize, ensemble]) === JSON.stringify(wanted);
}

function heldOutOf(results: ReproductionResults, target: string, model: string, testSize: number): HeldOutError | undefined {
  const trainSize = results.sizesOf(target).at(-1) ?? 0;
  const error = results.errorOf(target, model, trainSize);
  const guess = results.errorOf(target, GUESS, trainSize)?.mean;
  if (error === undefined || guess === undefined) return undefined;
  const { mean: mae, standardError, repeats } = error;
  return { mae, guess, repeats, trainSize, testSize, ...(standardError > 0 && { standardError }) };
}

/** The least held-out error of its target's models. */
function isBest({ target, heldOut }: Model, all: readonly { readonly model: Model }[]): boolean {
  const errors = all.flatMap(({ model }) => (model.target.name === target.name ? (model.heldOut?.mae ?? []) : []));
  return heldOut !== undefined && heldOut.mae === Math.min(...errors);
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
