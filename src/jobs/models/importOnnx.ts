import { recordOf } from "../../core/learning/layersModel/readGraph.js";
import { onnxNetworksOf } from "../../core/learning/onnx/readOnnxNetworks.js";
import { messageOf } from "../../core/text/messageOf.js";
import { FILE_START, type Parsed, problem } from "../../core/text/problem.js";
import { reasonOf } from "../files/atomicFile.js";
import { WireError } from "../files/protobuf.js";
import { LIMITS, readSmallFile } from "../files/readSmallFile.js";
import { type ForeignModel, modelOfNetworks } from "./importLayersModel.js";
import { type Model, writeModel } from "./modelFile.js";
import { readOnnx } from "./onnxFile.js";

/**
 * Makes a model that `predict` uses of an ONNX file: an export of r3dvs becomes the model it was, with the weights as
 * they are now; of another one nothing is known of its training materials, so every material lies outside of what it
 * has seen. Throws `WriteError`.
 */
export function importOnnx(file: string, folder: string, foreign: ForeignModel): Parsed<Model> {
  const parsed = parseOnnx(file, foreign);
  if (parsed.value !== undefined) writeModel(folder, parsed.value);
  return parsed;
}

function parseOnnx(file: string, foreign: ForeignModel): Parsed<Model> {
  try {
    const onnx = readOnnx(readSmallFile(file, LIMITS.weights));
    const metadata = metadataOf(onnx.metadata.r3dvs);
    if (metadata !== undefined && metadata.arrays === undefined)
      return {
        problems: [
          problem("error", FILE_START, "Only networks can be read back from ONNX, and this is a kernel model"),
        ],
      };
    const found = onnxNetworksOf(onnx);
    return found.value === undefined ? { problems: found.problems } : modelOfNetworks(found.value, metadata, foreign);
  } catch (error) {
    if (error instanceof WireError)
      return { problems: [problem("error", FILE_START, "This is no ONNX model: {0}", messageOf(error))] };
    return { problems: [problem("error", FILE_START, "cannot be read: {0}", reasonOf(error))] };
  }
}

function metadataOf(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined;
  try {
    return recordOf(JSON.parse(text)) ?? {};
  } catch {
    return {};
  }
}
