/**
 * The running mean over `window` (in the unit of `length`) of a periodic profile whose points are `length` / count
 * apart (macroscopic average).
 */
export function runningMean(profile: Float64Array, length: number, window: number): Float64Array {
  const count = profile.length;
  const width = (window / length) * count;
  if (!(width > 0)) return profile.slice();
  const sums = new Float64Array(count + 1);
  for (let i = 0; i < count; i++) sums[i + 1] = (sums[i] ?? 0) + (profile[i] ?? 0);
  const total = sums[count] ?? 0;
  // each point stands for the stretch of half a step to either side of it
  const integral = (x: number) => {
    const periods = Math.floor(x / count);
    const rest = x - periods * count;
    const whole = Math.floor(rest);
    return periods * total + (sums[whole] ?? 0) + (rest - whole) * (profile[whole % count] ?? 0);
  };
  return Float64Array.from(
    { length: count },
    (_, i) => (integral(i + 0.5 + width / 2) - integral(i + 0.5 - width / 2)) / width,
  );
}

export interface Vacuum {
  /** Mean of the profile in the vacuum's middle. */
  readonly level: number;
  /** Where it was taken; `to` may exceed the length. */
  readonly from: number;
  readonly to: number;
  /** Per unit of length; far from 0 where there is a dipole or the vacuum is too thin. */
  readonly slope: number;
}

/** Narrower gaps between atoms are no vacuum, Å. */
const LEAST_GAP = 6;
/** Of the gap, in its middle. */
const USED = 0.3;

/**
 * The vacuum of a slab or wire: the middle of the widest gap between atoms along an axis; undefined where there is
 * none. `positions`: fractional, along it.
 */
export function findVacuum(profile: Float64Array, length: number, positions: readonly number[]): Vacuum | undefined {
  const places = positions.map((x) => (x - Math.floor(x)) * length).sort((a, b) => a - b);
  let [from, to] = [0, 0];
  places.forEach((place, i) => {
    const next = places[i + 1] ?? (places[0] ?? 0) + length;
    if (next - place > to - from) [from, to] = [place, next];
  });
  if (places.length === 0 || to - from < LEAST_GAP) return undefined;
  const [middle, half] = [(from + to) / 2, ((to - from) * USED) / 2];
  const step = length / profile.length;
  const first = Math.ceil((middle - half) / step);
  const last = Math.floor((middle + half) / step);
  const values = Array.from({ length: last - first + 1 }, (_, i) => profile[(first + i) % profile.length] ?? 0);
  if (values.length < 3) return undefined;
  const level = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centre = (values.length - 1) / 2;
  const moment = values.reduce((sum, value, i) => sum + (i - centre) * value, 0);
  const square = values.reduce((sum, _, i) => sum + (i - centre) ** 2, 0);
  return { level, from: middle - half, to: middle + half, slope: moment / square / step };
}
