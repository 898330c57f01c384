import { scaledSphericalBesselI } from "../math/besselI.js";
import { gaussLegendre } from "../math/gaussLegendre.js";
import {
  divideFixed,
  fixed,
  inverseSquareRoot,
  multiplyFixed,
  powerFixed,
  squareRootFixed,
} from "../math/inverseSquareRoot.js";
import { checkSoapOptions, type SoapOptions } from "./soapOptions.js";

/**
 * The radial part of the expansion of an atom's Gaussian, in two steps: `primitives` of each neighbour are summed
 * first,
 * [l][k] with `count` a degree, and `finish` turns the sums for one (l, m) into the coefficients of the n_max
 * orthonormal functions.
 */
export interface RadialBasis {
  readonly count: number;
  primitives(r: number, into: Float64Array): void;
  /** [l][n][k], row-major. */
  readonly finish: Float64Array;
}

const known = new Map<string, RadialBasis>();

/**
 * The basis of these options; made once, since its orthonormalisation takes milliseconds. Throws RangeError for options
 * out of range.
 */
export function radialBasis(options: SoapOptions): RadialBasis {
  checkSoapOptions(options);
  const { basis, rCut, nMax, lMax, sigma } = options;
  const key = JSON.stringify([basis, rCut, nMax, lMax, sigma]);
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = basis === "gto" ? gaussianBasis(options) : polynomialBasis(options);
  known.set(key, made);
  return made;
}

/** alpha_kl = -ln(1e-3/a_k^l)/a_k² with a_k from 1 Å to r_cut: a Gaussian times r^l falls to 1e-3 at a_k; in 1/Å². */
export function gaussianExponents({ rCut, nMax }: SoapOptions, l: number): Float64Array {
  return Float64Array.from({ length: nMax }, (_, k) => {
    const a = nMax === 1 ? 1 : 1 + (k * (rCut - 1)) / (nMax - 1);
    return -Math.log(1e-3 / a ** l) / (a * a);
  });
}

/** By what decides them; scales that differ in sigma alone share theirs. */
const orthonormalisers = new Map<string, Float64Array>();

/** beta^l = S^(-1/2), [n][k], of r^l exp(-alpha_kl r²): S_kk' = Gamma(l + 3/2)/2 (alpha_k + alpha_k')^(-l - 3/2). */
export function gaussianOrthonormaliser(options: SoapOptions, l: number): Float64Array {
  const { nMax, rCut } = options;
  const key = `${nMax} ${rCut} ${l}`;
  const made = orthonormalisers.get(key) ?? makeOrthonormaliser(options, l);
  orthonormalisers.set(key, made);
  return made;
}

function makeOrthonormaliser(options: SoapOptions, l: number): Float64Array {
  const exponents = [...gaussianExponents(options, l)].map(fixed);
  const overlap = exponents.flatMap((a) =>
    exponents.map((b) => divideFixed(fixed(1), multiplyFixed(powerFixed(a + b, l + 1), squareRootFixed(a + b)))),
  );
  const scale = 1 / Math.sqrt(gammaOfHalf(l) / 2);
  return inverseSquareRoot(overlap, options.nMax).map((entry) => entry * scale);
}

/** beta = S^(-1/2), [n][k], of (r_cut - r)^(k+2), k = 1..n_max: S_ab = 2 r_cut^(7+a+b)/((5+a+b)(6+a+b)(7+a+b)). */
export function polynomialOrthonormaliser({ rCut, nMax }: SoapOptions): Float64Array {
  const radius = fixed(rCut);
  const overlap = Array.from({ length: nMax * nMax }, (_, at) => {
    const q = Math.floor(at / nMax) + (at % nMax) + 2;
    return (2n * powerFixed(radius, 7 + q)) / BigInt((5 + q) * (6 + q) * (7 + q));
  });
  return inverseSquareRoot(overlap, nMax);
}

/**
 * Closed form over all r: (pi/eta)^(3/2) sum_k beta_nk (1 + alpha_k/eta)^(-l-3/2) r^l exp(-alpha_k r²/(1 +
 * alpha_k/eta)).
 */
function gaussianBasis(options: SoapOptions): RadialBasis {
  const { nMax, lMax, sigma } = options;
  const eta = 1 / (2 * sigma * sigma);
  const decay = new Float64Array((lMax + 1) * nMax);
  const finish = new Float64Array((lMax + 1) * nMax * nMax);
  for (let l = 0; l <= lMax; l++) {
    const exponents = gaussianExponents(options, l);
    const beta = gaussianOrthonormaliser(options, l);
    exponents.forEach((alpha, k) => {
      decay[l * nMax + k] = alpha / (1 + alpha / eta);
      const factor = (Math.PI / eta) ** 1.5 * (1 + alpha / eta) ** (-l - 1.5);
      for (let n = 0; n < nMax; n++) finish[(l * nMax + n) * nMax + k] = (beta[n * nMax + k] as number) * factor;
    });
  }
  const primitives = (r: number, into: Float64Array) => {
    let power = 1;
    for (let l = 0; l <= lMax; l++) {
      for (let at = l * nMax; at < (l + 1) * nMax; at++) into[at] = power * Math.exp(-(decay[at] as number) * r * r);
      power *= r;
    }
  };
  return { count: nMax, primitives, finish };
}

/** Points of the quadrature over 0..r_cut, as many as the reference takes. */
const POINTS = 100;
/** exp(-this) is nothing beside the rest. */
const NEGLIGIBLE = 60;

/**
 * 4 pi int_0^rcut r² g_n(r) exp(-eta (r² + d²)) i_l(2 eta r d) dr; the primitives are the integrand's last two factors
 * at the points.
 */
function polynomialBasis(options: SoapOptions): RadialBasis {
  const { rCut, nMax, lMax, sigma } = options;
  const eta = 1 / (2 * sigma * sigma);
  const { nodes, weights } = gaussLegendre(POINTS, 0, rCut);
  const beta = polynomialOrthonormaliser(options);
  const finish = new Float64Array((lMax + 1) * nMax * POINTS);
  for (let n = 0; n < nMax; n++)
    nodes.forEach((r, q) => {
      let g = 0;
      for (let k = 0; k < nMax; k++) g += (beta[n * nMax + k] as number) * (rCut - r) ** (k + 3);
      for (let l = 0; l <= lMax; l++)
        finish[(l * nMax + n) * POINTS + q] = 4 * Math.PI * (weights[q] as number) * r * r * g;
    });
  const bessel = new Float64Array(lMax + 1);
  const primitives = (d: number, into: Float64Array) => {
    for (let q = 0; q < POINTS; q++) {
      const r = nodes[q] as number;
      const exponent = eta * (r - d) * (r - d);
      if (exponent > NEGLIGIBLE) {
        for (let l = 0; l <= lMax; l++) into[l * POINTS + q] = 0;
        continue;
      }
      const gaussian = Math.exp(-exponent);
      scaledSphericalBesselI(2 * eta * r * d, lMax, bessel);
      for (let l = 0; l <= lMax; l++) into[l * POINTS + q] = gaussian * (bessel[l] as number);
    }
  };
  return { count: POINTS, primitives, finish };
}

/** Gamma(l + 3/2) */
function gammaOfHalf(l: number): number {
  let value = Math.sqrt(Math.PI) / 2;
  for (let k = 1; k <= l; k++) value *= k + 0.5;
  return value;
}
