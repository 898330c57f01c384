/**
 * The probability that Student's t with `degrees` degrees of freedom (a positive integer) is at least |t| away from 0.
 */
export function studentTwoSided(t: number, degrees: number): number {
  // For integer degrees the distribution is a finite sum over powers of cos(theta) (Abramowitz and Stegun 26.7.3 and
  // 26.7.4).
  const theta = Math.atan(Math.abs(t) / Math.sqrt(degrees));
  const sine = Math.sin(theta);
  const cosine = Math.cos(theta);
  const odd = degrees % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k < degrees - (odd ? 1 : 0); k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  const inside = odd ? (2 / Math.PI) * (theta + sine * sum) : sine * sum;
  return Math.min(1, Math.max(0, 1 - inside));
}
