import { median } from "../../math/statistics.js";

/**
 * What the spread of a network's orientations says about its error: sigma = sqrt(floor² + slope² spread²), in units of
 * the learned target.
 * Plain data, stored with the network.
 */
export interface Calibration {
  readonly floor: number;
  readonly slope: number;
  /** Errors that it was fitted to. */
  readonly count: number;
}

/** Values of slope/floor (in units of the inverse median spread) that are tried before the best one is refined. */
const RATIOS = [0, ...Array.from({ length: 25 }, (_, i) => 10 ** (-2 + i / 6))];
const REFINEMENTS = 40;

/**
 * Fits floor and slope by maximum likelihood of Gaussian errors with zero mean. `errors` and `spreads`: of the same
 * materials, which the network has not learned from. Undefined for fewer than 3 errors, or where all are 0.
 */
export function fitCalibration(errors: ArrayLike<number>, spreads: ArrayLike<number>): Calibration | undefined {
  const n = errors.length;
  if (n < 3 || n !== spreads.length || !Array.from(errors).some((error) => error !== 0)) return undefined;
  const unit = median(spreads) || 1;
  const at = (ratio: number) => profile(errors, spreads, ratio / unit);
  let best = RATIOS.reduce((known, ratio) => (at(ratio).cost < at(known).cost ? ratio : known), 0);
  if (best > 0) best = refine((ratio) => at(ratio).cost, best / 10 ** (1 / 6), best * 10 ** (1 / 6));
  const { floor } = at(best);
  return { floor, slope: (floor * best) / unit, count: n };
}

/**
 * The best floor for a ratio slope/floor, corrected for its own fit, and what the ratio costs (negative log-likelihood
 * per error).
 */
function profile(
  errors: ArrayLike<number>,
  spreads: ArrayLike<number>,
  ratio: number,
): { readonly floor: number; readonly cost: number } {
  const n = errors.length;
  let squares = 0;
  let logs = 0;
  for (let i = 0; i < n; i++) {
    const factor = 1 + (ratio * (spreads[i] ?? 0)) ** 2;
    squares += (errors[i] ?? 0) ** 2 / factor;
    logs += Math.log(factor);
  }
  const variance = squares / n;
  return { floor: Math.sqrt(squares / (n - 1)), cost: 0.5 * Math.log(variance) + (0.5 * logs) / n };
}

/** Golden section between two bounds. */
function refine(cost: (value: number) => number, from: number, to: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  for (let i = 0; i < REFINEMENTS; i++) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)];
    if (cost(left) < cost(right)) high = right;
    else low = left;
  }
  return (low + high) / 2;
}

/** One standard deviation of the error of one network. */
export const calibratedSigma = ({ floor, slope }: Calibration, spread: number): number =>
  Math.hypot(floor, slope * spread);

/** One network's mean over its orientations and the standard deviation of its error. */
export interface MemberValue {
  readonly value: number;
  readonly sigma: number;
}

/** Of the mean square error of the members this much always remains: members that agree share their errors. */
const LEAST_SHARE = 0.3;

/**
 * The mean of several networks and the standard deviation of its error. The mean square error of the members is that of
 * their mean plus their variance about it, so what they differ by is taken off.
 */
export function combineMemberValues(members: readonly MemberValue[]): MemberValue {
  const n = members.length;
  const value = members.reduce((sum, member) => sum + member.value, 0) / n;
  const square = members.reduce((sum, member) => sum + member.sigma ** 2, 0) / n;
  const between = members.reduce((sum, member) => sum + (member.value - value) ** 2, 0) / n;
  return { value, sigma: Math.sqrt(Math.max(square - between, LEAST_SHARE * square)) };
}

/** The share of predictions inside `lower` to `upper`. */
export const INTERVAL_LEVEL = 0.9;
/** Standard deviations of a Gaussian that hold 90 %. */
const INTERVAL_FACTOR = 1.6448536;

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** The 90 % interval. */
export const intervalOf = ({ value, sigma }: MemberValue): Interval => ({
  lower: value - INTERVAL_FACTOR * sigma,
  upper: value + INTERVAL_FACTOR * sigma,
});
