import { statSync } from "node:fs";
import path from "node:path";
import { reducedFormula } from "../../core/crystal/formula.js";
import { reciprocalLattice } from "../../core/crystal/lattice.js";
import type { EncodeSettings } from "../../core/descriptors/encodeSettings.js";
import { cutoffOfSpacing } from "../../core/descriptors/r3dvs.js";
import type { Component, Spectrum } from "../../core/descriptors/spectrum.js";
import { norm, rowTimes, type Vector3 } from "../../core/math/matrix3.js";
import { FILE_START, type Parsed, problem } from "../../core/text/problem.js";
import { reasonOf } from "../files/atomicFile.js";
import type { EncodedMaterial } from "./material.js";
import { type PackedSpectra, readPackedSpectra } from "./packedSpectra.js";
import { readShardIndex } from "./shardIndex.js";
import { readSpectrum } from "./spectrumFile.js";

/** A material of a dataset by its name, and the file that holds it. */
type Entry = Pick<EncodedMaterial, "id" | "file">;

/** Whether a file's name is that of spectra which `encode` wrote, one (`<id>.npz`) or many (`spectra.npz`). */
export const isEncodedName = (file: string): boolean => file.endsWith(".npz");

/**
 * The materials of a file with spectra; none for a `.npz` of another kind. A damaged one stands for itself, for its
 * reading to tell why.
 */
export function materialsOfEncoded(file: string): Entry[] {
  const index = readShardIndex(file);
  if (index) return index.materials.map(({ id }) => ({ id, file }));
  const { spectra, damage } = openEncoded(file);
  if (damage !== undefined) return [{ id: path.basename(file, ".npz"), file }];
  return spectra?.materials.map(({ id }) => ({ id, file })) ?? [];
}

/** The reduced formulas of the materials in a file with spectra, by id; empty where the elements are not told. */
export function formulasOfEncoded(file: string): ReadonlyMap<string, string> {
  const index = readShardIndex(file);
  if (index) return new Map(index.materials.map(({ id, formula }) => [id, formula]));
  return new Map(
    openEncoded(file).spectra?.materials.map(({ id, structure }) => [id, reducedFormula(structure) ?? ""]),
  );
}

/**
 * Reads a material that was encoded before. What was left out then, a finer resolution or another block, is a problem.
 */
export function readEncoded(
  { id, file }: Entry,
  settings: Pick<EncodeSettings, "spacing" | "component">,
): Parsed<EncodedMaterial> {
  const { spectra: opened, damage } = openEncoded(file);
  if (damage !== undefined)
    return { problems: [problem("error", FILE_START, "the file is damaged: {0}; encode the densities again", damage)] };
  const material = opened && (byIdOf(opened).get(id) ?? opened.materials.find((one) => id.endsWith(`/${one.id}`)));
  if (opened === undefined || material === undefined)
    return { problems: [problem("error", FILE_START, "the file has no spectrum of {0}", id)] };
  if (opened.component !== settings.component) {
    const text = "the spectra in this file belong to the {0} block, not to {1}";
    return { problems: [problem("error", FILE_START, text, opened.component, settings.component)] };
  }
  const cutoff = cutoffOfSpacing(settings.spacing);
  if (cutoff > opened.cutoff * SAME) {
    const text = "the spectra in this file were computed with dL = {0} Å; a finer dL needs the densities";
    return { problems: [problem("error", FILE_START, text, Number((Math.PI / opened.cutoff).toPrecision(6)))] };
  }
  return {
    value:
      cutoff * SAME < opened.cutoff
        ? { ...material, id, spectrum: cutSpectrum(material.spectrum, cutoff) }
        : { ...material, id },
    problems: [],
  };
}

/** A material with all waves that were kept of it, of the block that was encoded. */
export interface WholeEncoded {
  readonly material: EncodedMaterial;
  readonly component: Component;
  /** g_cut in 1/Å. */
  readonly cutoff: number;
}

/** The same as it stands in the file, whatever the settings. */
export function readWholeEncoded({ id, file }: Entry): Parsed<WholeEncoded> {
  const { spectra, damage } = openEncoded(file);
  const component = spectra?.component ?? "total";
  const { value, problems } = readEncoded({ id, file }, { spacing: spectra ? Math.PI / spectra.cutoff : 1, component });
  if (value === undefined || spectra === undefined || damage !== undefined) return { problems };
  return { value: { material: { ...value, file }, component, cutoff: spectra.cutoff }, problems };
}

const byId = new WeakMap<PackedSpectra, ReadonlyMap<string, EncodedMaterial>>();

function byIdOf(spectra: PackedSpectra): ReadonlyMap<string, EncodedMaterial> {
  const known = byId.get(spectra) ?? new Map(spectra.materials.map((material) => [material.id, material]));
  byId.set(spectra, known);
  return known;
}

/** Two cutoffs within this factor are one. */
const SAME = 1 + 1e-9;

/** The part of a spectrum with |g| <= cutoff (1/Å). */
function cutSpectrum(spectrum: Spectrum, cutoff: number): Spectrum {
  const reciprocal = reciprocalLattice(spectrum.lattice);
  const { hkl, amplitude, magnetization, firstMissing, ...rest } = spectrum;
  const index = (i: number): Vector3 => [hkl[3 * i] as number, hkl[3 * i + 1] as number, hkl[3 * i + 2] as number];
  const kept = [...amplitude.keys()].filter((i) => norm(rowTimes(index(i), reciprocal)) <= cutoff * SAME);
  return {
    ...rest,
    cutoff,
    hkl: Int32Array.from(kept.flatMap(index)),
    amplitude: Float64Array.from(kept, (i) => amplitude[i] as number),
    ...(magnetization !== undefined && { magnetization: pick(magnetization, kept) }),
    ...(firstMissing !== undefined && firstMissing <= cutoff * SAME && { firstMissing }),
  };
}

/** `spectra` is missing for a file of another kind; `damage`: why it is not what was written. */
interface Opened {
  readonly spectra?: PackedSpectra;
  readonly damage?: string;
}

/** The file read last: a dataset's materials are asked for one after the other. */
let last: { readonly version: string; readonly opened: Opened } | undefined;

function openEncoded(file: string): Opened {
  const facts = statSync(file, { throwIfNoEntry: false });
  if (!facts?.isFile()) return {};
  const version = `${path.resolve(file)} ${facts.mtimeMs} ${facts.size}`;
  if (last?.version !== version) last = { version, opened: readAny(file) };
  return last.opened;
}

function readAny(file: string): Opened {
  try {
    const packed = readPackedSpectra(file);
    if (packed !== undefined) return { spectra: packed };
    const single = readSpectrum(file);
    if (single === undefined) return {};
    const { component, cutoff } = single.origin;
    return { spectra: { component, cutoff, materials: [{ ...single.material, file }] } };
  } catch (error) {
    return { damage: reasonOf(error) };
  }
}

const pick = (values: Float64Array | "none", kept: readonly number[]) =>
  values === "none" ? values : Float64Array.from(kept, (i) => values[i] as number);
