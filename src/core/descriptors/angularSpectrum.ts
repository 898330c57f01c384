import { reciprocalLattice } from "../crystal/lattice.js";
import { RealHarmonics } from "../math/realHarmonics.js";
import type { Spectrum } from "./spectrum.js";

/** `centres` up to `cutoff` in 1/Å, Gaussians of standard deviation `width` in 1/Å, even degrees up to `lMax`. */
export interface AngularOptions {
  readonly centres: number;
  readonly cutoff: number;
  readonly width: number;
  readonly lMax: number;
}

export const defaultAngularOptions: AngularOptions = { centres: 16, cutoff: Math.PI / 0.4, width: 0.35, lMax: 8 };

/** A Gaussian further away than this many widths counts as 0. */
const REACH = 6;

/**
 * The angular power spectrum of |s_g|²: p_l(c) = 4 pi/(2l + 1) sum_m |sum over g != 0 of |s_g|² exp(-(|g| - c)²/(2
 * width²)) Y_lm(g)|², which no rotation changes. Odd l vanish, since |s_-g| = |s_g|. Returns [l/2][centre], in the
 * spectrum's unit to the fourth power.
 */
export function describeAngular(spectrum: Spectrum, options: AngularOptions = defaultAngularOptions): Float64Array {
  const { centres, lMax } = options;
  const { sums, count } = angularSums(spectrum, options);
  const powers = new Float64Array((lMax / 2 + 1) * centres);
  for (let l = 0, first = 0; l <= lMax; first += 2 * l + 1, l += 2)
    for (let centre = 0; centre < centres; centre++) {
      let power = 0;
      for (let at = first; at < first + 2 * l + 1; at++) power += (sums[centre * count + at] as number) ** 2;
      powers[(l / 2) * centres + centre] = ((4 * Math.PI) / (2 * l + 1)) * power;
    }
  return powers;
}

/** The inner sums of even l one after the other, [centre][count]. */
function angularSums(
  { lattice, hkl, amplitude }: Spectrum,
  { centres, cutoff, width, lMax }: AngularOptions,
): { readonly sums: Float64Array; readonly count: number } {
  const harmonics = new RealHarmonics(lMax);
  const values = new Float64Array(harmonics.count);
  const places = evenPlaces(lMax);
  const count = places.length;
  const even = new Float64Array(count);
  const sums = new Float64Array(centres * count);
  const [a, b, c] = reciprocalLattice(lattice);
  const reach = (REACH * width * centres) / cutoff;
  for (let i = 0; i < amplitude.length; i++) {
    const [h, k, l] = [hkl[3 * i] as number, hkl[3 * i + 1] as number, hkl[3 * i + 2] as number];
    const [x, y, z] = [h * a[0] + k * b[0] + l * c[0], h * a[1] + k * b[1] + l * c[1], h * a[2] + k * b[2] + l * c[2]];
    const length = Math.sqrt(x * x + y * y + z * z); // many times as fast as hypot
    if (length === 0 || length > cutoff * (1 + 1e-9)) continue;
    harmonics.evaluate(x / length, y / length, z / length, values);
    for (let at = 0; at < count; at++) even[at] = values[places[at] as number] as number;
    const power = 2 * (amplitude[i] as number) ** 2; // g and -g, alike for even l
    const place = (length * centres) / cutoff - 1;
    const last = Math.min(centres - 1, Math.floor(place + reach));
    for (let centre = Math.max(0, Math.ceil(place - reach)); centre <= last; centre++) {
      const distance = (length - (cutoff * (centre + 1)) / centres) / width;
      const weight = power * Math.exp(-0.5 * distance * distance);
      for (let at = 0, to = centre * count; at < count; at++, to++)
        sums[to] = (sums[to] as number) + weight * (even[at] as number);
    }
  }
  return { sums, count };
}

/** Where harmonics of even l stand among all. */
function evenPlaces(lMax: number): Int32Array {
  const places: number[] = [];
  for (let l = 0; l <= lMax; l += 2) for (let lm = l * l; lm < (l + 1) ** 2; lm++) places.push(lm);
  return Int32Array.from(places);
}
