import type { Atoms, Material } from "../../descriptors/material.js";
import type { Valences } from "../../descriptors/valenceElectrons.js";
import { type CholeskyFactor, factorCholesky, inverseDiagonal, solveCholesky } from "../../math/cholesky.js";
import { deriveSeed, Random } from "../../math/random.js";
import { mean } from "../../math/statistics.js";
import type { CellSize, Normalization } from "../evaluation/targetScaling.js";
import { block } from "../kernelRidge/crossValidation.js";
import { stackFeatures } from "../kernelRidge/featureMatrix.js";
import type { FeatureScaling } from "../kernelRidge/featureScaling.js";
import { explainedVariance, packTriangle, type SparseFit, unpackTriangle } from "../kernelRidge/nystrom.js";
import { type ChosenProcess, chooseProcess } from "./chooseProcess.js";
import type { LikelihoodTerm } from "./likelihood.js";
import { describeParts, type FeaturePart, type FeatureSource, type MaterialParts } from "./processFeatures.js";
import {
  type FittedTerm,
  measureScaling,
  ownKernels,
  type PartMatrices,
  type ProcessWeights,
  type ScaledSources,
  type SoapKernels,
  scaleSources,
  sumOfTerms,
  termMatrix,
  termUnit,
} from "./processMatrices.js";
import { type ProcessName, type ProcessTerm, partsOf, processTerms, sourcesOf } from "./processTerms.js";

/**
 * A Gaussian process over a sum of kernels (spec section 6d): plain data, stored as it is. All values in units of the
 * standardised targets.
 */
export interface ProcessModel {
  readonly name: ProcessName;
  /** What the targets are learned per. */
  readonly normalize: Normalization;
  readonly terms: readonly FittedTerm[];
  /** Variance. */
  readonly noise: number;
  /** Mean volume per atom of the training materials, Å³. */
  readonly meanVolume: number;
  readonly parts: PartMatrices;
  readonly scalings: Readonly<Partial<Record<FeatureSource, FeatureScaling>>>;
  readonly weights: ProcessWeights;
  /** Valence electrons of the training materials' elements, as far as they tell them. */
  readonly valences?: Valences;
  /** Of the training materials, where a kernel compares surroundings; SOAP vectors are computed of them again. */
  readonly atoms?: readonly Atoms[];
  /** (K + noise)^-1 y; of an approximated model one for each landmark. */
  readonly dual: Float64Array;
  /** The Cholesky factor of K + noise, its lower triangle row by row; computed again where it is not stored. */
  readonly lower?: Float64Array;
  /**
   * Of a model that learned from more materials than it holds: all arrays are of its landmarks, and K + jitter stands
   * for K + noise.
   */
  readonly sparse?: SparseFit;
  readonly negativeLogLikelihood: number;
  /** On how many materials the kernels' numbers were chosen. */
  readonly chosenOn: number;
}

export interface ProcessTraining {
  readonly name: ProcessName;
  readonly materials: readonly Material[];
  readonly sizes: readonly CellSize[];
  /** `describeParts` of each. */
  readonly parts: readonly MaterialParts[];
  /** Of the scales that `processSoapScales` names, n x n. */
  readonly soap: SoapKernels;
  /** Those that the parts were described with. */
  readonly valences?: Valences;
  readonly normalize: Normalization;
  /** Centred and scaled by the caller. */
  readonly targets: Float64Array;
  readonly seed: number;
}

/**
 * Each evaluation of the likelihood costs n³: beyond so many materials a random part of them chooses the kernels'
 * numbers, and all of them are then fitted.
 */
export const MOST_CHOSEN_ON = 1500;

/** Throws RangeError where there are no materials, a target is not finite, or the kernel is singular. */
export function fitProcess({
  name,
  materials,
  sizes,
  parts,
  soap,
  valences,
  normalize,
  targets,
  seed,
}: ProcessTraining): ProcessModel {
  const n = materials.length;
  if (n === 0 || n !== targets.length) throw new RangeError(`${n} materials and ${targets.length} targets to train on`);
  if (!targets.every(Number.isFinite)) throw new RangeError("A target is not a finite number");
  const terms = processTerms(name, n);
  const stacked = stackParts(parts, partsOf(terms));
  const scalings = Object.fromEntries(sourcesOf(terms).map((source) => [source, measureScaling(stacked, source)]));
  const meanVolume = meanVolumeOf(sizes);
  const weights = weightsOf(sizes, normalize, meanVolume);
  const chosen = new Random(deriveSeed(seed, "likelihood"))
    .shuffle([...targets.keys()])
    .slice(0, MOST_CHOSEN_ON)
    .sort((a, b) => a - b);
  const features = scaleSources(stacked, scalings);
  const found = chooseTerms(terms, { features, soap, weights, targets }, chosen);
  const { fitted, noise, negativeLogLikelihood } = found;
  const known = chosen.length === n ? found.factor() : undefined;
  const factor = known ?? factorOf(sumOfTerms(fitted, features, features, soap, [weights, weights]), noise);
  const model: ProcessModel = {
    name,
    normalize,
    terms: fitted,
    noise,
    meanVolume,
    parts: stacked,
    scalings,
    weights,
    ...(valences && { valences }),
    ...(soap.size > 0 && {
      atoms: materials.map(({ lattice, fractional, atomicNumbers }) => ({ lattice, fractional, atomicNumbers })),
    }),
    dual: solveCholesky(factor, targets),
    lower: packLower(factor.lower, n, 1),
    negativeLogLikelihood,
    chosenOn: chosen.length,
  };
  factors.set(model, { outer: factor });
  return model;
}

