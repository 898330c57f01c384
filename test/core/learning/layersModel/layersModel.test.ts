// Exported networks against TensorFlow.js itself, and its models read back.
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import type { SparseVoxels } from "../../../../src/core/descriptors/sparseVoxels.js";
import type { TargetScale } from "../../../../src/core/learning/evaluation/targetScaling.js";
import { readLayersModel } from "../../../../src/core/learning/layersModel/readGraph.js";
import { type FoundNetworks, networksOf } from "../../../../src/core/learning/layersModel/readNetworks.js";
import {
  foldedLine,
  type LayersModelContent,
  layersModelOf,
} from "../../../../src/core/learning/layersModel/writeLayersModel.js";
import { scaleVoxels } from "../../../../src/core/learning/networks/inputScaling.js";
import { type LinearPart, withLinearPart } from "../../../../src/core/learning/networks/linearPart.js";
import type { TrainedNetwork } from "../../../../src/core/learning/networks/networkModel.js";
import { networkPreset } from "../../../../src/core/learning/networks/networkPresets.js";
import type { NetworkSpec } from "../../../../src/core/learning/networks/networkSpec.js";
import { defaultTraining, type InputScaling } from "../../../../src/core/learning/networks/trainingSettings.js";
import { Random } from "../../../../src/core/math/random.js";
import type { Parsed } from "../../../../src/core/text/problem.js";
import { createEngine, randomParameters, randomVoxels } from "../../../kernels/networkFixtures.js";
import { toTensor } from "../../../kernels/oracleNetwork.js";
import { referencePredict } from "../../../kernels/referenceNetwork.js";

beforeAll(() => tf.setBackend("cpu"));

const SCALE: TargetScale = { mean: -3.7, deviation: 0.42 };
const withDropout = (spec: NetworkSpec): NetworkSpec => ({
  ...spec,
  layers: spec.layers.flatMap((layer, i) =>
    i === spec.layers.length - 1 ? [{ kind: "dropout" as const, rate: 0.25 }, layer] : [layer],
  ),
});

interface Case {
  readonly name: string;
  readonly spec: NetworkSpec;
  readonly members: number;
  readonly inputScaling: InputScaling;
  readonly linear?: LinearPart;
}
const LINE: LinearPart = {
  centre: Float64Array.of(0.3, 12, 4),
  deviation: Float64Array.of(0.7, 3, 0.9),
  weights: Float64Array.of(0.2, -0.4, 0.9),
  intercept: 0.05,
  residual: { mean: 0.01, deviation: 0.6 },
};
const cases: readonly Case[] = [
  { name: "one light network", spec: networkPreset("light", 22, 2, "max"), members: 1, inputScaling: "rms" },
  {
    name: "an ensemble of deep networks",
    spec: networkPreset("deep", 8, 3, "average"),
    members: 3,
    inputScaling: "mean",
  },
  {
    name: "unscaled input, dropout",
    spec: withDropout(networkPreset("deep", 10, 1, "max")),
    members: 2,
    inputScaling: "none",
  },
  {
    name: "one network beside a line",
    spec: networkPreset("deep", 8, 2, "average"),
    members: 1,
    inputScaling: "mean",
    linear: LINE,
  },
  {
    name: "two networks beside lines",
    spec: networkPreset("deep", 8, 2, "average"),
    members: 2,
    inputScaling: "mean",
    linear: LINE,
  },
];

function trained(random: Random, spec: NetworkSpec, inputScaling: InputScaling, linear?: LinearPart): TrainedNetwork {
  const { channels } = spec.input;
  const inputScale = Float32Array.from({ length: channels }, () =>
    inputScaling === "none" ? 1 : 0.03 + random.uniform(),
  );
  return {
    spec,
    parameters: randomParameters(random, spec),
    inputScale,
    settings: { ...defaultTraining, inputScaling },
    ...(linear && { linear }),
    history: [],
  };
}

