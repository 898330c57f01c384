import type { Structure } from "../../core/crystal/structure.js";
import type { Component, Spectrum } from "../../core/descriptors/spectrum.js";
import type { VolumetricKind } from "../../core/formats/volumetric.js";
import type { BlockPreview } from "./blockPreview.js";
import type { VolumetricCode } from "./readerChoice.js";
import type { KeepValues } from "./volumetricStream.js";

/** How a volumetric file is read. */
export interface ReadOptions {
  /** g_cut in 1/Å; default pi / (0.4 Å). */
  readonly cutoff?: number;
  /** false: facts only, no spectra. Default true. */
  readonly transform?: boolean;
  readonly signal?: AbortSignal;
  /** Told the fraction of the file's bytes that has been read. */
  readonly onProgress?: (fraction: number) => void;
  /** 2: large plain files are read by two threads, which stay warm. The result is the same, to the bit. Default 1. */
  readonly threads?: number;
  /**
   * Blocks of at least so many bytes are given to two threads. Default 32 MB: smaller ones are read before two threads
   * have been told to.
   */
  readonly threadsFrom?: number;
  /** true: the spectrum of a density brings its functionals in real space. Default false. */
  readonly functionals?: boolean;
  /**
   * Also a coarse picture of each block in space, with so many points on the axis with the most waves (16 to 64 are
   * sensible).
   */
  readonly preview?: number;
  /** false: leave out the file's hash, which takes half as long as the reading itself; it is then empty. Default true. */
  readonly hash?: boolean;
  /** Where the values go; one thread then reads. */
  readonly keep?: KeepValues;
  /** Which frame of a file of several, from 1. Default: the last complete one. */
  readonly frame?: number;
  /** Default: from the file's name, CHGCAR where that tells none. */
  readonly kind?: VolumetricKind;
  /**
   * What reads the numbers; default: the fastest that has passed its self-check on this machine. All give the same
   * bits.
   */
  readonly reader?: VolumetricCode;
}

/**
 * One block. `mean`, `min` and `max` are of the raw stored values, the spectrum follows the unit rule of spec section
 * 1.
 */
export interface BlockReading {
  readonly name: Component;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  /** Absent without a transform, and where values of the block are not numbers. */
  readonly spectrum?: Spectrum;
  /** Where one was asked for and there is a spectrum. */
  readonly preview?: BlockPreview;
}

export interface VolumetricReading {
  readonly kind: VolumetricKind;
  readonly structure: Structure;
  readonly grid: readonly [number, number, number];
  /** How many the file holds (as far as it was read), and which of them this is, from 1. */
  readonly frames: number;
  readonly frame: number;
  /** The complete blocks. */
  readonly blocks: readonly BlockReading[];
  /**
   * Of a file that stores a density: the mean of the raw first block, which VASP multiplies by the volume; a cube's
   * integral.
   */
  readonly electrons?: number;
  /** A block lacks values: an error tells where; the complete blocks are here all the same. */
  readonly truncated: boolean;
  /** Of the file's bytes as stored. */
  readonly hash: string;
  readonly bytes: number;
}
