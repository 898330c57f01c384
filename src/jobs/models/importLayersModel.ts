import path from "node:path";
import type { EncodeSettings } from "../../core/descriptors/encodeSettings.js";
import { CHANNELS, type Channel } from "../../core/descriptors/sparseVoxels.js";
import type { FoundLine, FoundNetwork, NamedWeights } from "../../core/learning/layersModel/readChain.js";
import { readLayersModel, recordOf } from "../../core/learning/layersModel/readGraph.js";
import { type FoundNetworks, networksOf } from "../../core/learning/layersModel/readNetworks.js";
import { foldedLine, type WeightGroup } from "../../core/learning/layersModel/writeLayersModel.js";
import { inputFactors } from "../../core/learning/networks/inputScaling.js";
import type { LinearPart } from "../../core/learning/networks/linearPart.js";
import type { TrainedNetwork } from "../../core/learning/networks/networkModel.js";
import { defaultTraining, type TrainingSettings } from "../../core/learning/networks/trainingSettings.js";
import { FILE_START, type Parsed, problem } from "../../core/text/problem.js";
import { reasonOf } from "../files/atomicFile.js";
import { LIMITS, readSmallFile, readSmallText } from "../files/readSmallFile.js";
import { unpackTensors } from "../files/tensorFile.js";
import { softwareVersion } from "../files/version.js";
import type { LayersModelMetadata } from "./exportLayersModel.js";
import { type Model, writeModel } from "./modelFile.js";

/** What a LayersModel that r3dvs did not export does not say of itself. */
export interface ForeignModel {
  readonly target?: string;
  readonly unit?: string;
  readonly channels?: readonly Channel[];
  readonly settings: EncodeSettings;
}

/**
 * Makes a model that `predict` uses of a TensorFlow.js LayersModel (its `model.json`, the weights beside it). An export
 * of r3dvs becomes the model it was, with the weights as they are now; of another one nothing is known of its training
 * materials, so every material lies outside of what it has seen.
 * Throws `WriteError`.
 */
export function importLayersModel(file: string, folder: string, foreign: ForeignModel): Parsed<Model> {
  const parsed = parseModel(file, foreign);
  if (parsed.value !== undefined) writeModel(folder, parsed.value);
  return parsed;
}

function parseModel(file: string, foreign: ForeignModel): Parsed<Model> {
  const text = readText(file);
  if (text.value === undefined) return { problems: text.problems };
  const graph = readLayersModel(text.value);
  if (graph.value === undefined) return { problems: graph.problems };
  const weights = readWeights(path.dirname(file), graph.value.manifest);
  if (weights.value === undefined) return { problems: weights.problems };
  const found = networksOf(text.value, graph.value, weights.value);
  if (found.value === undefined) return { problems: found.problems };
  return modelOfNetworks(found.value, recordOf(recordOf(graph.value.metadata)?.r3dvs), foreign);
}

/** The model that networks found in a file make with what r3dvs wrote into it, where it did. */
export function modelOfNetworks(
  found: FoundNetworks,
  metadata: Readonly<Record<string, unknown>> | undefined,
  foreign: ForeignModel,
): Parsed<Model> {
  return metadata === undefined ? foreignModel(found, foreign) : ownModel(found, metadata);
}

const failed = (template: string, ...args: (string | number)[]): { readonly problems: Parsed<never>["problems"] } => ({
  problems: [problem("error", FILE_START, template, ...args)],
});

function readText(file: string): Parsed<string> {
  try {
    return { value: readSmallText(file, LIMITS.run), problems: [] };
  } catch (error) {
    return failed("cannot be read: {0}", reasonOf(error));
  }
}

function readWeights(folder: string, manifest: readonly WeightGroup[]): Parsed<NamedWeights> {
  const found = new Map<string, { readonly shape: readonly number[]; readonly values: Float32Array }>();
  for (const { paths, weights } of manifest) {
    const parts: Buffer[] = [];
    for (const name of paths)
      try {
        parts.push(readSmallFile(path.join(folder, name), LIMITS.weights));
      } catch (error) {
        return failed("the weights {0} cannot be read: {1}", name, reasonOf(error));
      }
    const bytes = Buffer.concat(parts);
    let offset = 0;
    for (const { name, shape } of weights) {
      const end = offset + 4 * shape.reduce((product, side) => product * side, 1);
      if (end > bytes.length) return failed("the weights {0} end at byte {1} of {2}", name, end, bytes.length);
      found.set(name, { shape, values: new Float32Array(Uint8Array.from(bytes.subarray(offset, end)).buffer) });
      offset = end;
    }
  }
  return { value: found, problems: [] };
}

