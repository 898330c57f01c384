import type { Atoms } from "./material.js";
import { describeSoap, type SoapVectors } from "./soap.js";
import { dot, plainSoapArithmetic, type Rows, type SharedPart, type SoapArithmetic } from "./soapArithmetic.js";
import { defaultSoapOptions, type SoapOptions } from "./soapOptions.js";

/** How the similarities of two materials' centres, C_ij = (x_i . x_j)^zeta of unit vectors, become one number. */
export interface SoapKernelOptions {
  /**
   * `average`: the mean of C. `rematch`: C under the entropy-regularised best match of the centres (De et al. 2016).
   */
  readonly kernel: "average" | "rematch";
  readonly zeta: number;
  /** REMatch's regularisation. */
  readonly alpha: number;
}

/** Spec section 5. */
export const defaultSoapKernelOptions: SoapKernelOptions = { kernel: "average", zeta: 2, alpha: 0.1 };

/** What decides a SOAP kernel from the atoms on. */
export interface SoapSettings extends SoapOptions, SoapKernelOptions {}

export const defaultSoapSettings: SoapSettings = { ...defaultSoapOptions, ...defaultSoapKernelOptions };

/** A material's vectors made ready for kernels: of unit length, centres that are alike in one row. */
export interface SoapEnvironments extends SoapVectors {
  /** The kernel of the material with itself before normalisation. */
  readonly self: number;
}

/** Rows this close to one another are centres equivalent by symmetry: coordinates are printed to six digits. */
const ALIKE = 1e-5;

/**
 * Scales every row to length 1 and merges equivalent centres into one row of their sum of weights, which leaves every
 * kernel as it is (to ALIKE² where they are equivalent to the printed digits only) and is many times cheaper; with the
 * average kernel and zeta 1, which is linear, all rows into their mean.
 */
export function prepareSoap(
  vectors: SoapVectors,
  options: SoapKernelOptions,
  arithmetic?: SoapArithmetic,
): SoapEnvironments {
  const unit = unitRows(vectors);
  const linear = options.kernel === "average" && options.zeta === 1;
  const prepared = linear ? meanOfRows(unit) : mergeAlike(unit);
  return { ...prepared, self: globalSimilarity(prepared, prepared, options, arithmetic) };
}

/** The surroundings of a crystal's atoms, ready for kernels. Throws RangeError for settings out of range. */
export function soapEnvironments(atoms: Atoms, settings: SoapSettings, arithmetic?: SoapArithmetic): SoapEnvironments {
  return prepareSoap(describeSoap(atoms, settings, arithmetic), settings, arithmetic);
}

/** The kernel of two materials, K_ab / sqrt(K_aa K_bb): 1 for a material with itself. */
export function soapKernel(
  a: SoapEnvironments,
  b: SoapEnvironments,
  options: SoapKernelOptions,
  arithmetic?: SoapArithmetic,
): number {
  return a === b ? 1 : globalSimilarity(a, b, options, arithmetic) / Math.sqrt(a.self * b.self);
}

/** The kernel before normalisation, of rows as they are. */
export function globalSimilarity(
  a: SoapVectors,
  b: SoapVectors,
  { kernel, zeta, alpha }: SoapKernelOptions,
  arithmetic?: SoapArithmetic,
): number {
  const local = localSimilarities(a, b, arithmetic);
  if (zeta !== 1)
    local.forEach((c, at) => {
      // A similarity may be a little below 0, which has no broken powers.
      local[at] = zeta === 2 ? c * c : Number.isInteger(zeta) ? c ** zeta : Math.max(0, c) ** zeta;
    });
  return kernel === "average" ? weightedMean(local, a.weights, b.weights) : rematch(local, a.weights, b.weights, alpha);
}

/** x_i . y_j, [a's rows][b's rows]; only pairs of species that both materials hold add to it. */
export function localSimilarities(
  a: SoapVectors,
  b: SoapVectors,
  arithmetic: SoapArithmetic = plainSoapArithmetic,
): Float64Array {
  return arithmetic.products(rowsOf(a), rowsOf(b), sharedParts(a, b));
}

const rowsOf = ({ weights, starts, values }: SoapVectors): Rows => ({
  rows: weights.length,
  width: starts.at(-1) ?? 0,
  values,
});

/**
 * When the sum of the squared relative changes of both scalings is below this, the match has converged; the published
 * rule looks at four of five iterations.
 */
const CONVERGED = 1e-24;
const MAX_ITERATIONS = 100_000;

/**
 * REMatch of local similarities C, [rows][columns]: sum u K v C with K = exp(-(1 - C)/alpha) and u, v scaled so that
 * the match has the given marginals.
 * `threshold` ends the iteration; the default converges to about 1e-12.
 */
