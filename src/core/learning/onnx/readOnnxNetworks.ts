import { FILE_START, type Parsed, problem } from "../../text/problem.js";
import { UnsupportedModelError } from "../layersModel/readGraph.js";
import { type FoundNetworks, networksOf } from "../layersModel/readNetworks.js";
import type { OnnxModel } from "./onnxModel.js";
import { OnnxTranslator } from "./onnxTranslator.js";

/**
 * The networks of an ONNX model, ours or one from elsewhere whose operators are those of our layers: Conv 3^3, MaxPool
 * or AveragePool 2^3, Flatten, Gemm or MatMul, LeakyRelu, Relu, BatchNormalization, Transpose between the two orders of
 * channels. What the layers are is decided where LayersModels are read.
 */
export function onnxNetworksOf(model: OnnxModel): Parsed<FoundNetworks> {
  try {
    const { graph, weights } = new OnnxTranslator(model).translate();
    return networksOf("", graph, weights);
  } catch (error) {
    if (!(error instanceof UnsupportedModelError)) throw error;
    return { problems: [problem("error", FILE_START, error.template, ...error.args)] };
  }
}