/** What kernels among some materials follow from. */
export interface KernelSources {
  readonly features: ScaledSources;
  readonly soap: SoapKernels;
  readonly weights: ProcessWeights;
  readonly targets: Float64Array;
}

/** The numbers of the kernels, from those of the materials that are `chosen`, and what `ChosenProcess` says of them. */
export function chooseTerms(
  terms: readonly ProcessTerm[],
  { features, soap, weights, targets }: KernelSources,
  chosen: readonly number[],
): Pick<ChosenProcess, "noise" | "negativeLogLikelihood" | "factor"> & { readonly fitted: readonly FittedTerm[] } {
  const n = targets.length;
  const units: number[] = [];
  const pick = (values: Float64Array) => Float64Array.from(chosen, (i) => values[i] as number);
  const { variances, gammas, noise, negativeLogLikelihood, factor } = chooseProcess({
    terms: terms.map((term): LikelihoodTerm => {
      const matrix = chosenBlock(termMatrix(term, features, features, soap, [n, n]), n, chosen);
      const unit = termUnit(term, matrix, chosen.length);
      units.push(unit);
      return { form: term.form, reads: term.reads, matrix: packLower(matrix, chosen.length, unit) };
    }),
    weights: { atoms: pick(weights.atoms), density: pick(weights.density) },
    targets: pick(targets),
  });
  const fitted = terms.map(
    (term, i): FittedTerm => ({
      ...term,
      unit: units[i] as number,
      variance: variances[i] as number,
      gamma: gammas[i] as number,
    }),
  );
  return { fitted, noise, negativeLogLikelihood, factor };
}

/** What of a new material its kernels with the training materials are made of. */
export interface ProcessInput {
  readonly material: Material;
  readonly size: CellSize;
  /** Kernels of the material with the training materials, one row for each scale. */
  readonly soap: SoapKernels;
}

/**
 * Value and standard deviation for one material, in the (scaled) units of the training targets. The deviation is that
 * of a new value: noise included.
 * `soapOfTraining`: kernels of the training materials, asked for when the model has been read from a file.
 */
export function predictProcess(
  model: ProcessModel,
  { material, size, soap }: ProcessInput,
  soapOfTraining: () => SoapKernels,
): { readonly value: number; readonly sigma: number } {
  const names = Object.keys(model.parts) as FeaturePart[];
  const features = scaleSources(stackParts([describeParts(material, names, model.valences)], names), model.scalings);
  const weights = weightsOf([size], model.normalize, model.meanVolume);
  const training = trainingFeatures(model);
  const row = sumOfTerms(model.terms, features, training, soap, [weights, model.weights]);
  const [own = Number.NaN] = ownKernels(model.terms, features, weights);
  const known = explainedVariance(factored(model, soapOfTraining), model.sparse === undefined ? 0 : model.noise, row);
  const value = model.dual.reduce((sum, c, i) => sum + c * (row[i] as number), 0);
  return { value, sigma: Math.sqrt((Math.max(0, own - known) + model.noise) * (model.sparse?.calibration ?? 1)) };
}

/**
 * What each kernel of the sum adds to the predicted value, in the order of `model.terms` and the (scaled) units of the
 * training targets: the value is their sum.
 */
export function termShares(model: ProcessModel, { material, size, soap }: ProcessInput): readonly number[] {
  const names = Object.keys(model.parts) as FeaturePart[];
  const features = scaleSources(stackParts([describeParts(material, names, model.valences)], names), model.scalings);
  const weights = weightsOf([size], model.normalize, model.meanVolume);
  const training = trainingFeatures(model);
  return model.terms.map((term) => {
    const row = sumOfTerms([term], features, training, soap, [weights, model.weights]);
    return model.dual.reduce((sum, c, i) => sum + c * (row[i] as number), 0);
  });
}

/**
 * The mean of `termShares` over the training materials. Of all terms together it follows from (K + noise) dual = y,
 * whose mean is 0: terms of SOAP share equally what the others leave of it, so that no kernel of surroundings is
 * computed. Of an approximated model: over its landmarks, whose mean prediction is taken for that of all, 0.
 */
export function meanTermShares(model: ProcessModel): readonly number[] {
  const features = trainingFeatures(model);
  const n = model.dual.length;
  const isSoap = model.terms.map(({ source }) => typeof source === "object");
  const means = model.terms.map((term, t) => {
    if (isSoap[t]) return 0;
    const kernel = sumOfTerms([term], features, features, new Map(), [model.weights, model.weights]);
    let sum = 0;
    for (let i = 0, at = 0; i < n; i++)
      for (let j = 0; j < n; j++) sum += (kernel[at++] as number) * (model.dual[j] as number);
    return sum / n;
  });
  const residual = model.sparse === undefined ? model.noise * mean([...model.dual]) : 0;
  const left = -residual - means.reduce((sum, share) => sum + share, 0);
  const count = isSoap.filter(Boolean).length;
  return means.map((share, t) => (isSoap[t] ? left / count : share));
}

