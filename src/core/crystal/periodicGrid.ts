import type { Matrix3, Vector3 } from "../math/matrix3.js";
import { reciprocalLattice } from "./lattice.js";

/** Cells around an atom: more of them are no crystal's, and would take seconds for each atom. */
const MAX_CELLS = 2e5;

/**
 * Atoms by the cell of a periodic grid in which they stand, so that neighbours are found in a time that does not grow
 * with their number.
 * In a lattice so thin or oblique that `imageProblem` refuses it no neighbours are found.
 */
export class PeriodicGrid {
  readonly #lattice: Matrix3;
  /** Into [0, 1), 3 per atom. */
  readonly #reduced: Float64Array;
  readonly #cells: Vector3;
  /** Cells on each side that may hold a neighbour. */
  readonly #reach: Vector3;
  /**
   * Along each axis, from `-reach` on: where a cell lies in the home cell's table, and by how many periods it is away.
   */
  readonly #places: readonly [Axis, Axis, Axis];
  /** The first atom of each cell and the next one behind each atom; -1 where there is none. */
  readonly #heads: Int32Array;
  readonly #next: Int32Array;

  /** `fractional`: 3 numbers per atom. `limit`: the distance (Å) within which neighbours are asked for. */
  constructor(lattice: Matrix3, fractional: ArrayLike<number>, limit: number) {
    const atoms = Math.floor(fractional.length / 3);
    this.#lattice = lattice;
    this.#reduced = new Float64Array(3 * atoms);
    for (let i = 0; i < 3 * atoms; i++) this.#reduced[i] = wrap(fractional[i] ?? 0);
    const spacings = reciprocalLattice(lattice).map((row) => (2 * Math.PI) / Math.hypot(...row));
    const most = Math.max(1, Math.ceil(Math.cbrt(atoms)) * 2);
    const cells = spacings.map((spacing) => Math.max(1, Math.min(most, Math.floor(spacing / limit))));
    this.#cells = [cells[0] ?? 1, cells[1] ?? 1, cells[2] ?? 1];
    const reach = spacings.map((spacing, axis) => Math.ceil((limit * (cells[axis] ?? 1)) / spacing));
    this.#reach = [reach[0] ?? 1, reach[1] ?? 1, reach[2] ?? 1];
    const [na, nb, nc] = this.#cells;
    const isBearable = boxOf(this.#reach) <= MAX_CELLS;
    const table = (cells: number, reach: number, stride: number) => axisOf(cells, isBearable ? reach : 0, stride);
    this.#places = [table(na, this.#reach[0], nb * nc), table(nb, this.#reach[1], nc), table(nc, this.#reach[2], 1)];
    this.#heads = new Int32Array(this.#cells[0] * this.#cells[1] * this.#cells[2]).fill(-1);
    this.#next = new Int32Array(atoms);
    for (let atom = atoms - 1; atom >= 0; atom--) {
      const cell = this.#index(this.#cellOf(atom, 0), this.#cellOf(atom, 1), this.#cellOf(atom, 2));
      this.#next[atom] = this.#heads[cell] ?? -1;
      this.#heads[cell] = atom;
    }
  }

  /**
   * Calls back with every atom b (and every image of it, and of `a` itself but for the atom) in the cells around atom
   * `a`, and its distance in Å:
   * all within the limit are among them, and some beyond it.
   */
  visitNear(a: number, visit: (b: number, distance: number) => void): void {
    if (!(boxOf(this.#reach) <= MAX_CELLS)) return;
    const [ri, rj, rk] = this.#reach;
    const [axisI, axisJ, axisK] = this.#places;
    const [ci, cj, ck] = [this.#cellOf(a, 0), this.#cellOf(a, 1), this.#cellOf(a, 2)];
    const heads = this.#heads;
    for (let i = ci; i <= ci + 2 * ri; i++) {
      const plane = axisI.offsets[i] ?? 0;
      for (let j = cj; j <= cj + 2 * rj; j++) {
        const row = plane + (axisJ.offsets[j] ?? 0);
        // most cells of a fine grid are empty: nothing but this is done for them
        for (let k = ck; k <= ck + 2 * rk; k++) {
          const head = heads[row + (axisK.offsets[k] ?? 0)] ?? -1;
          if (head >= 0)
            this.#visitCell(a, head, axisI.periods[i] ?? 0, axisJ.periods[j] ?? 0, axisK.periods[k] ?? 0, visit);
        }
      }
    }
  }

  /** The atoms of a cell that lies `si`, `sj`, `sk` periods away, from its first atom on. No array is made here. */
  #visitCell(
    a: number,
    head: number,
    si: number,
    sj: number,
    sk: number,
    visit: (b: number, distance: number) => void,
  ): void {
    const isHome = si === 0 && sj === 0 && sk === 0;
    const reduced = this.#reduced;
    const [la, lb, lc] = this.#lattice;
    for (let b = head; b >= 0; b = this.#next[b] ?? -1) {
      if (b === a && isHome) continue;
      const u = (reduced[3 * b] ?? 0) + si - (reduced[3 * a] ?? 0);
      const v = (reduced[3 * b + 1] ?? 0) + sj - (reduced[3 * a + 1] ?? 0);
      const w = (reduced[3 * b + 2] ?? 0) + sk - (reduced[3 * a + 2] ?? 0);
      const x = u * la[0] + v * lb[0] + w * lc[0];
      const y = u * la[1] + v * lb[1] + w * lc[1];
      const z = u * la[2] + v * lb[2] + w * lc[2];
      visit(b, Math.sqrt(x * x + y * y + z * z));
    }
  }

  #cellOf(atom: number, axis: 0 | 1 | 2): number {
    return Math.min(this.#cells[axis] - 1, Math.floor((this.#reduced[3 * atom + axis] ?? 0) * this.#cells[axis]));
  }

  #index(i: number, j: number, k: number): number {
    return (i * this.#cells[1] + j) * this.#cells[2] + k;
  }
}

/** Per cell along an axis, its images included. */
interface Axis {
  /** Into the table of all cells. */
  readonly offsets: Int32Array;
  readonly periods: Int32Array;
}

function axisOf(cells: number, reach: number, stride: number): Axis {
  const offsets = new Int32Array(cells + 2 * reach);
  const periods = new Int32Array(cells + 2 * reach);
  for (let place = 0; place < offsets.length; place++) {
    const cell = place - reach;
    const period = Math.floor(cell / cells);
    periods[place] = period;
    offsets[place] = (cell - period * cells) * stride;
  }
  return { offsets, periods };
}

/** How many cells lie around an atom. */
function boxOf([ri, rj, rk]: Vector3): number {
  return (2 * ri + 1) * (2 * rj + 1) * (2 * rk + 1);
}

/** Into [0, 1); tiny negative numbers become 0. */
function wrap(value: number): number {
  const rest = value - Math.floor(value);
  return rest < 1 ? rest : 0;
}
