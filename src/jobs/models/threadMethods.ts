import type { Parsed } from "../../core/text/problem.js";
import type { Explanation } from "../../protocol/voxelView.js";
import type { FilePrediction } from "../../protocol/workerMethods.js";
import type { MaterialFile } from "../spectra/materialFile.js";
import { threadMethod } from "../threads/threadMethod.js";

interface Prediction {
  readonly models: readonly string[];
  readonly entry: MaterialFile;
  readonly frame?: number;
}

/** Reads a file and predicts it with every model; without predictions where the file cannot be read. */
export const predictFileMethod = threadMethod<Prediction, Parsed<readonly FilePrediction[]>>("predictFile");

export const explainPredictionMethod = threadMethod<
  { readonly model: string; readonly entry: MaterialFile },
  Parsed<Explanation>
>("explainPrediction");
