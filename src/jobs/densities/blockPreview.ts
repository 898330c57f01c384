import type { Coefficients } from "../../kernels/volumetric/volumetric.js";

/**
 * A block on a coarse grid, for pictures: what its long waves make, so that it has no more memory than the picture
 * needs.
 */
export interface BlockPreview {
  /** Points along a1, a2, a3. */
  readonly grid: readonly [number, number, number];
  /** In the unit of the spectrum, x fastest, the first point at the origin. */
  readonly values: Float32Array;
}

/**
 * s(r) = sum of F(h, k, l) exp(2 pi i (h x + k y + l z)) / divisor over the coefficients that were kept, axis by axis.
 * `points` are on the axis with the most waves, the others have fewer in the same measure. `reversed`: the
 * coefficients' axes are z, y, x.
 */
export function blockPreview(
  coefficients: Coefficients,
  points: number,
  divisor: number,
  reversed = false,
): BlockPreview {
  const { most } = coefficients;
  const longest = Math.max(...most, 1);
  const size = (axis: number) => Math.max(2, Math.round((points * (most[axis] ?? 0)) / longest));
  const [nx, ny, nz] = [size(0), size(1), size(2)];
  const alongZ = sumOverZ(coefficients, nz);
  const alongY = sumOverY(alongZ, most, ny, nz);
  const values = new Float32Array(nx * ny * nz);
  const [cos, sin] = waves(nx);
  const row = most[0] + 1;
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++) {
        const from = 2 * row * (z * ny + y);
        let sum = alongY[from] ?? 0;
        // F(-h, -k, -l) is the conjugate: h < 0 adds the same real part as h > 0
        for (let h = 1; h < row; h++) {
          const turn = (h * x) % nx;
          sum +=
            2 * ((alongY[from + 2 * h] ?? 0) * (cos[turn] ?? 0) - (alongY[from + 2 * h + 1] ?? 0) * (sin[turn] ?? 0));
        }
        values[reversed ? z + nz * (y + ny * x) : x + nx * (y + ny * z)] = sum / divisor;
      }
  return { grid: reversed ? [nz, ny, nx] : [nx, ny, nz], values };
}

/** [z][k][h] from [l][k][h], real and imaginary parts. */
function sumOverZ({ values, most, stride }: Coefficients, nz: number): Float64Array {
  const [kx, ky, kz] = most;
  const row = 2 * (kx + 1);
  const rows = 2 * ky + 1;
  const out = new Float64Array(nz * rows * row);
  const [cos, sin] = waves(nz);
  for (let z = 0; z < nz; z++)
    for (let l = -kz; l <= kz; l++) {
      const turn = (((l * z) % nz) + nz) % nz;
      const [c, s] = [cos[turn] ?? 0, sin[turn] ?? 0];
      for (let k = 0; k < rows; k++)
        addTurned(out, (z * rows + k) * row, values, ((l + kz) * rows + k) * stride, row, c, s);
    }
  return out;
}

/** [z][y][h] from [z][k][h]. */
function sumOverY(alongZ: Float64Array, [kx, ky]: Coefficients["most"], ny: number, nz: number): Float64Array {
  const row = 2 * (kx + 1);
  const rows = 2 * ky + 1;
  const out = new Float64Array(nz * ny * row);
  const [cos, sin] = waves(ny);
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let k = -ky; k <= ky; k++) {
        const turn = (((k * y) % ny) + ny) % ny;
        addTurned(out, (z * ny + y) * row, alongZ, (z * rows + k + ky) * row, row, cos[turn] ?? 0, sin[turn] ?? 0);
      }
  return out;
}

/** Adds a row of complex numbers times c + i s. */
function addTurned(
  out: Float64Array,
  to: number,
  values: Float64Array,
  from: number,
  length: number,
  c: number,
  s: number,
): void {
  for (let i = 0; i < length; i += 2) {
    const [re, im] = [values[from + i] ?? 0, values[from + i + 1] ?? 0];
    out[to + i] = (out[to + i] ?? 0) + re * c - im * s;
    out[to + i + 1] = (out[to + i + 1] ?? 0) + re * s + im * c;
  }
}

/** cos and sin of 2 pi j/N. */
function waves(points: number): readonly [Float64Array, Float64Array] {
  const angle = (j: number) => (2 * Math.PI * j) / points;
  return [
    Float64Array.from({ length: points }, (_, j) => Math.cos(angle(j))),
    Float64Array.from({ length: points }, (_, j) => Math.sin(angle(j))),
  ];
}
