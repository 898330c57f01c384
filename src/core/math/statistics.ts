/** The arithmetic mean; NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length;
}

/** The sum, with Neumaier's compensation, so that it does not depend on how large the list is. */
export function sum(values: ArrayLike<number>): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return Number.isFinite(total) ? total + lost : total;
}

/** The standard deviation of a whole population, sqrt(mean of (x - mean)²); 0 for one value. */
export function populationDeviation(values: ArrayLike<number>): number {
  const centre = mean(values);
  const squares = Float64Array.from(values, (value) => (value - centre) ** 2);
  return Math.sqrt(mean(squares));
}

/** The standard deviation estimated from a sample, with n - 1; NaN below two values. */
export function sampleDeviation(values: ArrayLike<number>): number {
  const n = values.length;
  return n < 2 ? Number.NaN : populationDeviation(values) * Math.sqrt(n / (n - 1));
}

/** The standard error of the mean, sampleDeviation / sqrt(n); NaN below two values. */
export function standardError(values: ArrayLike<number>): number {
  return sampleDeviation(values) / Math.sqrt(values.length);
}

/** Longer lists are not sorted for one quantile. */
const SORTED = 1000;

/**
 * The quantile for `fraction` in 0..1, interpolated between the order statistics (Hyndman and Fan's type 7, numpy's
 * default).
 */
export function quantile(values: ArrayLike<number>, fraction: number): number {
  const list = Float64Array.from(values);
  const at = fraction * (list.length - 1);
  const below = Math.floor(at);
  const isSorted = list.length <= SORTED || list.some(Number.isNaN);
  if (isSorted) list.sort();
  else partition(list, below);
  const low = list[below] ?? Number.NaN;
  const next = isSorted ? list[below + 1] : leastOf(list.subarray(below + 1));
  const high = next ?? low;
  return low + (at - below) * (high - low);
}

const leastOf = (values: Float64Array) =>
  values.length === 0 ? undefined : values.reduce((least, value) => Math.min(least, value));

/**
 * Puts the number that would stand at `place` of the sorted list there, none larger before it and none smaller behind
 * it (Hoare's selection).
 */
function partition(list: Float64Array, place: number): void {
  let [first, last] = [0, list.length - 1];
  while (first < last) {
    const [a, b, c] = [first, (first + last) >> 1, last].map((i) => list[i] as number) as [number, number, number];
    const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c)); // the middle of three
    let [i, j] = [first, last];
    while (i <= j) {
      while ((list[i] as number) < pivot) i++;
      while ((list[j] as number) > pivot) j--;
      if (i > j) break;
      const kept = list[i] as number;
      list[i++] = list[j] as number;
      list[j--] = kept;
    }
    if (place <= j) last = j;
    else if (place >= i) first = i;
    else return;
  }
}

/** The middle value. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}
