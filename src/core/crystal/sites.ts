import { type Matrix3, rowTimes, type Vector3 } from "../math/matrix3.js";
import { type FractionalBox, planeSpacings } from "./directions.js";

/** A cell with its atoms, one label per atom. */
export interface AtomicCell {
  /** Rows a, b, c, Å. */
  readonly lattice: Matrix3;
  readonly species: readonly string[];
  /** 3 per atom, not necessarily in [0, 1). */
  readonly fractional: ArrayLike<number>;
}

/** One atom where it is drawn: an atom of the cell or one of its periodic images. */
export interface Site {
  /** Which atom of the structure, from 0. */
  readonly atom: number;
  /** The element's symbol, or what stands for it. */
  readonly element: string;
  /** Fractional coordinates, image included. */
  readonly fractional: Vector3;
  /** Cartesian, Å. */
  readonly position: Vector3;
}

/** Å: an atom this near to a cell's face lies on it. */
const ON_FACE = 0.02;

/**
 * Every atom and image inside a box. An atom on a face is there at the opposite face too, as crystals are drawn;
 * `margin` (Å) widens the box on every side.
 */
export function sitesInBox(cell: AtomicCell, box: FractionalBox, margin = ON_FACE): readonly Site[] {
  const { lattice, fractional, species } = cell;
  const spacing = planeSpacings(lattice);
  const low = spacing.map((d, axis) => (box.from[axis] ?? 0) - margin / d);
  const high = spacing.map((d, axis) => (box.to[axis] ?? 0) + margin / d);
  const sites: Site[] = [];
  for (let atom = 0; atom < species.length; atom++) {
    const images = [0, 1, 2].map((axis) =>
      imagesWithin(fractional[3 * atom + axis] ?? 0, low[axis] ?? 0, high[axis] ?? 0),
    );
    for (const x of images[0] ?? [])
      for (const y of images[1] ?? [])
        for (const z of images[2] ?? []) {
          const at: Vector3 = [x, y, z];
          sites.push({ atom, element: species[atom] ?? "X", fractional: at, position: rowTimes(at, lattice) });
        }
  }
  return sites;
}

/** The point's images between two values. */
function imagesWithin(value: number, low: number, high: number): readonly number[] {
  const images: number[] = [];
  for (let shift = Math.ceil(low - value); value + shift <= high; shift++) images.push(value + shift);
  return images;
}
