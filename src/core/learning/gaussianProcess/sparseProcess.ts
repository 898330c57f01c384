import type { Atoms } from "../../descriptors/material.js";
import type { Valences } from "../../descriptors/valenceElectrons.js";
import { deriveSeed, Random } from "../../math/random.js";
import { median } from "../../math/statistics.js";
import type { CellSize, Normalization } from "../evaluation/targetScaling.js";
import { type FeatureMatrix, rowsAt } from "../kernelRidge/featureMatrix.js";
import { fitNystrom, packTriangle } from "../kernelRidge/nystrom.js";
import { errorRatios } from "../kernelRidge/sparseRidge.js";
import { chooseTerms, MOST_CHOSEN_ON, meanVolumeOf, type ProcessModel, weightsOf } from "./gaussianProcess.js";
import type { MaterialParts } from "./processFeatures.js";
import {
  measureScaling,
  ownKernels,
  type PartMatrices,
  type ProcessWeights,
  type SoapKernels,
  scaleSources,
  sumOfTerms,
} from "./processMatrices.js";
import { type ProcessName, processTerms, sourcesOf } from "./processTerms.js";

/** Of a standard normal number: a few materials far from the rest do not decide the median. */
const MEDIAN_OF_SQUARE = 0.4549;

export interface SparseTraining {
  readonly name: ProcessName;
  /** Of the material at a place; asked of the landmarks alone, and only where kernels compare surroundings. */
  readonly atomsOf: (place: number) => Atoms;
  readonly sizes: readonly CellSize[];
  /** `describeParts` of all, stacked. */
  readonly parts: PartMatrices;
  /** Places of the landmarks among the materials, ascending. */
  readonly landmarks: readonly number[];
  /** Kernels of the materials at these places with the landmarks, at the scales that `processSoapScales` names. */
  readonly soapOf: (places: readonly number[]) => SoapKernels;
  /** Those that the parts were described with. */
  readonly valences?: Valences;
  readonly normalize: Normalization;
  /** Centred and scaled by the caller. */
  readonly targets: Float64Array;
  readonly seed: number;
}

/**
 * A Gaussian process that learns from any number of materials through landmarks: the kernels' numbers are chosen on
 * some of these, and all materials then say what the landmarks' duals are (`fitNystrom`). The model holds the landmarks
 * alone. Throws RangeError as `fitProcess`.
 */
export function fitSparseProcess({
  name,
  atomsOf,
  sizes,
  parts,
  landmarks,
  soapOf,
  valences,
  normalize,
  targets,
  seed,
}: SparseTraining): ProcessModel {
  const n = sizes.length;
  if (landmarks.length === 0 || n !== targets.length)
    throw new RangeError(`${n} materials and ${targets.length} targets to train on`);
  if (!targets.every(Number.isFinite)) throw new RangeError("A target is not a finite number");
  const terms = processTerms(name, n);
  const scalings = Object.fromEntries(sourcesOf(terms).map((source) => [source, measureScaling(parts, source)]));
  const meanVolume = meanVolumeOf(sizes);
  const weights = weightsOf(sizes, normalize, meanVolume);
  const sourcesAt = (places: readonly number[]) => scaleSources(partsAt(parts, places), scalings);
  const features = sourcesAt(landmarks);
  const soap = soapOf(landmarks);
  const own = weightsAt(weights, landmarks);
  const chosen = new Random(deriveSeed(seed, "likelihood"))
    .shuffle([...landmarks.keys()])
    .slice(0, MOST_CHOSEN_ON)
    .sort((a, b) => a - b);
  const chosenFrom = {
    features,
    soap,
    weights: own,
    targets: Float64Array.from(landmarks, (i) => targets[i] as number),
  };
  const { fitted, noise, negativeLogLikelihood } = chooseTerms(terms, chosenFrom, chosen);
  const kernel = sumOfTerms(fitted, features, features, soap, [own, own]);
  const rowsOf = (places: readonly number[]) =>
    sumOfTerms(fitted, sourcesAt(places), features, soapOf(places), [weightsAt(weights, places), own]);
  const rows = (from: number, to: number) => rowsOf(Array.from({ length: to - from }, (_, i) => from + i));
  const fit = fitNystrom(kernel, rows, targets, noise);
  const { trainedOn, jitter, lower } = fit;
  const ownOf = (place: number) => ownKernels(fitted, sourcesAt([place]), weightsAt(weights, [place]))[0] ?? Number.NaN;
  // the noise of the landmarks alone says nothing of what they do not represent
  const calibration =
    landmarks.length === n ? 1 : Math.max(1, median(errorRatios(fit, rowsOf, targets, ownOf)) / MEDIAN_OF_SQUARE);
  return {
    name,
    normalize,
    terms: fitted,
    noise: fit.noise,
    meanVolume,
    parts: partsAt(parts, landmarks),
    scalings,
    weights: own,
    ...(valences && { valences }),
    ...(soap.size > 0 && {
      atoms: landmarks.map((place) => {
        const { lattice, fractional, atomicNumbers } = atomsOf(place);
        return { lattice, fractional, atomicNumbers };
      }),
    }),
    dual: fit.dual,
    lower: packTriangle(fit.outer),
    sparse: { trainedOn, jitter, calibration, lower },
    negativeLogLikelihood,
    chosenOn: chosen.length,
  };
}

/**
 * The parts of materials one after the other, so that those of all never stand as single vectors: rows of one width.
 */
export function stackDescribed(count: number, describe: (place: number) => MaterialParts): PartMatrices {
  const stacked: Record<string, FeatureMatrix> = {};
  for (let place = 0; place < count; place++)
    for (const [name, part] of Object.entries(describe(place))) {
      stacked[name] ??= { rows: count, columns: part.length, values: new Float64Array(count * part.length) };
      stacked[name].values.set(part, place * part.length);
    }
  return stacked;
}

const partsAt = (parts: PartMatrices, places: readonly number[]): PartMatrices =>
  Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, rowsAt(part, places)]));

function weightsAt({ atoms, density }: ProcessWeights, places: readonly number[]): ProcessWeights {
  const pick = (values: Float64Array) => Float64Array.from(places, (i) => values[i] as number);
  return { atoms: pick(atoms), density: pick(density) };
}