/** Numbers that still are what the export wrote keep the bits they had before they were folded into kernels. */
function ownModel(found: FoundNetworks, metadata: Readonly<Record<string, unknown>>): Parsed<Model> {
  const kept = keptModel(metadata);
  const learned = kept?.learned;
  const first = learned?.kind === "networks" ? learned.members[0] : undefined;
  if (kept === undefined || learned?.kind !== "networks" || first === undefined)
    return failed("what r3dvs wrote into this model (its metadata) is damaged");
  const members = found.members.map((network, i) => ownMember(network, learned.members[i] ?? first));
  const { mean, deviation } = kept.scale;
  const isSame = Math.fround(mean) === found.scale.mean && Math.fround(deviation) === found.scale.deviation;
  return {
    value: { ...kept, scale: isSame ? kept.scale : found.scale, learned: { kind: "networks", members } },
    problems: [],
  };
}

function keptModel(metadata: Readonly<Record<string, unknown>>): Model | undefined {
  const { format, model, arrays } = metadata as Partial<LayersModelMetadata>;
  if (format !== 1 || recordOf(model)?.format !== 1 || typeof arrays !== "string") return undefined;
  try {
    return unpackTensors({ json: model, bytes: Buffer.from(arrays, "base64") }) as Model;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function ownMember({ line, ...network }: FoundNetwork, kept: TrainedNetwork): TrainedNetwork {
  const { spec, parameters, inputFactors: factors } = network;
  const isSame = factors === undefined || inputFactors(kept.inputScale).every((factor, c) => factor === factors[c]);
  const { linear: keptLine, ...rest } = kept;
  const linear = line && (keptLine && isFoldedFrom(line, keptLine) ? keptLine : lineOf(line));
  return {
    ...rest,
    spec,
    parameters,
    inputScale: isSame ? kept.inputScale : divisorsOf(factors),
    ...(linear && { linear }),
  };
}

function isFoldedFrom(line: FoundLine, kept: LinearPart): boolean {
  const { weights, constant, share } = foldedLine(kept);
  const { mean, deviation } = line.residual;
  return (
    weights.every((weight, j) => weight === line.weights[j]) &&
    constant === line.intercept &&
    mean === 0 &&
    share === deviation
  );
}

function lineOf({ weights, intercept, residual }: FoundLine): LinearPart {
  const ones = new Float64Array(weights.length).fill(1);
  return {
    centre: new Float64Array(weights.length),
    deviation: ones,
    weights: Float64Array.from(weights),
    intercept,
    residual,
  };
}

const divisorsOf = (factors: Float32Array) => factors.map((factor) => 1 / factor);

function foreignModel({ members, scale }: FoundNetworks, foreign: ForeignModel): Parsed<Model> {
  const { spacing, length, assignment, component } = foreign.settings;
  const { size, channels: width } = members[0]?.spec.input ?? { size: 0, channels: 0 };
  const channels = foreign.channels ?? CHANNELS.slice(0, width);
  if (members.some(({ spec }) => spec.input.size !== Math.round(length / spacing)))
    return failed(
      "The network reads {0} voxels a side, but L/dL = {1}: give --dl and --length",
      size,
      Number((length / spacing).toPrecision(6)),
    );
  if (members.some(({ spec }) => spec.input.channels !== channels.length))
    return failed(
      "The network reads {0} channels, not {1} ({2}): give --channels",
      width,
      channels.length,
      channels.join(", "),
    );
  const training: TrainingSettings = {
    ...defaultTraining,
    channels,
    voxels: { spacing, length, assignment },
    inputScaling: "mean",
    linearPart: "none",
  };
  const unit = foreign.unit ?? "";
  return {
    value: {
      format: 1,
      software: { name: "r3dvs", version: softwareVersion },
      model: "r3dvs",
      target: { name: foreign.target ?? "value", kind: "intensive", unit, reportedUnit: unit },
      normalize: "volume",
      component,
      training,
      materials: [],
      scale,
      domain: NOTHING_SEEN,
      learned: { kind: "networks", members: members.map((network) => foreignMember(network, training)) },
    },
    problems: [],
  };
}

const NOTHING_SEEN: Model["domain"] = {
  ids: [],
  elements: [],
  features: { rows: 0, columns: 0, values: new Float64Array(0) },
  mean: new Float64Array(0),
  deviation: new Float64Array(0),
  width: 1,
  threshold: Number.MAX_VALUE,
};

function foreignMember(
  { spec, parameters, inputFactors: factors, line }: FoundNetwork,
  settings: TrainingSettings,
): TrainedNetwork {
  const inputScale = factors === undefined ? new Float32Array(spec.input.channels).fill(1) : divisorsOf(factors);
  return { spec, parameters, inputScale, settings, ...(line && { linear: lineOf(line) }), history: [] };
}
