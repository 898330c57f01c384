import { scaleLinear, scaleLog } from "d3-scale";
import { formatUncertain } from "../text/uncertainNumber.js";

/** One axis: data to px, and the labelled ticks. */
export interface Axis {
  readonly scale: (value: number) => number;
  readonly ticks: readonly Tick[];
  /** Grid lines without a label, in px. */
  readonly minor: readonly number[];
}

export interface Tick {
  /** Place on the axis in px. */
  readonly at: number;
  readonly label: string;
}

type Interval = readonly [number, number];

// From sparse to dense: the first that gives three labels is taken, so that an axis over a third of a decade is as
// readable as one over four.
const MANTISSAS = [[1], [1, 3], [1, 2, 5], [1, 2, 3, 5, 7], [1, 1.5, 2, 3, 4, 5, 6, 8]];

/** From this many decades on, every label is a power of ten. */
const MANY_DECADES = 6;
/** px that a power of ten takes on an axis in either direction. */
const POWER_ROOM = 22;

/** A logarithmic axis with ticks at round values. `domain` > 0. */
export function logAxis(domain: Interval, range: Interval): Axis {
  if (Math.log10(domain[1] / domain[0]) >= MANY_DECADES) return decadeAxis(domain, range);
  const scale = scaleLog().domain(domain).range(range);
  const values = roundLogValues(domain);
  const minor = mantissaValues(domain, [1, 2, 3, 4, 5, 6, 7, 8, 9]).filter((value) => !values.includes(value));
  return {
    scale,
    ticks: values.map((value) => ({ at: scale(value), label: formatTick(value) })),
    minor: minor.map((v) => scale(v)),
  };
}

/** Over many decades: as many powers of ten as have room, the others as grid lines. */
function decadeAxis(domain: Interval, range: Interval): Axis {
  const scale = scaleLog().domain(domain).range(range);
  const decade = Math.abs(range[1] - range[0]) / Math.log10(domain[1] / domain[0]);
  const step = Math.max(1, Math.ceil(POWER_ROOM / Math.max(decade, 1e-9)));
  const [first, last] = [Math.ceil(Math.log10(domain[0]) - 1e-9), Math.floor(Math.log10(domain[1]) + 1e-9)];
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const isLabelled = (exponent: number) => exponent % step === 0;
  return {
    scale,
    ticks: exponents.filter(isLabelled).map((n) => ({ at: scale(10 ** n), label: powerOfTen(n) })),
    minor: exponents.filter((n) => !isLabelled(n)).map((n) => scale(10 ** n)),
  };
}

/**
 * A logarithmic axis whose ticks stand at `values` (training sizes), as many as fit `gap` px apart; the first and the
 * last come first.
 */
export function logAxisAt(values: readonly number[], domain: Interval, range: Interval, gap: number): Axis {
  const scale = scaleLog().domain(domain).range(range);
  const kept: number[] = [];
  for (const value of [...values.slice(-1), ...values.slice(0, 1), ...values.slice(1, -1)]) {
    if (kept.every((other) => Math.abs(scale(other) - scale(value)) >= gap)) kept.push(value);
  }
  kept.sort((a, b) => a - b);
  const minor = values.filter((value) => !kept.includes(value)).map((value) => scale(value));
  return { scale, ticks: kept.map((value) => ({ at: scale(value), label: formatTick(value) })), minor };
}

/** A linear axis, about one tick every `gap` px. */
export function linearAxis(domain: Interval, range: Interval, gap = 48): Axis {
  const scale = scaleLinear().domain(domain).range(range);
  let count = Math.max(2, Math.floor(Math.abs(range[1] - range[0]) / gap));
  while (scale.ticks(count).length < 3 && count < 6) count += 1;
  const values = scale.ticks(count);
  const labels = alikeTicks(values);
  return { scale, ticks: values.map((value, i) => ({ at: scale(value), label: labels[i] ?? "" })), minor: [] };
}

