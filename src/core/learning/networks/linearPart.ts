import { type CholeskyFactor, factorCholesky, solveCholesky } from "../../math/cholesky.js";
import { mean, populationDeviation } from "../../math/statistics.js";
import { fitTargetScale, standardise, type TargetScale } from "../evaluation/targetScaling.js";

/**
 * A straight line through the targets that stands beside a network, which then learns only its residuals. Plain data.
 * y = intercept + sum of weights * (features - centre)/deviation + (residual.mean + residual.deviation * the network's
 * output)
 */
export interface LinearPart {
  readonly centre: Float64Array;
  /** Of each feature over the training set; 1 for one that is the same everywhere. */
  readonly deviation: Float64Array;
  readonly weights: Float64Array;
  readonly intercept: number;
  /** Of its residuals of the training set's targets. */
  readonly residual: TargetScale;
}

/**
 * Shares of the features' variance. The least only keep features that depend on each other solvable, the largest matter
 * for a handful of materials.
 */
const RIDGES = [1e-10, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1];

/**
 * Ridge regression on `features`, as many numbers for each of `targets`, with the ridge of the least mean absolute
 * error when each target is predicted from all others. Throws RangeError for numbers that are not finite.
 */
export function fitLinearPart(features: readonly Float64Array[], targets: readonly number[]): LinearPart {
  if (![...targets, ...features.flatMap((row) => [...row])].every(Number.isFinite))
    throw new RangeError("A line needs finite numbers to go through");
  const width = features[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, j) => features.map((row) => row[j] as number));
  const centre = Float64Array.from(columns, mean);
  const deviation = Float64Array.from(columns, (column) => populationDeviation(column) || 1);
  const intercept = mean(targets);
  const rows = features.map((row) => row.map((value, j) => (value - (centre[j] as number)) / (deviation[j] as number)));
  const weights = chooseWeights(
    rows,
    targets.map((target) => target - intercept),
    width,
  );
  const line = { centre, deviation, weights, intercept };
  return {
    ...line,
    residual: fitTargetScale(targets.map((target, i) => target - lineAt(line, features[i] as Float64Array))),
  };
}

/** What is left for the network to learn: about 0, with a spread of about 1. */
export function residualOf(part: LinearPart, features: Float64Array, target: number): number {
  return standardise(target - lineAt(part, features), part.residual);
}

/** The target from the line and the network's output. */
export function withLinearPart(part: LinearPart, features: Float64Array, output: number): number {
  return lineAt(part, features) + part.residual.mean + part.residual.deviation * output;
}

type Line = Omit<LinearPart, "residual">;

function lineAt({ centre, deviation, weights, intercept }: Line, features: Float64Array): number {
  return weights.reduce(
    (sum, weight, j) => sum + (weight * ((features[j] as number) - (centre[j] as number))) / (deviation[j] as number),
    intercept,
  );
}

/** `targets` are centred; the mean counts as one of the fitted numbers. */
function chooseWeights(rows: readonly Float64Array[], targets: readonly number[], width: number): Float64Array {
  const { matrix, right } = normalEquations(rows, targets, width);
  let best: { readonly error: number; readonly weights: Float64Array } | undefined;
  for (const ridge of RIDGES) {
    const regular = matrix.map((value, i) => (i % (width + 1) === 0 ? value + ridge * rows.length : value));
    const factor = factorCholesky(regular, width);
    if (factor === undefined) continue;
    const weights = solveCholesky(factor, right);
    const error = mean(
      rows.map((row, i) => Math.abs((targets[i] as number) - dot(weights, row)) / freedom(factor, row, rows.length)),
    );
    if (best === undefined || error < best.error) best = { error, weights };
  }
  return best?.weights ?? new Float64Array(width);
}

/**
 * 1 minus the weight that a material's own target has in its fit: what its residual is divided by to be that of a fit
 * without it.
 */
function freedom(factor: CholeskyFactor, row: Float64Array, count: number): number {
  return Math.max(LEAST_FREEDOM, 1 - 1 / count - dot(solveCholesky(factor, row), row));
}

/** Below it the division says nothing. */
const LEAST_FREEDOM = 1e-3;

function normalEquations(rows: readonly Float64Array[], targets: readonly number[], width: number) {
  const matrix = new Float64Array(width * width);
  const right = new Float64Array(width);
  for (const [r, row] of rows.entries())
    for (let i = 0; i < width; i++) {
      right[i] = (right[i] as number) + (row[i] as number) * (targets[r] as number);
      for (let j = 0; j < width; j++)
        matrix[i * width + j] = (matrix[i * width + j] as number) + (row[i] as number) * (row[j] as number);
    }
  return { matrix, right };
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}
