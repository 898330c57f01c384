/** A decimal number held exactly: digits * 10^-places. */
export interface Decimal {
  readonly digits: bigint;
  readonly places: number;
}

const FORM = /^([+-]?)(\d*)\.?(\d*)(?:[eEdD]([+-]?\d+))?$/;
/** Longer exponents are no coordinates; they would make numbers of any length. */
const MAX_EXPONENT = 400;

/** The number that a token writes, exactly; undefined for what is no decimal number. */
export function parseDecimal(token: string): Decimal | undefined {
  const [, sign, whole = "", fraction = "", exponent = "0"] = FORM.exec(token) ?? [];
  const written = whole + fraction;
  if (sign === undefined || written === "" || Math.abs(Number(exponent)) > MAX_EXPONENT) return undefined;
  const places = fraction.length - Number(exponent);
  const digits = BigInt(sign === "-" ? `-${written}` : written);
  return places >= 0 ? { digits, places } : { digits: digits * 10n ** BigInt(-places), places: 0 };
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const places = Math.max(a.places, b.places);
  return { digits: scaled(a, places) + scaled(b, places), places };
}

export const multiplyDecimals = (a: Decimal, b: Decimal): Decimal => ({
  digits: a.digits * b.digits,
  places: a.places + b.places,
});

export const subtractDecimals = (a: Decimal, b: Decimal): Decimal =>
  addDecimals(a, { digits: -b.digits, places: b.places });

/** The quotient, rounded half away from zero to `places` digits behind the point; undefined for a divisor of 0. */
export function divideDecimals(a: Decimal, b: Decimal, places: number): Decimal | undefined {
  if (b.digits === 0n) return undefined;
  const shift = places + b.places - a.places;
  const dividend = shift >= 0 ? a.digits * 10n ** BigInt(shift) : a.digits;
  const divisor = shift >= 0 ? b.digits : b.digits * 10n ** BigInt(-shift);
  const isNegative = dividend < 0n !== divisor < 0n;
  const [n, d] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  const quotient = (2n * n + d) / (2n * d);
  return { digits: isNegative ? -quotient : quotient, places };
}

/** With exactly `places` digits behind the point, rounded half away from zero. */
export function writeDecimal(value: Decimal, places: number): string {
  const rounded = value.places > places ? roundTo(value, places) : scaled(value, places);
  const digits = (rounded < 0n ? -rounded : rounded).toString().padStart(places + 1, "0");
  const sign = rounded < 0n ? "-" : "";
  return places === 0 ? sign + digits : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** The value minus the largest whole number below it: in [0, 1). */
export function wrapDecimal({ digits, places }: Decimal): Decimal {
  const one = 10n ** BigInt(places);
  return { digits: ((digits % one) + one) % one, places };
}

const scaled = ({ digits, places }: Decimal, to: number): bigint => digits * 10n ** BigInt(to - places);

function roundTo({ digits, places }: Decimal, to: number): bigint {
  const divisor = 10n ** BigInt(places - to);
  const half = divisor / 2n;
  return digits < 0n ? -((-digits + half) / divisor) : (digits + half) / divisor;
}
