/** A table of fzstd's: symbol, bits to read and base of the next state, for each state; `b` bits name a state. */
export interface StateTable {
  readonly s: Uint8Array;
  readonly n: Uint8Array;
  readonly t: Uint16Array;
  readonly b: number;
}

/** Of match lengths, offsets and literal lengths, as fzstd keeps them. */
export type SequenceTables = readonly [StateTable, StateTable, StateTable];

const MATCH_BITS = [1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const LITERAL_BITS = [1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const matches = codesOf(32, 3, MATCH_BITS);
const literals = codesOf(16, 0, LITERAL_BITS);

interface Codes {
  readonly bits: Uint8Array;
  readonly base: Uint32Array;
}

/**
 * RFC 8878, 3.1.1.3.2.1.1: the first `plain` codes are lengths from `least` on, the further ones have bits of their
 * own.
 */
function codesOf(plain: number, least: number, further: readonly number[]): Codes {
  const bits = Uint8Array.from([...new Array<number>(plain).fill(0), ...further]);
  const base = new Uint32Array(bits.length);
  for (let code = 0, next = least; code < bits.length; next += 2 ** (bits[code++] ?? 0)) base[code] = next;
  // symbols are bytes; what is no code has no length
  const whole = { bits: new Uint8Array(256), base: new Uint32Array(256) };
  whole.bits.set(bits);
  whole.base.set(base);
  return whole;
}

/**
 * Whether a compressed block (`bytes`, without its header) would come to more than `most` bytes: fzstd does not look,
 * and fifty damaged or hostile bytes keep it busy for seconds. Returns as soon as it is known.
 */
export function isTooLong(bytes: Uint8Array, [match, offset, literal]: SequenceTables, most: number): boolean {
  const count = sequenceCount(bytes);
  if (count * (longest(match, matches) + longest(literal, literals)) <= most) return false;
  const end = bytes[bytes.length - 1] ?? 0;
  let at = 8 * bytes.length - 8 + (31 - Math.clz32(end)) - literal.b;
  const read = (bits: number) => {
    const byte = at >> 3;
    return (
      (((bytes[byte] ?? 0) | ((bytes[byte + 1] ?? 0) << 8) | ((bytes[byte + 2] ?? 0) << 16)) >> (at & 7)) &
      ((1 << bits) - 1)
    );
  };
  let literalState = read(literal.b);
  at -= offset.b;
  let offsetState = read(offset.b);
  at -= match.b;
  let matchState = read(match.b);
  const next = (table: StateTable, state: number) => {
    const bits = table.n[state] ?? 0;
    at -= bits;
    return (table.t[state] ?? 0) + read(bits);
  };
  const lengthOf = ({ bits, base }: Codes, code: number) => {
    at -= bits[code] ?? 0;
    return (base[code] ?? 0) + read(bits[code] ?? 0);
  };
  let sum = 0;
  for (let left = count; left > 0; left--) {
    at -= offset.s[offsetState] ?? 0;
    sum += lengthOf(matches, match.s[matchState] ?? 0);
    sum += lengthOf(literals, literal.s[literalState] ?? 0);
    if (sum > most) return true;
    literalState = next(literal, literalState);
    matchState = next(match, matchState);
    offsetState = next(offset, offsetState);
  }
  return false;
}

/** Behind the literals, whose head tells how many bytes they take. */
function sequenceCount(bytes: Uint8Array): number {
  const byte = (at: number) => bytes[at] ?? 0;
  const [kind, format] = [byte(0) & 3, (byte(0) >> 2) & 3];
  let at: number;
  if (kind < 2) {
    const head = [1, 2, 1, 3][format] ?? 1;
    const size = head === 1 ? byte(0) >> 3 : (byte(0) >> 4) | (byte(1) << 4) | (head === 3 ? byte(2) << 12 : 0);
    at = head + (kind === 0 ? size : 1);
  } else {
    const head = [3, 3, 4, 5][format] ?? 3;
    const stored = [
      (byte(1) >> 6) | (byte(2) << 2),
      (byte(1) >> 6) | (byte(2) << 2),
      (byte(2) >> 2) | (byte(3) << 6),
      (byte(2) >> 6) | (byte(3) << 2) | (byte(4) << 10),
    ];
    at = head + (stored[format] ?? 0);
  }
  const first = byte(at);
  if (first === 255) return (byte(at + 1) | (byte(at + 2) << 8)) + 0x7f00;
  return first > 127 ? ((first - 128) << 8) | byte(at + 1) : first;
}

function longest(table: StateTable, { bits, base }: Codes): number {
  let most = 0;
  for (const symbol of table.s) most = Math.max(most, (base[symbol] ?? 0) + 2 ** (bits[symbol] ?? 0) - 1);
  return most;
}
