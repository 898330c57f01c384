import { deriveSeed, Random } from "../../math/random.js";
import { median } from "../../math/statistics.js";
import { meanAbsoluteError } from "../evaluation/metrics.js";
import { coordinateDescent } from "./coordinateDescent.js";
import { assignFolds, outOfFoldPredictions } from "./crossValidation.js";
import { type FeatureMatrix, rowsAt, squaredDistances, upperTriangle } from "./featureMatrix.js";
import { gaussianOfDistances, medianGamma } from "./kernels.js";

export interface ChosenKernel {
  /** Index of the features. */
  readonly candidate: number;
  readonly gamma: number;
  readonly alpha: number;
  /** Mean absolute error of the cross-validation, in units of the targets. */
  readonly validationMae: number;
}

/** gamma in units of 1/median |x - x'|²: the smallest are next to a linear fit. */
const GAMMAS = [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4].map((power) => 4 ** power);
const ALPHAS = [1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1];
/** Tried first, each with each, so that the descent starts in the right valley. */
const COARSE = { gammas: [0, 3, 6, 9], alphas: [3, 6, 8] };
const FOLDS = 5;
/** The cost of a trial grows with the cube of the materials: beyond this many a random part of them chooses. */
const LARGEST = 600;

/**
 * Chooses features, gamma and alpha of a Gaussian kernel by cross-validation on the training set alone, 5-fold with
 * folds drawn from `seed`.
 * `candidates`: the same materials in different features, each searched by a descent over the grid: the first from the
 * best of a coarse grid, the others from where the last one ended; `targets` are centred and scaled.
 * With fewer than 3 materials there is nothing to validate on: gamma = 1/median |x - x'|², alpha = 0.01 of the first
 * features.
 */
export function chooseKernel(candidates: readonly FeatureMatrix[], targets: Float64Array, seed: number): ChosenKernel {
  const chosen = new Random(deriveSeed(seed, "search")).shuffle([...targets.keys()]).slice(0, LARGEST);
  const y = Float64Array.from(chosen, (i) => targets[i] as number);
  const fold = assignFolds(y.length, FOLDS, deriveSeed(seed, "folds"));
  if (y.length < 3)
    return { candidate: 0, gamma: medianGamma(candidates[0] as FeatureMatrix), alpha: 0.01, validationMae: Number.NaN };
  let least: ChosenKernel | undefined;
  let starts = COARSE.gammas.flatMap((g) => COARSE.alphas.map((a) => [g, a]));
  candidates.forEach((features, candidate) => {
    const part = rowsAt(features, chosen);
    const squared = squaredDistances(part, part);
    const unit = 1 / (median(upperTriangle(squared, y.length)) || 1);
    const best = coordinateDescent([GAMMAS.length, ALPHAS.length], starts, ([g = 0, a = 0]) => {
      const kernel = gaussianOfDistances(squared, unit * (GAMMAS[g] as number));
      return meanAbsoluteError(y, outOfFoldPredictions(kernel, y, ALPHAS[a] as number, fold));
    });
    const [g = 0, a = 0] = best.point;
    starts = [[g, a]]; // the next features' best is seldom far
    if (least === undefined || best.cost < least.validationMae)
      least = { candidate, gamma: unit * (GAMMAS[g] as number), alpha: ALPHAS[a] as number, validationMae: best.cost };
  });
  if (least === undefined) throw new RangeError("No features to choose from");
  return least;
}
