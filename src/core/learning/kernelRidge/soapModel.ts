import type { SoapEnvironments, SoapSettings } from "../../descriptors/soapKernel.js";
import { chooseRidge } from "./chooseRidge.js";
import {
  calibratedVariance,
  fitKernelRidge,
  type KernelRidgeFit,
  predictDeviation,
  predictKernelRidge,
} from "./kernelRidge.js";
import { restoreNystrom, type SparseFit } from "./nystrom.js";
import { fitSparseRidge, type SparseFactors, sparseDeviation } from "./sparseRidge.js";

/** Kernel ridge on the normalised SOAP kernel (spec section 5): plain data, stored as it is. */
export interface SoapModel {
  readonly settings: SoapSettings;
  /** Of the training materials; of an approximated model, of its landmarks. */
  readonly environments: readonly SoapEnvironments[];
  /** Of the same, n x n. */
  readonly kernel: Float64Array;
  readonly alpha: number;
  readonly dual: Float64Array;
  /** What one unit of the kernel stands for, in squared units of the targets. */
  readonly variance: number;
  readonly sparse?: SparseFit;
}

/** What a SOAP model learns from. */
export interface SoapTraining {
  readonly settings: SoapSettings;
  readonly environments: readonly SoapEnvironments[];
  /** `soapKernelMatrix` of the environments. */
  readonly kernel: Float64Array;
  /** Centred and scaled by the caller. */
  readonly targets: Float64Array;
  /** Draws the folds of the cross-validation. */
  readonly seed: number;
  /** `validated`: alpha by 5-fold cross-validation; `paper`: alpha = 3.0. */
  readonly hyperparameters: "validated" | "paper";
}

/** The paper's regularisation of the SOAP model. */
const PAPER_ALPHA = 3;

/** Throws RangeError where there are no materials or a target is not finite. */
export function fitSoapModel({
  settings,
  environments,
  kernel,
  targets,
  seed,
  hyperparameters,
}: SoapTraining): SoapModel {
  if (environments.length === 0 || environments.length !== targets.length)
    throw new RangeError(`${environments.length} materials and ${targets.length} targets to train on`);
  if (!targets.every(Number.isFinite)) throw new RangeError("A target is not a finite number");
  const alpha = hyperparameters === "paper" ? PAPER_ALPHA : chooseRidge(kernel, targets, seed);
  const fit = fitKernelRidge(kernel, targets, alpha);
  return { settings, environments, kernel, alpha, dual: fit.dual, variance: calibratedVariance(fit) };
}

/** What a SOAP model learns through landmarks. */
export interface SparseSoapTraining extends Omit<SoapTraining, "kernel"> {
  /** Kernels of the materials at some places with the landmarks, whose `environments` are given. */
  readonly rowsOf: (places: readonly number[]) => Float64Array;
  readonly landmarks: readonly number[];
}

/** As `fitSoapModel`, of any number of materials: alpha is chosen on the landmarks. */
export function fitSparseSoapModel(training: SparseSoapTraining): SoapModel {
  const { settings, environments, landmarks, rowsOf, targets, seed, hyperparameters } = training;
  if (landmarks.length === 0) throw new RangeError("no landmarks to train through");
  if (!targets.every(Number.isFinite)) throw new RangeError("A target is not a finite number");
  const kernel = rowsOf(landmarks);
  const own = Float64Array.from(landmarks, (i) => targets[i] as number);
  const alpha = hyperparameters === "paper" ? PAPER_ALPHA : chooseRidge(kernel, own, seed);
  return { settings, environments, kernel, ...fitSparseRidge(kernel, rowsOf, targets, alpha) };
}

/**
 * Value and standard deviation for one material, in the (scaled) units of the training targets. `row`: its kernels with
 * the training materials, in order.
 * The deviation is a Gaussian process's, on the scale of the leave-one-out errors.
 */
export function predictSoapModel(
  model: SoapModel,
  row: Float64Array,
): { readonly value: number; readonly sigma: number } {
  const [value = Number.NaN] = predictKernelRidge(model, row);
  if (model.sparse !== undefined) return { value, sigma: sparseDeviation(model, factorsOf(model), row) };
  const [sigma = Number.NaN] = predictDeviation(factored(model), row, [1], model.variance);
  return { value, sigma };
}

/**
 * A model's factor costs n³ and is needed for every prediction; models are stored without it, since it follows from
 * them.
 */
const factors = new WeakMap<SoapModel, KernelRidgeFit>();

const sparseFactors = new WeakMap<SoapModel, SparseFactors>();

function factorsOf(model: SoapModel): SparseFactors {
  if (model.sparse === undefined) throw new RangeError("the model is exact");
  const found = sparseFactors.get(model) ?? restoreNystrom(model.kernel, model.sparse);
  sparseFactors.set(model, found);
  return found;
}

function factored(model: SoapModel): KernelRidgeFit {
  const found = factors.get(model);
  if (found !== undefined) return found;
  const fit = fitKernelRidge(model.kernel, model.dual, model.alpha);
  factors.set(model, fit);
  return fit;
}
