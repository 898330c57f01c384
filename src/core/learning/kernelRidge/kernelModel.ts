import { describeComposition, ELEMENT_COUNT } from "../../descriptors/composition.js";
import { sineMatrix, sortedEigenvalues } from "../../descriptors/coulombMatrix.js";
import { ewaldMatrix } from "../../descriptors/ewaldMatrix.js";
import type { Material } from "../../descriptors/material.js";
import { describeShells } from "../../descriptors/shells.js";
import { chooseKernel } from "./chooseKernel.js";
import { type FeatureMatrix, rowsAt, stackFeatures } from "./featureMatrix.js";
import { type FeatureScaling, scaleFeatures, scaleVectors, standardScaling, unscaled } from "./featureScaling.js";
import {
  calibratedVariance,
  fitKernelRidge,
  type KernelRidgeFit,
  predictDeviation,
  predictKernelRidge,
} from "./kernelRidge.js";
import { kernelMatrix, medianGamma } from "./kernels.js";
import { restoreNystrom, type SparseFit } from "./nystrom.js";
import { fitSparseRidge, type SparseFactors, sparseDeviation } from "./sparseRidge.js";

/**
 * Models of one feature vector a material and a Gaussian kernel: the baselines that train in a second (spec sections 5
 * and 6).
 */
export type KernelModelName = "composition" | "shells" | "cm";

export interface KernelModelOptions {
  /** The matrix whose eigenvalues `cm` reads. */
  readonly coulombMatrix: "ewald" | "sine";
  /**
   * `validated`: gamma, alpha and the features' scaling with the least mean absolute error in 5-fold cross-validation
   * on the training set.
   * `paper`: gamma = 1/median |x - x'|², alpha = 0.01, the first scaling (for `cm`: the bare eigenvalues).
   */
  readonly hyperparameters: "validated" | "paper";
}

export const defaultKernelModelOptions: KernelModelOptions = { coulombMatrix: "ewald", hyperparameters: "validated" };

/** A trained model: plain data (numbers, strings, typed arrays), stored as it is. */
export interface KernelModel {
  readonly name: KernelModelName;
  readonly coulombMatrix: KernelModelOptions["coulombMatrix"];
  readonly scaling: FeatureScaling;
  /** Scaled features of the training materials; of an approximated model, of its landmarks. */
  readonly features: FeatureMatrix;
  /** exp(-gamma |x - x'|²) */
  readonly gamma: number;
  readonly alpha: number;
  readonly dual: Float64Array;
  /** What one unit of the kernel stands for, in squared units of the targets. */
  readonly variance: number;
  readonly sparse?: SparseFit;
}

/** The feature vector of a material; for `cm` its length is the number of atoms. */
export function describeMaterial(
  name: KernelModelName,
  material: Material,
  coulombMatrix: "ewald" | "sine" = "ewald",
): Float64Array {
  if (name === "composition") return describeComposition(material);
  if (name === "shells") return describeShells(material.spectrum);
  const matrix = coulombMatrix === "ewald" ? ewaldMatrix(material) : sineMatrix(material);
  return sortedEigenvalues(matrix, material.atomicNumbers.length);
}

/**
 * Trains kernel ridge on the materials. `targets`: one a material, centred and scaled by the caller (`fitTargetScale`).
 * `seed` draws the folds of the cross-validation. Throws RangeError where there are no materials or a target is not
 * finite.
 */
export function fitKernelModel(
  name: KernelModelName,
  materials: readonly Material[],
  targets: Float64Array,
  seed: number,
  options: KernelModelOptions = defaultKernelModelOptions,
): KernelModel {
  return fitKernelModelOnFeatures(
    name,
    materials.map((material) => describeMaterial(name, material, options.coulombMatrix)),
    targets,
    seed,
    options,
  );
}

/**
 * As `fitKernelModel`, for feature vectors made by `describeMaterial` beforehand. `landmarks`: places of those through
 * which all others are taken in;
 * without them the model is exact.
 */
