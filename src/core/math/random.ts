/**
 * Seeded random numbers: xoshiro128** 1.1 (Blackman and Vigna 2018), its state filled by splitmix32 from the seed.
 * The numbers depend on the seed alone, so a run repeats bit by bit on every machine.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** `seed`: an integer of up to 53 bits. */
  constructor(seed: number) {
    let state = seed | 0;
    const high = Math.floor(seed / 2 ** 32) | 0;
    if (high !== 0) state ^= scramble(high);
    const next = () => {
      state = (state + GOLDEN) | 0;
      return scramble(state);
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next();
  }

  /** The generator at a given state of four 32-bit words, not all zero. */
  static fromState(state: readonly [number, number, number, number]): Random {
    const random = new Random(0);
    [random.#a, random.#b, random.#c, random.#d] = state;
    return random;
  }

  /** Uniform over 0 .. 2^32 - 1. */
  uint32(): number {
    const result = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotateLeft(this.#d, 11);
    return result;
  }

  /** Uniform over [0, 1), with all 53 bits of a double. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** Normal with mean 0 and variance 1 (Marsaglia's polar method). */
  normal(): number {
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
    }
  }

  /** Uniform over the integers 0 .. below - 1, without bias; `below` from 1 to 2^32. */
  integer(below: number): number {
    const limit = 2 ** 32 - (2 ** 32 % below);
    for (;;) {
      const value = this.uint32();
      if (value < limit) return value % below;
    }
  }

  /** A shuffled copy (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const result = items.slice();
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const moved = result[i] as T;
      result[i] = result[j] as T;
      result[j] = moved;
    }
    return result;
  }
}

/**
 * The seed of a stream that is named by its path, such as `deriveSeed(seed, "rotation", repeat, member, epoch)`.
 * It depends on nothing else: work that is resumed or moved to another thread draws the same numbers without any stored
 * generator.
 * Returns an integer of 53 bits, so that millions of streams do not collide.
 */
export function deriveSeed(seed: number, ...path: (string | number)[]): number {
  const hash = new PathHash();
  hash.absorb(seed);
  for (const step of path) hash.absorb(step);
  return hash.digest();
}

const GOLDEN = 0x9e3779b9;
const DOUBLE = new Float64Array(1);
const WORDS = new Uint32Array(DOUBLE.buffer);

/** Two lanes of MurmurHash3's 32-bit body with different starts, mixed crosswise at the end. */
class PathHash {
  #low = 0x2545f491;
  #high = GOLDEN;

  absorb(step: string | number): void {
    if (typeof step === "number") {
      DOUBLE[0] = step + 0; // -0 + 0 = 0: both zeros name the same stream
      this.#word(0x6e);
      this.#word(WORDS[0] ?? 0);
      this.#word(WORDS[1] ?? 0);
    } else {
      this.#word(0x73);
      this.#word(step.length);
      for (let i = 0; i < step.length; i++) this.#word(step.charCodeAt(i));
    }
  }

  digest(): number {
    const low = scramble(this.#low ^ rotateLeft(this.#high, 16));
    const high = scramble(this.#high ^ low);
    return (high & 0x1fffff) * 2 ** 32 + low;
  }

  #word(word: number): void {
    this.#low = (Math.imul(rotateLeft(this.#low ^ spread(word, 0xcc9e2d51, 0x1b873593), 13), 5) + 0xe6546b64) | 0;
    this.#high = (Math.imul(rotateLeft(this.#high ^ spread(word, 0x239b961b, 0xab0e9789), 19), 5) + 0x561ccd1b) | 0;
  }
}

function spread(word: number, first: number, second: number): number {
  return Math.imul(rotateLeft(Math.imul(word, first), 15), second);
}

/** splitmix32's finaliser: a bijection of 32 bits in which every input bit reaches every output bit. */
function scramble(word: number): number {
  word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
  return (word ^ (word >>> 15)) >>> 0;
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
