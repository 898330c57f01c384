import { median } from "../../math/statistics.js";
import {
  type FeatureMatrix,
  rowPairs,
  squaredDistances,
  stackFeatures,
  upperTriangle,
} from "../kernelRidge/featureMatrix.js";
import { type FeatureScaling, scaleFeatures, standardScaling } from "../kernelRidge/featureScaling.js";
import { termValue } from "./likelihood.js";
import { type FeaturePart, type FeatureSource, SOURCES } from "./processFeatures.js";
import type { ProcessTerm } from "./processTerms.js";

/** Raw numbers of the training materials by part, a row each. */
export type PartMatrices = Readonly<Partial<Record<FeaturePart, FeatureMatrix>>>;

/** A kernel with the numbers that make it one. */
export interface FittedTerm extends ProcessTerm {
  /**
   * What products or squared distances are divided by: the mean square of a training vector, or the median of the
   * pairs' squared distances.
   */
  readonly unit: number;
  /** size² and 1/(2 length²), in those units and squared ones of the targets; 0 where there is no length. */
  readonly variance: number;
  readonly gamma: number;
}

/** What multiplies a kernel on both sides, one a material. */
export interface ProcessWeights {
  readonly atoms: Float64Array;
  readonly density: Float64Array;
}

/** Kernels of SOAP scales between two lists of materials, [a][b], by the number of the scale. */
export type SoapKernels = ReadonlyMap<number, Float64Array>;

/** Feature vectors of materials, as rows on the training materials' scaling. */
export type ScaledSources = Readonly<Partial<Record<FeatureSource, FeatureMatrix>>>;

/**
 * How the vectors of a source are made comparable: centred on the training materials and, where the source says so,
 * divided by their deviations.
 */
export function measureScaling(parts: PartMatrices, source: FeatureSource): FeatureScaling {
  const standard = standardScaling(deriveRows(parts, source));
  return SOURCES[source].standard ? standard : { centre: standard.centre, factor: standard.factor.map(() => 1) };
}

export function scaleSources(
  parts: PartMatrices,
  scalings: Readonly<Partial<Record<FeatureSource, FeatureScaling>>>,
): ScaledSources {
  return Object.fromEntries(
    Object.entries(scalings).map(([source, scaling]) => [
      source,
      scaleFeatures(deriveRows(parts, source as FeatureSource), scaling),
    ]),
  );
}

function deriveRows(parts: PartMatrices, source: FeatureSource): FeatureMatrix {
  const { part, derive } = SOURCES[source];
  const raw = parts[part];
  if (raw === undefined) throw new RangeError(`the model has no ${part}`);
  const rows = Array.from({ length: raw.rows }, (_, row) =>
    derive(raw.values.subarray(row * raw.columns, (row + 1) * raw.columns)),
  );
  return stackFeatures(rows);
}

/**
 * Products or squared distances of a term between two lists of materials, of `rows` and `columns`, [a][b], before its
 * unit. `into`: as for `rowPairs`.
 */
export function termMatrix(
  { source, form, reads }: ProcessTerm,
  a: ScaledSources,
  b: ScaledSources,
  soap: SoapKernels,
  [rows, columns]: readonly [number, number],
  into = new Float64Array(rows * columns),
): Float64Array {
  if (source === "constant") return into.fill(1);
  if (typeof source === "object") {
    const kernel = soap.get(source.soap);
    if (kernel === undefined) throw new RangeError(`the kernel of SOAP scale ${source.soap} is missing`);
    for (let at = 0; at < into.length; at++) into[at] = Math.max(0, 2 - 2 * (kernel[at] as number)); // of unit vectors
    return into;
  }
  const [left, right] = [a[source], b[source]];
  if (left === undefined || right === undefined) throw new RangeError(`the features ${source} are missing`);
  return form === "linear"
    ? rowPairs("products", left, right, biasOf(reads, left), into)
    : squaredDistances(left, right, into);
}

/** The unit of a term from its matrix over the training materials. */
export function termUnit({ form }: ProcessTerm, matrix: Float64Array, n: number): number {
  let square = 0;
  for (let i = 0; i < n; i++) square += (matrix[i * n + i] as number) / n;
  const unit = form === "linear" ? square : median(upperTriangle(matrix, n));
  return unit > 0 ? unit : 1;
}

/** The sum of all kernels without noise, [a][b]. */
export function sumOfTerms(
  terms: readonly FittedTerm[],
  a: ScaledSources,
  b: ScaledSources,
  soap: SoapKernels,
  weights: readonly [ProcessWeights, ProcessWeights],
): Float64Array {
  const [left, right] = weights;
  const sum = new Float64Array(left.atoms.length * right.atoms.length);
  const room = new Float64Array(sum.length);
  for (const term of terms) {
    const matrix = termMatrix(term, a, b, soap, [left.atoms.length, right.atoms.length], room);
    const [w, v] = [left[term.reads], right[term.reads]];
    for (let i = 0, at = 0; i < w.length; i++)
      for (let j = 0; j < v.length; j++, at++) {
        const value = termValue(term.form, (matrix[at] as number) / term.unit, term.variance, term.gamma);
        sum[at] = (sum[at] as number) + (w[i] as number) * (v[j] as number) * value;
      }
  }
  return sum;
}

/** k(x, x) of each material. */
export function ownKernels(
  terms: readonly FittedTerm[],
  features: ScaledSources,
  weights: ProcessWeights,
): Float64Array {
  return weights.atoms.map((_, row) => {
    let sum = 0;
    for (const { source, form, reads, unit, variance } of terms) {
      const w = weights[reads][row] as number;
      const isVector = form === "linear" && typeof source === "string" && source !== "constant";
      const square = isVector ? squareOfRow(features[source], row, reads) / unit : 1;
      sum += w * w * variance * square;
    }
    return sum;
  });
}

function squareOfRow(matrix: FeatureMatrix | undefined, row: number, reads: ProcessTerm["reads"]): number {
  if (matrix === undefined) return Number.NaN;
  return matrix.values
    .subarray(row * matrix.columns, (row + 1) * matrix.columns)
    .reduce((sum, x) => sum + x * x, biasOf(reads, matrix));
}

/**
 * Features are centred, and the density's share of a value has a mean that grows with the volume: a constant beside
 * them, as large as all of them.
 */
export const biasOf = (reads: ProcessTerm["reads"], { columns }: Pick<FeatureMatrix, "columns">): number =>
  reads === "density" ? columns : 0;