/** The Cholesky factor of K + noise as a model stores it: its lower triangle row by row. */
export function packedFactor(model: ProcessModel, soapOfTraining: () => SoapKernels): Float64Array {
  return packTriangle(factored(model, soapOfTraining).outer);
}

/**
 * Of an exact model: errors and deviations of each training material by the fit without it, exact and without a second
 * fit (Rasmussen and Williams 2006, eq. 5.12).
 */
export function leaveOneOut(
  model: ProcessModel,
  soapOfTraining: () => SoapKernels,
): { readonly residuals: Float64Array; readonly deviations: Float64Array } {
  if (model.sparse !== undefined) throw new RangeError("an approximated model does not hold all it learned from");
  const precision = inverseDiagonal(factored(model, soapOfTraining).outer);
  return {
    residuals: model.dual.map((c, i) => c / (precision[i] as number)),
    deviations: precision.map((p) => Math.sqrt(1 / p)),
  };
}

export const meanVolumeOf = (sizes: readonly CellSize[]): number =>
  mean(sizes.map(({ volume, atoms }) => volume / atoms));

/**
 * Per atom a density's share grows with the volume per atom; learned per volume, that of the atoms falls with it; per
 * cell both grow with the atoms.
 */
export function weightsOf(sizes: readonly CellSize[], normalize: Normalization, meanVolume: number): ProcessWeights {
  const relative = Float64Array.from(sizes, ({ volume, atoms }) => volume / atoms / meanVolume);
  const ones = relative.map(() => 1);
  if (normalize === "none") return { atoms: ones, density: ones };
  if (normalize === "atom") return { atoms: ones, density: relative };
  if (normalize === "volume") return { atoms: relative.map((u) => 1 / u), density: ones };
  const atoms = Float64Array.from(sizes, (size) => size.atoms);
  return { atoms, density: relative.map((u, i) => u * (atoms[i] as number)) };
}

/** Kept beside models while they live: both follow from what is stored. */
const factors = new WeakMap<ProcessModel, Factors>();
const scaled = new WeakMap<ProcessModel, ReturnType<typeof scaleSources>>();

function trainingFeatures(model: ProcessModel) {
  const found = scaled.get(model) ?? scaleSources(model.parts, model.scalings);
  scaled.set(model, found);
  return found;
}

/**
 * Of the kernel with noise; of an approximated model, of the landmarks' kernel, and of what they tell of all materials.
 */
interface Factors {
  readonly outer: CholeskyFactor;
  readonly inner?: CholeskyFactor;
}

function factored(model: ProcessModel, soapOfTraining: () => SoapKernels): Factors {
  const found = factors.get(model);
  if (found !== undefined) return found;
  const { sparse, dual, lower } = model;
  const made: Factors = {
    outer:
      lower === undefined
        ? factorOf(kernelOf(model, soapOfTraining()), sparse?.jitter ?? model.noise)
        : unpackTriangle(lower, dual.length),
    ...(sparse && { inner: unpackTriangle(sparse.lower, dual.length) }),
  };
  factors.set(model, made);
  return made;
}

function kernelOf(model: ProcessModel, soap: SoapKernels): Float64Array {
  const features = trainingFeatures(model);
  return sumOfTerms(model.terms, features, features, soap, [model.weights, model.weights]);
}

/** Noise too small for the digits that the kernel has is made larger. */
const NOISE_STEPS = [1, 10, 100, 1e4, 1e6];

function factorOf(kernel: Float64Array, noise: number): CholeskyFactor {
  const n = Math.round(Math.sqrt(kernel.length));
  for (const step of NOISE_STEPS) {
    const noisy = Float64Array.from(kernel);
    for (let i = 0; i < n; i++) noisy[i * n + i] = (noisy[i * n + i] as number) + noise * step;
    const factor = factorCholesky(noisy, n);
    if (factor !== undefined) return factor;
  }
  throw new RangeError(`The kernel matrix of ${n} materials is not positive definite`);
}

function stackParts(parts: readonly MaterialParts[], names: readonly FeaturePart[]): PartMatrices {
  return Object.fromEntries(
    names.map((name) => [name, stackFeatures(parts.map((part) => part[name] ?? new Float64Array(0)))]),
  );
}

const chosenBlock = (matrix: Float64Array, n: number, chosen: readonly number[]) =>
  chosen.length === n ? matrix : block(matrix, n, chosen, chosen);

function packLower(matrix: Float64Array, n: number, unit: number): Float64Array {
  const packed = new Float64Array((n * (n + 1)) / 2);
  for (let i = 0, at = 0; i < n; i++) for (let j = 0; j <= i; j++) packed[at++] = (matrix[i * n + j] as number) / unit;
  return packed;
}
