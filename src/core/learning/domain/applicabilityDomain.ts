import { elementSymbol } from "../../crystal/elements.js";
import type { Spectrum } from "../../descriptors/spectrum.js";
import { findValenceMismatch, fitValences, type Valences } from "../../descriptors/valenceElectrons.js";
import { median, quantile } from "../../math/statistics.js";
import { FILE_START, type Problem, problem } from "../../text/problem.js";
import {
  columnMoments,
  type FeatureMatrix,
  rowsAt,
  squaredDistances,
  stackFeatures,
  upperTriangle,
} from "../kernelRidge/featureMatrix.js";
import { strangeShell } from "./shellRange.js";

/** One material as the domain sees it. */
export interface DomainMember {
  readonly id: string;
  /** `describeShells`. */
  readonly shells: Float64Array;
  readonly atomicNumbers: readonly number[];
  /** Valence electrons of the cell; absent for a field that is no density. */
  readonly electrons?: number;
  /** The file's kind, CHGCAR for instance. */
  readonly kind?: string;
  /** `magnetizationShare`; absent where it is not known. */
  readonly magnetization?: number;
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
  /** Absent where the training materials do not tell them, or contradict each other. */
  readonly valences?: Valences;
  /** Of the training materials' files. */
  readonly kinds?: readonly string[];
  /** Atomic numbers that every one of enough training materials has. */
  readonly common?: readonly number[];
  /** The largest of the training materials; absent unless it is known of all. */
  readonly magnetization?: number;
  /** `width` and `threshold` come from the distances of so many training materials to all; absent: of each. */
  readonly measuredOn?: number;
}

/**
 * Why a material lies outside, in English with its arguments put in; `template` and `args` are for translations, as in
 * a `Problem`.
 */
export type DomainReason = Pick<Problem, "message" | "template" | "args"> & { readonly code: ReasonCode };

/** What is not like the training materials, for programs. */
export type ReasonCode =
  | "unknown"
  | "quantity"
  | "element"
  | "absence"
  | "valence"
  | "mean"
  | "magnetization"
  | "density"
  | "uncertainty";

/** What a model reads: reasons that concern nothing of it do not count. */
export interface ModelInputs {
  readonly density: boolean;
  readonly atoms: boolean;
}

type Found = Omit<DomainReason, "code">;

export interface DomainVerdict {
  readonly outOfDomain: boolean;
  /** At least one where the material lies outside. */
  readonly reasons: readonly DomainReason[];
  /** Atomic numbers that no training material has. */
  readonly unseenElements: readonly number[];
  /** Distance to the nearest training material over the threshold: above 1 is outside. */
  readonly relativeDistance: number;
  /** The training materials with the most similar densities, at most 3, similarity 1 (the same shells) to 0. */
  readonly nearest: readonly { readonly id: string; readonly similarity: number }[];
}

/** Of the distances of each training material to its nearest other one. */
const QUANTILE = 0.99;
/**
 * The threshold stands this far above that quantile, so that the one percent beyond it is not refused for a hair's
 * breadth.
 */
const MARGIN = 1.1;
const NEAREST = 3;
/** That so many materials share an element, or lie between two densities, is no accident. */
const ENOUGH = 20;
/** A calculation with spin that finds none leaves less than this share of the mean density. */
const SPIN_NOISE = 0.01;

/**
 * Measures the training materials. With a single one there is no distance to learn from: then spectra put none outside.
 */
export function fitDomain(members: readonly DomainMember[]): Domain {
  const raw = stackFeatures(members.map(({ shells }) => shells));
  const { mean, deviation } = columnMoments(raw);
  const features = { ...raw, values: raw.values.map((value, i) => scaled(value, mean, deviation, i % raw.columns)) };
  const n = members.length;
  const { pairs, nearest } = measuredOn(n) < n ? sampledDistances(features) : allDistances(features);
  const valences = fitValences(
    members.flatMap(({ atomicNumbers, electrons }) => (electrons === undefined ? [] : { atomicNumbers, electrons })),
  );
  const elements = [...new Set(members.flatMap(({ atomicNumbers }) => atomicNumbers))].sort((a, b) => a - b);
  const common = elements.filter((z) => members.every(({ atomicNumbers }) => atomicNumbers.includes(z)));
  const kinds = [...new Set(members.flatMap(({ kind }) => kind ?? []))].sort();
  const shares = members.flatMap(({ magnetization }) => magnetization ?? []);
  return {
    ids: members.map(({ id }) => id),
    elements,
    features,
    mean,
    deviation,
    width: n < 2 ? 1 : Math.sqrt(median(pairs)) || 1,
    threshold: n < 2 ? Number.MAX_VALUE : MARGIN * quantile(nearest, QUANTILE),
    ...(valences !== undefined && { valences }),
    ...(kinds.length > 0 && { kinds }),
    ...(n >= ENOUGH && common.length > 0 && { common }),
    ...(n > 0 && shares.length === n && { magnetization: shares.reduce((a, b) => Math.max(a, b)) }),
    ...(measuredOn(n) < n && { measuredOn: measuredOn(n) }),
  };
}

