/** A model of ONNX (onnx.proto of ONNX 1.12), as far as this project writes and reads it. */
export interface OnnxModel {
  readonly producer: { readonly name: string; readonly version: string };
  readonly description: string;
  readonly nodes: readonly OnnxNode[];
  readonly weights: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Of the operators of ONNX itself. */
  readonly opset: number;
}

export interface OnnxNode {
  readonly name: string;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** A number with a fraction is a float even where it has none: which it is, the operator says. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | OnnxTensor;

export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | BigInt64Array;
}

/** `shape`: a text stands for a length that is free, such as that of the batch. */
export interface OnnxValue {
  readonly name: string;
  readonly type: "float" | "double";
  readonly shape: readonly (number | string)[];
  readonly description: string;
}

/** What this project writes: read by onnxruntime 1.12 and later. */
export const ONNX_OPSET = 17;

/** The one number of an attribute; `otherwise` where it is not there. */
export function numberAttribute(node: OnnxNode, name: string, otherwise: number): number {
  const value = node.attributes[name];
  if (value === undefined) return otherwise;
  if ("int" in value) return value.int;
  return "float" in value ? value.float : otherwise;
}

/** The numbers of an attribute; undefined where it is not there. */
export function listAttribute(node: OnnxNode, name: string): readonly number[] | undefined {
  const value = node.attributes[name];
  return value !== undefined && "ints" in value ? value.ints : undefined;
}
