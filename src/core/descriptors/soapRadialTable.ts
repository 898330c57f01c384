import { radialBasis } from "./soapBasis.js";
import type { SoapOptions } from "./soapOptions.js";

/** Terms of the polynomial that stands for the functions within a cell. */
export const RADIAL_TERMS = 8;
/**
 * Cells per sigma: nothing in the functions is finer than sigma, so that eight terms are exact to 1e-14 of each
 * function's largest value.
 */
const CELLS_PER_SIGMA = 8;

/**
 * The expansion coefficients of one atom's Gaussian over its distance r, without the spherical harmonic: polynomials in
 * cells of r, which cost the same for every basis. A cell is made from the basis itself when it is first needed.
 */
export class RadialTable {
  /** Functions: [l][n]. */
  readonly count: number;
  /** n_max */
  readonly functions: number;
  /** Width of a cell in Å. */
  readonly width: number;
  readonly #exact: (r: number) => Float64Array;
  readonly #cells: (Float64Array | undefined)[] = [];

  constructor(options: SoapOptions) {
    this.count = (options.lMax + 1) * options.nMax;
    this.functions = options.nMax;
    this.width = options.sigma / CELLS_PER_SIGMA;
    this.#exact = exactFunctions(options);
  }

  /** The coefficients in cell `index`, [term][l][n], of powers of t, which goes from -1 to 1 over the cell. */
  cell(index: number): Float64Array {
    const known = this.#cells[index];
    if (known !== undefined) return known;
    const made = this.#makeCell(index);
    this.#cells[index] = made;
    return made;
  }

  /** The functions at a distance r >= 0 in Å, [l][n]. */
  evaluate(r: number, into: Float64Array): void {
    const { count, width } = this;
    const index = Math.floor(r / width);
    const t = 2 * (r / width - index) - 1;
    const cell = this.cell(index);
    const last = (RADIAL_TERMS - 1) * count;
    for (let at = 0; at < count; at++) {
      let value = cell[last + at] as number;
      for (let term = last - count + at; term >= 0; term -= count) value = value * t + (cell[term] as number);
      into[at] = value;
    }
  }

  #makeCell(index: number): Float64Array {
    const cell = new Float64Array(RADIAL_TERMS * this.count);
    NODES.forEach((node, j) => {
      const values = this.#exact((index + (node + 1) / 2) * this.width);
      for (let term = 0; term < RADIAL_TERMS; term++) {
        const weight = (WEIGHTS[term] as readonly number[])[j] as number;
        const from = term * this.count;
        values.forEach((value, at) => {
          cell[from + at] = (cell[from + at] as number) + weight * value;
        });
      }
    });
    return cell;
  }
}

const known = new Map<string, RadialTable>();

/** The table of these options; it fills while it is used. Throws RangeError for options out of range. */
export function radialTable(options: SoapOptions): RadialTable {
  const { basis, rCut, nMax, lMax, sigma } = options;
  const key = JSON.stringify([basis, rCut, nMax, lMax, sigma]);
  const table = known.get(key) ?? new RadialTable(options);
  known.set(key, table);
  return table;
}

function exactFunctions(options: SoapOptions): (r: number) => Float64Array {
  const { nMax, lMax } = options;
  const { count, primitives, finish } = radialBasis(options);
  const parts = new Float64Array((lMax + 1) * count);
  return (r) => {
    primitives(r, parts);
    return Float64Array.from({ length: (lMax + 1) * nMax }, (_, row) => {
      const l = Math.floor(row / nMax);
      let sum = 0;
      for (let k = 0; k < count; k++) sum += (finish[row * count + k] as number) * (parts[l * count + k] as number);
      return sum;
    });
  };
}

const angle = (j: number) => (Math.PI * (2 * j + 1)) / (2 * RADIAL_TERMS);

/** Chebyshev's points. */
const NODES = Array.from({ length: RADIAL_TERMS }, (_, j) => Math.cos(angle(j)));

/**
 * What the value at each node adds to the coefficient of each power, [term][node]: through Chebyshev's polynomials,
 * which keep it well conditioned.
 */
const WEIGHTS = Array.from({ length: RADIAL_TERMS }, (_, term) =>
  NODES.map((_, j) => {
    let weight = 0;
    chebyshevPolynomials().forEach((powers, k) => {
      weight += ((k === 0 ? 1 : 2) / RADIAL_TERMS) * Math.cos(k * angle(j)) * (powers[term] ?? 0);
    });
    return weight;
  }),
);

/** The coefficients of T_0 .. T_7, lowest power first. */
function chebyshevPolynomials(): number[][] {
  const all = [[1], [0, 1]];
  for (let k = 2; k < RADIAL_TERMS; k++) {
    const [before = [], last = []] = [all[k - 2], all[k - 1]];
    all.push(Array.from({ length: k + 1 }, (_, power) => 2 * (last[power - 1] ?? 0) - (before[power] ?? 0)));
  }
  return all;
}
