import { reciprocalLattice } from "../crystal/lattice.js";
import { norm, rowTimes } from "../math/matrix3.js";
import { channelContribution, cutoffOfSpacing, magnetizationFor } from "./r3dvs.js";
import type { Channel } from "./sparseVoxels.js";
import type { Spectrum } from "./spectrum.js";

/**
 * The sum of each channel over all reciprocal lattice vectors up to pi/`spacing`, then s_0: `channels.length + 1`
 * numbers that no orientation changes.
 * They are the sums of the channels' voxels, save for the few coefficients that fall off the mesh's upper faces (spec
 * section 2). The Coulomb channel's, times 2 pi e², is the Hartree energy per volume within g_cut (spec section 8).
 */
export function channelSums(spectrum: Spectrum, spacing: number, channels: readonly Channel[]): Float64Array {
  const sums = new Float64Array(channels.length + 1);
  const reciprocal = reciprocalLattice(spectrum.lattice);
  const cutoff = cutoffOfSpacing(spacing) * (1 + 1e-9);
  const { hkl, amplitude } = spectrum;
  const magnetization = magnetizationFor(spectrum, channels);
  for (let i = 0; i < amplitude.length; i++) {
    const s = amplitude[i] as number;
    const g = norm(rowTimes([hkl[3 * i] as number, hkl[3 * i + 1] as number, hkl[3 * i + 2] as number], reciprocal));
    if (g > cutoff) continue;
    if (g === 0) sums[channels.length] = s;
    const copies = g === 0 ? 1 : 2; // g and -g
    const m = magnetization?.[i] ?? 0;
    for (const [c, channel] of channels.entries())
      sums[c] = (sums[c] as number) + copies * channelContribution(channel, s, g * g, m);
  }
  return sums;
}
