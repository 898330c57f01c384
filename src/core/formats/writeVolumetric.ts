import type { Structure } from "../crystal/structure.js";
import type { Vector3 } from "../math/matrix3.js";
import { writePoscar } from "./poscar.js";

export interface VolumetricBlock {
  /**
   * The raw values as the kind of file stores them (of a CHGCAR: density times volume), x fastest, in pieces of any
   * lengths.
   */
  readonly values: Iterable<Float64Array>;
  /**
   * What stands between this block and the next: augmentation occupancies and magnetic moments, lines with their line
   * ends.
   */
  readonly behind?: string;
}

export interface VolumetricContent {
  readonly structure: Structure;
  readonly grid: Vector3;
  /** One, two (spin-polarised) or four (noncollinear). */
  readonly blocks: Iterable<VolumetricBlock>;
}

const COLUMNS = 5;
const LINES_A_PIECE = 2000;
/**
 * Smaller ones are written as 0: with an exponent of three digits Fortran leaves out the letter, and other programs
 * than VASP then misread all that follows.
 */
const SMALLEST = 1e-99;

/**
 * Text of a CHGCAR and its like, piece by piece, in the form that VASP writes and reads: a POSCAR, a blank line, then
 * for each block the grid and lines of 5(1X,E17.11). Values below 1e-99 are written as 0. Throws RangeError where
 * values are not finite or their number is not the grid's.
 */
export function* writeVolumetric({ structure, grid, blocks }: VolumetricContent): Generator<string, void, undefined> {
  yield `${writePoscar(structure)} \n`;
  for (const { values, behind = "" } of blocks) {
    yield `${grid.map((points) => ` ${String(points).padStart(4)}`).join("")}\n`;
    yield* valueLines(values, grid[0] * grid[1] * grid[2]);
    yield behind;
  }
}

/**
 * As Fortran's E17.11: eleven digits behind the point, a minus sign in the place of the leading 0, no letter before an
 * exponent of three digits.
 */
export function fortranReal(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be written as a value of a grid`);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "0";
  if (value === 0) return `${sign}.00000000000E+00`;
  const text = Math.abs(value).toExponential(10);
  const exponent = Number(text.slice(13)) + 1;
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `${sign}.${text[0]}${text.slice(2, 12)}${size.length > 2 ? "" : "E"}${exponent < 0 ? "-" : "+"}${size}`;
}

function* valueLines(values: Iterable<Float64Array>, points: number): Generator<string, void, undefined> {
  let lines = "";
  let count = 0;
  for (const piece of values) {
    for (const value of piece) {
      count++;
      const text = fortranReal(Math.abs(value) < SMALLEST ? 0 : value);
      lines += count % COLUMNS === 0 || count === points ? ` ${text}\n` : ` ${text}`;
      if (count % (COLUMNS * LINES_A_PIECE) !== 0) continue;
      yield lines;
      lines = "";
    }
    if (count > points) break;
  }
  if (count !== points)
    throw new RangeError(
      `A block of ${points} values cannot be written from ${count}${count > points ? " or more" : ""}`,
    );
  yield lines;
}
