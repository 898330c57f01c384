import { channelSums } from "../../core/descriptors/channelSums.js";
import type { EncodeSettings } from "../../core/descriptors/encodeSettings.js";
import { sparseVoxels } from "../../core/descriptors/r3dvs.js";
import type { SparseVoxels } from "../../core/descriptors/sparseVoxels.js";
import { describeParts, type FeaturePart } from "../../core/learning/gaussianProcess/processFeatures.js";
import type { KernelModel } from "../../core/learning/kernelRidge/kernelModel.js";
import { ORIENTATION_SEED, orientationsOf } from "../../core/learning/networks/predictNetworks.js";
import { featuresOf } from "../features/featureCache.js";
import { NpzWriter } from "../files/npz.js";
import { UsageError } from "../files/usageError.js";
import { exportForms } from "../models/exportModel.js";
import type { FittedStage, Model } from "../models/modelFile.js";
import { materialProblem } from "../models/processInputs.js";
import { canDescribe, cellSize, type EncodedMaterial } from "../spectra/material.js";

type LearnedProcess = Extract<FittedStage, { readonly kind: "process" }>;

/** How materials must be read for a model. */
export function encodingForModel({ training, component }: Model): EncodeSettings {
  return { ...training.voxels, component };
}

/**
 * Writes what a model's ONNX file reads, under the names of its inputs: `voxels` [rows, z, y, x, channel] and `sums`
 * [rows, channels + 1] in float32, one row for each orientation that `predict` averages, or `features` [n, columns] in
 * float64, or `shells`, `angular` and `functionals` likewise; with `ids`, `volume` (Å³) and `atoms` [rows, 1], and
 * `meta.json`.
 * Throws `UsageError` for a model without an ONNX form, and `WriteError`.
 */
export function writeModelInputs(file: string, materials: readonly EncodedMaterial[], model: Model): void {
  const { learned } = model;
  if (learned.kind === "soap" || learned.kind === "twoSteps" || !exportForms(model.model).includes("onnx"))
    throw new UsageError(`--model needs a model that can become ONNX, not ${model.model}`);
  const rows = learned.kind === "networks" ? model.training.testRotations : 1;
  const each = (values: readonly number[]) => values.flatMap((value) => Array<number>(rows).fill(value));
  const numbers = (values: readonly number[]) =>
    learned.kind === "networks" ? Float32Array.from(values) : Float64Array.from(values);
  const sizes = materials.map(cellSize);
  const writer = new NpzWriter(file);
  try {
    writer.add(
      "ids",
      materials.flatMap(({ id }) => Array<string>(rows).fill(id)),
    );
    writer.add("volume", numbers(each(sizes.map(({ volume }) => volume))), [rows * materials.length, 1]);
    writer.add("atoms", numbers(each(sizes.map(({ atoms }) => atoms))), [rows * materials.length, 1]);
    if (learned.kind === "networks") addVoxels(writer, materials, model);
    else if (learned.kind === "kernel") addFeatures(writer, materials, learned.kernel);
    else addParts(writer, materials, learned);
    const { software, target, training, component } = model;
    writer.addText(
      "meta.json",
      JSON.stringify({
        software,
        model: model.model,
        target,
        voxels: training.voxels,
        channels: training.channels,
        component,
      }),
    );
    writer.close();
  } catch (error) {
    writer.discard();
    throw error;
  }
}

function addVoxels(writer: NpzWriter, materials: readonly EncodedMaterial[], { training }: Model): void {
  const { voxels, channels, testRotations } = training;
  const rotations = orientationsOf(testRotations, ORIENTATION_SEED);
  const size = Math.round(voxels.length / voxels.spacing);
  const shape = [rotations.length * materials.length, size, size, size, channels.length];
  const sums = materials.flatMap(({ spectrum }) => {
    const row = [...channelSums(spectrum, voxels.spacing, channels)];
    return rotations.flatMap(() => row);
  });
  writer.add("sums", Float32Array.from(sums), [rotations.length * materials.length, channels.length + 1]);
  writer.addInParts("voxels", "<f4", shape, allVoxels());
  function* allVoxels(): Generator<Uint8Array> {
    for (const { spectrum } of materials)
      for (const rotation of rotations)
        yield new Uint8Array(dense(sparseVoxels(spectrum, voxels, channels, rotation)).buffer);
  }
}

function dense({ size, channels, index, value }: SparseVoxels): Float32Array {
  const whole = new Float32Array(size ** 3 * channels);
  index.forEach((at, i) => {
    whole.set(value.subarray(i * channels, (i + 1) * channels), at * channels);
  });
  return whole;
}

/** Descriptors of the density, each under its name. */
function addParts(writer: NpzWriter, materials: readonly EncodedMaterial[], learned: LearnedProcess): void {
  const names = Object.keys(learned.process.parts) as FeaturePart[];
  const described = materials.map((material) => {
    const found = materialProblem(learned, material);
    if (found) throw new UsageError(`${material.id}: ${found.message}`);
    return describeParts(canDescribe(material), names, learned.process.valences);
  });
  for (const name of names) {
    const rows = described.map((each) => each[name] ?? new Float64Array());
    const values = Float64Array.from(rows.flatMap((row) => [...row]));
    writer.add(name, values, [rows.length, rows[0]?.length ?? 0]);
  }
}

/** A cell with more atoms than any that a model of eigenvalues has seen has no row. */
function addFeatures(
  writer: NpzWriter,
  materials: readonly EncodedMaterial[],
  { name, coulombMatrix, features }: KernelModel,
): void {
  const { columns } = features;
  const values = new Float64Array(materials.length * columns);
  materials.forEach((material, i) => {
    const vector = featuresOf(name, material, coulombMatrix);
    if (vector.length > columns)
      throw new UsageError(`${material.id} has ${vector.length} atoms; the model has seen at most ${columns}`);
    values.set(vector, i * columns);
  });
  writer.add("features", values, [materials.length, columns]);
}
