import { reciprocalLattice } from "../../core/crystal/lattice.js";
import type { Spectrum } from "../../core/descriptors/spectrum.js";
import { norm, rowTimes, type Vector3 } from "../../core/math/matrix3.js";
import { csv } from "../../core/text/csv.js";
import { writeFileAtomically } from "../files/atomicFile.js";

/**
 * Writes the half sphere as a table: h, k, l, g in 1/Å with its length, and |s_g| in the spectrum's unit. Throws
 * `WriteError`.
 */
export function writeSpectrumTable(file: string, { lattice, hkl, amplitude, unit }: Spectrum): void {
  const reciprocal = reciprocalLattice(lattice);
  const rows = Array.from(amplitude, (value, i) => {
    const wave: Vector3 = [hkl[3 * i] as number, hkl[3 * i + 1] as number, hkl[3 * i + 2] as number];
    const g = rowTimes(wave, reciprocal);
    return [...wave, ...g, norm(g), value];
  });
  writeFileAtomically(
    file,
    csv(["h", "k", "l", "gx (1/Å)", "gy (1/Å)", "gz (1/Å)", "g (1/Å)", `amplitude (${unit})`], rows),
  );
}