/** Of so many members all distances are looked at: n² numbers. */
const MOST_EXACT = 4000;
/** Of more, those of so many members, evenly spaced, to all others. */
const SAMPLE = 2000;

/** From the distances of how many of n training materials a domain's limit comes. */
export const measuredOn = (n: number): number => (n > MOST_EXACT ? SAMPLE : n);

interface Distances {
  /** Squared, of pairs of members. */
  readonly pairs: Float64Array;
  /** To the nearest other member. */
  readonly nearest: readonly number[];
}

function allDistances(features: FeatureMatrix): Distances {
  const n = features.rows;
  const squared = squaredDistances(features, features);
  const nearest = Array.from({ length: n }, (_, i) =>
    Math.sqrt(squared.subarray(i * n, (i + 1) * n).reduce(smallestOther(i), Infinity)),
  );
  return { pairs: upperTriangle(squared, n), nearest };
}

/** Members that are compared with all others together. */
const COMPARED = 32;

/** Some rows at a time, so that memory grows with n alone. */
function sampledDistances(features: FeatureMatrix): Distances {
  const n = features.rows;
  const members = Array.from({ length: SAMPLE }, (_, i) => Math.floor((i * n) / SAMPLE));
  const pairs = new Float64Array((SAMPLE * (SAMPLE - 1)) / 2);
  const nearest: number[] = [];
  let at = 0;
  for (let from = 0; from < SAMPLE; from += COMPARED) {
    const some = members.slice(from, from + COMPARED);
    const squared = squaredDistances(rowsAt(features, some), features);
    for (const [row, member] of some.entries()) {
      const own = squared.subarray(row * n, (row + 1) * n);
      for (const other of members.slice(from + row + 1)) pairs[at++] = own[other] as number;
      nearest.push(Math.sqrt(own.reduce(smallestOther(member), Infinity)));
    }
  }
  return { pairs, nearest };
}

/**
 * How magnetic a density is: the root mean square of its magnetisation over its mean, 0 without spin. Antiferromagnets
 * have it too.
 * Undefined where the magnetisation is not known, or there is no density.
 */
export function magnetizationShare({ hkl, amplitude, magnetization }: Spectrum): number | undefined {
  if (magnetization === "none") return 0;
  const isMean = hkl[0] === 0 && hkl[1] === 0 && hkl[2] === 0;
  const mean = isMean ? (amplitude[0] as number) : 0;
  if (magnetization === undefined || !(mean > 0)) return undefined;
  const square = magnetization.reduce((sum, m, i) => sum + (i === 0 ? 1 : 2) * m * m, 0); // g and -g
  return Math.sqrt(square) / mean;
}

/** Whether a material lies outside what the model has seen, and what it is most like. */
export function assessDomain(
  domain: Domain,
  material: Omit<DomainMember, "id">,
  inputs: ModelInputs = { density: true, atoms: true },
): DomainVerdict {
  const { ids, features, mean, deviation, width, threshold } = domain;
  const values = material.shells.map((value, i) => scaled(value, mean, deviation, i));
  const distances = squaredDistances({ rows: 1, columns: values.length, values }, features).map(Math.sqrt);
  const closest = placesOfLeast(distances, NEAREST);
  const seen = new Set(domain.elements);
  const unseenElements = [...new Set(material.atomicNumbers)].filter((z) => !seen.has(z)).sort((a, b) => a - b);
  const shortest = distances[closest[0] ?? 0] ?? Infinity;
  // A threshold of 0 comes from a training set of copies: then only a copy lies inside.
  const relativeDistance = shortest === 0 ? 0 : shortest / threshold;
  const reasons =
    ids.length === 0
      ? coded("unknown", [reason("the model does not name its training materials")])
      : reasonsOf(domain, material, unseenElements, relativeDistance, inputs);
  return {
    outOfDomain: reasons.length > 0,
    reasons,
    unseenElements,
    relativeDistance,
    nearest: closest.map((row) => ({
      id: ids[row] as string,
      similarity: Math.exp(-0.5 * ((distances[row] as number) / width) ** 2),
    })),
  };
}