describe.each(cases)("$name", ({ spec, members: count, inputScaling, linear }) => {
  const random = new Random(11);
  const members = Array.from({ length: count }, () => trained(random, spec, inputScaling, linear));
  const content = layersModelOf({ members, scale: SCALE });
  const samples = [0, 1, 2].map(() => randomVoxels(random, spec.input.size, spec.input.channels, 0.1));
  const sums = samples.map(() => Float64Array.from({ length: 3 }, () => 5 * random.uniform()));
  const inputsOf = (count: number) => {
    const voxels = toTensor(samples.slice(0, count), spec);
    return linear === undefined ? voxels : [voxels, tf.tensor2d(sums.slice(0, count).map((row) => [...row]))];
  };

  it("gives in TensorFlow.js what the engine gives, from raw voxels to the target's unit", async () => {
    const model = await load(content);
    const outputs = (model.predict(inputsOf(3)) as tf.Tensor).dataSync();
    const expected = samples.map((sample, i) => {
      const own = members.map((member) => outputOf(member, sample, sums[i]));
      return SCALE.mean + (SCALE.deviation * own.reduce((sum, value) => sum + value, 0)) / count;
    });
    expect(outputs.length).toBe(samples.length);
    for (const [i, value] of expected.entries()) expect((outputs[i] ?? Number.NaN) / value).toBeCloseTo(1, 5);
  });

  it("shows each member's own output", async () => {
    const model = await load(content);
    for (const [i, name] of content.memberLayers.entries()) {
      const part = tfl.model({ inputs: model.inputs, outputs: model.getLayer(name).output as tfl.SymbolicTensor });
      const [output] = (part.predict(inputsOf(1)) as tf.Tensor).dataSync();
      const expected = outputOf(members[i] as TrainedNetwork, samples[0] as SparseVoxels, sums[0]);
      expect(Math.abs((output ?? Number.NaN) - expected)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)));
    }
  });

  it("comes back bit by bit, and after a round trip through TensorFlow.js", async () => {
    for (const found of [readBack(content), await readSaved(await load(content))]) {
      expect(found.problems).toEqual([]);
      expect(found.value?.scale).toEqual({ mean: Math.fround(SCALE.mean), deviation: Math.fround(SCALE.deviation) });
      expect(found.value?.members.map((member) => member.spec)).toEqual(members.map((member) => member.spec));
      expect(found.value?.members.map(({ parameters }) => parameters)).toEqual(
        members.map(({ parameters }) => parameters),
      );
      const factors =
        inputScaling === "none" ? undefined : members.map(({ inputScale }) => inputScale.map((divisor) => 1 / divisor));
      expect(found.value?.members.map(({ inputFactors }) => inputFactors)).toEqual(
        factors ?? members.map(() => undefined),
      );
      const line = linear && foldedLine(linear);
      const expected = line && {
        weights: line.weights,
        intercept: line.constant,
        residual: { mean: 0, deviation: line.share },
      };
      expect(found.value?.members.map((member) => member.line)).toEqual(members.map(() => expected));
    }
  });
});

it("gives networks that read a logarithm an input each", async () => {
  const random = new Random(3);
  const spec = networkPreset("deep", 8, 2, "average");
  const members = [0, 1].map(() => trained(random, spec, "log"));
  const content = layersModelOf({ members, scale: SCALE });
  const model = await load(content);
  const sample = randomVoxels(random, 8, 2, 0.2);
  const positive = { ...sample, value: sample.value.map(Math.abs) };
  const inputs = members.map(({ inputScale }) => toTensor([scaleVoxels(positive, inputScale, "log")], spec));
  const [output] = (model.predict(inputs) as tf.Tensor).dataSync();
  const own = members.map((member) => outputOf(member, positive));
  expect((output ?? Number.NaN) / (SCALE.mean + (SCALE.deviation * ((own[0] ?? 0) + (own[1] ?? 0))) / 2)).toBeCloseTo(
    1,
    5,
  );
  expect(readBack(content).value?.members.map(({ parameters }) => parameters)).toEqual(
    members.map(({ parameters }) => parameters),
  );
});

