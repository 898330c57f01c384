/**
 * A value and its uncertainty with the digits that the uncertainty allows: `-575 ± 39`, `4.24 ± 0.20`, `0.0312 ±
 * 0.0013`.
 * The uncertainty has two significant digits, the value as many decimals.
 */
export function formatUncertain(
  value: number,
  uncertainty: number,
): { readonly value: string; readonly uncertainty: string } {
  const decimals = decimalsFor(uncertainty, value);
  return { value: fixed(value, decimals), uncertainty: fixed(uncertainty, decimals) };
}

/** `4.24 ± 0.20`; the value alone where the uncertainty is zero, as of a gap that the number of electrons excludes. */
export function uncertainText(value: number, uncertainty: number): string {
  if (!(uncertainty > 0)) return String(Number(value.toPrecision(5)));
  const written = formatUncertain(value, uncertainty);
  return `${written.value} ± ${written.uncertainty}`;
}

/** Decimals behind the point that a number of this uncertainty is shown with; negative before the point. */
export function decimalsFor(uncertainty: number, value = 0): number {
  if (!(uncertainty > 0) || !Number.isFinite(uncertainty))
    return Math.min(12, Math.max(0, 4 - Math.floor(Math.log10(Math.abs(value) || 1))));
  // Rounded first: 0.0996 has its two digits as 0.10.
  const rounded = Number(uncertainty.toPrecision(2));
  return 1 - Math.floor(Math.log10(rounded));
}

/** More digits than anything here is known to. */
const MOST_DECIMALS = 10;

/**
 * Rounds to decimals, which may be negative; behind the point at most ten, and what is smaller than the last of them
 * has an exponent.
 */
export function fixed(value: number, decimals: number): string {
  if (decimals > MOST_DECIMALS)
    return Math.abs(value) < 10 ** -MOST_DECIMALS ? value.toExponential(1) : value.toFixed(MOST_DECIMALS);
  if (decimals >= 0) return unsigned(value.toFixed(decimals));
  const unit = 10 ** -decimals;
  return unsigned(String(Math.round(value / unit) * unit));
}

/** No minus before zeros. */
const unsigned = (text: string): string => (/^-0(?:\.0*)?$/.test(text) ? text.slice(1) : text);
