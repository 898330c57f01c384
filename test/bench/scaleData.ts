// What `npm run bench -- scale` measures on: oxides strained, their atoms displaced, with densities of Gaussian atoms.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { lengths, reciprocalLattice } from "../../src/core/crystal/lattice.js";
import type { Structure } from "../../src/core/crystal/structure.js";
import { writeVolumetric } from "../../src/core/formats/writeVolumetric.js";
import { type Matrix3, multiply, norm, rowTimes, type Vector3 } from "../../src/core/math/matrix3.js";
import { Random } from "../../src/core/math/random.js";
import { canDescribe, type EncodedMaterial } from "../../src/jobs/spectra/material.js";
import { readPackedSpectra } from "../../src/jobs/spectra/packedSpectra.js";

/** Points per axis: enough for dL = 0.4 Å where no axis is longer than LONGEST (Å). */
const POINTS = 16;
const HELD = 7;
const LONGEST = 5.6;
/** Standard deviations: of strains, and of displacements in fractions of the cell. */
const STRAIN = 0.01;
const MOVED = 0.005;
/** Å, of the Gaussian of every atom. */
export const WIDTH = 0.5;

/**
 * Writes `count` files `<oxide>-<number>.CHGCAR` and targets.csv (the oxide's gap, and the volume per atom) into a
 * folder; deterministic.
 */
export function makeScaleData(
  spectra: string,
  targets: ReadonlyMap<string, number>,
  folder: string,
  count: number,
): void {
  mkdirSync(folder, { recursive: true });
  const random = new Random(1);
  const parents = smallParents(readPackedSpectra(spectra)?.materials ?? [], targets, random);
  const rows = ["id,band_gap,volume_per_atom"];
  for (let i = 0; i < count; i++) {
    const parent = parents[i % parents.length] as EncodedMaterial;
    const structure = strained(parent.structure, random);
    const id = `${parent.id}-${String(i).padStart(6, "0")}`;
    const { density, volume, atoms } = densityOf({ ...parent, structure });
    const text = [
      ...writeVolumetric({ structure, grid: [POINTS, POINTS, POINTS], blocks: [{ values: [density] }] }),
    ].join("");
    writeFileSync(path.join(folder, `${id}.CHGCAR`), text);
    rows.push(`${id},${targets.get(parent.id)},${volume / atoms}`);
  }
  writeFileSync(path.join(folder, "targets.csv"), `${rows.join("\n")}\n`);
}

/** The oxides whose cells are small, shuffled. Throws where there is none. */
export function smallParents(
  oxides: readonly EncodedMaterial[],
  targets: ReadonlyMap<string, number>,
  random: Random,
): readonly EncodedMaterial[] {
  const parents = random
    .shuffle(oxides)
    .filter(({ id, structure }) => targets.has(id) && Math.max(...lengths(structure.lattice)) < LONGEST);
  if (parents.length === 0) throw new Error("there are no small cells");
  return parents;
}

export function strained(structure: Structure, random: Random): Structure {
  const strain = () => STRAIN * random.normal();
  const [xy, xz, yz] = [strain(), strain(), strain()];
  const matrix: Matrix3 = [
    [1 + strain(), xy, xz],
    [xy, 1 + strain(), yz],
    [xz, yz, 1 + strain()],
  ];
  const fractional = Float64Array.from(structure.fractional, (f) => f + MOVED * random.normal());
  return { ...structure, lattice: multiply(structure.lattice, matrix), fractional };
}

/**
 * Density times volume on the grid, x fastest, from the structure factor of Gaussian atoms of as many electrons as half
 * their atomic number.
 */
function densityOf(material: EncodedMaterial): {
  readonly density: Float64Array;
  readonly volume: number;
  readonly atoms: number;
} {
  const { lattice, fractional, atomicNumbers } = canDescribe(material);
  const reciprocal = reciprocalLattice(lattice);
  const size = 2 * HELD + 1;
  let re = new Float64Array(size ** 3);
  let im = new Float64Array(size ** 3);
  atomicNumbers.forEach((z, atom) => {
    const place = [0, 1, 2].map((axis) => -2 * Math.PI * (fractional[3 * atom + axis] as number));
    const [x = 0, y = 0, w = 0] = place;
    let at = 0;
    for (let l = -HELD; l <= HELD; l++)
      for (let k = -HELD; k <= HELD; k++)
        for (let h = -HELD; h <= HELD; h++) {
          const phase = h * x + k * y + l * w;
          re[at] = (re[at] as number) + (z / 2) * Math.cos(phase);
          im[at] = (im[at] as number) + (z / 2) * Math.sin(phase);
          at++;
        }
  });
  for (let at = 0; at < size ** 3; at++) {
    const hkl: Vector3 = [(at % size) - HELD, (Math.floor(at / size) % size) - HELD, Math.floor(at / size ** 2) - HELD];
    const damping = Math.exp(-0.5 * (WIDTH * norm(rowTimes(hkl, reciprocal))) ** 2);
    re[at] = (re[at] as number) * damping;
    im[at] = (im[at] as number) * damping;
  }
  // one axis after the other: the fastest is summed, and comes last
  for (let axis = 0; axis < 3; axis++) ({ re, im } = sumFastest(re, im, size));
  const [a, b, c] = lattice;
  const volume = Math.abs(
    a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0]),
  );
  return { density: re, volume, atoms: atomicNumbers.length };
}

/** [slow, ..., h] -> [points, slow, ...]: the sum over h of the waves at each point of that axis. */
function sumFastest(
  re: Float64Array,
  im: Float64Array,
  size: number,
): { readonly re: Float64Array<ArrayBuffer>; readonly im: Float64Array<ArrayBuffer> } {
  const rows = re.length / size;
  const out = { re: new Float64Array(POINTS * rows), im: new Float64Array(POINTS * rows) };
  for (let point = 0; point < POINTS; point++)
    for (let row = 0; row < rows; row++) {
      let x = 0;
      let y = 0;
      for (let h = 0; h < size; h++) {
        const cos = COSINES[point * size + h] as number;
        const sin = SINES[point * size + h] as number;
        const p = re[row * size + h] as number;
        const q = im[row * size + h] as number;
        x += p * cos - q * sin;
        y += p * sin + q * cos;
      }
      out.re[point * rows + row] = x;
      out.im[point * rows + row] = y;
    }
  return out;
}

const PHASES = Float64Array.from(
  { length: POINTS * (2 * HELD + 1) },
  (_, at) => (2 * Math.PI * Math.floor(at / (2 * HELD + 1)) * ((at % (2 * HELD + 1)) - HELD)) / POINTS,
);
const COSINES = PHASES.map(Math.cos);
const SINES = PHASES.map(Math.sin);