describe("a model made in TensorFlow.js", () => {
  const shape = { inputShape: [6, 6, 6, 2] };
  const head = () => [
    tfl.layers.flatten(),
    tfl.layers.dense({ units: 5, activation: "relu" }),
    tfl.layers.dense({ units: 1 }),
  ];
  const random = new Random(8);
  const samples = [randomVoxels(random, 6, 2, 0.4), randomVoxels(random, 6, 2, 0.9)];

  const readable: Record<string, () => tfl.layers.Layer[]> = {
    "activations of its own": () => [
      tfl.layers.conv3d({ ...shape, filters: 8, kernelSize: 3, activation: "relu", padding: "same" }),
      tfl.layers.maxPooling3d({ poolSize: [2, 2, 2] }),
      tfl.layers.conv3d({ filters: 4, kernelSize: 3, useBias: false }),
      ...head(),
    ],
    "activations as layers, dropout, an average": () => [
      tfl.layers.conv3d({ ...shape, filters: 4, kernelSize: [3, 3, 3] }),
      tfl.layers.leakyReLU({ alpha: 0.1 }),
      tfl.layers.averagePooling3d({ poolSize: [2, 2, 2] }),
      tfl.layers.dropout({ rate: 0.5 }),
      ...head(),
    ],
    "batch normalisation of a dense layer": () => [
      tfl.layers.conv3d({ ...shape, filters: 4, kernelSize: 3 }),
      tfl.layers.flatten(),
      tfl.layers.dense({ units: 6 }),
      tfl.layers.batchNormalization({ epsilon: 0.01 }),
      tfl.layers.reLU(),
      tfl.layers.dense({ units: 1 }),
    ],
  };

  it.each(Object.keys(readable))("is read with %s", async (name) => {
    const model = tfl.sequential({ layers: readable[name]?.() ?? [] });
    // Far from what layers begin with, so that nothing left out would stay hidden.
    model.setWeights(
      model.getWeights().map((weight) => tf.add(tf.randomUniform(weight.shape, 0.1, 0.5, "float32", 5), 0.02)),
    );
    const { value, problems } = await readSaved(model);
    expect(problems).toEqual([]);
    const [member] = value?.members ?? [];
    if (member === undefined || value === undefined) throw new Error("no network was found");
    const expected = (model.predict(toTensor(samples, member.spec)) as tf.Tensor).dataSync();
    for (const [i, sample] of samples.entries()) {
      const [output] = referencePredict(member.spec, member.parameters, sample);
      expect((value.scale.mean + value.scale.deviation * (output ?? Number.NaN)) / (expected[i] ?? 0)).toBeCloseTo(
        1,
        5,
      );
    }
  });

  const refused: Record<string, readonly [() => tfl.layers.Layer[], RegExp]> = {
    "a kernel of 5": [
      () => [tfl.layers.conv3d({ ...shape, filters: 4, kernelSize: 5 }), ...head()],
      /has kernel_size = \[5,5,5\]/,
    ],
    "a stride": [
      () => [tfl.layers.conv3d({ ...shape, filters: 4, kernelSize: 3, strides: 2 }), ...head()],
      /has strides = \[2,2,2\]/,
    ],
    "another activation": [
      () => [tfl.layers.conv3d({ ...shape, filters: 4, kernelSize: 3, activation: "tanh" }), ...head()],
      /activation = "tanh"/,
    ],
    "another layer": [
      () => [
        tfl.layers.conv3d({ ...shape, filters: 4, kernelSize: 3 }),
        tfl.layers.permute({ dims: [2, 1, 3, 4] }),
        ...head(),
      ],
      /is of the class Permute/,
    ],
    "an activation after a pool": [
      () => [
        tfl.layers.conv3d({ ...shape, filters: 4, kernelSize: 3 }),
        tfl.layers.averagePooling3d({ poolSize: [2, 2, 2] }),
        tfl.layers.reLU(),
        ...head(),
      ],
      /must directly follow/,
    ],
    "filters by the three": [
      () => [tfl.layers.conv3d({ ...shape, filters: 3, kernelSize: 3 }), ...head()],
      /multiple of 4/,
    ],
  };

  it.each(Object.keys(refused))("is refused for %s, at the layer's name", async (name) => {
    const [layers, reason] = refused[name] ?? [() => [], /./];
    const { text, weights } = await saved(tfl.sequential({ layers: layers() }));
    const graph = readLayersModel(JSON.stringify(JSON.parse(text), undefined, 1));
    if (graph.value === undefined) throw new Error("the graph could not be read");
    const pretty = JSON.stringify(JSON.parse(text), undefined, 1);
    const { value, problems } = networksOf(pretty, graph.value, weights);
    expect(value).toBeUndefined();
    expect(problems.length).toBe(1);
    const [{ message = "", line = 0, column = 0, args = [] } = {}] = problems;
    expect(message).toMatch(reason);
    if (name === "filters by the three") return;
    expect(pretty.split("\n")[line - 1]?.slice(column - 1)).toMatch(new RegExp(`^"${args[0]}"`));
  });
});

it("folds a normalisation of a convolution, as y = gamma (x - mean)/sqrt(variance + epsilon) + beta", () => {
  const layers = [
    {
      class_name: "Conv3D",
      config: {
        name: "c",
        batch_input_shape: [null, 4, 4, 4, 1],
        filters: 4,
        kernel_size: [3, 3, 3],
        activation: "linear",
      },
    },
    { class_name: "BatchNormalization", config: { name: "n", epsilon: 0.5 } },
    { class_name: "Flatten", config: { name: "f" } },
    { class_name: "Dense", config: { name: "d", units: 1, activation: "linear" } },
  ];
  const text = JSON.stringify({
    format: "layers-model",
    modelTopology: { model_config: { class_name: "Sequential", config: { layers } } },
  });
  const random = new Random(1);
  const draw = (...shape: number[]) => ({
    shape,
    values: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
  });
  const vector = (...values: number[]) => ({ shape: [4], values: Float32Array.from(values) });
  const weights = new Map([
    ["c/kernel", draw(3, 3, 3, 1, 4)],
    ["c/bias", draw(4)],
    ["s/n/gamma", vector(1, 2, -1, 0.5)],
    ["s/n/beta", vector(0.1, 0, 0.3, -0.2)],
    ["s/n/moving_mean", vector(0.5, -1, 0, 2)],
    ["s/n/moving_variance", vector(1, 0.25, 4, 0.5)],
    ["d/kernel", draw(32, 1)],
    ["d/bias", draw(1)],
  ]);
  const graph = readLayersModel(text);
  if (graph.value === undefined) throw new Error("the graph could not be read");
  const folded = networksOf(text, graph.value, weights).value?.members[0]?.parameters ?? new Float32Array(0);
  const factor = [1 / Math.sqrt(1.5), 2 / Math.sqrt(0.75), -1 / Math.sqrt(4.5), 0.5];
  const shift = [0.1 - 0.5 * (factor[0] ?? 0), factor[1] ?? 0, 0.3, -0.2 - 2 * 0.5];
  for (let i = 0; i < 108; i++)
    expect(folded[i]).toBeCloseTo((weights.get("c/kernel")?.values[i] ?? 0) * (factor[i % 4] ?? 0), 5);
  for (let i = 0; i < 4; i++)
    expect(folded[108 + i]).toBeCloseTo(
      (weights.get("c/bias")?.values[i] ?? 0) * (factor[i] ?? 0) + (shift[i] ?? 0),
      5,
    );
});

