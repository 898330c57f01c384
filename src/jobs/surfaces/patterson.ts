import FFT from "fft.js";
import { volume } from "../../core/crystal/lattice.js";
import type { Spectrum } from "../../core/descriptors/spectrum.js";
import type { Vector3 } from "../../core/math/matrix3.js";

/** A periodic grid, x fastest. */
export interface PattersonGrid {
  readonly grid: Vector3;
  readonly values: Float32Array;
}

const LEAST = 32;
/** Points in all: beyond it waves are left out that the grid cannot hold. */
const MOST = 2 ** 23;

/**
 * The Patterson function P(u) = integral of rho(r) rho(r + u) over the cell = V sum |s_g|² cos(g u): all that spectra
 * without phases tell of a density. In the square of its unit times Å³. A. L. Patterson, Phys. Rev. 46, 372 (1934).
 */
export function pattersonOf({
  lattice,
  hkl,
  amplitude,
}: Pick<Spectrum, "lattice" | "hkl" | "amplitude">): PattersonGrid {
  const grid = gridFor(hkl);
  const [nx, ny, nz] = grid;
  const data = new Float64Array(2 * nx * ny * nz);
  const cell = volume(lattice);
  const place = (h: number, k: number, l: number) => 2 * (modulo(h, nx) + nx * (modulo(k, ny) + ny * modulo(l, nz)));
  for (let i = 0; i < amplitude.length; i++) {
    const [h, k, l] = [hkl[3 * i] ?? 0, hkl[3 * i + 1] ?? 0, hkl[3 * i + 2] ?? 0];
    if (2 * Math.abs(h) >= nx || 2 * Math.abs(k) >= ny || 2 * Math.abs(l) >= nz) continue;
    const power = cell * (amplitude[i] ?? 0) ** 2;
    data[place(h, k, l)] = power;
    data[place(-h, -k, -l)] = power;
  }
  transformAlong(data, nx, 1);
  transformAlong(data, ny, nx);
  transformAlong(data, nz, nx * ny);
  return { grid, values: Float32Array.from({ length: nx * ny * nz }, (_, i) => data[2 * i] ?? 0) };
}

/** Powers of two, above twice the largest index. */
function gridFor(hkl: Int32Array): Vector3 {
  const most: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < hkl.length; i++) most[(i % 3) as 0] = Math.max(most[(i % 3) as 0], Math.abs(hkl[i] ?? 0));
  const grid = most.map((index) => Math.max(LEAST, 2 ** Math.ceil(Math.log2(2 * index + 2)))) as [
    number,
    number,
    number,
  ];
  while (grid[0] * grid[1] * grid[2] > MOST) grid[grid.indexOf(Math.max(...grid)) as 0] /= 2;
  return grid;
}

/** The sum over one axis of complex numbers, in place. `stride`: complex numbers between two along the axis. */
function transformAlong(data: Float64Array, size: number, stride: number): void {
  const fft = new FFT(size);
  const [input, output] = [new Array<number>(2 * size).fill(0), new Array<number>(2 * size).fill(0)];
  for (let first = 0; first < data.length / 2; first++) {
    if (Math.floor(first / stride) % size !== 0) continue;
    for (let i = 0; i < size; i++) {
      const at = 2 * (first + i * stride);
      input[2 * i] = data[at] ?? 0;
      input[2 * i + 1] = data[at + 1] ?? 0;
    }
    fft.transform(output, input);
    for (let i = 0; i < size; i++) {
      const at = 2 * (first + i * stride);
      data[at] = output[2 * i] ?? 0;
      data[at + 1] = output[2 * i + 1] ?? 0;
    }
  }
}

const modulo = (index: number, size: number): number => ((index % size) + size) % size;
