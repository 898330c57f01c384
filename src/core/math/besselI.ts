/**
 * The modified spherical Bessel functions of the first kind for l = 0..l_max, scaled by exp(-x): `into[l]` = exp(-x)
 * i_l(x), x >= 0.
 * Upwards where that is stable (it magnifies rounding by about exp(l (l + 1)/x)), else downwards by the ratios i_l /
 * i_(l-1): good to 1e-13 of each value.
 */
export function scaledSphericalBesselI(x: number, lMax: number, into: Float64Array): void {
  into.fill(0, 0, lMax + 1);
  into[0] = x === 0 ? 1 : -Math.expm1(-2 * x) / (2 * x);
  if (x === 0 || lMax === 0) return;
  if (4 * x > lMax * (lMax + 1)) climb(x, lMax, into);
  else descend(x, lMax, into);
}

function climb(x: number, lMax: number, into: Float64Array): void {
  // exp(-x) cosh(x)/x - exp(-x) sinh(x)/x²
  into[1] = (1 + Math.exp(-2 * x)) / (2 * x) - (into[0] as number) / x;
  for (let l = 1; l < lMax; l++) into[l + 1] = (into[l - 1] as number) - ((2 * l + 1) / x) * (into[l] as number);
}

/** i_l/i_(l-1) = 1/((2l+1)/x + i_(l+1)/i_l), begun far enough above l_max that the guess there is forgotten. */
function descend(x: number, lMax: number, into: Float64Array): void {
  const start = lMax + 10 + Math.ceil(x);
  let ratio = x / (start + 0.5 + Math.hypot(start + 0.5, x));
  for (let l = start; l >= 1; l--) {
    ratio = 1 / ((2 * l + 1) / x + ratio);
    if (l <= lMax) into[l] = ratio;
  }
  for (let l = 1; l <= lMax; l++) into[l] = (into[l] as number) * (into[l - 1] as number);
}