/** Places of the smallest numbers, the smallest first; of equal ones the first. */
function placesOfLeast(values: Float64Array, count: number): number[] {
  const found: number[] = [];
  for (let place = 0; place < values.length; place++) {
    const value = values[place] as number;
    if (Number.isNaN(value)) continue;
    if (found.length === count && !(value < (values[found[count - 1] as number] as number))) continue;
    const at = found.findIndex((other) => value < (values[other] as number));
    found.splice(at < 0 ? found.length : at, 0, place);
    if (found.length > count) found.pop();
  }
  return found;
}

function reasonsOf(
  domain: Domain,
  material: Omit<DomainMember, "id">,
  unseen: readonly number[],
  relativeDistance: number,
  { density, atoms }: ModelInputs,
): DomainReason[] {
  const far = relativeDistance > 1;
  const mean = density ? meanReasons(domain, material) : [];
  return [
    ...coded("quantity", kindReasons(domain, material)),
    ...coded("element", elementReasons(unseen)),
    ...(atoms ? coded("absence", absenceReasons(domain, material)) : []),
    ...(density ? coded("valence", valenceReasons(domain, material)) : []),
    ...coded("mean", mean),
    ...(density ? coded("magnetization", magnetizationReasons(domain, material)) : []),
    ...(density && far ? coded("density", [distanceReason(relativeDistance)]) : []),
    ...(density && !far && mean.length === 0 ? coded("density", shellReasons(domain, material)) : []),
  ];
}

const coded = (code: ReasonCode, found: readonly Found[]): DomainReason[] => found.map((one) => ({ ...one, code }));

function kindReasons({ kinds }: Domain, { kind }: Omit<DomainMember, "id">): Found[] {
  if (kinds === undefined || kind === undefined || !isForeign(kinds, kind)) return [];
  return [reason("not {1} but {0}: the models were trained on {1} files", kind, kinds.join(", "))];
}

/** Whether a file's kind is none of the training materials'. */
const isForeign = (kinds: readonly string[] | undefined, kind: string | undefined): boolean =>
  kinds !== undefined && kind !== undefined && !kinds.some((known) => sameField(known, kind));

/**
 * CHG is CHGCAR in fewer digits; cubes, `.vasp` and HDF5 files hold densities unless their kind says another quantity.
 */
const OTHER_QUANTITY = /^(?:LOCPOT|ELFCAR|PARCHG|AECCAR)/i;
const sameField = (a: string, b: string) => (OTHER_QUANTITY.test(a) || OTHER_QUANTITY.test(b) ? a === b : true);

function elementReasons(unseen: readonly number[]): Found[] {
  if (unseen.length === 0) return [];
  return [
    reason(
      "contains {0}, which no training material contains",
      unseen.map((z) => elementSymbol(z) ?? String(z)).join(", "),
    ),
  ];
}

/** Oxides say nothing of materials without oxygen. */
function absenceReasons({ common = [] }: Domain, { atomicNumbers }: Omit<DomainMember, "id">): Found[] {
  const absent = common.filter((z) => !atomicNumbers.includes(z)).map((z) => elementSymbol(z) ?? String(z));
  return absent.length === 0
    ? []
    : [reason("contains no {0}, which all training materials contain", absent.join(", "))];
}