/** The same for what comes in whole numbers, as steps and epochs do: no ticks between. */
export function wholeAxis(domain: Interval, range: Interval, gap = 48): Axis {
  const axis = linearAxis(domain, range, gap);
  const values = axis.ticks.map(({ label }) => Number(label.replace("−", "-")));
  const ticks = values.filter(Number.isInteger).map((value) => ({ at: axis.scale(value), label: formatTick(value) }));
  return { ...axis, ticks };
}

/** Labels of one linear axis: all with as many decimals as the one that needs most (0.36, 0.38, 0.40). */
function alikeTicks(values: readonly number[]): readonly string[] {
  const labels = values.map(formatTick);
  if (labels.some((label) => label.includes("×") || label.includes("10⁻"))) return labels;
  const decimals = Math.max(0, ...labels.map((label) => label.split(".")[1]?.length ?? 0));
  return values.map((value, i) => (labels[i] === "0" ? "0" : value.toFixed(decimals).replace("-", "−")));
}

/** The smallest interval around the values, opened by `share` of its length at both ends; logarithmic where `log`. */
export function padDomain(values: readonly number[], share: number, log = false): Interval {
  const finite = values
    .filter((value) => Number.isFinite(value) && (!log || value > 0))
    .map((value) => (log ? Math.log10(value) : value));
  if (finite.length === 0) return log ? [0.1, 1] : [0, 1];
  const low = finite.reduce((a, b) => Math.min(a, b));
  const high = finite.reduce((a, b) => Math.max(a, b));
  const pad = Math.max((high - low) * share, log ? 0.04 : Math.max(Math.abs(high) * 1e-3, 1e-9));
  return log ? [10 ** (low - pad), 10 ** (high + pad)] : [low - pad, high + pad];
}

/** Plain decimals between 0.0001 and 99999, a power of ten outside. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (size < 1e-12) return "0";
  if (size >= 1e-4 && size < 1e5) return String(Number(value.toPrecision(6))).replace("-", "−");
  const exponent = Math.floor(Math.log10(size) + 1e-9);
  const mantissa = Number((value / 10 ** exponent).toPrecision(3));
  const power = `10${superscript(exponent)}`;
  return mantissa === 1 ? power : `${String(mantissa).replace("-", "−")}×${power}`;
}

/** A measured value in three significant digits. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e5 || size < 1e-4) return formatTick(Number(value.toPrecision(3)));
  const digits = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(size) + 1e-12)));
  return value.toFixed(digits).replace("-", "−");
}

/**
 * As `formatUncertain`, for figures and pages: 3.064 ± 0.061, with a typographic minus; three significant digits where
 * no error is known.
 */
export function formatWithError(value: number, error: number): { readonly value: string; readonly error: string } {
  if (!(error > 0) || !Number.isFinite(value)) return { value: formatValue(value), error: formatValue(error) };
  const written = formatUncertain(value, error);
  return { value: written.value.replace("-", "−"), error: written.uncertainty };
}

function roundLogValues(domain: Interval): readonly number[] {
  for (const mantissas of MANTISSAS) {
    const values = mantissaValues(domain, mantissas);
    if (values.length >= 3) return values;
  }
  const scale = scaleLinear().domain(domain);
  let count = 3;
  while (scale.ticks(count).length < 2 && count < 12) count += 1;
  return scale.ticks(count).filter((value) => value > 0);
}

function mantissaValues([low, high]: Interval, mantissas: readonly number[]): number[] {
  const values: number[] = [];
  for (let decade = Math.floor(Math.log10(low)); decade <= Math.ceil(Math.log10(high)); decade += 1) {
    for (const mantissa of mantissas) {
      const value = Number(`${mantissa}e${decade}`);
      if (value >= low && value <= high) values.push(value);
    }
  }
  return values;
}

const powerOfTen = (exponent: number): string =>
  exponent === 0 ? "1" : exponent === 1 ? "10" : `10${superscript(exponent)}`;

const superscript = (n: number): string =>
  String(n)
    .replace("-", "⁻")
    .replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(Number(digit)));
