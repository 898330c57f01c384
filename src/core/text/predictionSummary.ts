import { compareProperties, type Language, propertySymbol } from "./labels.js";
import { formatUncertain } from "./uncertainNumber.js";

/** What a reader is told of one property: a prediction, why there is none, or a calculated value alone. */
export interface PredictedProperty {
  readonly target: string;
  readonly unit: string;
  readonly value?: number;
  readonly sigma?: number;
  readonly outOfDomain: boolean;
  readonly reasons?: readonly string[];
  readonly inTraining?: boolean;
  readonly testError?: number;
  readonly known?: { readonly value: number; readonly source: string };
  readonly approximation?: Approximation;
  readonly domainMeasuredOn?: number;
  readonly nearest: readonly SimilarTo[];
  readonly stale: boolean;
}

/** Of a kernel model of many materials: through how many of them it learned from all. */
export interface Approximation {
  readonly trainedOn: number;
  readonly landmarks: number;
}

interface SimilarTo {
  readonly id: string;
  readonly formula?: string;
  readonly similarity: number;
}

/** The predictions of one material, in the order in which people look for properties. */
export interface PredictionSummary<Row> {
  /** Values that hold. */
  readonly inside: readonly Row[];
  /** Values of models that never saw a material like this one. */
  readonly outside: readonly Row[];
  /** Why it is unlike, each reason once. */
  readonly warnings: readonly string[];
  /** Why models have no say on the file, each reason once, with the properties it concerns. */
  readonly refusals: readonly { readonly reason: string; readonly targets: readonly string[] }[];
  /** Calculated values, one per property. */
  readonly known: readonly {
    readonly target: string;
    readonly unit: string;
    readonly value: number;
    readonly source: string;
  }[];
  /** The most similar training materials, at most three, without the material itself. */
  readonly nearest: readonly SimilarTo[];
  /** Of the values' models, each once. */
  readonly approximations: readonly Approximation[];
  /** From how many training materials their models' limits of the domain come, where not from all; each once. */
  readonly domainSamples: readonly number[];
  readonly inTraining: boolean;
  readonly stale: boolean;
}

const NEAREST = 3;
/** The same density. */
const SAME = 0.999999;

export function summarizePredictions<Row extends PredictedProperty>(rows: readonly Row[]): PredictionSummary<Row> {
  const sorted = [...rows].sort((a, b) => compareProperties(a.target, b.target));
  const spoken = sorted.filter(({ value }) => value !== undefined);
  const outside = spoken.filter(({ outOfDomain }) => outOfDomain);
  const known = new Map(
    sorted.flatMap(({ target, unit, known }) => (known ? [[target, { target, unit, ...known }] as const] : [])),
  );
  return {
    inside: spoken.filter(({ outOfDomain }) => !outOfDomain),
    outside,
    warnings: [...new Set(outside.flatMap(({ reasons = [] }) => reasons))],
    refusals: refusalsOf(sorted.filter(({ value }) => value === undefined)),
    known: [...known.values()],
    nearest: nearestOf(spoken),
    approximations: approximationsOf(spoken),
    domainSamples: [...new Set(spoken.flatMap(({ domainMeasuredOn }) => domainMeasuredOn ?? []))],
    inTraining: spoken.some(({ inTraining }) => inTraining),
    stale: sorted.some(({ stale }) => stale),
  };
}

function refusalsOf(silent: readonly PredictedProperty[]): { reason: string; targets: readonly string[] }[] {
  const targets = new Map<string, string[]>();
  for (const { target, reasons = [] } of silent) {
    const [reason = ""] = reasons;
    const known = targets.get(reason) ?? [];
    targets.set(reason, known.includes(target) ? known : [...known, target]);
  }
  return [...targets].map(([reason, concerned]) => ({ reason, targets: concerned }));
}

function approximationsOf(rows: readonly PredictedProperty[]): Approximation[] {
  const found = new Map<string, Approximation>();
  for (const { approximation } of rows)
    if (approximation !== undefined) found.set(`${approximation.trainedOn} ${approximation.landmarks}`, approximation);
  return [...found.values()];
}

