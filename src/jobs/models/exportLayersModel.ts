import path from "node:path";
import { learnedUnit } from "../../core/learning/evaluation/targetScaling.js";
import { recordOf } from "../../core/learning/layersModel/readGraph.js";
import {
  type LayersModelContent,
  type LayersModelFile,
  layersModelOf,
  type NetworksWithScale,
} from "../../core/learning/layersModel/writeLayersModel.js";
import { writeFolderAtomically } from "../files/atomicFolder.js";
import { LIMITS, readSmallJson } from "../files/readSmallFile.js";
import { packTensors } from "../files/tensorFile.js";
import { UsageError } from "../files/usageError.js";
import { type Model, readModel } from "./modelFile.js";

/**
 * What `userDefinedMetadata.r3dvs` of an export holds: first what its reader needs, then what brings the model back.
 */
export interface LayersModelMetadata {
  readonly format: 1;
  readonly software: Model["software"];
  readonly input: object;
  readonly output: object;
  /** The model without its networks' weights, its arrays taken out. */
  readonly model: unknown;
  /** Those arrays, as `packTensors` lays them out, in base 64. */
  readonly arrays: string;
}

export const MODEL_FILE = "model.json";

/** TensorFlow.js reads weights of any size; servers and browsers cache files of this size well. */
const SHARD_BYTES = 4 * 1024 * 1024;

/**
 * Writes a model of networks as a TensorFlow.js LayersModel; an earlier export in the folder is replaced. Returns its
 * `model.json`. Throws `UsageError`, `WriteError`.
 */
export function exportLayersModel(modelFolder: string, folder: string): string {
  const model = readModel(modelFolder);
  const { learned } = model;
  if (learned.kind !== "networks")
    throw new UsageError(
      `${modelFolder} is a ${model.model} model: only networks (r3dvs) can be exported as a TensorFlow.js model`,
    );
  const { members } = learned;
  const content = layersModelOf({ members, scale: model.scale });
  const shards = shardsOf(content.values);
  const paths = shards.map((_, i) => `group1-shard${i + 1}of${shards.length}.bin`);
  const file: LayersModelFile = {
    format: "layers-model",
    generatedBy: `r3dvs ${model.software.version}`,
    convertedBy: null,
    modelTopology: content.topology,
    weightsManifest: [{ paths, weights: content.weights }],
    userDefinedMetadata: { r3dvs: metadataOf(model, { members, scale: model.scale }, content) },
  };
  const bins = shards.map((bytes, i) => [paths[i] as string, bytes] as const);
  writeFolderAtomically(folder, [...bins, [MODEL_FILE, `${JSON.stringify(file)}\n`]], isLayersModel);
  return path.join(folder, MODEL_FILE);
}

/** Whether a folder holds a TensorFlow.js LayersModel. */
export function isLayersModel(folder: string): boolean {
  try {
    return recordOf(readSmallJson(path.join(folder, MODEL_FILE), LIMITS.run))?.format === "layers-model";
  } catch {
    return false;
  }
}

function shardsOf(values: readonly Float32Array[]): Uint8Array[] {
  const bytes = Buffer.concat(values.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength)));
  const count = Math.max(1, Math.ceil(bytes.length / SHARD_BYTES));
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * SHARD_BYTES, (i + 1) * SHARD_BYTES));
}

function metadataOf(model: Model, { members }: NetworksWithScale, content: LayersModelContent): LayersModelMetadata {
  const { json, bytes } = packTensors(weightless(model, members));
  const arrays = Buffer.from(bytes).toString("base64");
  return {
    format: 1,
    software: model.software,
    input: inputOf(model, members),
    output: outputOf(model, content),
    model: json,
    arrays,
  };
}

/**
 * What an ONNX file says of a model: its inputs by name, its output, and of networks all that their weights do not
 * hold.
 */
export function modelMetadata(model: Model, inputs: readonly (readonly [string, string])[]): object {
  const { learned, target, training, component, software } = model;
  const { channels, voxels, testRotations } = training;
  const output = { name: "value", axes: "batch, value", target: target.name, unit: target.reportedUnit };
  const facts = { format: 1, software, model: model.model, inputs: Object.fromEntries(inputs), output };
  if (learned.kind !== "networks") return facts;
  const orientations = `r3dvs predict averages ${testRotations} orientations of a material`;
  const { json, bytes } = packTensors(weightless(model, learned.members));
  const input = { axes: "batch, z, y, x, channel", channels, voxels, component, orientations };
  return { ...facts, input, model: json, arrays: Buffer.from(bytes).toString("base64") };
}

const weightless = (model: Model, members: NetworksWithScale["members"]) => ({
  ...model,
  learned: { kind: "networks", members: members.map(({ parameters: _, ...rest }) => rest) },
});

const SUMS = "batch, channel: the sum of each channel over all reciprocal lattice vectors up to pi/spacing, then s_0";

function inputOf({ training, component }: Model, members: NetworksWithScale["members"]): object {
  const { channels, voxels, inputScaling, testRotations } = training;
  const isLog = inputScaling === "log";
  return {
    axes: "batch, z, y, x, channel",
    channels,
    voxels,
    component,
    values: isLog
      ? "ln(1 + 100 voxel/divisor), each member its own"
      : "voxels as `r3dvs encode` gives them, divided inside the model",
    ...(isLog && { divisors: members.map(({ inputScale }) => [...inputScale]) }),
    ...(members.some(({ linear }) => linear !== undefined) && { sums: SUMS }),
    orientations: `r3dvs predict averages ${testRotations} orientations of a material`,
  };
}

function outputOf({ target, normalize, scale }: Model, { memberLayers }: LayersModelContent): object {
  const { name, kind, unit, reportedUnit } = target;
  const isIntensive = kind === "intensive";
  const quantity = { name, kind, unit, learnedPer: isIntensive ? "none" : normalize } as const;
  return {
    axes: "batch, value",
    target: name,
    unit: learnedUnit(quantity),
    ...(!isIntensive && {
      per: normalize,
      reported: `${reportedUnit}: times what it is per, over the number of atoms`,
    }),
    members: memberLayers,
    memberToOutput: scale,
  };
}
