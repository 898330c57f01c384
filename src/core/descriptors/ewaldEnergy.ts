import { imageProblem } from "../crystal/imageLimits.js";
import { reciprocalLattice, volume } from "../crystal/lattice.js";
import { erfc } from "../math/errorFunction.js";
import { type Matrix3, norm, type Vector3 } from "../math/matrix3.js";
import { forEachInteger3 } from "./ewaldMatrix.js";
import type { Atoms } from "./material.js";

/** e²/(4 pi epsilon_0), eV Å. */
export const COULOMB = 14.399645478;
/** Where terms of both sums are too small to count, as a share of the first ones. */
const ACCURACY = 1e-12;
/** Å²: an atom and itself. */
const LEAST_SQUARE = 1e-16;

/**
 * Energy of point charges (in units of e, one an atom) in a uniform background that makes the cell neutral, eV per
 * cell: the ion-ion energy of a plane-wave code, VASP's TEWEN (Ewald 1921). Both sums end where terms fall below
 * `ACCURACY`. Throws RangeError for a cell or coordinates that no crystal has.
 */
export function ewaldEnergy(atoms: Pick<Atoms, "lattice" | "fractional">, charges: ArrayLike<number>): number {
  const { lattice, fractional } = atoms;
  const n = charges.length;
  const cellVolume = Math.abs(volume(lattice));
  const width = Math.sqrt(Math.PI) * (n / cellVolume ** 2) ** (1 / 6);
  const reach = Math.sqrt(-Math.log(ACCURACY));
  const problem = imageProblem(lattice, fractional, reach / width);
  if (problem !== undefined) throw new RangeError(problem.message);
  let [total, squares] = [0, 0];
  for (let i = 0; i < n; i++) {
    total += charges[i] as number;
    squares += (charges[i] as number) ** 2;
  }
  const near = nearSum(atoms, charges, width, reach / width);
  const far = farSum(atoms, charges, width, 2 * width * reach);
  const background = (Math.PI * total * total) / (2 * cellVolume * width * width);
  return COULOMB * (near + far - (squares * width) / Math.sqrt(Math.PI) - background);
}

/** Sum of Z_i Z_j erfc(a r)/r over pairs, images included, each once. */
function nearSum(
  { lattice, fractional }: Pick<Atoms, "lattice" | "fractional">,
  charges: ArrayLike<number>,
  width: number,
  cutoff: number,
): number {
  // the planes of constant fractional coordinate are 2 pi/|b| apart
  const spread = reciprocalLattice(lattice).map((b) => (cutoff * norm(b)) / (2 * Math.PI)) as unknown as Vector3;
  const distances = new Distances(lattice);
  let sum = 0;
  for (let i = 0; i < charges.length; i++)
    for (let j = 0; j <= i; j++) {
      const offset = [0, 1, 2].map((k) => (fractional[3 * i + k] as number) - (fractional[3 * j + k] as number));
      let pair = 0;
      forEachInteger3(offset as unknown as Vector3, spread, (x, y, z) => {
        const squared = distances.squared(x, y, z);
        if (squared <= LEAST_SQUARE || squared > cutoff * cutoff) return;
        const r = Math.sqrt(squared);
        pair += erfc(width * r) / r;
      });
      sum += (i === j ? 0.5 : 1) * (charges[i] as number) * (charges[j] as number) * pair;
    }
  return sum;
}

/** 2 pi/V times the sum over G != 0 of |sum_i Z_i exp(iG.r_i)|² exp(-G²/4a²)/G². */
function farSum(
  { lattice, fractional }: Pick<Atoms, "lattice" | "fractional">,
  charges: ArrayLike<number>,
  width: number,
  cutoff: number,
): number {
  const lengths = new Distances(reciprocalLattice(lattice));
  const spread = lattice.map((a) => (cutoff * norm(a)) / (2 * Math.PI)) as unknown as Vector3;
  let sum = 0;
  forEachInteger3([0, 0, 0], spread, (h, k, l) => {
    if (l < 0 || (l === 0 && (k < 0 || (k === 0 && h <= 0)))) return; // G and -G add the same
    const squared = lengths.squared(h, k, l);
    if (squared > cutoff * cutoff) return;
    let [cosine, sine] = [0, 0];
    for (let i = 0; i < charges.length; i++) {
      const turns =
        h * (fractional[3 * i] as number) +
        k * (fractional[3 * i + 1] as number) +
        l * (fractional[3 * i + 2] as number);
      const phase = 2 * Math.PI * (turns - Math.floor(turns));
      cosine += (charges[i] as number) * Math.cos(phase);
      sine += (charges[i] as number) * Math.sin(phase);
    }
    sum += ((cosine * cosine + sine * sine) * Math.exp(-squared / (4 * width * width))) / squared;
  });
  return ((4 * Math.PI) / Math.abs(volume(lattice))) * sum;
}

/** |v M|² of coefficients of a lattice's rows: squares alone, which are many times as fast as `hypot`. */
class Distances {
  constructor(private readonly rows: Matrix3) {}

  squared(x: number, y: number, z: number): number {
    const [a, b, c] = this.rows;
    const [p, q, r] = [x * a[0] + y * b[0] + z * c[0], x * a[1] + y * b[1] + z * c[1], x * a[2] + y * b[2] + z * c[2]];
    return p * p + q * q + r * r;
  }
}
