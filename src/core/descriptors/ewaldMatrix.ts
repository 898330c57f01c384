import { imageProblem } from "../crystal/imageLimits.js";
import { reciprocalLattice, volume } from "../crystal/lattice.js";
import { erfc } from "../math/errorFunction.js";
import { norm, rowTimes, type Vector3 } from "../math/matrix3.js";
import type { Atoms } from "./material.js";

/**
 * The Ewald-sum Coulomb matrix of a crystal (Faber et al. 2015, in DScribe's convention):
 * M_ij = Z_i Z_j [sum_R erfc(a r)/r + 4 pi/V sum_G exp(-G²/4a²)/G² cos(G.(r_i - r_j)) - pi/(V a²)], r = |r_i - r_j +
 * R|;
 * the diagonal is half of that (without r = 0) minus Z² a/sqrt(pi). Width a = sqrt(pi) (n/V²)^(1/6).
 * Both sums end where their terms fall below `accuracy`: r <= f/a, G <= 2 a f, f = sqrt(-ln accuracy).
 * Returns n x n, row-major; Z is the atomic number, distances are in Å, without Coulomb's constant (spec section 5).
 * Throws RangeError for a cell or coordinates that no crystal has.
 */
export function ewaldMatrix(atoms: Atoms, accuracy = 1e-10): Float64Array {
  const { lattice, atomicNumbers } = atoms;
  const n = atomicNumbers.length;
  const cellVolume = volume(lattice);
  const width = Math.sqrt(Math.PI) * (n / cellVolume ** 2) ** (1 / 6);
  const reach = Math.sqrt(-Math.log(accuracy));
  const problem = imageProblem(lattice, atoms.fractional, reach / width);
  if (problem !== undefined) throw new RangeError(problem.message);
  const matrix = new Float64Array(n * n);
  addShortRange(matrix, atoms, width, reach / width);
  addLongRange(matrix, atoms, width, 2 * width * reach);
  const background = Math.PI / (cellVolume * width * width);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const charges = (atomicNumbers[i] as number) * (atomicNumbers[j] as number);
      const sum = (matrix[i * n + j] as number) - background;
      const value = charges * (i === j ? sum / 2 - width / Math.sqrt(Math.PI) : sum);
      matrix[i * n + j] = value;
      matrix[j * n + i] = value;
    }
  return matrix;
}

/** Adds sum_R erfc(a r)/r over 0 < r <= cutoff (Å) to the lower triangle. */
function addShortRange(
  matrix: Float64Array,
  { lattice, fractional, atomicNumbers }: Atoms,
  width: number,
  cutoff: number,
): void {
  const n = atomicNumbers.length;
  const reciprocal = reciprocalLattice(lattice);
  // The planes of constant fractional coordinate are 2 pi/|b| apart.
  const spread = reciprocal.map((b) => (cutoff * norm(b)) / (2 * Math.PI)) as unknown as Vector3;
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const offset = [0, 1, 2].map(
        (axis) => (fractional[3 * i + axis] as number) - (fractional[3 * j + axis] as number),
      );
      let sum = 0;
      forEachInteger3(offset as unknown as Vector3, spread, (x, y, z) => {
        const r = norm(rowTimes([x, y, z], lattice));
        if (r > 1e-8 && r <= cutoff) sum += erfc(width * r) / r;
      });
      matrix[i * n + j] = (matrix[i * n + j] as number) + sum;
    }
}

/** Calls `visit` with offset + integers wherever every component lies within ± spread. */
export function forEachInteger3(
  offset: Vector3,
  spread: Vector3,
  visit: (x: number, y: number, z: number) => void,
): void {
  const [x0, y0, z0] = offset;
  const [sx, sy, sz] = spread;
  for (let z = Math.ceil(-sz - z0); z + z0 <= sz; z++)
    for (let y = Math.ceil(-sy - y0); y + y0 <= sy; y++)
      for (let x = Math.ceil(-sx - x0); x + x0 <= sx; x++) visit(x + x0, y + y0, z + z0);
}

/** Adds 4 pi/V sum_G exp(-G²/4a²)/G² cos(G.(r_i - r_j)) over 0 < G <= cutoff (1/Å) to the lower triangle. */
function addLongRange(
  matrix: Float64Array,
  { lattice, fractional, atomicNumbers }: Atoms,
  width: number,
  cutoff: number,
): void {
  const n = atomicNumbers.length;
  const reciprocal = reciprocalLattice(lattice);
  const spread = lattice.map((a) => (cutoff * norm(a)) / (2 * Math.PI)) as unknown as Vector3;
  const cosine = new Float64Array(n);
  const sine = new Float64Array(n);
  forEachInteger3([0, 0, 0], spread, (h, k, l) => {
    if (l < 0 || (l === 0 && (k < 0 || (k === 0 && h <= 0)))) return; // G and -G add the same
    const squared = norm(rowTimes([h, k, l], reciprocal)) ** 2;
    if (squared > cutoff * cutoff) return;
    for (let i = 0; i < n; i++) {
      const phase =
        2 *
        Math.PI *
        (h * (fractional[3 * i] as number) +
          k * (fractional[3 * i + 1] as number) +
          l * (fractional[3 * i + 2] as number));
      cosine[i] = Math.cos(phase);
      sine[i] = Math.sin(phase);
    }
    const weight = ((8 * Math.PI) / volume(lattice)) * (Math.exp(-squared / (4 * width * width)) / squared);
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) {
        const interference = (cosine[i] as number) * (cosine[j] as number) + (sine[i] as number) * (sine[j] as number);
        matrix[i * n + j] = (matrix[i * n + j] as number) + weight * interference;
      }
  });
}