function valenceReasons(
  { valences, kinds }: Domain,
  { atomicNumbers, electrons, kind }: Omit<DomainMember, "id">,
): Found[] {
  // Core electrons in a file of another kind are no other pseudopotential.
  if (isForeign(kinds, kind)) return [];
  const mismatch = valences && electrons !== undefined && findValenceMismatch(valences, { atomicNumbers, electrons });
  if (!mismatch) return [];
  if ("element" in mismatch) {
    return [
      reason(
        "{1} has {0} valence electrons here; the models were trained with {2}",
        mismatch.found,
        elementSymbol(mismatch.element) ?? "",
        mismatch.expected,
      ),
    ];
  }
  const found = Number(mismatch.found.toFixed(2));
  return [
    reason(
      "the cell has {0} valence electrons; the pseudopotentials of the training materials would give {1}",
      found,
      mismatch.expected,
    ),
  ];
}

/** Of a prediction whose uncertainty is so many times the spread of the training values. */
export function uncertaintyReason(times: number): DomainReason {
  const found = reason(
    "the model knows nothing of it: its uncertainty is {0} times the spread of the training values",
    factor(times),
  );
  return { ...found, code: "uncertainty" };
}

/** Above 1: a hair's breadth is said in percent, more as a factor. */
function distanceReason(relativeDistance: number): Found {
  if (relativeDistance >= 1.95)
    return reason("this density is unlike every training density ({0} times the limit)", factor(relativeDistance));
  const percent = 100 * (relativeDistance - 1);
  const shown = percent < 1 ? Number(percent.toPrecision(1)) : Math.round(percent);
  return reason("this density is unlike every training density ({0} % beyond the limit)", shown);
}

/** Flat, smoothed and cut densities have less of some waves than any that was learned from. */
function shellReasons(domain: Domain, { shells, electrons, kind }: Omit<DomainMember, "id">): Found[] {
  if (domain.features.rows < ENOUGH || electrons === undefined || isForeign(domain.kinds, kind)) return [];
  const strange = strangeShell(domain, shells);
  if (strange === undefined) return [];
  const template = strange.isWeaker
    ? "its plane waves around {0} Å⁻¹ are {1} times weaker than in any training density: it may be smoothed or damaged"
    : "its plane waves around {0} Å⁻¹ are {1} times stronger than in any training density: it may be damaged";
  return [reason(template, factor(strange.g), factor(strange.times))];
}

/**
 * Molecules in boxes and slabs are mostly vacuum: shells, which are small for the most of crystals, hardly tell, the
 * mean does.
 */
function meanReasons(
  { features, mean, deviation, kinds }: Domain,
  { shells, electrons, kind }: Omit<DomainMember, "id">,
): Found[] {
  const { rows, columns, values } = features;
  if (rows < ENOUGH || electrons === undefined || isForeign(kinds, kind)) return [];
  const last = columns - 1;
  const known = Array.from(
    { length: rows },
    (_, row) => (values[row * columns + last] as number) * ((deviation[last] as number) || 1) + (mean[last] as number),
  );
  const [least, most, found] = [Math.min(...known), Math.max(...known), shells[last] as number];
  if (found >= least / MARGIN && found <= most * MARGIN) return [];
  return [
    reason("mean density {0} e/Å³; the training materials have {1} to {2}", factor(found), factor(least), factor(most)),
  ];
}

/** Properties of a calculation without spin are not those of a magnet. */
function magnetizationReasons(
  { magnetization: known }: Domain,
  { magnetization: found }: Omit<DomainMember, "id">,
): Found[] {
  if (known === undefined || found === undefined || found <= Math.max(SPIN_NOISE, MARGIN * known)) return [];
  if (known <= SPIN_NOISE)
    return [
      reason("spin-polarised ({0} % of the mean density); all training densities are unpolarised", factor(100 * found)),
    ];
  return [
    reason(
      "more strongly spin-polarised ({0} % of the mean density) than any training density (up to {1} %)",
      factor(100 * found),
      factor(100 * known),
    ),
  ];
}

function reason(template: string, ...args: (string | number)[]): Found {
  const { message } = problem("warning", FILE_START, template, ...args);
  return { message, template, args };
}

const factor = (value: number) => Number(value.toPrecision(2));

function scaled(value: number, mean: Float64Array, deviation: Float64Array, column: number): number {
  return (value - (mean[column] as number)) / ((deviation[column] as number) || 1);
}

/** For `reduce`: the smallest entry of a row but for the diagonal one. */
function smallestOther(diagonal: number): (least: number, value: number, column: number) => number {
  return (least, value, column) => (column === diagonal ? least : Math.min(least, value));
}
