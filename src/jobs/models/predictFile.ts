import { reducedFormula } from "../../core/crystal/formula.js";
import type { CellSize } from "../../core/learning/evaluation/targetScaling.js";
import type { CreateNetworkEngine } from "../../core/learning/networks/networkEngine.js";
import type { Parsed, Problem } from "../../core/text/problem.js";
import type { RunTarget } from "../../protocol/runFiles.js";
import type { SimilarMaterial } from "../../protocol/voxelView.js";
import type { FilePrediction, KnownValue } from "../../protocol/workerMethods.js";
import { readAtomsMaterial } from "../spectra/atomsMaterial.js";
import { cellSize, type EncodedMaterial } from "../spectra/material.js";
import type { MaterialFile } from "../spectra/materialFile.js";
import { type ReadMaterialOptions, readMaterial } from "../spectra/readMaterial.js";
import { isStructureOnly } from "../spectra/readStructure.js";
import { isExplainable } from "./explainPrediction.js";
import { type FittedModel, type Model, modelVersion, readModel } from "./modelFile.js";
import { Predictor } from "./predictor.js";
import { NOT_FINITE, refusalOf } from "./refusal.js";
import { structureModelFor } from "./structureModel.js";

/** Models kept ready between files; one whose folder has changed is read again. */
export class PredictorCache {
  private readonly predictors = new Map<string, { readonly version: string; readonly predictor: Predictor }>();

  constructor(private readonly createEngine: CreateNetworkEngine) {}

  /** Throws `UsageError` where no model stands. */
  take(folder: string): Predictor {
    const version = modelVersion(folder);
    const known = this.predictors.get(folder);
    if (known?.version === version && version !== "") return known.predictor;
    known?.predictor.dispose();
    this.predictors.delete(folder);
    const predictor = new Predictor(readModel(folder), this.createEngine);
    this.predictors.set(folder, { version, predictor });
    return predictor;
  }
}

/** What was calculated for a file's material, by target. */
type AskKnown = (
  entry: MaterialFile,
  targets: readonly string[],
  signal?: AbortSignal,
) => Promise<{
  readonly of: (target: RunTarget, size: CellSize) => KnownValue | undefined;
  readonly problems: readonly Problem[];
}>;

/**
 * Reads a file (a density, or atoms alone for models that need no more), once for each way in which the models want it,
 * and predicts it with every model.
 */
export async function predictFile(
  shelf: PredictorCache,
  models: readonly string[],
  entry: MaterialFile,
  options: ReadMaterialOptions & { readonly frame?: number; readonly known?: AskKnown } = {},
): Promise<Parsed<readonly FilePrediction[]>> {
  const { frame, known: ask, ...rest } = options;
  const reading = { threads: 2, ...rest };
  const readings = new Map<string, Parsed<EncodedMaterial>>();
  const problems: Problem[] = [];
  const predictions: FilePrediction[] = [];
  const isAtoms = await isStructureOnly(entry.file, options.signal);
  const predictors = models.map((asked) => {
    const instead = isAtoms ? structureModelFor(asked) : undefined;
    const folder = instead ?? asked;
    return { folder, predictor: shelf.take(folder), ...(instead !== undefined && { inPlaceOf: asked }) };
  });
  const names = predictors.map(({ predictor }) => predictor.model.target.name);
  const known = frame === undefined ? await ask?.(entry, names, options.signal) : undefined;
  problems.push(...(known?.problems ?? []));
  for (const { folder, predictor, inPlaceOf } of predictors) {
    const settings = { ...readingOf(predictor.model), ...(frame !== undefined && { frame }) };
    const key = isAtoms ? "atoms" : JSON.stringify(settings);
    const outcome =
      readings.get(key) ??
      (await (isAtoms ? readAtomsMaterial(entry, options.signal) : readMaterial(entry, settings, reading)));
    if (!readings.has(key)) problems.push(...outcome.problems);
    readings.set(key, outcome);
    if (outcome.value !== undefined && !hasError(outcome)) {
      const calculated = known?.of(predictor.model.target, cellSize(outcome.value));
      predictions.push({
        ...predictionOf(folder, predictor, outcome.value),
        ...(inPlaceOf !== undefined && { inPlaceOf }),
        ...(calculated && { known: calculated }),
      });
    }
  }
  return predictions.length === models.length ? { value: predictions, problems } : { problems };
}

const readingOf = ({ training, component }: Model) => ({ spacing: training.voxels.spacing, component });
const hasError = ({ problems }: Parsed<unknown>) => problems.some(({ severity }) => severity === "error");

function predictionOf(folder: string, predictor: Predictor, material: EncodedMaterial): FilePrediction {
  const { target, learned, materials, domain } = predictor.model;
  const { id, file, hash } = material;
  const place = { model: folder, id, file, fileHash: hash, target: target.name, unit: target.reportedUnit };
  const refusal = refusalOf(predictor.model, material);
  if (refusal) return { ...place, outOfDomain: true, reasons: [refusal], nearest: [] };
  const { value, sigma, lower, upper } = predictor.predict(material);
  if (!Number.isFinite(value) || !Number.isFinite(sigma))
    return { ...place, outOfDomain: true, reasons: [NOT_FINITE], nearest: [] };
  const { outOfDomain, reasons, nearest: alike } = predictor.judge(material, sigma);
  const nearest = alike.map((one) => ({ ...one, ...formulaOf(materials, one.id) }));
  const inTraining = materials.some((known) => known.hash === hash) || isSame(nearest[0], material);
  const approximation = approximationOf(learned);
  const found = {
    value,
    sigma,
    lower,
    upper,
    inTraining,
    outOfDomain,
    reasons,
    nearest,
    ...(approximation && { approximation }),
    ...(domain.measuredOn !== undefined && { domainMeasuredOn: domain.measuredOn }),
  };
  return { ...place, explainable: isExplainable(learned), ...found };
}

/** Of the first step that is one. */
function approximationOf(learned: FittedModel): FilePrediction["approximation"] {
  if (learned.kind === "twoSteps") return approximationOf(learned.first) ?? approximationOf(learned.second);
  if (learned.kind === "networks") return undefined;
  const { sparse, dual } =
    learned.kind === "process" ? learned.process : learned.kind === "soap" ? learned.soap : learned.kernel;
  return sparse && { trainedOn: sparse.trainedOn, landmarks: dual.length };
}

/** Similarity beyond which two densities differ by rounding alone. */
const SAME_DENSITY = 1 - 1e-9;

/** Packed otherwise, a file has other bytes and the same density. */
function isSame(nearest: SimilarMaterial | undefined, { structure }: EncodedMaterial): boolean {
  if (nearest === undefined || nearest.similarity < SAME_DENSITY) return false;
  return nearest.formula === undefined || nearest.formula === reducedFormula(structure);
}

function formulaOf(materials: Model["materials"], id: string): { readonly formula?: string } {
  const formula = materials.find((material) => material.id === id)?.formula;
  return formula === undefined ? {} : { formula };
}
