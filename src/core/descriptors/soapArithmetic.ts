import { RealHarmonics } from "../math/realHarmonics.js";
import type { SoapOptions } from "./soapOptions.js";
import { radialTable } from "./soapRadialTable.js";

/**
 * The loops that SOAP's time goes into. `plainSoapArithmetic` is the definition; `src/kernels/soapKernels.ts` does the
 * same several times faster.
 */
export interface SoapArithmetic {
  /** c_nlm of the density of these atoms about the centre, [lm][n], written from `at` on. */
  expand(neighbours: SoapNeighbours, options: SoapOptions, into: Float64Array, at: number): void;
  /**
   * p = pi sqrt(8/(2l+1)) sum_m c_nlm c'_n'lm of each pair, one after the other: [l][n][n'], n' from n on where both
   * are the same; written from `at` on.
   */
  spectra(
    coefficients: Float64Array,
    pairs: readonly SlotPair[],
    options: SoapOptions,
    into: Float64Array,
    at: number,
  ): void;
  /** a_i . b_j over the shared parts, [a's rows][b's rows]. */
  products(a: Rows, b: Rows, shared: readonly SharedPart[]): Float64Array;
}

/**
 * Atoms of one species around a centre: five numbers an atom, the unit vector to it (0 on the centre), its distance in
 * Å and its weight.
 */
export interface SoapNeighbours {
  readonly count: number;
  readonly values: Float64Array;
}

/** Places of two sets of coefficients, in units of a species' (lMax + 1)² nMax. */
export type SlotPair = readonly [number, number];

export interface Rows {
  readonly rows: number;
  readonly width: number;
  readonly values: Float64Array;
}

/** Features that both of two vectors have. */
export interface SharedPart {
  readonly startA: number;
  readonly startB: number;
  readonly length: number;
}

/** Numbers an atom in `SoapNeighbours`. */
export const NEIGHBOUR_FIELDS = 5;

/** The factor of each l in the power spectrum. */
export function spectrumFactor(l: number): number {
  return Math.PI * Math.sqrt(8 / (2 * l + 1));
}

export const plainSoapArithmetic: SoapArithmetic = { expand, spectra, products };

function expand({ count, values }: SoapNeighbours, options: SoapOptions, into: Float64Array, at: number): void {
  const { nMax, lMax } = options;
  const table = radialTable(options);
  const harmonics = new RealHarmonics(lMax);
  const radial = new Float64Array(table.count);
  const angular = new Float64Array(harmonics.count);
  for (let from = 0; from < count * NEIGHBOUR_FIELDS; from += NEIGHBOUR_FIELDS) {
    const [x, y, z, r, weight] = values.subarray(from, from + NEIGHBOUR_FIELDS) as unknown as [
      number,
      number,
      number,
      number,
      number,
    ];
    table.evaluate(r, radial);
    harmonics.evaluate(x, y, z, angular);
    addProducts(into, at, radial, angular, weight, lMax, nMax);
  }
}

/** Adds weight Y_lm g_nl to the sums [lm][n] that begin at `at`. */
function addProducts(
  sums: Float64Array,
  at: number,
  radial: Float64Array,
  angular: Float64Array,
  weight: number,
  lMax: number,
  nMax: number,
): void {
  for (let l = 0; l <= lMax; l++)
    for (let lm = l * l; lm < (l + 1) * (l + 1); lm++) {
      const y = weight * (angular[lm] as number);
      for (let n = l * nMax; n < (l + 1) * nMax; n++) {
        sums[at] = (sums[at] as number) + y * (radial[n] as number);
        at++;
      }
    }
}

function spectra(
  c: Float64Array,
  pairs: readonly SlotPair[],
  { nMax, lMax }: SoapOptions,
  into: Float64Array,
  at: number,
): void {
  const slotSize = (lMax + 1) ** 2 * nMax;
  for (const [i, j] of pairs) {
    const first = i * slotSize;
    const second = j * slotSize;
    for (let l = 0; l <= lMax; l++)
      for (let n = 0; n < nMax; n++)
        for (let m = i === j ? n : 0; m < nMax; m++) {
          let sum = 0;
          for (let row = l * l * nMax; row < (l + 1) * (l + 1) * nMax; row += nMax)
            sum += (c[first + row + n] as number) * (c[second + row + m] as number);
          into[at++] = spectrumFactor(l) * sum;
        }
  }
}

function products(a: Rows, b: Rows, shared: readonly SharedPart[]): Float64Array {
  const result = new Float64Array(a.rows * b.rows);
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < b.rows; j++) {
      let sum = 0;
      for (const { startA, startB, length } of shared)
        sum += dot(a.values, i * a.width + startA, b.values, j * b.width + startB, length);
      result[i * b.rows + j] = sum;
    }
  return result;
}

/** Four sums at a time: one alone would wait for each addition before the next. */
export function dot(a: Float64Array, startA: number, b: Float64Array, startB: number, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 4 <= length; k += 4) {
    const i = startA + k;
    const j = startB + k;
    s0 += (a[i] as number) * (b[j] as number);
    s1 += (a[i + 1] as number) * (b[j + 1] as number);
    s2 += (a[i + 2] as number) * (b[j + 2] as number);
    s3 += (a[i + 3] as number) * (b[j + 3] as number);
  }
  for (; k < length; k++) s0 += (a[startA + k] as number) * (b[startB + k] as number);
  return s0 + s1 + (s2 + s3);
}
