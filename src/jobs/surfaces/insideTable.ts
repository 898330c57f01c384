/** Values are told apart by sign and so many bits of their form: a relative 2^-12. */
const DROPPED_BITS = 11;
const BINS = 2 ** (31 - DROPPED_BITS);

/**
 * What share of a field's integral, and of the cell, lies beyond a level, and which level has a given share beyond it.
 */
export class InsideTable {
  /** Lower ends of the bins that are not empty, descending, and behind each the sums of all down to it. */
  readonly #levels: Float64Array;
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;
  readonly #total: number;
  readonly #points: number;

  /** Of |value| where the field is signed; else negative values are beyond no level, but belong to the total. */
  constructor(values: Float32Array, signed: boolean) {
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
    const sums = new Float64Array(BINS);
    const counts = new Uint32Array(BINS);
    let below = 0;
    for (let i = 0; i < values.length; i++) {
      const word = bits[i] ?? 0;
      const value = values[i] ?? 0;
      if (value < 0 && !signed) below += value;
      else {
        const bin = (word & 0x7fffffff) >>> DROPPED_BITS;
        sums[bin] = (sums[bin] ?? 0) + Math.abs(value);
        counts[bin] = (counts[bin] ?? 0) + 1;
      }
    }
    const filled = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
    this.#levels = new Float64Array(filled);
    this.#sums = new Float64Array(filled);
    this.#counts = new Float64Array(filled);
    this.#points = values.length;
    this.#total = below + this.#accumulate(sums, counts);
  }

  #accumulate(sums: Float64Array, counts: Uint32Array): number {
    const word = new Uint32Array(1);
    const value = new Float32Array(word.buffer);
    let [sum, count, at] = [0, 0, 0];
    for (let bin = BINS - 1; bin >= 0; bin--) {
      if (counts[bin] === 0) continue;
      sum += sums[bin] ?? 0;
      count += counts[bin] ?? 0;
      word[0] = bin << DROPPED_BITS;
      this.#levels[at] = value[0] ?? 0;
      this.#sums[at] = sum;
      this.#counts[at++] = count;
    }
    return sum;
  }

  /** Percent of the integral and of the volume beyond a level (of its size, where signed). */
  beyond(level: number): { readonly percent: number; readonly volumePercent: number } {
    const size = Math.abs(level);
    const next = this.#levels.findIndex((lower) => lower < size);
    const before = next < 0 ? this.#levels.length - 1 : next - 1;
    const [upper, lower] = [this.#levels[before] ?? Number.POSITIVE_INFINITY, this.#levels[next]];
    const share = next < 0 || lower === undefined || !Number.isFinite(upper) ? 0 : (upper - size) / (upper - lower);
    const at = (sums: Float64Array) => {
      const [above, below] = [sums[before] ?? 0, next < 0 ? (sums[before] ?? 0) : (sums[next] ?? 0)];
      return above + Math.min(1, Math.max(0, share)) * (below - above);
    };
    return {
      percent: this.#total === 0 ? 0 : (100 * at(this.#sums)) / this.#total,
      volumePercent: (100 * at(this.#counts)) / this.#points,
    };
  }

  /** The level beyond which so many percent of the integral lie. */
  levelOf(percent: number): number {
    const wanted = (percent / 100) * this.#total;
    const at = this.#sums.findIndex((sum) => sum >= wanted);
    if (at < 0) return this.#levels.at(-1) ?? 0;
    const [above, sum] = [this.#sums[at - 1] ?? 0, this.#sums[at] ?? 0];
    const lower = this.#levels[at] ?? 0;
    const upper = at > 0 ? (this.#levels[at - 1] ?? lower) : lower;
    return upper - ((wanted - above) / (sum - above || 1)) * (upper - lower);
  }
}
