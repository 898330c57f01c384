import type { Matrix3, Vector3 } from "../math/matrix3.js";
import { norm, rowTimes } from "../math/matrix3.js";
import type { Random } from "../math/random.js";
import { symmetricEigenvalues } from "../math/symmetricEigen.js";
import type { Atoms } from "./material.js";

/**
 * The sine matrix (Faber et al. 2015): Z_i Z_j / |sum_k a_k sin²(pi (f_i - f_j)_k)|, on the diagonal 0.5 Z^2.4.
 * Returns n x n, row-major; Z is the atomic number, distances are in Å, without Coulomb's constant (spec section 5).
 */
export function sineMatrix(atoms: Atoms): Float64Array {
  const { lattice, fractional, atomicNumbers } = atoms;
  const n = atomicNumbers.length;
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const zi = atomicNumbers[i] as number;
    matrix[i * n + i] = 0.5 * zi ** 2.4;
    for (let j = 0; j < i; j++) {
      const value = (zi * (atomicNumbers[j] as number)) / sineDistance(lattice, fractional, i, j);
      matrix[i * n + j] = value;
      matrix[j * n + i] = value;
    }
  }
  return matrix;
}

/**
 * The plain Coulomb matrix of the atoms as a cluster, without periodic images (Rupp et al. 2012): Z_i Z_j / |r_i -
 * r_j|, on the diagonal 0.5 Z^2.4.
 * Returns n x n, row-major, in the units of `sineMatrix`. Atoms stand where the file has them, so it depends on the
 * choice of cell.
 */
export function clusterMatrix({ lattice, fractional, atomicNumbers }: Atoms): Float64Array {
  const n = atomicNumbers.length;
  const places = atomicNumbers.map((_, i) =>
    rowTimes([fractional[3 * i], fractional[3 * i + 1], fractional[3 * i + 2]] as unknown as Vector3, lattice),
  );
  const matrix = new Float64Array(n * n);
  for (const [i, [x, y, z]] of places.entries()) {
    const zi = atomicNumbers[i] as number;
    matrix[i * n + i] = 0.5 * zi ** 2.4;
    for (let j = 0; j < i; j++) {
      const [xj, yj, zj] = places[j] as Vector3;
      const value = (zi * (atomicNumbers[j] as number)) / Math.sqrt((x - xj) ** 2 + (y - yj) ** 2 + (z - zj) ** 2);
      matrix[i * n + j] = value;
      matrix[j * n + i] = value;
    }
  }
  return matrix;
}

/**
 * The matrix with its rows, and its columns alike, by falling 2-norm; equal ones keep their order. `random` adds a
 * normal deviate of `noise` to each norm before (Montavon et al. 2013), so that copies drawn one after the other teach
 * a model that the order of the atoms means nothing. `matrix`: n x n, row-major.
 */
export function sortedByNorm(matrix: Float64Array, random?: Random, noise = 1): Float64Array {
  const n = Math.round(Math.sqrt(matrix.length));
  const norms = Array.from({ length: n }, (_, row) => {
    const exact = Math.sqrt(matrix.subarray(row * n, (row + 1) * n).reduce((sum, value) => sum + value * value, 0));
    return exact + (random === undefined ? 0 : noise * random.normal());
  });
  const order = [...norms.keys()].sort((a, b) => (norms[b] as number) - (norms[a] as number));
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [row, column] = [order[Math.floor(at / n)] as number, order[at % n] as number];
    return matrix[row * n + column] as number;
  });
}

/**
 * The eigenvalues of a symmetric matrix by falling magnitude, sign kept, with zeros at the end up to `padTo`.
 * `matrix`: n x n, row-major. More eigenvalues than `padTo` are cut off at the small end.
 */
export function sortedEigenvalues(matrix: Float64Array, padTo: number): Float64Array {
  const values = symmetricEigenvalues(matrix, Math.round(Math.sqrt(matrix.length)));
  const sorted = [...values].sort((a, b) => Math.abs(b) - Math.abs(a) || b - a);
  const padded = new Float64Array(padTo);
  padded.set(sorted.slice(0, padTo));
  return padded;
}

function sineDistance(lattice: Matrix3, fractional: Float64Array, i: number, j: number): number {
  const squares = [0, 1, 2].map((axis) => {
    const difference = (fractional[3 * i + axis] as number) - (fractional[3 * j + axis] as number);
    return Math.sin(Math.PI * difference) ** 2;
  }) as unknown as Vector3;
  return norm(rowTimes(squares, lattice));
}
