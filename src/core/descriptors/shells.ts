import { reciprocalLattice } from "../crystal/lattice.js";
import { norm, rowTimes } from "../math/matrix3.js";
import type { Spectrum } from "./spectrum.js";

/** The shells' settings: `cutoff` is the last centre in 1/Å, `width` the Gaussians' standard deviation in 1/Å. */
export interface ShellOptions {
  readonly centres: number;
  readonly cutoff: number;
  readonly width: number;
}

/** Spec section 6: 32 centres up to g_cut = pi/0.4 Å, width 0.25 1/Å. */
export const defaultShellOptions: ShellOptions = { centres: 32, cutoff: Math.PI / 0.4, width: 0.25 };

/**
 * The rotation-invariant spectrum: sum over g != 0 of |s_g|² exp(-(|g| - c)²/(2 width²)) for each centre c = cutoff (i
 * + 1)/centres.
 * Returns `centres` numbers in the spectrum's unit squared, then s_0 in the spectrum's unit (electrons per volume for a
 * density).
 */
export function describeShells(spectrum: Spectrum, options: ShellOptions = defaultShellOptions): Float64Array {
  const { centres, cutoff } = options;
  const features = new Float64Array(centres + 1);
  const reciprocal = reciprocalLattice(spectrum.lattice);
  const { hkl, amplitude } = spectrum;
  for (let i = 0; i < amplitude.length; i++) {
    const s = amplitude[i] as number;
    const g = norm(rowTimes([hkl[3 * i] as number, hkl[3 * i + 1] as number, hkl[3 * i + 2] as number], reciprocal));
    if (g > cutoff * (1 + 1e-9)) continue;
    if (g === 0) features[centres] = s;
    else addToShells(features, 2 * s * s, g, options); // g and -g
  }
  return features;
}

/**
 * As the shells without s_0, of |s_g|²/g²: the shells of the Hartree energy (spec section 8). In the spectrum's unit
 * squared times Å².
 */
export function describeCoulombShells(spectrum: Spectrum, options: ShellOptions = defaultShellOptions): Float64Array {
  const reciprocal = reciprocalLattice(spectrum.lattice);
  const { hkl, amplitude } = spectrum;
  const weighted = amplitude.map((s, i) => {
    const g = norm(rowTimes([hkl[3 * i] as number, hkl[3 * i + 1] as number, hkl[3 * i + 2] as number], reciprocal));
    return g === 0 ? 0 : s / g;
  });
  return describeShells({ ...spectrum, amplitude: weighted }, options).slice(0, options.centres);
}

function addToShells(features: Float64Array, power: number, g: number, { centres, cutoff, width }: ShellOptions): void {
  for (let shell = 0; shell < centres; shell++) {
    const distance = (g - (cutoff * (shell + 1)) / centres) / width;
    features[shell] = (features[shell] as number) + power * Math.exp(-0.5 * distance * distance);
  }
}
