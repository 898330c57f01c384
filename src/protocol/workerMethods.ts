import type { EncodeSettings } from "../core/descriptors/encodeSettings.js";
import type { Spectrum } from "../core/descriptors/spectrum.js";
import type { ConvergenceData } from "../core/plots/convergencePlot.js";
import type { BackendName, PresetName } from "../core/settings/studyOptions.js";
import type { Problem } from "../core/text/problem.js";
import type { ClusterMethods } from "./clusterCalls.js";
import type { CrystalMethods } from "./crystalView.js";
import type { OutputOutline } from "./outputOutline.js";
import type { ParityPoint, RunComparison, RunDetails, RunSummary } from "./runEvents.js";
import type { EngineFacts } from "./runFiles.js";
import type { Explanation, SimilarMaterial, VoxelViewData } from "./voxelView.js";

/**
 * Methods of the job process that the editor forks (dist/worker.js). Every one can be cancelled and reports progress
 * 0..1.
 */
export type WorkerMethods = CrystalMethods &
  ClusterMethods & {
    /** Reads one volumetric file and returns what the voxel view shows. */
    openVoxels(params: {
      file: string;
      settings: EncodeSettings;
    }): Promise<{ picture?: VoxelViewData; problems: readonly Problem[] }>;
    /** Encodes files (or folders) into `<dataset>/.r3dvs/spectra`, returns one row per file. */
    encodeFiles(params: {
      paths: readonly string[];
      settings: EncodeSettings;
    }): Promise<{ files: readonly EncodedFile[] }>;
    /** Writes the descriptor array of one file. */
    exportVoxels(params: {
      file: string;
      settings: EncodeSettings;
      output: string;
    }): Promise<{ problems: readonly Problem[] }>;
    /**
     * The first of all that would be opened for these paths which really lies outside of the folders, behind a link.
     */
    findLinkOut(params: { paths: readonly string[]; folders: readonly string[] }): Promise<{ outside?: string }>;
    /** What stands in any file the project reads: the object `r3dvs info --json` prints. */
    inspectFile(params: { file: string }): Promise<{ info: Record<string, unknown>; problems: readonly Problem[] }>;
    /** Ionic and electronic steps of an OUTCAR or OSZICAR, of any size. */
    readConvergence(params: { file: string }): Promise<{ convergence?: ConvergenceData; problems: readonly Problem[] }>;
    /** Ionic steps and warnings of an OUTCAR or OSZICAR, with their lines. */
    outlineOutput(params: { file: string }): Promise<{ outline?: OutputOutline; problems: readonly Problem[] }>;
    /** Whether a file whose name tells nothing (`.vasp`) begins like a density: with a structure and a grid. */
    hasVolumetricData(params: { file: string }): Promise<{ hasVolumetricData: boolean }>;
    /** Materials and targets of a folder, before a run is started. */
    inspectDataset(params: { folder: string }): Promise<DatasetSummary>;
    /** Formulas of a dataset's materials, as far as they have files of their own, and a calculated value of each. */
    describeMaterials(params: {
      folder: string;
      materials: readonly { readonly id: string; readonly file?: string }[];
    }): Promise<{ materials: readonly MaterialFacts[] }>;
    /**
     * The materials that a folder holds as spectra without densities (`encode`'s folders), as a dataset of it would
     * have them.
     */
    listEncoded(params: { folder: string }): Promise<{ materials: readonly EncodedEntry[] }>;
    /** Predictions of every given model for one file. */
    predict(params: {
      models: readonly string[];
      file: string;
    }): Promise<{ predictions: readonly FilePrediction[]; problems: readonly Problem[] }>;
    /** Which plane waves one model's prediction of a file rests on; none where the file cannot be read. */
    explainPrediction(params: {
      model: string;
      file: string;
    }): Promise<{ explanation?: Explanation; problems: readonly Problem[] }>;
    /** What computes networks, with self-tests and speeds: a few seconds. */
    inspectEngines(params: Record<string, never>): Promise<EnginesReport>;
    /** Models under the given folders: run folders (their `models/`), folders of models, or single models. */
    listModels(params: { folders: readonly string[] }): Promise<{ models: readonly ModelSummary[] }>;
    /** Writes a model of networks as a TensorFlow.js LayersModel into `output`, a folder; `file` is its model.json. */
    exportModel(params: { model: string; output: string }): Promise<{ file: string }>;
    /**
     * Installs a backend that does not come with R3DVS where the environment says; what npm prints goes to stdout.
     * Minutes; can be cancelled.
     */
    installEngine(params: {
      name: "tfjs-node" | "webgpu";
    }): Promise<{ readonly engine: EngineFacts } | { readonly reason: Problem }>;
    /**
     * Prepares `<dataset>/.r3dvs/runs/<name>/` with its run.json; starts nothing (the caller starts `dist/run.js
     * FOLDER` detached).
     */
    createRun(params: RunRequest): Promise<{ folder: string; problems: readonly Problem[] }>;
    /**
     * Every run of a dataset, newest first, and the folders in which they stand: of a dataset that cannot be written
     * one in the user's cache.
     */
    listRuns(params: { dataset: string }): Promise<{ runs: readonly RunSummary[]; folders: readonly string[] }>;
    /** One run as its folder tells it; `parity` and details only when asked for, since they read every prediction. */
    readRun(params: {
      folder: string;
      parity: boolean;
    }): Promise<{ run: RunSummary; parity: readonly ParityPoint[]; details: RunDetails }>;
    /** What two runs have in common, result by result. */
    compareRuns(params: { folder: string; other: string }): Promise<{ comparison: RunComparison }>;
    /** Gives a run that is not under way another name; `folder` is its folder from then on. */
    renameRun(params: { folder: string; name: string }): Promise<{ folder: string }>;
    /**
     * Asks all who work on a run to stop at their next checkpoint, and cancels what a cluster has of it; returns at
     * once.
     */
    stopRun(params: { folder: string }): Promise<{ jobs: readonly string[] }>;
    /** Writes `report.html` from what the run has so far. */
    writeReport(params: { folder: string }): Promise<{ file: string }>;
  };

