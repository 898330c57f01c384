import type { OnnxAttribute, OnnxNode, OnnxTensor, OnnxValue } from "./onnxModel.js";

/** Collects the nodes and weights of a graph; every method returns the name of a value. */
export class OnnxGraph {
  readonly nodes: OnnxNode[] = [];
  readonly weights: OnnxTensor[] = [];
  readonly inputs: OnnxValue[] = [];

  /** `type`: of all numbers in the graph. */
  constructor(readonly type: OnnxValue["type"]) {}

  /** The same input however often it is asked for. */
  input(name: string, shape: OnnxValue["shape"], description: string): string {
    if (!this.inputs.some((value) => value.name === name))
      this.inputs.push({ name, type: this.type, shape, description });
    return name;
  }

  weight(name: string, shape: readonly number[], values: ArrayLike<number>): string {
    this.weights.push({
      name,
      shape,
      values: this.type === "float" ? Float32Array.from(values) : Float64Array.from(values),
    });
    return name;
  }

  whole(name: string, values: readonly number[]): string {
    this.weights.push({ name, shape: [values.length], values: BigInt64Array.from(values, BigInt) });
    return name;
  }

  add(
    operator: string,
    name: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    this.nodes.push({ name, operator, inputs, outputs: [name], attributes });
    return name;
  }
}
