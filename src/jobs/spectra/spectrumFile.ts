import { statSync } from "node:fs";
import { millerLimits } from "../../core/crystal/halfSphere.js";
import type { Structure } from "../../core/crystal/structure.js";
import { FUNCTIONAL_COUNT } from "../../core/descriptors/functionals.js";
import type { Component, FieldUnit, Spectrum } from "../../core/descriptors/spectrum.js";
import { withHash } from "../files/contentHash.js";
import { numbersOf } from "../files/npy.js";
import { type Npz, NpzWriter, orDamaged, readNpzFile } from "../files/npz.js";
import { DamagedFileError } from "../files/zipArchive.js";
import type { EncodedMaterial } from "./material.js";
import { checkSpectrum, vectorAt } from "./soundSpectrum.js";

/** How a stored spectrum came about: what a cache compares before it trusts one. */
export interface SpectrumOrigin {
  readonly software: string;
  readonly component: Component;
  /** g_cut in 1/Å. */
  readonly cutoff: number;
  readonly bytes: number;
  /** Of the file, ms since 1970. */
  readonly modified: number;
  /** Of a file with several, where one was asked for. */
  readonly frame?: number;
}

interface Meta {
  readonly format: 1;
  readonly origin: SpectrumOrigin;
  readonly material: Omit<EncodedMaterial, "structure" | "spectrum"> & {
    readonly structure: Omit<Structure, "fractional" | "lattice" | "free">;
  };
  readonly unit: FieldUnit;
  readonly firstMissing?: number;
}

/**
 * Writes a material's sparse spectrum as `.npz`: `hkl`, `amplitude`, `magnetization` and `functionals` where there are
 * such, `lattice`, `fractional`, and `meta.json` with the rest. Throws `WriteError`.
 */
export function writeSpectrum(file: string, material: EncodedMaterial, origin: SpectrumOrigin): void {
  const { spectrum, structure, ...rest } = material;
  const { lattice, fractional, free: _, ...atoms } = structure;
  const { unit, firstMissing } = spectrum;
  const meta: Meta = {
    format: 1,
    origin,
    material: { ...rest, structure: atoms },
    unit,
    ...(firstMissing !== undefined && { firstMissing }),
  };
  const writer = new NpzWriter(file);
  try {
    writer.add("hkl", spectrum.hkl, [spectrum.hkl.length / 3, 3]);
    writer.add("amplitude", spectrum.amplitude);
    if (spectrum.magnetization instanceof Float64Array) writer.add("magnetization", spectrum.magnetization);
    if (spectrum.functionals) writer.add("functionals", spectrum.functionals);
    writer.add("lattice", Float64Array.from(lattice.flat()), [3, 3]);
    writer.add("fractional", fractional, [fractional.length / 3, 3]);
    writer.addText("meta.json", JSON.stringify(meta));
    writer.close();
  } catch (error) {
    writer.discard();
    throw error;
  }
}

const ARRAYS = ["hkl", "amplitude", "magnetization", "functionals", "lattice", "fractional"];

/**
 * The same numbers to the last bit; undefined where no file of this form stands. Throws `DamagedFileError` for one that
 * is not what was written.
 */
export function readSpectrum(
  file: string,
): { readonly material: EncodedMaterial; readonly origin: SpectrumOrigin } | undefined {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return undefined;
  const npz = readNpzFile(file, "meta.json", ARRAYS);
  if (!npz?.arrays.has("hkl")) return undefined;
  return orDamaged(() => spectrumOf(npz));
}

function spectrumOf(npz: Npz): { readonly material: EncodedMaterial; readonly origin: SpectrumOrigin } | undefined {
  const stored = JSON.parse(npz.texts.get("meta.json") ?? "") as Meta;
  if (stored.format !== 1) return undefined;
  const meta = { ...stored, material: withHash(stored.material) as Meta["material"] };
  const values = doubles(npz, "lattice");
  const lattice = [vectorAt(values, 0), vectorAt(values, 3), vectorAt(values, 6)] as const;
  const structure: Structure = { ...meta.material.structure, lattice, fractional: doubles(npz, "fractional") };
  const { cutoff } = meta.origin;
  const spectrum: Spectrum = {
    lattice,
    cutoff,
    hkl: integers(npz, "hkl"),
    amplitude: doubles(npz, "amplitude"),
    unit: meta.unit,
    ...magnetizationOf(npz, meta.material.components),
    ...(npz.arrays.has("functionals") && { functionals: functionalsOf(npz) }),
    ...(meta.firstMissing !== undefined && { firstMissing: meta.firstMissing }),
  };
  checkSpectrum({
    ...meta.material,
    unit: meta.unit,
    lattice,
    cutoff,
    fractional: structure.fractional,
    amplitude: spectrum.amplitude,
  });
  const { length } = spectrum.amplitude;
  const isWhole =
    spectrum.hkl.length === 3 * length &&
    (npz.arrays.has("magnetization") ? doubles(npz, "magnetization").length : length) === length;
  if (!isWhole || !hasOwnWaves(spectrum)) throw new DamagedFileError("its arrays do not fit each other");
  return { material: { ...meta.material, structure, spectrum }, origin: meta.origin };
}

function functionalsOf(npz: Npz): Float64Array {
  const functionals = doubles(npz, "functionals");
  if (functionals.length !== FUNCTIONAL_COUNT || !functionals.every(Number.isFinite))
    throw new DamagedFileError("its functionals cannot be");
  return functionals;
}

/** Whether every wave is one of the sphere's. */
function hasOwnWaves({ lattice, cutoff, hkl }: Spectrum): boolean {
  const limits = millerLimits(lattice, cutoff);
  return hkl.every((index, i) => Math.abs(index) <= (limits[i % 3] as number));
}

/** Not known in files that were written before it was kept. */
function magnetizationOf(npz: Npz, components: readonly Component[]): Pick<Spectrum, "magnetization"> {
  if (npz.arrays.has("magnetization")) return { magnetization: doubles(npz, "magnetization") };
  return components.length === 1 && components[0] === "total" ? { magnetization: "none" } : {};
}

function doubles(npz: Npz, name: string): Float64Array {
  const numbers = numbersOf(arrayOf(npz, name));
  if (!(numbers instanceof Float64Array)) throw new Error(`${name} is not of float64`);
  return numbers;
}

function integers(npz: Npz, name: string): Int32Array {
  const numbers = numbersOf(arrayOf(npz, name));
  if (!(numbers instanceof Int32Array)) throw new Error(`${name} is not of int32`);
  return numbers;
}

function arrayOf(npz: Npz, name: string) {
  const array = npz.arrays.get(name);
  if (array === undefined) throw new Error(`no array ${name}`);
  return array;
}
