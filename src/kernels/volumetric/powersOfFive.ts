const FIRST = -342;
const LAST = 308;
const BITS = 128n;
/** 5^27 is the last power that 64 bits hold. */
const LAST_EXACT = -27;

let table: BigUint64Array | undefined;

/**
 * 5^q for q = -342..308, cut to 128 bits with the first bit set, high word then low word:
 * the table of Lemire's "Number parsing at a gigabyte per second" (2021), made with exact integers.
 */
export function powersOfFive(): BigUint64Array {
  if (table) return table;
  table = new BigUint64Array(2 * (LAST - FIRST + 1));
  for (let q = FIRST; q <= LAST; q++) {
    const bits = q < 0 ? reciprocal(5n ** BigInt(-q), q >= LAST_EXACT) : leading(5n ** BigInt(q));
    table[2 * (q - FIRST)] = bits >> 64n;
    table[2 * (q - FIRST) + 1] = bits & 0xffffffffffffffffn;
  }
  return table;
}

/** The first 128 bits of a whole number. */
function leading(value: bigint): bigint {
  const excess = length(value) - BITS;
  return excess >= 0n ? value >> excess : value << -excess;
}

/** The first 128 bits of 1/value: rounded up where the products must then be exact, else cut. */
function reciprocal(value: bigint, roundUp: boolean): bigint {
  if (roundUp) return (1n << (length(value) + BITS - 1n)) / value + 1n;
  return leading((1n << (2n * length(value) + BITS)) / value + 1n);
}

const length = (value: bigint): bigint => BigInt(value.toString(2).length);
