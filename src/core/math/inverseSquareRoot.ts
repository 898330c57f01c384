/** A number as an integer of 2^-FRACTION_BITS. */
type Fixed = bigint;

/**
 * About 120 decimal places: overlap matrices of radial bases have condition numbers up to 1e30, of which doubles keep
 * nothing.
 */
const FRACTION_BITS = 400n;
const ONE = 1n << FRACTION_BITS;
const SWEEPS = 40;

/**
 * The inverse square root S^(-1/2) of a symmetric positive definite matrix in extended precision, rounded once to
 * doubles, [n][n] row-major.
 * `matrix`: exact entries from `fixed`, `multiplyFixed`, ..., row-major. By Jacobi's rotations. Throws RangeError where
 * S is not positive definite.
 */
export function inverseSquareRoot(matrix: readonly Fixed[], n: number): Float64Array {
  const s = [...matrix];
  const vectors = Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? ONE : 0n));
  for (let sweep = 0; sweep < SWEEPS && !isDiagonal(s, n); sweep++)
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(s, vectors, n, p, q);
  const roots = Array.from({ length: n }, (_, k) => {
    const eigenvalue = s[k * n + k] as Fixed;
    if (eigenvalue <= 0n) throw new RangeError("The matrix is not positive definite");
    return divideFixed(ONE, squareRootFixed(eigenvalue));
  });
  return Float64Array.from({ length: n * n }, (_, at) => {
    const i = Math.floor(at / n);
    const j = at % n;
    const terms = roots.map((root, k) =>
      multiplyFixed(multiplyFixed(vectors[i * n + k] as Fixed, root), vectors[j * n + k] as Fixed),
    );
    return toNumber(terms.reduce((sum, term) => sum + term, 0n));
  });
}

/** A double, exactly but for what lies below 2^-400. */
export function fixed(value: number): Fixed {
  // Doubling is exact, and makes an integer of every double in the end.
  let rest = value;
  let exponent = 0n;
  while (!Number.isInteger(rest)) {
    rest *= 2;
    exponent++;
  }
  return (BigInt(rest) << FRACTION_BITS) >> exponent;
}

export function multiplyFixed(a: Fixed, b: Fixed): Fixed {
  return (a * b) >> FRACTION_BITS;
}

export function divideFixed(a: Fixed, b: Fixed): Fixed {
  return (a << FRACTION_BITS) / b;
}

/** Of a number that is not negative, by Newton's iteration from a double above the root. */
export function squareRootFixed(value: Fixed): Fixed {
  const square = value << FRACTION_BITS;
  if (square === 0n) return 0n;
  let root = rootAbove(square);
  for (;;) {
    const next = (root + square / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** A little more than the square root of a positive integer, from its leading bits. */
function rootAbove(square: bigint): bigint {
  const excess = Math.max(0, bitLength(square) - 52);
  const even = BigInt(excess + (excess % 2));
  return BigInt(Math.ceil(Math.sqrt(Number((square >> even) + 1n)))) << (even >> 1n);
}

/** Of a positive integer; up to three more. */
const bitLength = (value: bigint): number => 4 * value.toString(16).length;

/** `exponent`: an integer from 0. */
export function powerFixed(base: Fixed, exponent: number): Fixed {
  let result = ONE;
  for (let i = 0; i < exponent; i++) result = multiplyFixed(result, base);
  return result;
}

/** Rounded to the nearest double but for a unit in the last place. */
export function toNumber(value: Fixed): number {
  const negative = value < 0n;
  const digits = negative ? -value : value;
  const excess = Math.max(0, digits.toString(2).length - 64);
  const result = Number(digits >> BigInt(excess)) * 2 ** (excess - Number(FRACTION_BITS));
  return negative ? -result : result;
}

function isDiagonal(s: readonly Fixed[], n: number): boolean {
  return s.every((entry, at) => at % (n + 1) === 0 || isNothing(entry));
}

const isNothing = (entry: Fixed): boolean => entry < 16n && entry > -16n;

/** One Jacobi rotation that takes s[p][q] to 0. */
function rotate(s: Fixed[], vectors: Fixed[], n: number, p: number, q: number): void {
  const coupling = s[p * n + q] as Fixed;
  if (isNothing(coupling)) return;
  const half = divideFixed((s[q * n + q] as Fixed) - (s[p * n + p] as Fixed), 2n * coupling);
  const root = squareRootFixed(multiplyFixed(half, half) + ONE);
  const tangent = half < 0n ? -divideFixed(ONE, root - half) : divideFixed(ONE, root + half);
  const cosine = divideFixed(ONE, squareRootFixed(multiplyFixed(tangent, tangent) + ONE));
  const sine = multiplyFixed(tangent, cosine);
  const moved = multiplyFixed(tangent, coupling);
  s[p * n + p] = (s[p * n + p] as Fixed) - moved;
  s[q * n + q] = (s[q * n + q] as Fixed) + moved;
  s[p * n + q] = 0n;
  s[q * n + p] = 0n;
  for (let k = 0; k < n; k++) {
    mix(vectors, k * n + p, k * n + q, cosine, sine);
    if (k === p || k === q) continue;
    mix(s, k * n + p, k * n + q, cosine, sine);
    s[p * n + k] = s[k * n + p] as Fixed;
    s[q * n + k] = s[k * n + q] as Fixed;
  }
}

function mix(values: Fixed[], at: number, other: number, cosine: Fixed, sine: Fixed): void {
  const a = values[at] as Fixed;
  const b = values[other] as Fixed;
  values[at] = multiplyFixed(cosine, a) - multiplyFixed(sine, b);
  values[other] = multiplyFixed(sine, a) + multiplyFixed(cosine, b);
}
