/** The weight of an atom by its distance (r in Å); `w0` replaces it for the centre itself. */
export type SoapWeighting =
  | { readonly name: "poly"; readonly r0: number; readonly c: number; readonly m: number; readonly w0?: number }
  | {
      readonly name: "pow";
      readonly r0: number;
      readonly c: number;
      readonly d: number;
      readonly m: number;
      readonly w0?: number;
    };

/** What decides a SOAP vector (spec section 5); lengths in Å. */
export interface SoapOptions {
  readonly basis: "gto" | "polynomial";
  readonly rCut: number;
  /** Radial functions. */
  readonly nMax: number;
  /** Highest degree of the spherical harmonics. */
  readonly lMax: number;
  /** Width of an atom's Gaussian density. */
  readonly sigma: number;
  readonly weighting?: SoapWeighting;
  /** `mu1nu1`: the second species of each pair summed over; `mu2`: both (Darby et al. 2022). */
  readonly compression?: "off" | "mu1nu1" | "mu2";
  /** One vector a material: expansion coefficients (`inner`) or power spectra (`outer`) averaged over the centres. */
  readonly average?: "off" | "inner" | "outer";
}

export const defaultSoapOptions: SoapOptions = { basis: "gto", rCut: 5, nMax: 8, lMax: 6, sigma: 0.5 };

/** Atoms count up to where their density at the cutoff has fallen to this. */
const TAIL = 1e-3;

/** The distance up to which atoms are neighbours, in Å: r_cut + sigma sqrt(-2 ln 0.001). */
export function neighbourReach({ rCut, sigma }: SoapOptions): number {
  return rCut + sigma * Math.sqrt(-2 * Math.log(TAIL));
}

/** w(r); 1 without weighting. */
export function neighbourWeight(weighting: SoapWeighting | undefined, r: number): number {
  if (weighting === undefined) return 1;
  if (r === 0 && weighting.w0 !== undefined) return weighting.w0;
  const u = r / weighting.r0;
  if (weighting.name === "pow") return weighting.c / (weighting.d + u ** weighting.m);
  return u > 1 ? 0 : weighting.c * Math.max(0, 1 + 2 * u ** 3 - 3 * u ** 2) ** weighting.m;
}

/** Throws RangeError with what is wrong, in words. */
export function checkSoapOptions({ basis, rCut, nMax, lMax, sigma }: SoapOptions): void {
  if (!(sigma > 0)) throw new RangeError("sigma must be positive");
  if (!(rCut > (basis === "gto" ? 1 : 0))) throw new RangeError(`r_cut must be more than ${basis === "gto" ? 1 : 0} Å`);
  if (!Number.isInteger(nMax) || nMax < 1 || nMax > MOST)
    throw new RangeError(`n_max must be a whole number from 1 to ${MOST}`);
  if (!Number.isInteger(lMax) || lMax < 0 || lMax > MOST)
    throw new RangeError(`l_max must be a whole number from 0 to ${MOST}`);
}

/** Beyond, double precision no longer holds the functions. */
const MOST = 16;