/** What `r3dvs doctor --json` prints: the machine in one line, then a line an engine. */
export interface EnginesReport {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly processor: string;
  readonly threads: number;
  /** What computes networks where nothing is asked for. */
  readonly default: BackendName;
  /**
   * The instruction set that large densities are read with: an addon's that passes its self-check, else WebAssembly's.
   */
  readonly reader: string;
  readonly engines: readonly EngineReport[];
}

export interface EngineReport extends Partial<EngineFacts> {
  readonly backend: BackendName;
  readonly available: boolean;
  readonly selfTestSeconds?: number;
  readonly samplesPerCpuSecond?: { readonly light: number; readonly deep: number };
  /** Why it is not available, or not at its best. */
  readonly problems: readonly Problem[];
}

/** What the Train command asks for. What is left out comes from the preset. */
export interface RunRequest {
  readonly dataset: string;
  /** The run's folder name; left out: the date, the preset and the models make one. */
  readonly name?: string;
  readonly targets: readonly string[];
  readonly models: readonly string[];
  readonly preset: PresetName;
  readonly trainSizes?: readonly number[];
  readonly testSize?: number;
  readonly repeats?: number;
  readonly ensemble?: number;
  readonly rotations?: number;
  readonly epochs?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly settings: EncodeSettings;
}

/** A trained model on disk. */
/** A form of a model that other programs read: ONNX, a TensorFlow.js LayersModel, arrays for numpy. */
export type ExportForm = "onnx" | "layersModel" | "npz";

export interface ModelSummary {
  /** What `predict` takes. */
  readonly path: string;
  readonly name: string;
  readonly model: string;
  readonly target: string;
  readonly unit: string;
  readonly trainSize: number;
  /** In which others read it, the most common first. */
  readonly forms: readonly ExportForm[];
  /** Mean absolute error on materials that the same training had not seen, in `unit`; of models that come with it. */
  readonly heldOutMae?: number;
  /** The one to take among a library's models of the same target. */
  readonly recommended?: boolean;
}

export interface EncodedFile {
  readonly id: string;
  readonly file: string;
  readonly spectrum?: Spectrum;
  readonly output?: string;
  readonly problems: readonly Problem[];
}

export interface MaterialFacts {
  readonly id: string;
  /** Reduced. */
  readonly formula?: string;
  /** The best known property of its row in targets.csv, as it stands there. */
  readonly known?: { readonly target: string; readonly value: number; readonly unit: string };
}

/** A material of which only the spectrum is there, or a density in a table of many. */
export interface EncodedEntry {
  readonly id: string;
  /** With the spectra of others too, where they are packed. */
  readonly file: string;
  /** Reduced; empty where the elements are not told. */
  readonly formula: string;
  /** Of a table with one density per row, from 1. */
  readonly row?: number;
}

export interface DatasetSummary {
  readonly folder: string;
  readonly materials: readonly { readonly id: string; readonly file: string }[];
  readonly targets: readonly { readonly name: string; readonly unit: string; readonly available: number }[];
  readonly problems: readonly { readonly file: string; readonly problem: Problem }[];
}

export interface FilePrediction {
  readonly model: string;
  /** The model that was asked for, which needs a density that the file does not hold. */
  readonly inPlaceOf?: string;
  readonly id: string;
  readonly file: string;
  readonly target: string;
  readonly unit: string;
  /** Absent where the model has no say on the file; `reasons` then tell why. */
  readonly value?: number;
  /** One standard deviation of the error. */
  readonly sigma?: number;
  /** The 90 % interval. */
  readonly lower?: number;
  readonly upper?: number;
  readonly outOfDomain: boolean;
  /**
   * Why it is, or why there is no value: a code for programs, and words whose template is translated as that of a
   * problem.
   */
  readonly reasons?: readonly (Pick<Problem, "message" | "template" | "args"> & { readonly code: string })[];
  /**
   * Of a kernel model that takes in more training materials than it is exact for: through how many of them it learned
   * from all.
   */
  readonly approximation?: { readonly trainedOn: number; readonly landmarks: number };
  /** Of a model of many materials: the distances of how many training materials set the domain's limit. */
  readonly domainMeasuredOn?: number;
  /** Whether the model was trained on this very crystal, in whatever cell. */
  readonly inTraining?: boolean;
  /** The calculated value of this material, where a table or an output beside the file tells it. */
  readonly known?: KnownValue;
  readonly nearest: readonly SimilarMaterial[];
  /** Whether the model reads the density, so that `explainPrediction` can say what the value rests on. */
  readonly explainable?: boolean;
  /** Content hash of the file, to mark a prediction stale. */
  readonly fileHash: string;
}

/**
 * What was calculated for a material, in the unit of its prediction, and the file that tells it: `targets.csv`, or an
 * output of VASP.
 */
export interface KnownValue {
  readonly value: number;
  readonly file: string;
}
