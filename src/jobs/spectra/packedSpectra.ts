import { gridLimits, halfSphere } from "../../core/crystal/halfSphere.js";
import type { Structure } from "../../core/crystal/structure.js";
import { FUNCTIONAL_COUNT, type Functionals } from "../../core/descriptors/functionals.js";
import type { Component, FieldUnit, Spectrum } from "../../core/descriptors/spectrum.js";
import type { Matrix3 } from "../../core/math/matrix3.js";
import { withHashes } from "../files/contentHash.js";
import { numbersOf, textsOf } from "../files/npy.js";
import { type Npz, NpzWriter, orDamaged, readNpzFile } from "../files/npz.js";
import { UsageError } from "../files/usageError.js";
import { softwareVersion } from "../files/version.js";
import type { EncodedMaterial } from "./material.js";
import { checkSpectrum, vectorAt } from "./soundSpectrum.js";

/** The file's name in an encoded dataset. */
export const PACKED_SPECTRA = "spectra.npz";

/** What holds for all spectra of a file. */
export interface PackedOrigin {
  readonly component: Component;
  /** g_cut in 1/Å. */
  readonly cutoff: number;
}

export interface PackedSpectra extends PackedOrigin {
  readonly materials: readonly EncodedMaterial[];
}

interface Meta extends PackedOrigin {
  readonly format: 1;
  readonly software: string;
  readonly materials: readonly PackedFacts[];
}

/** Of one material, what is no array. */
interface PackedFacts {
  readonly hash: string;
  readonly kind: string;
  readonly components: readonly Component[];
  readonly electrons?: number;
  readonly unit: FieldUnit;
  readonly structure: Pick<Structure, "comment" | "species" | "counts">;
}

/**
 * Writes many sparse spectra as one `.npz`: `ids`, `lattice` [n, 3, 3], `grid` [n, 3], `waves` and `atoms` [n] (how
 * many each has), `amplitude` (float64, one after the other), `functionals` [n, FUNCTIONAL_COUNT] where any are known
 * (a row of NaN: not of this material), and `fractional` [sum of atoms, 3]; the rest in `meta.json`.
 * Miller indices are left out: lattice, cutoff and grid decide which waves there are, in the order of spec section 3.
 * Throws `WriteError`.
 */
export function writePackedSpectra(
  file: string,
  materials: readonly EncodedMaterial[],
  { component, cutoff }: PackedOrigin,
): void {
  const strange = materials.find((material) => !followsFromGrid(material, cutoff));
  if (strange !== undefined)
    throw new UsageError(`the plane waves of ${strange.id} do not match its grid; it cannot be packed`);
  const n = materials.length;
  const meta: Meta = { format: 1, software: softwareVersion, component, cutoff, materials: materials.map(factsOf) };
  const writer = new NpzWriter(file);
  try {
    writer.add(
      "ids",
      materials.map(({ id }) => id),
    );
    writer.add("lattice", Float64Array.from(materials.flatMap(({ structure }) => structure.lattice.flat())), [n, 3, 3]);
    writer.add("grid", Int32Array.from(materials.flatMap(({ grid }) => [...grid])), [n, 3]);
    writer.add(
      "waves",
      Int32Array.from(materials, ({ spectrum }) => spectrum.amplitude.length),
    );
    writer.add(
      "atoms",
      Int32Array.from(materials, ({ structure }) => structure.fractional.length / 3),
    );
    writer.add("amplitude", joined(materials.map(({ spectrum }) => spectrum.amplitude)));
    if (materials.some(({ spectrum }) => spectrum.functionals !== undefined)) {
      const none = new Float64Array(FUNCTIONAL_COUNT).fill(Number.NaN);
      writer.add("functionals", joined(materials.map(({ spectrum }) => spectrum.functionals ?? none)), [
        n,
        FUNCTIONAL_COUNT,
      ]);
    }
    const places = joined(materials.map(({ structure }) => structure.fractional));
    writer.add("fractional", places, [places.length / 3, 3]);
    writer.addText("meta.json", JSON.stringify(meta));
    writer.close();
  } catch (error) {
    writer.discard();
    throw error;
  }
}

const ARRAYS = ["ids", "lattice", "grid", "waves", "atoms", "amplitude", "functionals", "fractional"];

/**
 * The same numbers to the last bit; undefined where no file of this form stands. Throws `DamagedFileError` for one that
 * is not what was written.
 */
export function readPackedSpectra(file: string): PackedSpectra | undefined {
  const npz = readNpzFile(file, "meta.json", ARRAYS);
  if (!npz?.arrays.has("ids")) return undefined;
  return orDamaged(() => spectraOf(file, npz));
}