function nearestOf(rows: readonly PredictedProperty[]): SimilarTo[] {
  const isKnown = rows.some(({ inTraining }) => inTraining);
  const found = new Map<string, SimilarTo>();
  for (const one of rows.flatMap(({ nearest }) => nearest))
    if (!(isKnown && one.similarity > SAME)) found.set(one.id, one);
  return [...found.values()].sort((x, y) => y.similarity - x.similarity).slice(0, NEAREST);
}

/**
 * How far a value can be trusted: as the model's test error says, less (its interval is much wider than that), or not
 * at all.
 */
export type Trust = "usual" | "wide" | "outside";

/** The standard deviation of Gaussian errors over their mean absolute value. */
const DEVIATION_PER_MAE = Math.sqrt(Math.PI / 2);
const WIDE = 2;

export function trustOf({
  outOfDomain,
  sigma,
  testError,
}: Pick<PredictedProperty, "outOfDomain" | "sigma" | "testError">): Trust {
  if (outOfDomain) return "outside";
  const isWide =
    sigma !== undefined && testError !== undefined && testError > 0 && sigma > WIDE * DEVIATION_PER_MAE * testError;
  return isWide ? "wide" : "usual";
}

/** `4.24 ± 0.20`, with a typographic minus; the value alone where the uncertainty is zero. */
export function valueText({ value, sigma }: Pick<PredictedProperty, "value" | "sigma">): string {
  if (value === undefined) return "";
  if (sigma === undefined || !(sigma > 0)) return plainText(value);
  const written = formatUncertain(value, sigma);
  return `${written.value.replace("-", "−")} ± ${written.uncertainty}`;
}

/** Before a value of an approximated model. */
export const APPROXIMATED = "≈ ";

/** `valueText` with the mark of an approximated model. */
export const markedValueText = (row: Pick<PredictedProperty, "value" | "sigma" | "approximation">): string =>
  `${row.approximation ? APPROXIMATED : ""}${valueText(row)}`;

/** Uncertainties below are written as a power of ten where there is little room. */
const TINY = 1e-4;

/** `valueText` for a narrow column: `17.389460 ± 9×10⁻⁶` in place of `17.3894600 ± 0.0000091`. */
export function compactValueText(row: Pick<PredictedProperty, "value" | "sigma">): string {
  const { value, sigma = 0 } = row;
  if (value === undefined || !(sigma > 0) || sigma >= TINY) return valueText(row);
  const [digit = "", exponent = "0"] = sigma.toExponential(0).split("e");
  const decimals = Math.min(10, -Number(exponent));
  return `${value.toFixed(decimals).replace("-", "−")} ± ${digit}×10⁻${superscript(-Number(exponent))}`;
}

const superscript = (whole: number): string =>
  String(whole).replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)] ?? "");

/** A calculated value: as many digits as it has, at most five significant ones. */
export const plainText = (value: number): string => String(Number(value.toPrecision(5))).replace("-", "−");

/** An error in two significant digits. */
export const errorText = (error: number): string => String(Number(error.toPrecision(2)));

/** No line above a text is longer. */
export const LINE_LENGTH = 80;

/**
 * `gap 2.8 ± 0.6 eV · E_coh 4.24 ± 0.20 eV/atom · 4 more`: as many properties as fit into `room` characters. `more`
 * writes how many did not.
 */
export function propertyLine(
  rows: readonly Pick<PredictedProperty, "target" | "unit" | "value" | "sigma" | "approximation">[],
  {
    language,
    more,
    room = LINE_LENGTH,
  }: { readonly language: Language; readonly more: (count: number) => string; readonly room?: number },
): string {
  const parts = rows.map(({ target, unit, ...row }) =>
    [propertySymbol(target, language), markedValueText(row), unit].filter(Boolean).join(" "),
  );
  for (let shown = parts.length; shown > 0; shown--) {
    const rest = parts.length - shown;
    const line = [...parts.slice(0, shown), ...(rest > 0 ? [more(rest)] : [])].join(SEPARATOR);
    if (line.length <= room) return line;
  }
  return shorten(parts[0] ?? "", room);
}

export const SEPARATOR = " · ";

/** Cuts a text to so many characters, an ellipsis included. */
export const shorten = (text: string, room = LINE_LENGTH): string =>
  text.length <= room ? text : `${text.slice(0, room - 1).trimEnd()}…`;
