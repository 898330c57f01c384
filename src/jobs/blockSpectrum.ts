import type { HalfSphere } from "../core/crystal/halfSphere.js";
import type { Spectrum } from "../core/descriptors/spectrum.js";
import type { Vector3 } from "../core/math/matrix3.js";
import type { Coefficients, WantedWaves } from "../kernels/volumetric.js";

/** What a kernel must sum for a half sphere whose waves are held up to `most`, in the coefficients' order of axes. */
export function wantedWaves({ hkl }: HalfSphere, most: Vector3, reversed = false): WantedWaves {
  const rows = 2 * most[1] + 1;
  const reach = new Int32Array((most[2] + 1) * rows);
  for (let i = 0; i < hkl.length; i += 3) {
    const [a, k, b] = [hkl[i] ?? 0, hkl[i + 1] ?? 0, hkl[i + 2] ?? 0];
    const [h, l] = reversed ? [b, a] : [a, b];
    const at = Math.abs(l) * rows + (h < 0 ? -k : k) + most[1];
    reach[at] = Math.max(reach[at] ?? 0, Math.abs(h) + 1);
  }
  return { most, reach };
}

/** |s_g| = |F_g|/divisor over the half sphere (spec section 1). `reversed`: the coefficients' axes are z, y, x. */
export function spectrumOf(
  coefficients: Coefficients,
  sphere: HalfSphere,
  divisor: number,
  facts: Pick<Spectrum, "lattice" | "cutoff" | "unit">,
  reversed = false,
): Spectrum {
  const { hkl, firstMissing } = sphere;
  const amplitude = new Float64Array(hkl.length / 3);
  for (let i = 0; i < amplitude.length; i++) {
    const [h, k, l] = [hkl[3 * i] ?? 0, hkl[3 * i + 1] ?? 0, hkl[3 * i + 2] ?? 0];
    const [re, im] = reversed ? coefficientAt(coefficients, l, k, h) : coefficientAt(coefficients, h, k, l);
    const square = re * re + im * im;
    const safe = square > 1e-280 && square < 1e300; // hypot is slow, and needed only where squares leave the range of numbers
    amplitude[i] = (safe ? Math.sqrt(square) : Math.hypot(re, im)) / divisor;
  }
  return { ...facts, hkl, amplitude, ...(firstMissing !== undefined && { firstMissing }) };
}

/** Real and imaginary part of F(h, k, l), also for negative h, by F(-g) = conj F(g). */
export function coefficientAt({ values, stride, most }: Coefficients, h: number, k: number, l: number): [number, number] {
  const sign = h < 0 ? -1 : 1;
  const at = ((sign * l + most[2]) * (2 * most[1] + 1) + sign * k + most[1]) * stride + 2 * sign * h;
  return [values[at] ?? Number.NaN, sign * (values[at + 1] ?? Number.NaN)];
}
