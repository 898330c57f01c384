import { type Matrix3, norm } from "../math/matrix3.js";
import { FILE_START, type Problem, problem } from "../text/problem.js";
import { reciprocalLattice, volume } from "./lattice.js";

/** Å-³. The densest solids have a quarter of an atom per Å³; hydrogen under the pressure of a star's core has ten. */
const MAX_DENSITY = 100;
/** Cells around an atom that a sum may visit; a cell as thin as a chain of atoms and 1000 Å long needs a hundredth. */
const MAX_CELLS = 2e5;
/** Beyond it a coordinate in units of the lattice has lost the digits that tell where in its cell the atom stands. */
const MAX_COORDINATE = 1e9;

/**
 * Why sums over all images of the atoms within `reach` (Å) of each other would not end on any machine, or would mean
 * nothing: a cell that no crystal has, or coordinates beyond their digits. Undefined where they can be computed.
 */
export function imageProblem(lattice: Matrix3, fractional: ArrayLike<number>, reach: number): Problem | undefined {
  const atoms = fractional.length / 3;
  for (let i = 0; i < fractional.length; i++) {
    const x = fractional[i] as number;
    if (Math.abs(x) <= MAX_COORDINATE) continue;
    return problem(
      "error",
      FILE_START,
      "the coordinate {0} of atom {1} is too large for a cell",
      x,
      Math.floor(i / 3) + 1,
    );
  }
  const size = Math.abs(volume(lattice));
  if (!(size > 0 && size < Infinity && atoms / size <= MAX_DENSITY))
    return problem(
      "error",
      LATTICE,
      "the cell of {0} Å³ is too small for its atoms ({1}): check the scale factor",
      shortly(size),
      atoms,
    );
  const cells = cellsWithin(lattice, reach);
  if (cells <= MAX_CELLS) return undefined;
  return problem(
    "error",
    LATTICE,
    "the cell is too thin or too oblique: {0} Å around an atom are {1} cells",
    shortly(reach),
    shortly(cells),
  );
}

/** How many cells a sphere of radius `reach` (Å) reaches into, at most. */
export const cellsWithin = (lattice: Matrix3, reach: number): number =>
  reciprocalLattice(lattice).reduce((product, b) => product * (1 + (reach * norm(b)) / Math.PI), 1);

/** Of a POSCAR. */
const LATTICE = { line: 3, column: 1 };

const shortly = (value: number) => Number(value.toPrecision(3));