describe("a file that is no such model", () => {
  it.each([
    ['{\n "format": "graph-model"}', 1, /not a graph-model/],
    ['{\n  "a": nothing }', 2, /not JSON/],
    ["{}", 1, /no topology/],
    ['{"modelTopology": {"class_name": "Sequential", "config": []}}', 1, /no layers/],
    ['{"modelTopology": {"class_name": "Bert", "config": []}}', 1, /class Bert/],
    [
      '{"modelTopology": {"class_name": "Sequential", "config": []},\n "weightsManifest": [{"paths": ["../../secret"], "weights": []}]}',
      1,
      /beside the model/,
    ],
    [
      '{"modelTopology": {"class_name": "Sequential", "config": []},\n "weightsManifest": [{"paths": [], "weights": [{"name":"k","shape":[1],"dtype":"int32"}]}]}',
      2,
      /only float32/,
    ],
  ])("is refused with its reason: %s", (text, line, reason) => {
    const { value, problems } = readLayersModel(text);
    expect(value).toBeUndefined();
    expect(problems.map((problem) => problem.line)).toEqual([line]);
    expect(problems[0]?.message).toMatch(reason);
  });
});

function outputOf(
  { spec, parameters, inputScale, settings, linear }: TrainedNetwork,
  sample: SparseVoxels,
  sums?: Float64Array,
): number {
  const engine = createEngine(spec);
  engine.writeParameters(parameters);
  const output = engine.predict([scaleVoxels(sample, inputScale, settings.inputScaling)])[0] ?? Number.NaN;
  return linear === undefined || sums === undefined ? output : withLinearPart(linear, sums, output);
}

function load({ topology, weights, values }: LayersModelContent): Promise<tfl.LayersModel> {
  const weightData = Uint8Array.from(Buffer.concat(values.map((part) => new Uint8Array(part.buffer)))).buffer;
  return tfl.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: topology,
      weightSpecs: weights.map((entry) => ({ ...entry, shape: [...entry.shape] })),
      weightData,
    }),
  );
}

function readBack({ topology, weights, values }: LayersModelContent): Parsed<FoundNetworks> {
  const text = JSON.stringify({
    format: "layers-model",
    modelTopology: topology,
    weightsManifest: [{ paths: [], weights }],
  });
  const graph = readLayersModel(text);
  if (graph.value === undefined) return { problems: graph.problems };
  return networksOf(
    text,
    graph.value,
    new Map(weights.map(({ name, shape }, i) => [name, { shape, values: values[i] ?? new Float32Array(0) }])),
  );
}

/** What TensorFlow.js writes when it saves a model. */
async function saved(model: tfl.LayersModel) {
  let artifacts: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (given) => {
      artifacts = given;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    }),
  );
  const bytes = artifacts?.weightData as ArrayBuffer;
  let offset = 0;
  const entries = (artifacts?.weightSpecs ?? []).map(({ name, shape }) => {
    const values = new Float32Array(
      bytes,
      offset,
      shape.reduce((a, b) => a * b, 1),
    );
    offset += values.byteLength;
    return [name, { shape, values }] as const;
  });
  const manifest = [{ paths: [], weights: artifacts?.weightSpecs }];
  return {
    text: JSON.stringify({
      format: "layers-model",
      modelTopology: artifacts?.modelTopology,
      weightsManifest: manifest,
    }),
    weights: new Map(entries),
  };
}

async function readSaved(model: tfl.LayersModel): Promise<Parsed<FoundNetworks>> {
  const { text, weights } = await saved(model);
  const graph = readLayersModel(text);
  return graph.value === undefined ? { problems: graph.problems } : networksOf(text, graph.value, weights);
}
