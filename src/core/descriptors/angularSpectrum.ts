import { reciprocalLattice } from "../crystal/lattice.js";
import { norm, rowTimes } from "../math/matrix3.js";
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
  const harmonics = new RealHarmonics(lMax);
  const sums = angularSums(spectrum, options, harmonics);
  const powers = new Float64Array((lMax / 2 + 1) * centres);
  for (let l = 0; l <= lMax; l += 2)
    for (let centre = 0; centre < centres; centre++) {
      let power = 0;
      for (let lm = l * l; lm < (l + 1) ** 2; lm++) power += (sums[centre * harmonics.count + lm] as number) ** 2;
      powers[(l / 2) * centres + centre] = ((4 * Math.PI) / (2 * l + 1)) * power;
    }
  return powers;
}

/** The inner sums, [centre][lm]. */
function angularSums(
  spectrum: Spectrum,
  { centres, cutoff, width }: AngularOptions,
  harmonics: RealHarmonics,
): Float64Array {
  const sums = new Float64Array(centres * harmonics.count);
  const values = new Float64Array(harmonics.count);
  const reciprocal = reciprocalLattice(spectrum.lattice);
  const { hkl, amplitude } = spectrum;
  for (let i = 0; i < amplitude.length; i++) {
    const g = rowTimes([hkl[3 * i] as number, hkl[3 * i + 1] as number, hkl[3 * i + 2] as number], reciprocal);
    const length = norm(g);
    if (length === 0 || length > cutoff * (1 + 1e-9)) continue;
    harmonics.evaluate(g[0] / length, g[1] / length, g[2] / length, values);
    const power = 2 * (amplitude[i] as number) ** 2; // g and -g, alike for even l
    for (let centre = 0; centre < centres; centre++) {
      const distance = (length - (cutoff * (centre + 1)) / centres) / width;
      if (Math.abs(distance) > REACH) continue;
      const weight = power * Math.exp(-0.5 * distance * distance);
      const at = centre * harmonics.count;
      for (let lm = 0; lm < harmonics.count; lm++)
        sums[at + lm] = (sums[at + lm] as number) + weight * (values[lm] as number);
    }
  }
  return sums;
}
