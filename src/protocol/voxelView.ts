import type { FieldUnit } from "../core/descriptors/spectrum.js";
import type { ShellEffect } from "../core/learning/domain/occlusion.js";
import type { ProcessPart } from "../core/learning/gaussianProcess/processParts.js";
import type { Vector3 } from "../core/math/matrix3.js";

/** What the voxel view shows of one file. Plain data: structured clone carries it, typed arrays as they are. */
export interface VoxelViewData {
  /** The file's base name. */
  readonly title: string;
  readonly formula: string;
  readonly kind: string;
  readonly unit: FieldUnit;
  /** Rows a1, a2, a3, Å. */
  readonly lattice: readonly [Vector3, Vector3, Vector3];
  readonly volume: number;
  readonly natoms: number;
  readonly electrons?: number;
  readonly grid: readonly [number, number, number];
  /** dL and L in Å; voxels a side N = L/dL; |b*| = 2 pi/L. */
  readonly spacing: number;
  readonly length: number;
  readonly assignment: "nearest" | "trilinear";
  /** The half sphere; the view makes voxels of any orientation from it (core/descriptors/r3dvs). */
  readonly cutoff: number;
  readonly hkl: Int32Array;
  readonly amplitude: Float64Array;
  readonly warnings: readonly string[];
  readonly component: string;
  readonly components: readonly string[];
  /** A material of a dataset of spectra: there is no file of its own. */
  readonly isEncoded?: true;
  /** Of a file with several: how many, and which of them this is, from 1. */
  readonly frames?: { readonly count: number; readonly shown: number };
}

/** A training material; similarity from 0 to 1, which the same density has. */
export interface SimilarMaterial {
  readonly id: string;
  /** Reduced; absent where the model does not tell it. */
  readonly formula?: string;
  readonly similarity: number;
}

export interface PredictionRow {
  /** As its folder is called, without the target. */
  readonly model: string;
  readonly target: string;
  readonly unit: string;
  /** Absent where the model has no say on the file. */
  readonly value?: number;
  readonly sigma?: number;
  /** The 90 % interval. */
  readonly lower?: number;
  readonly upper?: number;
  /** Mean absolute error of the model on materials that its training had not seen. */
  readonly testError?: number;
  /** The calculated value of this material; `source`: the name of the file that tells it. */
  readonly known?: { readonly value: number; readonly source: string };
  readonly outOfDomain: boolean;
  /** Why it is, or why there is no value, in the reader's language. */
  readonly reasons?: readonly string[];
  /** The model was trained on this very crystal, in whatever cell. */
  readonly inTraining?: boolean;
  /** Of a kernel model of many materials: through how many of them it learned from all. */
  readonly approximation?: { readonly trainedOn: number; readonly landmarks: number };
  /** Of a model of many materials: the distances of how many training materials set the domain's limit. */
  readonly domainMeasuredOn?: number;
  readonly nearest: readonly SimilarMaterial[];
  /** The file changed since this was computed. */
  readonly stale: boolean;
  /**
   * The model's folder; with it the view asks what the prediction rests on. Absent where the model does not read the
   * density.
   */
  readonly explainable?: string;
}

/**
 * Which plane waves one prediction rests on: what it loses when they are covered, in its unit
 * (core/learning/occlusion).
 */
export type Explanation = WaveExplanation | PartExplanation;

interface ExplainedPrediction {
  /** The model's folder. */
  readonly model: string;
  readonly target: string;
  readonly unit: string;
}

/** What a Gaussian process adds up, exactly: `value` is `start` and the shares of all parts. In the target's unit. */
export interface PartExplanation extends ExplainedPrediction {
  readonly kind: "parts";
  /** The mean of the training materials, for this material's volume and atoms. */
  readonly start: number;
  readonly parts: readonly { readonly part: ProcessPart; readonly effect: number }[];
  readonly value: number;
}

/** By masking plane waves. */
export interface WaveExplanation extends ExplainedPrediction {
  readonly kind: "waves";
  readonly shells: readonly ShellEffect[];
  /** Of the spectrum as the model reads it; one effect a plane wave. */
  readonly hkl: Int32Array;
  readonly effect: Float64Array;
  readonly groups: number;
}

/** Host to voxel view. */
export type ToVoxelView =
  | { readonly type: "pictureLoaded"; readonly picture: VoxelViewData }
  | { readonly type: "loading"; readonly fraction?: number }
  | { readonly type: "failed"; readonly problems: readonly string[] }
  | { readonly type: "predictionsChanged"; readonly predictions: readonly PredictionRow[] }
  | { readonly type: "explaining"; readonly model: string; readonly fraction: number }
  | { readonly type: "explained"; readonly model: string; readonly explanation?: Explanation };

/** Voxel view to host. */
export type FromVoxelView =
  | { readonly type: "ready" }
  /** At a line and column from 1. */
  | { readonly type: "showText"; readonly line?: number; readonly column?: number }
  | { readonly type: "predict" }
  /** What the prediction of one model rests on; an empty name takes the request back. */
  | { readonly type: "explain"; readonly model: string }
  | { readonly type: "chooseComponent"; readonly component: string }
  | { readonly type: "chooseFrame"; readonly frame: number }
  | { readonly type: "export"; readonly format: "npz" | "csv" | "png" | "glb" | "obj"; readonly bytes?: Uint8Array };
