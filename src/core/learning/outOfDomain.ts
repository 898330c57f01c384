import { median, quantile } from "../math/statistics.js";
import { columnMoments, type FeatureMatrix, squaredDistances, stackFeatures, upperTriangle } from "./featureMatrix.js";

/** One material as the domain sees it. */
export interface DomainMember {
  readonly id: string;
  /** `describeShells`. */
  readonly shells: Float64Array;
  readonly atomicNumbers: readonly number[];
}

/** What a model knows of its training materials; plain data, stored with the model. */
export interface Domain {
  readonly ids: readonly string[];
  /** Atomic numbers seen in training, ascending. */
  readonly elements: readonly number[];
  /** Shells of the training materials, each column centred and divided by its deviation, [ids][shells]. */
  readonly features: FeatureMatrix;
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  /** Median distance of two training materials: the similarity's length. */
  readonly width: number;
  /** A material farther from all training materials than this lies outside. */
  readonly threshold: number;
}

export interface DomainVerdict {
  readonly outOfDomain: boolean;
  /** Atomic numbers that no training material has. */
  readonly unseenElements: readonly number[];
  /** Distance to the nearest training material over the threshold: above 1 is outside. */
  readonly relativeDistance: number;
  /** The training materials most alike, at most 3, similarity 1 (the same shells) to 0. */
  readonly nearest: readonly { readonly id: string; readonly similarity: number }[];
}

/** Of the distances of each training material to its nearest other one. */
const QUANTILE = 0.99;
/** The threshold stands this far above that quantile, so that the one percent beyond it is not refused for a hair's breadth. */
const MARGIN = 1.1;
const NEAREST = 3;

/** Measures the training materials. With a single one there is no distance to learn from: then unseen elements alone put a material outside. */
export function fitDomain(members: readonly DomainMember[]): Domain {
  const raw = stackFeatures(members.map(({ shells }) => shells));
  const { mean, deviation } = columnMoments(raw);
  const features = { ...raw, values: raw.values.map((value, i) => scaled(value, mean, deviation, i % raw.columns)) };
  const n = members.length;
  const squared = squaredDistances(features, features);
  const nearest = Array.from({ length: n }, (_, i) => Math.sqrt(squared.subarray(i * n, (i + 1) * n).reduce(smallestOther(i), Infinity)));
  return {
    ids: members.map(({ id }) => id),
    elements: [...new Set(members.flatMap(({ atomicNumbers }) => atomicNumbers))].sort((a, b) => a - b),
    features,
    mean,
    deviation,
    width: n < 2 ? 1 : Math.sqrt(median(upperTriangle(squared, n))) || 1,
    threshold: n < 2 ? Number.MAX_VALUE : MARGIN * quantile(nearest, QUANTILE),
  };
}

/** Whether a material lies outside what the model has seen, and what it is most like. */
export function judgeDomain(domain: Domain, material: Omit<DomainMember, "id">): DomainVerdict {
  const { ids, features, mean, deviation, width, threshold } = domain;
  const values = material.shells.map((value, i) => scaled(value, mean, deviation, i));
  const distances = squaredDistances({ rows: 1, columns: values.length, values }, features).map(Math.sqrt);
  const order = [...distances.keys()].sort((a, b) => (distances[a] as number) - (distances[b] as number) || a - b);
  const seen = new Set(domain.elements);
  const unseenElements = [...new Set(material.atomicNumbers)].filter((z) => !seen.has(z)).sort((a, b) => a - b);
  const shortest = distances[order[0] ?? 0] ?? Infinity;
  // A threshold of 0 comes from a training set of copies: then only a copy lies inside.
  const relativeDistance = shortest === 0 ? 0 : shortest / threshold;
  return {
    outOfDomain: unseenElements.length > 0 || relativeDistance > 1,
    unseenElements,
    relativeDistance,
    nearest: order.slice(0, NEAREST).map((row) => ({
      id: ids[row] as string,
      similarity: Math.exp(-0.5 * ((distances[row] as number) / width) ** 2),
    })),
  };
}

function scaled(value: number, mean: Float64Array, deviation: Float64Array, column: number): number {
  return (value - (mean[column] as number)) / ((deviation[column] as number) || 1);
}

/** For `reduce`: the smallest entry of a row but for the diagonal one. */
function smallestOther(diagonal: number): (least: number, value: number, column: number) => number {
  return (least, value, column) => (column === diagonal ? least : Math.min(least, value));
}
