// Numbers of half precision, for versions of Node.js without Float16Array: zarrita then knows no such arrays.

/** The bits of each number, which `numbersOfHalf` reads. */
class HalfArray extends Uint16Array {
  /** With a number, as zarrita fills what is not stored. */
  override fill(value: number, start?: number, end?: number): this {
    return super.fill(bitsOfHalf(value), start, end);
  }
}

const host = globalThis as { Float16Array?: unknown };

/** Lets zarrita read arrays of half precision in this thread. */
export function defineHalf(): void {
  host.Float16Array ??= HalfArray;
}

/** What the bits of a chunk say; other arrays as they are. */
export function numbersOfHalf<T extends ArrayLike<number | bigint>>(data: T): T | Float32Array {
  return data instanceof HalfArray ? Float32Array.from(data, numberOfHalf) : data;
}

const [EXPONENT, FRACTION, BIAS] = [0x1f, 0x3ff, 15];

/** IEEE 754 binary16. */
export function numberOfHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & EXPONENT;
  const fraction = bits & FRACTION;
  if (exponent === EXPONENT) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  const [whole, power] = exponent === 0 ? [0, 1] : [1, exponent];
  return sign * (whole + fraction / 1024) * 2 ** (power - BIAS);
}

/** The nearest number of half precision, of two the even one. */
export function bitsOfHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65_520) return sign | 0x7c00;
  const power = Math.max(1 - BIAS, Math.floor(Math.log2(size)));
  const steps = size / 2 ** (power - 10);
  const down = Math.floor(steps);
  const over = steps - down;
  const rounded = over > 0.5 || (over === 0.5 && down % 2 === 1) ? down + 1 : down;
  // a fraction that is full carries into the exponent, and without the leading one there is none
  return sign | (rounded + (power + BIAS - 1 > 0 ? (power + BIAS - 1) << 10 : 0));
}
