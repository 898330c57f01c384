// Networks as other libraries write them, and files that are no models.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { OnnxGraph } from "../../src/core/learning/onnx/onnxGraph.js";
import type { OnnxModel, OnnxValue } from "../../src/core/learning/onnx/onnxModel.js";
import { onnxNetworksOf } from "../../src/core/learning/onnx/readOnnxNetworks.js";
import { Random } from "../../src/core/math/random.js";
import { importOnnx } from "../../src/jobs/models/importOnnx.js";
import { readOnnx, writeOnnx } from "../../src/jobs/models/onnxFile.js";
import { referencePredict } from "../kernels/referenceNetwork.js";
import { computeOnnx, hasOnnxRuntime } from "./runtime.js";

const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-onnx-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const SIZE = 8;
const random = new Random(11);
const numbers = (count: number, scale = 0.3) => Float32Array.from({ length: count }, () => scale * random.normal());

/** Ways of writing the same kind of network. */
interface Style {
  readonly channelsLast: boolean;
  /** Gemm with its weights turned, as PyTorch writes them, or MatMul and Add. */
  readonly dense: "turned" | "plain" | "matmul";
  readonly normalized: boolean;
  readonly reshape: boolean;
}

function networkOf({ channelsLast, dense, normalized, reshape }: Style): OnnxModel {
  const graph = new OnnxGraph("float");
  const shape: OnnxValue["shape"] = channelsLast ? ["n", SIZE, SIZE, SIZE, 2] : ["n", 2, SIZE, SIZE, SIZE];
  let x = graph.input("x", shape, "");
  if (channelsLast) x = graph.add("Transpose", "first", [x], { perm: { ints: [0, 4, 1, 2, 3] } });
  const kernel = graph.weight("w1", [4, 2, 3, 3, 3], numbers(4 * 2 * 27));
  x = graph.add("Conv", "conv", [x, kernel, graph.weight("b1", [4], numbers(4))], {
    kernel_shape: { ints: [3, 3, 3] },
    pads: { ints: [1, 1, 1, 1, 1, 1] },
  });
  if (normalized) {
    const moments = ["scale", "shift", "mean"].map((name) => graph.weight(name, [4], numbers(4)));
    const variance = graph.weight("variance", [4], [0.5, 1, 1.5, 2]);
    x = graph.add("BatchNormalization", "norm", [x, ...moments, variance], { epsilon: { float: 1e-5 } });
  }
  x = graph.add("LeakyRelu", "leaky", [x], { alpha: { float: 0.1 } });
  x = graph.add("MaxPool", "pool", [x], { kernel_shape: { ints: [2, 2, 2] }, strides: { ints: [2, 2, 2] } });
  x = graph.add("Dropout", "dropout", [x]);
  x = reshape
    ? graph.add("Reshape", "flat", [x, graph.whole("flat_shape", [-1, 256])])
    : graph.add("Flatten", "flat", [x], { axis: { int: 1 } });
  x = addDense(graph, dense, "d1", x, [256, 6]);
  x = graph.add("Relu", "relu", [x]);
  x = addDense(graph, dense, "d2", x, [6, 1]);
  return {
    producer: { name: "elsewhere", version: "1" },
    description: "",
    nodes: graph.nodes,
    weights: graph.weights,
    inputs: graph.inputs,
    outputs: [{ name: x, type: "float", shape: ["n", 1], description: "" }],
    metadata: {},
    opset: 17,
  };
}

function addDense(
  graph: OnnxGraph,
  style: Style["dense"],
  name: string,
  x: string,
  [rows, columns]: readonly [number, number],
): string {
  const bias = graph.weight(`${name}_b`, [columns], numbers(columns));
  const values = numbers(rows * columns, 0.1);
  if (style === "turned")
    return graph.add("Gemm", name, [x, graph.weight(`${name}_w`, [columns, rows], values), bias], {
      transB: { int: 1 },
    });
  const weight = graph.weight(`${name}_w`, [rows, columns], values);
  if (style === "plain") return graph.add("Gemm", name, [x, weight, bias]);
  return graph.add("Add", name, [graph.add("MatMul", `${name}_product`, [x, weight]), bias]);
}

