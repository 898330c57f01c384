import { existsSync } from "node:fs";
import path from "node:path";
import type { ProcessModel } from "../../core/learning/gaussianProcess/gaussianProcess.js";
import { type ProcessTerm, processTerms } from "../../core/learning/gaussianProcess/processTerms.js";
import { PAPER_TARGETS } from "../../core/settings/paperTargets.js";
import { writeFileAtomically } from "../files/atomicFile.js";
import { UsageError } from "../files/usageError.js";
import { type HeldOutError, isModel, type Model, readModel, restateModel } from "../models/modelFile.js";
import { isEnsemble, type SingleModel } from "../models/modelNames.js";
import { libraryCard } from "./libraryCard.js";
import { readReproduction } from "./reproduce.js";
import { hashOfDataset, type ReproductionDepth } from "./reproductionDepth.js";
import { GUESS, type ReproductionResults } from "./reproductionResults.js";

/** From the simplest on: of models between which test sets do not decide, the first is the default. */
export const LIBRARY_MODELS: readonly SingleModel[] = ["composition", "shells", "density", "r3dvs", "combined"];
/**
 * Below this p a difference counts; so does one above this share of the error, which few splits may fail to find
 * significant.
 */
const LEVEL = 0.05;
const TIE = 0.1;

export interface NamedModel {
  readonly name: string;
  readonly model: Model;
}

/** What says how good models of a library are, without learning them again. */
export interface LibraryEvidence {
  /** Errors on held-out materials, of all splits. */
  readonly results: ReproductionResults;
  readonly testSize: number;
  /** Networks per model in those tests. */
  readonly ensemble?: number;
}

/** Names in the order of the card. */
export const libraryNames = (
  targets: readonly string[] = PAPER_TARGETS,
  models: readonly SingleModel[] = LIBRARY_MODELS,
): readonly string[] => targets.flatMap((target) => models.map((model) => `${target}-${model}`));

/**
 * States again what the models of a library that stands come to on held-out materials, which of them are the defaults,
 * and the card that says so.
 * Weights are left as they are. `reproduction`: the folder of the comparison. The models must have been learned by the
 * recipe that the comparison measured, from the same materials: throws `UsageError` that names those which were not.
 * Throws `WriteError`.
 */
export function judgeLibrary({
  dataset,
  output,
  reproduction,
}: {
  readonly dataset: string;
  readonly output: string;
  readonly reproduction: string;
}): void {
  const { results, depth } = readReproduction(reproduction);
  const names = libraryNames().filter((name) => isModel(path.join(output, name)));
  if (names.length === 0) throw new UsageError(`${output} contains no bundled models`);
  if (!existsSync(dataset) || hashOfDataset(dataset) !== depth.dataset)
    throw new UsageError(`the comparison was not of the materials in ${dataset}`);
  const models = names.map((name) => ({ name, model: readModel(path.join(output, name)) }));
  const others = models.filter(({ model }) => !isSameRecipe(model, depth)).map(({ name }) => name);
  if (others.length > 0) throw new UsageError(`learned by another recipe than the comparison's: ${others.join(", ")}`);
  writeJudgement(output, judged(models, { results, testSize: depth.testSize, ensemble: depth.ensemble }));
}

/** The facts of each model and the card. Throws `WriteError`. */
export function writeJudgement(output: string, models: readonly NamedModel[]): void {
  for (const { name, model } of models) restateModel(path.join(output, name), model);
  writeFileAtomically(path.join(output, "README.md"), libraryCard(models.map(({ model }) => model)));
}

/** Models with what they come to on held-out materials, the defaults marked. */
export function judged(models: readonly NamedModel[], evidence: LibraryEvidence): NamedModel[] {
  const measured = models.map(({ name, model: { heldOut: _, recommended: _was, ...model } }) => {
    const heldOut = heldOutOf(model, evidence);
    return { name, model: { ...model, ...(heldOut && { heldOut }) } };
  });
  return measured.map(({ name, model }) => ({
    name,
    model: isDefault(model, measured, evidence.results, evidence.testSize) ? { ...model, recommended: true } : model,
  }));
}

/**
 * Whether a model of the library was learned as the comparison's models were, which it learned from fewer materials.
 */
export function isSameRecipe(model: Model, depth: ReproductionDepth): boolean {
  const isNetwork = model.learned.kind === "networks";
  const arm = depth.settings.find(({ name }) => name === (isNetwork ? "networks" : "kernels"));
  const own = arm?.perTarget[model.target.name];
  if (arm === undefined || own === undefined || !arm.models.includes(model.model)) return false;
  if (model.materials.length !== depth.materials || model.component !== arm.component) return false;
  if (model.learned.kind === "process") return hasTerms(model.learned.process); // nothing of the options decides it
  if (model.normalize !== own.normalize) return false;
  return !isNetwork || JSON.stringify(model.training) === JSON.stringify(own.training);
}

/** Whether a Gaussian process is made of the kernels that its name stands for now. */
export function hasTerms({ name, terms, dual }: ProcessModel): boolean {
  const ownOf = ({ source, form, reads }: ProcessTerm) => JSON.stringify([source, form, reads]);
  return terms.map(ownOf).join() === processTerms(name, dual.length).map(ownOf).join();
}

function heldOutOf(
  { target: { name: target }, model }: Pick<Model, "target" | "model">,
  { results, testSize, ensemble }: LibraryEvidence,
): HeldOutError | undefined {
  const trainSize = results.sizesOf(target).at(-1) ?? 0;
  const error = results.errorOf(target, model, trainSize, testSize);
  const guess = results.errorOf(target, GUESS, trainSize)?.mean;
  if (error === undefined || guess === undefined) return undefined;
  const { mean: mae, standardError, repeats } = error;
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
    ...(isEnsemble(model) && ensemble !== undefined && { ensemble }),
  };
}

/**
 * The default of a target: the simplest of the models that are neither significantly nor a tenth worse on the same
 * splits than the one with the least error.
 * With one split, which decides nothing, the one with the least error.
 */
export function isDefault(
  { model, target }: Model,
  all: readonly { readonly model: Model }[],
  results: ReproductionResults,
  testSize: number,
) {
  const errors = all.flatMap(({ model: one }) =>
    one.target.name === target.name && one.heldOut
      ? [{ name: one.model, mae: one.heldOut.mae, repeats: one.heldOut.repeats }]
      : [],
  );
  const best = errors.reduce(
    (a, b) => (b.mae < a.mae ? b : a),
    errors[0] ?? { name: model, mae: Number.NaN, repeats: 0 },
  );
  const isAsGood = (name: string) => {
    const difference = results.difference(target.name, name, best.name, testSize);
    if (name === best.name) return true;
    return (
      difference !== undefined && difference.count > 1 && !(difference.p < LEVEL) && difference.mean < TIE * best.mae
    );
  };
  return errors.find(({ name }) => isAsGood(name))?.name === model;
}
