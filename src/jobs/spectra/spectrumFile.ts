import { readFileSync } from "node:fs";
import type { Structure } from "../../core/crystal/structure.js";
import type { Component, FieldUnit, Spectrum } from "../../core/descriptors/spectrum.js";
import type { Matrix3 } from "../../core/math/matrix3.js";
import { numbersOf } from "../files/npy.js";
import { type Npz, NpzWriter, readNpz } from "../files/npz.js";
import type { EncodedMaterial } from "./material.js";

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

/** Writes a material's sparse spectrum as `.npz`: `hkl`, `amplitude`, `magnetization` and `functionals` where there are such, `lattice`, `fractional`, and `meta.json` with the rest. Throws `WriteError`. */
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

/** The same numbers to the last bit, or undefined where no whole file of this form stands. */
export function readSpectrum(file: string): { readonly material: EncodedMaterial; readonly origin: SpectrumOrigin } | undefined {
  try {
    const npz = readNpz(readFileSync(file));
    const meta = JSON.parse(npz.texts.get("meta.json") ?? "") as Meta;
    if (meta.format !== 1) return undefined;
    const lattice = matrixOf(doubles(npz, "lattice"));
    const structure: Structure = { ...meta.material.structure, lattice, fractional: doubles(npz, "fractional") };
    const spectrum: Spectrum = {
      lattice,
      cutoff: meta.origin.cutoff,
      hkl: integers(npz, "hkl"),
      amplitude: doubles(npz, "amplitude"),
      unit: meta.unit,
      ...magnetizationOf(npz, meta.material.components),
      ...(npz.arrays.has("functionals") && { functionals: doubles(npz, "functionals") }),
      ...(meta.firstMissing !== undefined && { firstMissing: meta.firstMissing }),
    };
    if (spectrum.hkl.length !== 3 * spectrum.amplitude.length) return undefined;
    return { material: { ...meta.material, structure, spectrum }, origin: meta.origin };
  } catch {
    return undefined;
  }
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

function matrixOf(v: Float64Array): Matrix3 {
  const at = (i: number) => v[i] as number;
  return [
    [at(0), at(1), at(2)],
    [at(3), at(4), at(5)],
    [at(6), at(7), at(8)],
  ];
}
