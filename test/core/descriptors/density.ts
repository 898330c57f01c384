// Densities for the descriptor's tests, and the plain transform of the definition: every step here is as close to the
// paper's equations as it gets.
import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { reciprocalLattice } from "../../../src/core/crystal/lattice.js";
import type { Spectrum } from "../../../src/core/descriptors/spectrum.js";
import { determinant, type Matrix3, norm, rowTimes } from "../../../src/core/math/matrix3.js";

/** A density in e/Å³ on a grid, x fastest. */
export interface Density {
  readonly lattice: Matrix3;
  readonly grid: readonly [number, number, number];
  readonly values: Float64Array;
}

export const sampleFolder = path.resolve(import.meta.dirname, "../../../media/sample/oxides");
export const oxidesFolder = path.resolve(import.meta.dirname, "../../../../shared/data/oxides");

/** The total density of `<folder>/<id>/CHGCAR.gz`; enough of a reader for the files of the sample. */
export function readDensity(folder: string, id: string): Density {
  const text = gunzipSync(readFileSync(path.join(folder, id, "CHGCAR.gz"))).toString("latin1");
  const [head = "", body = ""] = splitOnce(text, /\n\s*\n/);
  const lines = head.split("\n").slice(2, 5);
  const lattice = lines.map((line) => line.trim().split(/\s+/).map(Number)) as unknown as Matrix3;
  const [gridLine = "", numbers = ""] = splitOnce(body, /\n/);
  const grid = gridLine.trim().split(/\s+/).map(Number) as [number, number, number];
  const count = grid[0] * grid[1] * grid[2];
  const volume = Math.abs(determinant(lattice));
  const values = Float64Array.from(numbers.trim().split(/\s+/, count), (word) => Number(word) / volume);
  return { lattice, grid, values };
}

function splitOnce(text: string, separator: RegExp): string[] {
  const found = separator.exec(text);
  return found === null ? [text] : [text.slice(0, found.index), text.slice(found.index + found[0].length)];
}

/**
 * |s_g| of every g of the half sphere |g| <= cutoff that the grid represents (paper eq. 1), by one plain sum an axis.
 */
export function spectrumOf(density: Density, cutoff: number): Spectrum {
  const { lattice, grid } = density;
  const reach = lattice.map((a, axis) =>
    Math.min(Math.floor((cutoff * norm(a)) / (2 * Math.PI) + 1e-9), Math.floor(((grid[axis] ?? 0) - 1) / 2)),
  );
  const [reachX = 0, reachY = 0, reachZ = 0] = reach;
  let planes: Complex = { re: density.values, im: new Float64Array(density.values.length) };
  planes = transformFastest(planes, grid[0], reachX); // the axes turn: [z][y][x], [h][z][y], [k][h][z], [l][k][h]
  planes = transformFastest(planes, grid[1], reachY);
  planes = transformFastest(planes, grid[2], reachZ);
  const reciprocal = reciprocalLattice(lattice);
  const hkl: number[] = [];
  const amplitude: number[] = [];
  const [sizeX, sizeY] = [2 * reachX + 1, 2 * reachY + 1];
  for (let l = 0; l <= reachZ; l++)
    for (let k = l === 0 ? 0 : -reachY; k <= reachY; k++)
      for (let h = l === 0 && k === 0 ? 0 : -reachX; h <= reachX; h++) {
        if (norm(rowTimes([h, k, l], reciprocal)) > cutoff * (1 + 1e-9)) continue;
        const at = ((l + reachZ) * sizeY + (k + reachY)) * sizeX + (h + reachX);
        hkl.push(h, k, l);
        amplitude.push(Math.hypot(planes.re[at] ?? Number.NaN, planes.im[at] ?? Number.NaN));
      }
  return { lattice, cutoff, hkl: Int32Array.from(hkl), amplitude: Float64Array.from(amplitude), unit: "e/Å³" };
}

interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** Transforms the fastest axis of `size` points to the waves -reach..reach and makes it the slowest. */
function transformFastest(input: Complex, size: number, reach: number): Complex {
  const rows = input.re.length / size;
  const cosine = Float64Array.from({ length: size }, (_, turn) => Math.cos((2 * Math.PI * turn) / size));
  const sine = Float64Array.from({ length: size }, (_, turn) => Math.sin((2 * Math.PI * turn) / size));
  const re = new Float64Array(rows * (2 * reach + 1));
  const im = new Float64Array(rows * (2 * reach + 1));
  for (let wave = -reach; wave <= reach; wave++)
    for (let row = 0; row < rows; row++) {
      let sumRe = 0;
      let sumIm = 0;
      for (let m = 0; m < size; m++) {
        const turn = (((m * wave) % size) + size) % size;
        const c = cosine[turn] ?? Number.NaN;
        const s = -(sine[turn] ?? Number.NaN);
        const a = input.re[row * size + m] ?? Number.NaN;
        const b = input.im[row * size + m] ?? Number.NaN;
        sumRe += a * c - b * s;
        sumIm += a * s + b * c;
      }
      re[(wave + reach) * rows + row] = sumRe / size;
      im[(wave + reach) * rows + row] = sumIm / size;
    }
  return { re, im };
}
