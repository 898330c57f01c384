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

/**
 * The quantile for `fraction` in 0..1, interpolated between the order statistics (Hyndman and Fan's type 7, numpy's
 * default).
 */
export function quantile(values: ArrayLike<number>, fraction: number): number {
  const sorted = Float64Array.from(values).sort();
  const at = fraction * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (at - below) * (high - low);
}

/** The middle value. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}
