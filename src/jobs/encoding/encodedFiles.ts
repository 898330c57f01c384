import { existsSync } from "node:fs";
import path from "node:path";
import type { EncodeSettings } from "../../core/descriptors/encodeSettings.js";
import { cutoffOfSpacing, encodeVoxels } from "../../core/descriptors/r3dvs.js";
import { IDENTITY, type Matrix3 } from "../../core/math/matrix3.js";
import { deriveSeed, Random } from "../../core/math/random.js";
import { randomRotation } from "../../core/math/rotation.js";
import { TARGETS_FILE } from "../dataset/targetsFile.js";
import { arraySink } from "../files/arraySink.js";
import { writeFileAtomically } from "../files/atomicFile.js";
import { LIMITS, readSmallFile } from "../files/readSmallFile.js";
import { safeName } from "../files/safeName.js";
import { softwareVersion } from "../files/version.js";
import { checkEncoding } from "../spectra/encodeSettings.js";
import type { EncodedMaterial } from "../spectra/material.js";
import { PACKED_SPECTRA, writePackedSpectra } from "../spectra/packedSpectra.js";
import { originOf } from "../spectra/spectrumCache.js";
import { writeSpectrum } from "../spectra/spectrumFile.js";

export interface DescriptorOptions {
  readonly settings: EncodeSettings;
  /** Randomly rotated copies of each material instead of the one in the file's own axes. */
  readonly rotations?: number;
  readonly seed?: number;
}

/**
 * Writes the voxels of many materials for numpy: `ids`, `descriptor` (float32, [n, N, N, N], z y x), `lattice` ([n, 3,
 * 3], Å), `dl`, `length`, and `meta.json` with the parameters and the version. With `rotations` K each material has K
 * rows in a row, and `rotation` ([n, 3, 3]) holds the matrices. Throws `WriteError` and `UsageError`.
 */
export function writeDescriptors(
  file: string,
  materials: readonly EncodedMaterial[],
  options: DescriptorOptions,
): void {
  const size = checkEncoding(options.settings);
  const copies = materials.flatMap((material) =>
    rotationsOf(material.id, options).map((rotation) => ({ material, rotation })),
  );
  const writer = arraySink(file);
  try {
    writer.add(
      "ids",
      copies.map(({ material }) => material.id),
    );
    writer.add("lattice", Float64Array.from(copies.flatMap(({ material }) => material.structure.lattice.flat())), [
      copies.length,
      3,
      3,
    ]);
    if (options.rotations)
      writer.add("rotation", Float64Array.from(copies.flatMap(({ rotation }) => rotation.flat())), [
        copies.length,
        3,
        3,
      ]);
    writer.add("dl", options.settings.spacing);
    writer.add("length", options.settings.length);
    writer.addInParts("descriptor", "<f4", [copies.length, size, size, size], voxelsOf(copies, options.settings));
    writer.addText("meta.json", JSON.stringify(descriptorMetadata(options, size)));
    writer.close();
  } catch (error) {
    writer.discard();
    throw error;
  }
}

/** What voxels were made with, for files that are read elsewhere. */
export function descriptorMetadata({ settings, rotations = 0, seed = 0 }: DescriptorOptions, size: number): object {
  const { spacing, length, assignment, component } = settings;
  const parameters = { dl: spacing, length, assignment, component, ...(rotations > 0 && { rotations, seed }) };
  return {
    software: { name: "r3dvs", version: softwareVersion },
    descriptor: "r3dvs",
    axes: "z, y, x",
    shape: [size, size, size],
    parameters,
  };
}

export interface EncodedDatasetOptions {
  readonly settings: EncodeSettings;
  /** All spectra in one file. */
  readonly packed: boolean;
  /** What was encoded: the targets of a single dataset are included. */
  readonly sources: readonly string[];
}

/**
 * Writes spectra into a folder that every job takes for a dataset, with the targets of the one they come from. Throws
 * `WriteError` and `UsageError`.
 */
export function writeEncodedDataset(
  folder: string,
  materials: readonly EncodedMaterial[],
  { settings, packed, sources }: EncodedDatasetOptions,
): void {
  const { component, spacing } = settings;
  if (packed)
    writePackedSpectra(path.join(folder, PACKED_SPECTRA), materials, { component, cutoff: cutoffOfSpacing(spacing) });
  else {
    const ids = materials.map(({ id }) => id);
    for (const material of materials) writeSpectrumInto(folder, material, settings, ids);
  }
  copyTargets(folder, sources);
}

/** The targets of what was encoded, where that is one dataset. Throws `WriteError`. */
export function copyTargets(folder: string, sources: readonly string[]): void {
  const [source = ""] = sources;
  const targets = path.join(source, TARGETS_FILE);
  const own = path.join(folder, TARGETS_FILE);
  if (sources.length === 1 && existsSync(targets) && !existsSync(own))
    writeFileAtomically(own, readSmallFile(targets, LIMITS.table));
}

/**
 * Writes one sparse spectrum a material into `folder`, beside those of `others`; returns its path. Throws `WriteError`.
 */
export function writeSpectrumInto(
  folder: string,
  material: EncodedMaterial,
  settings: EncodeSettings,
  others: readonly string[] = [],
): string {
  const file = path.join(folder, `${safeName(material.id, others)}.npz`);
  const origin = originOf(material.file, settings);
  if (origin !== undefined) writeSpectrum(file, material, origin);
  return file;
}

export function rotationsOf(id: string, { rotations = 0, seed = 0 }: DescriptorOptions): Matrix3[] {
  if (rotations === 0) return [IDENTITY];
  return Array.from({ length: rotations }, (_, copy) =>
    randomRotation(new Random(deriveSeed(seed, "encode", id, copy))),
  );
}

function* voxelsOf(
  copies: readonly { material: EncodedMaterial; rotation: Matrix3 }[],
  settings: EncodeSettings,
): Generator<Uint8Array> {
  for (const { material, rotation } of copies) {
    const voxels = encodeVoxels(material.spectrum, settings, rotation);
    yield new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength);
  }
}