export function fitKernelModelOnFeatures(
  name: KernelModelName,
  vectors: readonly Float64Array[],
  targets: Float64Array,
  seed: number,
  options: KernelModelOptions = defaultKernelModelOptions,
  landmarks?: readonly number[],
): KernelModel {
  if (vectors.length === 0 || vectors.length !== targets.length)
    throw new RangeError(`${vectors.length} materials and ${targets.length} targets to train on`);
  if (!targets.every(Number.isFinite)) throw new RangeError("A target is not a finite number");
  const raw = stackFeatures(vectors);
  const scalings = candidateScalings(name, raw);
  const candidates = scalings.map((scaling) => scaleFeatures(raw, scaling));
  const { candidate, gamma, alpha } =
    options.hyperparameters === "validated"
      ? chooseKernel(candidates, targets, seed)
      : { candidate: 0, gamma: medianGamma(rowsAt(candidates[0] as FeatureMatrix, landmarks)), alpha: PAPER_ALPHA };
  const scaling = scalings[candidate] as FeatureScaling;
  const features = candidates[candidate] as FeatureMatrix;
  const facts = { name, coulombMatrix: options.coulombMatrix, scaling, gamma };
  if (landmarks !== undefined) {
    const known = rowsAt(features, landmarks);
    const between = (a: FeatureMatrix) => kernelMatrix({ name: "gaussian", gamma }, a, known);
    const rowsOf = (places: readonly number[]) => between(rowsAt(features, places));
    return { ...facts, features: known, ...fitSparseRidge(between(known), rowsOf, targets, alpha) };
  }
  const fit = fitKernelRidge(kernelMatrix({ name: "gaussian", gamma }, features, features), targets, alpha);
  return { ...facts, features, alpha, dual: fit.dual, variance: calibratedVariance(fit) };
}

/** Value and standard deviation for one material, in the (scaled) units of the training targets. */
export function predictKernelModel(
  model: KernelModel,
  material: Material,
): { readonly value: number; readonly sigma: number } {
  return predictFeatures(model, describeMaterial(model.name, material, model.coulombMatrix));
}

/**
 * As `predictKernelModel`, for a feature vector.
 * `sigma` is a Gaussian process's: it grows with the distance to the training materials, and its scale is that of the
 * leave-one-out errors.
 */
export function predictFeatures(
  model: KernelModel,
  vector: Float64Array,
): { readonly value: number; readonly sigma: number } {
  const cross = compareFeatures(model, vector);
  const [value] = predictKernelRidge(model, cross);
  if (model.sparse !== undefined)
    return { value: value as number, sigma: sparseDeviation(model, factorsOf(model), cross) };
  const [sigma] = predictDeviation(factored(model), cross, [1], model.variance);
  return { value: value as number, sigma: sigma as number };
}

/**
 * How similar a feature vector is to that of each training material, as the model sees it: its kernel, 1 for the same
 * vector.
 */
export function compareFeatures(model: KernelModel, vector: Float64Array): Float64Array {
  return kernelMatrix({ name: "gaussian", gamma: model.gamma }, scaleVectors([vector], model.scaling), model.features);
}

/** The paper's regularisation of the Coulomb matrix models. */
const PAPER_ALPHA = 0.01;
/**
 * Weights of the volume per atom against the atomic fractions: 1 makes its deviation as long as a change of all atoms.
 */
const VOLUME_WEIGHTS = [0.3, 0.1, 0.03, 1];
/** Below the power of any shell that matters, in (e/Å³)²: keeps the logarithm of an empty shell finite. */
const SHELL_FLOOR = 1e-4;

/**
 * Fractions of elements keep their scale, since a rare element's deviation is tiny; the volume per atom is weighted
 * against them.
 * Shells are standardised, as they are (the Hartree energy is linear in them) or as logarithms. Coulomb eigenvalues
 * stay bare, as in the paper.
 */
function candidateScalings(name: KernelModelName, features: FeatureMatrix): FeatureScaling[] {
  const standard = standardScaling(features);
  if (name === "shells") return [standard, standardScaling(features, SHELL_FLOOR)];
  if (name === "cm") return [unscaled(features.columns)];
  return VOLUME_WEIGHTS.map((weight) => ({
    centre: standard.centre,
    factor: standard.factor.map((factor, column) => (column === ELEMENT_COUNT ? weight * factor : 1)),
  }));
}

/**
 * A model's factor costs n³ and is needed for every prediction; models are stored without it, since it follows from
 * them.
 */
const factors = new WeakMap<KernelModel, KernelRidgeFit>();

const sparseFactors = new WeakMap<KernelModel, SparseFactors>();

function factorsOf(model: KernelModel): SparseFactors {
  const { features, gamma, sparse } = model;
  if (sparse === undefined) throw new RangeError("the model is exact");
  const found =
    sparseFactors.get(model) ?? restoreNystrom(kernelMatrix({ name: "gaussian", gamma }, features, features), sparse);
  sparseFactors.set(model, found);
  return found;
}

function factored(model: KernelModel): KernelRidgeFit {
  const known = factors.get(model);
  if (known !== undefined) return known;
  const { features, gamma, alpha, dual } = model;
  const fit = fitKernelRidge(kernelMatrix({ name: "gaussian", gamma }, features, features), dual, alpha);
  factors.set(model, fit);
  return fit;
}
