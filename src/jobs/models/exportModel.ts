import path from "node:path";
import type { ExportForm } from "../../protocol/workerMethods.js";
import { exportLayersModel } from "./exportLayersModel.js";
import { exportOnnx } from "./exportOnnx.js";
import { exportProcess } from "./exportProcess.js";
import { isProcess, type ModelName } from "./modelNames.js";

/** The forms in which other programs read such a model; none of a two-step model or of SOAP. */
export function exportForms(model: ModelName): readonly ExportForm[] {
  if (model === "r3dvs") return ["onnx", "layersModel"];
  if (isProcess(model)) return model === "combined" ? ["npz"] : ["onnx", "npz"];
  return model === "soap" || model.includes("+") ? [] : ["onnx"];
}

/**
 * Writes a model for other programs: as ONNX (`.onnx`), as arrays for numpy (`.npz`), else as a TensorFlow.js
 * LayersModel in a folder. Returns the file to read. Throws `UsageError` where the model has no such form, and
 * `WriteError`.
 */
export function exportModel(model: string, output: string): string {
  const extension = path.extname(output).toLowerCase();
  if (extension === ".onnx") return exportOnnx(model, output);
  return extension === ".npz" ? exportProcess(model, output) : exportLayersModel(model, output);
}
