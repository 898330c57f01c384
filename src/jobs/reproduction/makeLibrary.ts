import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { KernelModel } from "../../core/learning/kernelRidge/kernelModel.js";
import { fitKernelRidge } from "../../core/learning/kernelRidge/kernelRidge.js";
import { kernelMatrix } from "../../core/learning/kernelRidge/kernels.js";
import { PAPER_TARGETS } from "../../core/settings/paperTargets.js";
import type { StudyOptions } from "../../core/settings/studyOptions.js";
import type { FileProblem } from "../../core/text/problem.js";
import type { Cancellation } from "../../protocol/rpc.js";
import type { RunEvent } from "../../protocol/runEvents.js";
import { prepareSharedSoap, type prepareSharedSoaps } from "../features/prepareSoap.js";
import type { SharedSoap } from "../features/sharedSoap.js";
import { writeFileAtomically } from "../files/atomicFile.js";
import { UsageError } from "../files/usageError.js";
import { type FittedModel, isModel, type Model, readModel, writeLibrary } from "../models/modelFile.js";
import type { SingleModel } from "../models/modelNames.js";
import { normalizationOf, trainingOf } from "../settings/studySettings.js";
import { trainModel } from "../study/trainModel.js";
import { ThreadPool } from "../threads/threadPool.js";
import { hasTerms, judged, LIBRARY_MODELS, type NamedModel, writeJudgement } from "./judgeLibrary.js";
import { hashOfDataset } from "./reproductionDepth.js";
import { ReproductionResults } from "./reproductionResults.js";

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

/**
 * Learns every model of every target from a whole dataset and writes them as one small library with its card. Models
 * that were learned before with the same settings from the same materials are not learned again. Throws `UsageError`
 * and `WriteError`; rejects when cancelled.
 */
export async function makeLibrary(request: LibraryRequest, hooks: LibraryHooks): Promise<void> {
  const results = ReproductionResults.read(request.results);
  const learned: NamedModel[] = [];
  const prepareSoaps = rememberingSoaps();
  for (const target of request.targets ?? PAPER_TARGETS) {
    for (const model of request.models ?? LIBRARY_MODELS) {
      const name = `${target}-${model}`;
      const folder = path.join(request.work, name);
      if (!isCurrent(folder, target, request)) await learn(folder, target, model, request, { ...hooks, prepareSoaps });
      learned.push({ name, model: rounded(readModel(folder)) });
      hooks.onModel(name);
    }
  }
  const { testSize, testEnsemble: ensemble } = request;
  const models = judged(learned, { results, testSize, ...(ensemble !== undefined && { ensemble }) });
  rmSync(request.output, { recursive: true, force: true });
  writeLibrary(request.output, models);
  writeJudgement(request.output, models);
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

async function learn(
  folder: string,
  target: string,
  model: SingleModel,
  request: LibraryRequest,
  hooks: LearnHooks,
): Promise<void> {
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
  if (learned.kind === "process") return hasTerms(learned.process); // nothing of the options decides it
  const ensemble = learned.kind === "networks" ? learned.members.length : options.ensemble;
  const wanted = [trainingOf(options, target), normalizationOf(options, target), options.ensemble];
  return JSON.stringify([training, normalize, ensemble]) === JSON.stringify(wanted);
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
  if (kernel.sparse !== undefined) return kernel; // its duals do not follow from the landmarks alone
  const targets = kernelMatrixTimes(features, features, gamma, dual).map(
    (value, i) => value + alpha * (dual[i] as number),
  );
  const near = { ...features, values: features.values.map(Math.fround) };
  return {
    ...kernel,
    features: near,
    dual: fitKernelRidge(kernelMatrix({ name: "gaussian", gamma }, near, near), targets, alpha).dual,
  };
}

function kernelMatrixTimes(
  a: KernelModel["features"],
  b: KernelModel["features"],
  gamma: number,
  vector: Float64Array,
): Float64Array {
  const matrix = kernelMatrix({ name: "gaussian", gamma }, a, b);
  return Float64Array.from({ length: a.rows }, (_, i) =>
    matrix.subarray(i * b.rows, (i + 1) * b.rows).reduce((sum, value, j) => sum + value * (vector[j] as number), 0),
  );
}
