import type { OnnxGraph } from "../../core/learning/onnx/onnxGraph.js";
import { ONNX_OPSET } from "../../core/learning/onnx/onnxModel.js";
import { onnxOfKernel } from "../../core/learning/onnx/onnxOfKernel.js";
import { onnxOfNetworks } from "../../core/learning/onnx/onnxOfNetworks.js";
import { onnxOfProcess } from "../../core/learning/onnx/onnxOfProcess.js";
import { writeFileAtomically } from "../files/atomicFile.js";
import { UsageError } from "../files/usageError.js";
import { modelMetadata } from "./exportLayersModel.js";
import { type Model, readModel } from "./modelFile.js";
import { writeOnnx } from "./onnxFile.js";

/**
 * Writes a model as `.onnx` (opset 17): raw descriptors in, `value` [batch, 1] in the reported unit out. Networks read
 * `voxels` (and `sums`), kernel models `features`, Gaussian processes `shells`, `angular`, `functionals`; what is
 * learned per volume or cell also reads `volume` (Å³) or `atoms`. Metadata `r3dvs` (JSON) says what goes in and comes
 * out, and brings networks back. Returns the file. Throws `UsageError` for what operators of ONNX cannot compute, and
 * `WriteError`.
 */
export function exportOnnx(modelFolder: string, file: string): string {
  const model = readModel(modelFolder);
  const { graph, output } = graphOf(model, modelFolder);
  const value = addReported(graph, model, output);
  const { target, software } = model;
  const metadata = modelMetadata(
    model,
    graph.inputs.map(({ name, description }) => [name, description] as const),
  );
  const named = graph.add("Identity", "value", [value]);
  const bytes = writeOnnx({
    producer: { name: "r3dvs", version: software.version },
    description: `${model.model} model of ${target.name}`,
    nodes: graph.nodes,
    weights: graph.weights,
    inputs: graph.inputs,
    outputs: [
      { name: named, type: graph.type, shape: ["batch", 1], description: `${target.name} in ${target.reportedUnit}` },
    ],
    metadata: { r3dvs: JSON.stringify(metadata) },
    opset: ONNX_OPSET,
  });
  writeFileAtomically(file, bytes);
  return file;
}

function graphOf(
  { learned, scale, model }: Model,
  folder: string,
): { readonly graph: OnnxGraph; readonly output: string } {
  if (learned.kind === "networks") return onnxOfNetworks({ members: learned.members, scale });
  if (learned.kind === "kernel") return onnxOfKernel(learned.kernel, scale);
  const process = learned.kind === "process" ? onnxOfProcess(learned.process, scale) : undefined;
  if (process !== undefined) return process;
  throw new UsageError(`${folder} is a ${model} model, which cannot become an ONNX file: ${REASONS[learned.kind]}`);
}

const REASONS = {
  soap: "its kernel compares every atom with those of all training materials; r3dvs describe writes such kernels",
  process: "it compares surroundings of atoms; -o MODEL.npz writes it for numpy",
  twoSteps: "it is made of two models; train each step as a model of its own",
} as const;

/** From what was learned to what is told: per atom. */
function addReported(graph: OnnxGraph, { target, normalize }: Model, learned: string): string {
  if (target.kind === "intensive" || normalize === "atom") return learned;
  const volume = () => graph.input("volume", ["batch", 1], "volume of the cell in Å^3");
  const whole = normalize === "volume" ? graph.add("Mul", "of_the_cell", [learned, volume()]) : learned;
  return graph.add("Div", "per_atom", [whole, graph.input("atoms", ["batch", 1], "number of atoms in the cell")]);
}
