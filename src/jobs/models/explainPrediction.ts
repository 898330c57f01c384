import { setImmediate } from "node:timers/promises";
import type { Spectrum } from "../../core/descriptors/spectrum.js";
import { occlude } from "../../core/learning/domain/occlusion.js";
import type { CreateNetworkEngine } from "../../core/learning/networks/networkEngine.js";
import type { Parsed } from "../../core/text/problem.js";
import type { Explanation } from "../../protocol/voxelView.js";
import { UsageError } from "../files/usageError.js";
import { cellSize } from "../spectra/material.js";
import type { MaterialFile } from "../spectra/materialFile.js";
import { type ReadMaterialOptions, readMaterial } from "../spectra/readMaterial.js";
import { explainParts } from "./explainParts.js";
import { learnedPredictor } from "./learnedPredictor.js";
import { type FittedModel, type FittedStage, readModel } from "./modelFile.js";
import { reportedOfLearned } from "./targetUnits.js";

/**
 * Differences of predictions in the same orientations are far steadier than the predictions: a few tell as much as all.
 */
const ORIENTATIONS = 4;

/**
 * What one model's prediction of a file rests on: of a Gaussian process what each part of its kernel adds, of other
 * models that read the density which plane waves. Those take some hundred predictions; stops between two of them when
 * `options.signal` says so. Throws `UsageError` for other models.
 */
export async function explainPrediction(
  createEngine: CreateNetworkEngine,
  folder: string,
  entry: MaterialFile,
  options: ReadMaterialOptions = {},
): Promise<Parsed<Explanation>> {
  const model = readModel(folder);
  const { learned } = model;
  const reader = densityReader(learned);
  if (reader === undefined && learned.kind === "process")
    return explainParts(folder, { ...model, learned }, entry, options);
  if (reader === undefined) throw new UsageError(`the model ${model.model} does not read the density`);
  const { training, component, target } = model;
  const { value: material, problems } = await readMaterial(
    entry,
    { spacing: training.voxels.spacing, component },
    options,
  );
  if (material === undefined || problems.some(({ severity }) => severity === "error")) return { problems };
  const predictor = learnedPredictor(reader.step, createEngine);
  const inUnits = (learned: number) => reportedOfLearned(target, model.normalize, learned, cellSize(material));
  const predict = (spectrum: Spectrum) =>
    inUnits(predictor.predict({ ...material, spectrum }).value * reader.deviation * model.scale.deviation);
  try {
    const { shells, effect, groups } = await drive(occlude(material.spectrum, predict), options);
    const { hkl } = material.spectrum;
    return {
      value: {
        kind: "waves",
        model: folder,
        target: target.name,
        unit: target.reportedUnit,
        shells,
        hkl,
        effect,
        groups,
      },
      problems,
    };
  } finally {
    predictor.dispose();
  }
}

/** Whether `explainPrediction` has something to say of a model. */
export function isExplainable(learned: FittedModel): boolean {
  return learned.kind === "process" || densityReader(learned) !== undefined;
}

/** The step that reads the density, and the factor from its standardised targets to the model's. */
function densityReader(learned: FittedModel): { readonly step: FittedStage; readonly deviation: number } | undefined {
  const [step, deviation] =
    learned.kind === "twoSteps" ? [learned.second, learned.residualScale.deviation] : [learned, 1];
  if (step.kind === "networks")
    return { step: { kind: "networks", members: step.members.map(withFewOrientations) }, deviation };
  // functionals do not follow from the waves that are left: of Gaussian processes only the one that reads nothing else
  const readsWaves =
    (step.kind === "kernel" && step.kernel.name === "shells") ||
    (step.kind === "process" && step.process.name === "angular");
  return readsWaves ? { step, deviation } : undefined;
}

type Member = Extract<FittedStage, { kind: "networks" }>["members"][number];

const withFewOrientations = (member: Member): Member => ({
  ...member,
  settings: { ...member.settings, testRotations: Math.min(ORIENTATIONS, member.settings.testRotations) },
});

async function drive<T>(work: Generator<number, T>, { signal, onProgress }: ReadMaterialOptions): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    onProgress?.(step.value);
    await setImmediate();
    signal?.throwIfAborted();
  }
}