function spectraOf(file: string, npz: Npz): PackedSpectra | undefined {
  const meta = withHashes(JSON.parse(npz.texts.get("meta.json") ?? "")) as Meta;
  if (meta.format !== 1 || !Array.isArray(meta.materials)) return undefined;
  const ids = textsOf(arrayOf(npz, "ids"));
  const part = partsOf(npz);
  const materials = ids.map((id, index) => unpack(file, id, meta, index, part(index)));
  return { component: meta.component, cutoff: meta.cutoff, materials };
}

interface Part {
  readonly lattice: Matrix3;
  readonly grid: readonly [number, number, number];
  readonly amplitude: Float64Array;
  readonly fractional: Float64Array;
  /** Files that were written before there were any have none. */
  readonly functionals?: Functionals;
}

function unpack(file: string, id: string, { cutoff, materials }: Meta, index: number, part: Part): EncodedMaterial {
  const facts = materials[index];
  if (facts === undefined) throw new Error(`no facts of ${id}`);
  const { unit, structure, ...rest } = facts;
  const { lattice, grid, amplitude, fractional, functionals } = part;
  checkSpectrum({ ...facts, id, cutoff, ...part });
  const spectrum: Spectrum = {
    lattice,
    cutoff,
    ...halfSphere(lattice, cutoff, gridLimits(grid)),
    amplitude,
    unit,
    ...magnetizationOf(facts),
    ...(functionals && { functionals }),
  };
  if (spectrum.hkl.length !== 3 * amplitude.length) throw new Error(`${id} has not the waves of its grid`);
  return { ...rest, id, file, grid, structure: { ...structure, lattice, fractional }, spectrum };
}

/** Packed spectra leave the magnetisation out. */
function magnetizationOf({ components }: PackedFacts): Pick<Spectrum, "magnetization"> {
  return components.length === 1 && components[0] === "total" ? { magnetization: "none" } : {};
}

/** Takes the arrays apart, material by material. */
function partsOf(npz: Npz): (index: number) => Part {
  const array = (name: string) => numbersOf(arrayOf(npz, name));
  const [lattice, grid, waves, atoms] = [array("lattice"), array("grid"), array("waves"), array("atoms")];
  const [amplitude, fractional] = [array("amplitude"), array("fractional")];
  if (!(amplitude instanceof Float64Array) || !(fractional instanceof Float64Array))
    throw new Error("spectra are of float64");
  const functionals = npz.arrays.has("functionals") ? array("functionals") : undefined;
  const wave = startsOf(waves);
  const atom = startsOf(atoms);
  return (i) => ({
    lattice: [vectorAt(lattice, 9 * i), vectorAt(lattice, 9 * i + 3), vectorAt(lattice, 9 * i + 6)],
    grid: vectorAt(grid, 3 * i),
    amplitude: amplitude.slice(wave[i], wave[i + 1]),
    fractional: fractional.slice(3 * (atom[i] as number), 3 * (atom[i + 1] as number)),
    ...(functionals instanceof Float64Array && functionalsOfRow(functionals, i)),
  });
}

function functionalsOfRow(all: Float64Array, row: number): Pick<Part, "functionals"> {
  const functionals = all.slice(FUNCTIONAL_COUNT * row, FUNCTIONAL_COUNT * (row + 1));
  return functionals.every(Number.isFinite) ? { functionals } : {};
}

function factsOf({ hash, kind, components, electrons, structure, spectrum }: EncodedMaterial): PackedFacts {
  const { comment, species, counts } = structure;
  return {
    hash,
    kind,
    components,
    ...(electrons !== undefined && { electrons }),
    unit: spectrum.unit,
    structure: { comment, ...(species !== undefined && { species }), counts },
  };
}

function followsFromGrid({ structure, grid, spectrum }: EncodedMaterial, cutoff: number): boolean {
  const { hkl } = halfSphere(structure.lattice, cutoff, gridLimits(grid));
  return hkl.length === spectrum.hkl.length && hkl.every((index, i) => index === spectrum.hkl[i]);
}

function joined(arrays: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}

function startsOf(counts: ArrayLike<number>): number[] {
  const starts = [0];
  for (let i = 0; i < counts.length; i++) starts.push((starts[i] as number) + (counts[i] as number));
  return starts;
}

function arrayOf(npz: Npz, name: string) {
  const array = npz.arrays.get(name);
  if (array === undefined) throw new Error(`no array ${name}`);
  return array;
}
