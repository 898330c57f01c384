import { deriveSeed, Random } from "../../math/random.js";
import { meanAbsoluteError } from "../evaluation/metrics.js";
import { assignFolds, block, outOfFoldPredictions } from "./crossValidation.js";

const ALPHAS = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 3];
const FOLDS = 5;
/** The cost of a trial grows with the cube of the materials: beyond this many a random part of them chooses. */
const LARGEST = 600;

/**
 * The regularisation of a given kernel with the least mean absolute error in 5-fold cross-validation, folds drawn from
 * `seed`.
 * `kernel`: n x n, row-major, of diagonal 1; `targets` are centred and scaled. With fewer than 3 materials there is
 * nothing to validate on: 0.01.
 */
export function chooseRidge(kernel: Float64Array, targets: Float64Array, seed: number): number {
  if (targets.length < 3) return 0.01;
  const chosen = new Random(deriveSeed(seed, "search")).shuffle([...targets.keys()]).slice(0, LARGEST);
  const y = Float64Array.from(chosen, (i) => targets[i] as number);
  const part = block(kernel, targets.length, chosen, chosen);
  const fold = assignFolds(y.length, FOLDS, deriveSeed(seed, "folds"));
  const errors = ALPHAS.map((alpha) => meanAbsoluteError(y, outOfFoldPredictions(part, y, alpha, fold)));
  return ALPHAS[errors.indexOf(Math.min(...errors))] ?? 0.01;
}