export function rematch(
  local: Float64Array,
  weightsA: Float64Array,
  weightsB: Float64Array,
  alpha: number,
  threshold = CONVERGED,
): number {
  const [rows, columns] = [weightsA.length, weightsB.length];
  const match = local.map((c) => Math.exp(-(1 - c) / alpha));
  const perA = 1 / total(weightsA);
  const perB = 1 / total(weightsB);
  let u = new Float64Array(rows).fill(perA);
  let v = new Float64Array(columns).fill(perB);
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const nextV = v.map((_, j) => {
      let sum = 0;
      for (let i = 0; i < rows; i++)
        sum += (weightsA[i] as number) * (match[i * columns + j] as number) * (u[i] as number);
      return perB / sum;
    });
    const nextU = u.map((_, i) => {
      let sum = 0;
      for (let j = 0; j < columns; j++)
        sum += (weightsB[j] as number) * (match[i * columns + j] as number) * (nextV[j] as number);
      return perA / sum;
    });
    const change = relativeChange(u, nextU, weightsA) + relativeChange(v, nextV, weightsB);
    u = nextU;
    v = nextV;
    if (iteration % 5 !== 0 && change <= threshold) break;
  }
  const matched = local.map(
    (c, at) => c * (match[at] as number) * (u[Math.floor(at / columns)] as number) * (v[at % columns] as number),
  );
  return weightedMean(matched, weightsA, weightsB) / (perA * perB);
}

/** The features that two materials share; blocks rise in both. */
export function sharedParts(a: SoapVectors, b: SoapVectors): SharedPart[] {
  const shared: SharedPart[] = [];
  let j = 0;
  for (const [i, block] of a.blocks.entries()) {
    while ((b.blocks[j] ?? Number.POSITIVE_INFINITY) < block) j++;
    if (b.blocks[j] !== block) continue;
    const startA = a.starts[i] as number;
    shared.push({ startA, startB: b.starts[j] as number, length: (a.starts[i + 1] as number) - startA });
  }
  return shared;
}

function weightedMean(values: Float64Array, weightsA: Float64Array, weightsB: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < weightsA.length; i++)
    for (let j = 0; j < weightsB.length; j++)
      sum += (weightsA[i] as number) * (weightsB[j] as number) * (values[i * weightsB.length + j] as number);
  return sum / (total(weightsA) * total(weightsB));
}

function relativeChange(before: Float64Array, after: Float64Array, weights: Float64Array): number {
  let changed = 0;
  let size = 0;
  after.forEach((value, i) => {
    changed += (weights[i] as number) * (value - (before[i] as number)) ** 2;
    size += (weights[i] as number) * value * value;
  });
  return changed / size;
}

const total = (weights: Float64Array) => weights.reduce((sum, weight) => sum + weight, 0);

function unitRows(vectors: SoapVectors): SoapVectors {
  const width = vectors.starts.at(-1) ?? 0;
  const values = Float64Array.from(vectors.values);
  for (let from = 0; from < values.length; from += width) {
    const row = values.subarray(from, from + width);
    const length = Math.sqrt(dot(row, 0, row, 0, width));
    if (length > 0) for (let k = 0; k < width; k++) row[k] = (row[k] as number) / length;
  }
  return { ...vectors, values };
}

function meanOfRows(unit: SoapVectors): SoapVectors {
  return { ...unit, ...meanOf(unit, [...unit.weights.keys()]) };
}

function mergeAlike(unit: SoapVectors): SoapVectors {
  const width = unit.starts.at(-1) ?? 0;
  const groups: number[][] = [];
  for (let row = 0; row < unit.weights.length; row++) {
    const like = groups.find(([first = 0]) => isAlike(unit.values, first * width, row * width, width));
    if (like === undefined) groups.push([row]);
    else like.push(row);
  }
  if (groups.length === unit.weights.length) return unit;
  const merged = groups.map((rows) => meanOf(unit, rows));
  const values = new Float64Array(groups.length * width);
  merged.forEach((group, at) => {
    values.set(group.values, at * width);
  });
  return unitRows({ ...unit, values, weights: Float64Array.from(merged, ({ weights }) => weights[0] as number) });
}

function isAlike(values: Float64Array, first: number, second: number, width: number): boolean {
  let distance = 0;
  for (let k = 0; k < width; k++) {
    distance += ((values[first + k] as number) - (values[second + k] as number)) ** 2;
    if (distance > ALIKE * ALIKE) return false;
  }
  return true;
}

/** One row, the weighted mean of some. */
function meanOf(
  { weights, values, starts }: SoapVectors,
  rows: readonly number[],
): Pick<SoapVectors, "weights" | "values"> {
  const width = starts.at(-1) ?? 0;
  const weight = rows.reduce((sum, row) => sum + (weights[row] as number), 0);
  const mean = new Float64Array(width);
  for (const row of rows)
    for (let k = 0; k < width; k++)
      mean[k] = (mean[k] as number) + ((weights[row] as number) / weight) * (values[row * width + k] as number);
  return { weights: Float64Array.of(weight), values: mean };
}
