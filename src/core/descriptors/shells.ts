import { reciprocalLattice } from "../crystal/lattice.js";
import type { Spectrum } from "./spectrum.js";

/** The shells' settings: `cutoff` is the last centre in 1/Å, `width` the Gaussians' standard deviation in 1/Å. */
export interface ShellOptions {
  readonly centres: number;
  readonly cutoff: number;
  readonly width: number;
}

/** Spec section 6: 32 centres up to g_cut = pi/0.4 Å, width 0.25 1/Å. */
export const defaultShellOptions: ShellOptions = { centres: 32, cutoff: Math.PI / 0.4, width: 0.25 };

/** A Gaussian further away than this many widths counts as 0: it is less than the last digit of those that are near. */
const REACH = 9;

/**
 * The rotation-invariant spectrum: sum over g != 0 of |s_g|² exp(-(|g| - c)²/(2 width²)) for each centre c = cutoff (i
 * + 1)/centres.
 * Returns `centres` numbers in the spectrum's unit squared, then s_0 in the spectrum's unit (electrons per volume for a
 * density).
 */
export function describeShells(spectrum: Spectrum, options: ShellOptions = defaultShellOptions): Float64Array {
  return describeAllShells(spectrum, options).slice(0, options.centres + 1);
}

/**
 * As the shells without s_0, of |s_g|²/g²: the shells of the Hartree energy (spec section 8). In the spectrum's unit
 * squared times Å².
 */
export function describeCoulombShells(spectrum: Spectrum, options: ShellOptions = defaultShellOptions): Float64Array {
  return describeAllShells(spectrum, options).slice(options.centres + 1);
}

/** `describeShells`, then `describeCoulombShells`. */
export function describeAllShells(spectrum: Spectrum, options: ShellOptions = defaultShellOptions): Float64Array {
  const { centres, cutoff, width } = options;
  const features = new Float64Array(2 * centres + 1);
  const [a, b, c] = reciprocalLattice(spectrum.lattice);
  const { hkl, amplitude } = spectrum;
  for (let i = 0; i < amplitude.length; i++) {
    const s = amplitude[i] as number;
    const [h, k, l] = [hkl[3 * i] as number, hkl[3 * i + 1] as number, hkl[3 * i + 2] as number];
    const [x, y, z] = [h * a[0] + k * b[0] + l * c[0], h * a[1] + k * b[1] + l * c[1], h * a[2] + k * b[2] + l * c[2]];
    const g = Math.sqrt(x * x + y * y + z * z); // many times as fast as hypot
    if (g > cutoff * (1 + 1e-9)) continue;
    if (g === 0) {
      features[centres] = s;
      continue;
    }
    const [power, coulomb] = [2 * s * s, 2 * (s / g) * (s / g)]; // g and -g
    const place = (g * centres) / cutoff - 1;
    const reach = (REACH * width * centres) / cutoff;
    const last = Math.min(centres - 1, Math.floor(place + reach));
    for (let shell = Math.max(0, Math.ceil(place - reach)); shell <= last; shell++) {
      const distance = (g - (cutoff * (shell + 1)) / centres) / width;
      const weight = Math.exp(-0.5 * distance * distance);
      features[shell] = (features[shell] as number) + power * weight;
      features[centres + 1 + shell] = (features[centres + 1 + shell] as number) + coulomb * weight;
    }
  }
  return features;
}
