const REAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+|[+-]\d+)?$/;
const INTEGER = /^[+-]?\d+$/;

/**
 * The number that a whole token writes, or undefined: never a guess, never 0 for what is unreadable. Besides decimal
 * forms it knows what Fortran writes: exponents with D, and exponents of three digits without a letter (`0.12-100`).
 * Values beyond double precision are undefined.
 */
export function parseReal(token: string): number | undefined {
  if (!REAL.test(token)) return undefined;
  // NaN where only Fortran reads the exponent
  const plain = Number(token);
  const value = Number.isNaN(plain) ? realValue(token) : plain;
  return Number.isFinite(value) ? value : undefined;
}

/** The whole number that a token writes, or undefined where it is none or cannot be held exactly. */
export function parseInteger(token: string): number | undefined {
  if (!INTEGER.test(token)) return undefined;
  const value = Number(token);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The value of a token known to have a number's form (parseReal checks it): the double nearest to what is written. */
export function realValue(token: string): number {
  return Number(token.replace(/[dD]/, "e").replace(/([\d.])([+-])/, "$1e$2"));
}

/** A finite decimal number, or undefined. */
export function strictNumber(text: string): number | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