const STYLES: readonly Style[] = [
  { channelsLast: false, dense: "turned", normalized: false, reshape: false },
  { channelsLast: false, dense: "turned", normalized: true, reshape: true },
  { channelsLast: true, dense: "plain", normalized: false, reshape: true },
  { channelsLast: false, dense: "matmul", normalized: true, reshape: false },
];

describe("a network from elsewhere", () => {
  it.skipIf(!hasOnnxRuntime)("computes the same once it is one of ours, however it was written", async () => {
    for (const style of STYLES) {
      const model = networkOf(style);
      const last = Float32Array.from({ length: SIZE ** 3 * 2 }, () => random.uniform());
      const first = Float32Array.from(
        { length: last.length },
        (_, i) => last[(i % SIZE ** 3) * 2 + Math.floor(i / SIZE ** 3)] ?? 0,
      );
      const shape = style.channelsLast ? [1, SIZE, SIZE, SIZE, 2] : [1, 2, SIZE, SIZE, SIZE];
      const [expected = Number.NaN] = await computeOnnx(writeOnnx(model), {
        x: { values: style.channelsLast ? last : first, shape },
      });
      const { value, problems } = onnxNetworksOf(readOnnx(writeOnnx(model)));
      expect(problems).toEqual([]);
      const [member] = value?.members ?? [];
      if (member === undefined || value === undefined) throw new Error("no network");
      const index = Int32Array.from({ length: SIZE ** 3 }, (_, i) => i);
      const [output = Number.NaN] = referencePredict(member.spec, member.parameters, {
        size: SIZE,
        channels: 2,
        index,
        value: last,
      });
      expect(value.scale.mean + value.scale.deviation * output, JSON.stringify(style)).toBeCloseTo(expected, 4);
    }
  });

  it("with an operator that ours lack is refused by its name", () => {
    const [style] = STYLES;
    if (style === undefined) throw new Error("no style");
    const model = networkOf(style);
    const refusal = (change: (model: OnnxModel) => OnnxModel) =>
      onnxNetworksOf(readOnnx(writeOnnx(change(model)))).problems[0]?.message;
    const replaced = (name: string, node: Partial<OnnxModel["nodes"][number]>) =>
      refusal((own) => ({ ...own, nodes: own.nodes.map((one) => (one.name === name ? { ...one, ...node } : one)) }));
    expect(replaced("relu", { operator: "Sigmoid" })).toMatch(/relu is the operator Sigmoid/);
    expect(
      replaced("conv", { attributes: { strides: { ints: [2, 2, 2] }, pads: { ints: [1, 1, 1, 1, 1, 1] } } }),
    ).toMatch(/conv .*Conv/);
    expect(replaced("pool", { attributes: { kernel_shape: { ints: [3, 3, 3] } } })).toMatch(/MaxPool/);
    expect(refusal((own) => ({ ...own, weights: own.weights.filter(({ name }) => name !== "w1") }))).toMatch(/Conv/);
    expect(refusal((own) => ({ ...own, outputs: [] }))).toMatch(/one output/);
    const input = { name: "x", type: "float", shape: ["n", 2, 8, 8, 7], description: "" } as const;
    expect(refusal((own) => ({ ...own, inputs: [input] }))).toMatch(/must have the shape/);
  });

  it("damaged anywhere gives problems or a network, never a crash", () => {
    const file = path.join(folder, "damaged.onnx");
    const whole = writeOnnx(networkOf(STYLES[1] as Style));
    const settings = { spacing: 0.4, length: 3.2, assignment: "nearest", component: "total" } as const;
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const bytes = cut ? whole.slice(0, at) : Uint8Array.from(whole);
        if (!cut) bytes[at] = byte;
        writeFileSync(file, bytes);
        const { value, problems } = importOnnx(file, path.join(folder, "out"), { settings });
        expect(value !== undefined || problems.length > 0).toBe(true);
      }),
      { numRuns: 120 },
    );
  });
});
