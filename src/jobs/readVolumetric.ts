import type { Structure } from "../core/crystal/structure.js";
import type { Component, Spectrum } from "../core/descriptors/spectrum.js";
import type { VolumetricKind } from "../core/formats/volumetric.js";
import type { Parsed } from "../core/text/problem.js";

export interface ReadOptions {
  /** g_cut in 1/Å; default pi / (0.4 Å). */
  readonly cutoff?: number;
  /** false: facts only, no spectra. Default true. */
  readonly transform?: boolean;
  readonly signal?: AbortSignal;
  /** Told the fraction of the file's bytes that has been read. */
  readonly onProgress?: (fraction: number) => void;
  /** Default: from the file's name. */
  readonly kind?: VolumetricKind;
}

/** One block. `mean`, `min` and `max` are of the raw stored values, the spectrum follows the unit rule of spec section 1. */
export interface BlockReading {
  readonly name: Component;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly spectrum?: Spectrum;
}

export interface VolumetricReading {
  readonly kind: VolumetricKind;
  readonly structure: Structure;
  readonly grid: readonly [number, number, number];
  readonly blocks: readonly BlockReading[];
  /** The mean of the raw first block of a CHGCAR. */
  readonly electrons?: number;
  /** The file ends before its last block is complete. */
  readonly truncated: boolean;
  /** Of the file's bytes as stored. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Streams a volumetric file into facts and sparse spectra; memory does not depend on the file's size. */
export declare function readVolumetric(file: string, options?: ReadOptions): Promise<Parsed<VolumetricReading>>;
