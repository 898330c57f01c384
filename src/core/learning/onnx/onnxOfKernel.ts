import type { TargetScale } from "../evaluation/targetScaling.js";
import type { KernelModel } from "../kernelRidge/kernelModel.js";
import { OnnxGraph } from "./onnxGraph.js";

/**
 * Kernel ridge as a graph in float64: `features` [batch, columns] as they are described, in; the target in its learned
 * unit out, [batch, 1].
 * Scaling, the Gaussian kernel with every training material, and the target's scale are inside. Rows shorter than the
 * features are filled up with zeros.
 */
export function onnxOfKernel(
  model: KernelModel,
  { mean, deviation }: TargetScale,
): { readonly graph: OnnxGraph; readonly output: string } {
  const { scaling, features, gamma, dual, name } = model;
  const { rows, columns, values } = features;
  const graph = new OnnxGraph("double");
  const { logFloor } = scaling;
  let x = graph.input("features", ["batch", columns], `the descriptor of ${name} models`);
  if (logFloor !== undefined)
    x = graph.add("Log", "logarithm", [graph.add("Add", "floored", [x, graph.weight("floor", [1], [logFloor])])]);
  const centre = graph.weight("centre", [columns], filledUp(scaling.centre, columns, 0));
  const factor = graph.weight("factor", [columns], filledUp(scaling.factor, columns, 1));
  x = graph.add("Mul", "scaled", [graph.add("Sub", "centred", [x, centre]), factor]);
  const distances = addSquaredDistances(graph, x, { rows, columns, values });
  const kernel = graph.add("Exp", "kernel", [
    graph.add("Mul", "exponent", [distances, graph.weight("minus_gamma", [1], [-gamma])]),
  ]);
  const standard = graph.add("MatMul", "standardised", [kernel, graph.weight("dual", [rows, 1], dual)]);
  const widened = graph.add("Mul", "widened", [standard, graph.weight("target_deviation", [1], [deviation])]);
  return { graph, output: graph.add("Add", "target", [widened, graph.weight("target_mean", [1], [mean])]) };
}

/**
 * |x - x'|² = |x|² - 2 x x' + |x'|², which float64 has the digits for, between the rows of `x` and all training
 * vectors.
 * `named` makes the nodes' names, each once in a graph.
 */
export function addSquaredDistances(
  graph: OnnxGraph,
  x: string,
  training: KernelModel["features"],
  named: (what: string) => string = (what) => what,
): string {
  const { rows, columns, values } = training;
  const squares = Float64Array.from({ length: rows }, (_, row) =>
    values.subarray(row * columns, (row + 1) * columns).reduce((sum, value) => sum + value * value, 0),
  );
  const turned = new Float64Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = -2 * (values[row * columns + column] as number);
  const weight = graph.weight(named("training"), [columns, rows], turned);
  const products = graph.add("MatMul", named("products"), [x, weight]);
  const squared = graph.add("Mul", named("squared"), [x, x]);
  const axis = graph.whole(named("columns_axis"), [1]);
  const own = graph.add("ReduceSum", named("own_square"), [squared, axis], { keepdims: { int: 1 } });
  const sum = graph.add("Add", named("sum"), [products, graph.weight(named("training_squares"), [rows], squares)]);
  return graph.add("Add", named("distances"), [sum, own]);
}

const filledUp = (values: Float64Array, length: number, otherwise: number) =>
  Float64Array.from({ length }, (_, i) => values[i] ?? otherwise);
