import { type Matrix3, rowTimes, type Vector3 } from "../math/matrix3.js";
import { reciprocalLattice } from "./lattice.js";

/** Two atoms, a < b (or a = b and an image of itself), and the distance in Å of their nearest images. */
export interface ClosePair {
  readonly a: number;
  readonly b: number;
  readonly distance: number;
}

/**
 * Pairs of atoms nearer than `limit` (Å) under periodicity, at most `most` of them, in the order of the atoms.
 * `fractional`: 3 numbers per atom. Atoms are sorted into cells at least as wide as the limit, so time grows with their number.
 */
export function closePairs(lattice: Matrix3, fractional: ArrayLike<number>, limit: number, most = 1000): ClosePair[] {
  const atoms = Math.floor(fractional.length / 3);
  const grid = new PeriodicGrid(lattice, fractional, atoms, limit);
  const pairs: ClosePair[] = [];
  for (let a = 0; a < atoms && pairs.length < most; a++) {
    const near = new Map<number, number>();
    grid.visitNear(a, (b, distance) => {
      if (b < a || distance >= limit) return;
      near.set(b, Math.min(distance, near.get(b) ?? Number.POSITIVE_INFINITY));
    });
    for (const [b, distance] of [...near].sort(([x], [y]) => x - y)) if (pairs.length < most) pairs.push({ a, b, distance });
  }
  return pairs;
}

/** Atoms by the cell of a periodic grid in which they stand. */
class PeriodicGrid {
  readonly #lattice: Matrix3;
  readonly #reduced: Float64Array;
  readonly #cells: Vector3;
  /** Cells on each side that may hold a neighbour. */
  readonly #reach: Vector3;
  readonly #heads: Int32Array;
  readonly #next: Int32Array;

  constructor(lattice: Matrix3, fractional: ArrayLike<number>, atoms: number, limit: number) {
    this.#lattice = lattice;
    this.#reduced = Float64Array.from({ length: 3 * atoms }, (_, i) => wrap(fractional[i] ?? 0));
    const spacings = reciprocalLattice(lattice).map((row) => (2 * Math.PI) / Math.hypot(...row));
    const most = Math.max(1, Math.ceil(Math.cbrt(atoms)) * 2);
    const cells = spacings.map((spacing) => Math.max(1, Math.min(most, Math.floor(spacing / limit))));
    this.#cells = [cells[0] ?? 1, cells[1] ?? 1, cells[2] ?? 1];
    const reach = spacings.map((spacing, axis) => Math.ceil((limit * (cells[axis] ?? 1)) / spacing));
    this.#reach = [reach[0] ?? 1, reach[1] ?? 1, reach[2] ?? 1];
    this.#heads = new Int32Array(this.#cells[0] * this.#cells[1] * this.#cells[2]).fill(-1);
    this.#next = new Int32Array(atoms);
    for (let atom = atoms - 1; atom >= 0; atom--) {
      const cell = this.#index(this.#cellOf(atom));
      this.#next[atom] = this.#heads[cell] ?? -1;
      this.#heads[cell] = atom;
    }
  }

  visitNear(a: number, visit: (b: number, distance: number) => void): void {
    const [ci, cj, ck] = this.#cellOf(a);
    const [ri, rj, rk] = this.#reach;
    for (let i = ci - ri; i <= ci + ri; i++)
      for (let j = cj - rj; j <= cj + rj; j++) for (let k = ck - rk; k <= ck + rk; k++) this.#visitCell(a, [i, j, k], visit);
  }

  #visitCell(a: number, cell: Vector3, visit: (b: number, distance: number) => void): void {
    const shift = cell.map((index, axis) => Math.floor(index / (this.#cells[axis] ?? 1)));
    const home: Vector3 = [
      cell[0] - (shift[0] ?? 0) * this.#cells[0],
      cell[1] - (shift[1] ?? 0) * this.#cells[1],
      cell[2] - (shift[2] ?? 0) * this.#cells[2],
    ];
    const isHome = shift.every((value) => value === 0);
    for (let b = this.#heads[this.#index(home)] ?? -1; b >= 0; b = this.#next[b] ?? -1) {
      if (b === a && isHome) continue;
      const difference: Vector3 = [
        (this.#reduced[3 * b] ?? 0) + (shift[0] ?? 0) - (this.#reduced[3 * a] ?? 0),
        (this.#reduced[3 * b + 1] ?? 0) + (shift[1] ?? 0) - (this.#reduced[3 * a + 1] ?? 0),
        (this.#reduced[3 * b + 2] ?? 0) + (shift[2] ?? 0) - (this.#reduced[3 * a + 2] ?? 0),
      ];
      visit(b, Math.hypot(...rowTimes(difference, this.#lattice)));
    }
  }

  #cellOf(atom: number): Vector3 {
    const at = (axis: 0 | 1 | 2) => Math.min(this.#cells[axis] - 1, Math.floor((this.#reduced[3 * atom + axis] ?? 0) * this.#cells[axis]));
    return [at(0), at(1), at(2)];
  }

  #index([i, j, k]: Vector3): number {
    return (k * this.#cells[1] + j) * this.#cells[0] + i;
  }
}

/** Into [0, 1); tiny negative numbers become 0. */
function wrap(value: number): number {
  const rest = value - Math.floor(value);
  return rest < 1 ? rest : 0;
}
