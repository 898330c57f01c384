/**
 * The complementary error function erfc(x) = 2/sqrt(pi) * integral of exp(-t²) from x to infinity, with an absolute
 * error below 1e-15.
 * Series below |x| = 2.5 (Abramowitz and Stegun 7.1.6), where all terms are positive; continued fraction above
 * (7.1.14).
 */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  return x < 2.5 ? 1 - erfBySeries(x) : erfcByFraction(x);
}

/** erf(x) = 2/sqrt(pi) exp(-x²) * sum of 2^n x^(2n+1) / (1 * 3 * ... * (2n+1)). */
function erfBySeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/**
 * sqrt(pi) exp(x²) erfc(x) = 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + ...)))), from the inside; 60 levels suffice above 2.5.
 */
function erfcByFraction(x: number): number {
  let tail = x;
  for (let n = 60; n >= 1; n--) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
}
