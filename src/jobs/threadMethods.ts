import type { Atoms } from "../core/descriptors/material.js";
import type { SoapEnvironments, SoapSettings } from "../core/descriptors/soapKernel.js";
import type { EpochReport } from "../core/learning/networks/networkModel.js";
import type { Parsed } from "../core/text/problem.js";
import type { EngineFacts } from "../protocol/runFiles.js";
import type { Explanation } from "../protocol/voxelView.js";
import type { EncodeSettings, EnginesReport, FilePrediction } from "../protocol/workerMethods.js";
import type { MaterialFile } from "./dataset/materialFiles.js";
import type { SharedSoap } from "./features/sharedSoap.js";
import type { Inspection } from "./inspect/inspect.js";
import type { EncodedMaterial } from "./spectra/material.js";
import type { ReadMaterialOptions } from "./spectra/readMaterial.js";
import type { LearnOutcome, TrainingTask } from "./training/trainingTask.js";

/** What a worker thread (dist/thread.js) does: one file, one network or one kernel model a call. */
export type ThreadMethods = {
  readMaterial(params: {
    entry: MaterialFile;
    settings: Pick<EncodeSettings, "spacing" | "component" | "frame">;
    reading?: Pick<ReadMaterialOptions, "threads" | "hash">;
  }): Promise<Parsed<EncodedMaterial>>;
  /** Materials that later calls name by id, and what computes networks from now on. */
  share(params: { materials?: readonly EncodedMaterial[]; soap?: SharedSoap; engine?: EngineFacts }): void;
  soapEnvironments(params: { atoms: Atoms; settings: SoapSettings }): SoapEnvironments;
  /** [rows][columns] */
  soapKernel(params: { rows: readonly SoapEnvironments[]; columns: readonly SoapEnvironments[]; settings: SoapSettings }): Float64Array;
  inspectEngines(params: Record<string, never>): EnginesReport;
  learn(params: TrainingTask): Promise<LearnOutcome>;
  /** What stands in a file, without spectra. */
  inspectFile(params: { file: string; frame?: number }): Promise<Inspection>;
  /** Reads a file and predicts it with every model; without predictions where the file cannot be read. */
  predictFile(params: { models: readonly string[]; entry: MaterialFile; frame?: number }): Promise<Parsed<readonly FilePrediction[]>>;
  explainPrediction(params: { model: string; entry: MaterialFile }): Promise<Parsed<Explanation>>;
};

export type ThreadEvents = {
  epoch: { readonly item: number; readonly report: EpochReport; readonly epochs: number; readonly validationMae: number };
};

/** What a thread is started with. */
export interface ThreadData {
  /** 1 asks for a stop at the next opportunity. */
  readonly stopFlag: Int32Array;
}
