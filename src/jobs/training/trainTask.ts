import { reducedFormula } from "../../core/crystal/formula.js";
import { fitDomain } from "../../core/learning/domain/applicabilityDomain.js";
import { fitTargetScale, standardise } from "../../core/learning/evaluation/targetScaling.js";
import type { EpochReport } from "../../core/learning/networks/networkModel.js";
import { mean } from "../../core/math/statistics.js";
import type { EngineFacts } from "../../protocol/runFiles.js";
import { useFastAlgebra } from "../features/fastAlgebra.js";
import { softwareVersion } from "../files/version.js";
import { type FittedModel, type Model, writeModel } from "../models/modelFile.js";
import { isProcess, stepsOf, usesNetworks } from "../models/modelNames.js";
import { Predictor } from "../models/predictor.js";
import { learnedValue, reportedOfLearned } from "../models/targetUnits.js";
import { cellSize, domainMember, type EncodedMaterial } from "../spectra/material.js";
import type { LearnOutcome, TrainingTask } from "./trainingTask.js";
import { type StepHooks, trainStep } from "./trainStep.js";
import { trainTwoSteps } from "./trainTwoSteps.js";

export type LearnHooks = Omit<StepHooks, "onEpoch"> & {
  readonly materials: Pick<ReadonlyMap<string, EncodedMaterial>, "get">;
  /** What `createEngine` computes with. */
  readonly engine?: () => EngineFacts;
  /** `validationMae` in about the target's reported unit. */
  readonly onEpoch: (report: EpochReport, validationMae: number) => void;
};

/**
 * Learns one work item and predicts its test materials; writes the model where the request wants it. Rejects with
 * `cancelled` when stopped.
 */
export async function trainTask(request: TrainingTask, hooks: LearnHooks): Promise<LearnOutcome> {
  const began = performance.now();
  const model = await learnModel(request, hooks);
  const predictor = new Predictor(model, hooks.createEngine, hooks.soap);
  try {
    const predictions = request.test.map((id) => ({ id, ...predictor.predict(materialOf(hooks, id)) }));
    if (request.keep !== undefined) writeModel(request.keep, model);
    return { predictions, seconds: (performance.now() - began) / 1000 };
  } finally {
    predictor.dispose();
  }
}

/** A Gaussian process holds shares of atoms and of the density, each in its own way, and learns per atom. */
const normalizationOf = ({ model, normalize }: TrainingTask) => (isProcess(model) ? "atom" : normalize);

async function learnModel(asked: TrainingTask, hooks: LearnHooks): Promise<Model> {
  useFastAlgebra();
  const request = { ...asked, normalize: normalizationOf(asked) };
  const { model, target, normalize, component, training } = request;
  const samples = request.train.map(({ id, value }) => {
    const material = materialOf(hooks, id);
    const size = cellSize(material);
    return { material, size, learned: learnedValue(target, normalize, value, size) };
  });
  const scale = fitTargetScale(samples.map(({ learned }) => learned));
  const targets = Float64Array.from(samples, ({ learned }) => standardise(learned, scale));
  const materials = samples.map(({ material }) => material);
  const reportedPerUnit = mean(samples.map(({ size }) => reportedOfLearned(target, normalize, scale.deviation, size)));
  return {
    format: 1,
    software: { name: "r3dvs", version: softwareVersion },
    model,
    target,
    normalize,
    component,
    training,
    ...(usesNetworks(model) && hooks.engine && { engine: hooks.engine() }),
    materials: materials.map(knownMaterial),
    scale,
    domain: fitDomain(materials.map(domainMember)),
    learned: await learnSteps(request, materials, targets, {
      ...hooks,
      onEpoch: (report, unit) => hooks.onEpoch(report, report.validationMae * reportedPerUnit * unit),
    }),
  };
}

type Hooks = Omit<StepHooks, "onEpoch"> & { readonly onEpoch: (report: EpochReport, unit: number) => void };

function learnSteps(
  request: TrainingTask,
  materials: readonly EncodedMaterial[],
  targets: Float64Array,
  hooks: Hooks,
): Promise<FittedModel> {
  const [model, second] = stepsOf(request.model);
  const { seed, firstSeed, checkpoint } = request;
  const step = { model, materials, targets, companions: companionsOf(request, materials), seed, checkpoint };
  if (second !== undefined) return trainTwoSteps({ ...step, seed: firstSeed }, second, request, hooks);
  return trainStep(step, request, { ...hooks, onEpoch: (report) => hooks.onEpoch(report, 1) });
}

/** Each material's companion targets, standardised over those that are known; none where the network learns its own. */
function companionsOf(
  { companions = [] }: TrainingTask,
  materials: readonly EncodedMaterial[],
): Float32Array[] | undefined {
  if (companions.length === 0) return undefined;
  const columns = companions.map(({ target, normalize, values }) => {
    const learned = values.map((value, i) => {
      const material = materials[i];
      return material === undefined ? Number.NaN : learnedValue(target, normalize, value, cellSize(material));
    });
    const scale = fitTargetScale(learned.filter(Number.isFinite));
    return learned.map((value) => standardise(value, scale));
  });
  return materials.map((_, i) => Float32Array.from(columns, (column) => column[i] ?? Number.NaN));
}

function knownMaterial({ id, hash, structure }: EncodedMaterial): Model["materials"][number] {
  const formula = reducedFormula(structure);
  return { id, hash, ...(formula && { formula }) };
}

function materialOf({ materials }: LearnHooks, id: string): EncodedMaterial {
  const material = materials.get(id);
  if (material === undefined) throw new Error(`the material ${id} was not shared with this thread`);
  return material;
}
