import type { Command } from "commander";
import type { EncodeSettings } from "../core/descriptors/encodeSettings.js";
import { resolvePaths } from "../jobs/dataset/materialFiles.js";
import { writeDescriptorTable } from "../jobs/encoding/descriptorTable.js";
import { copyTargets, writeDescriptors, writeEncodedDataset } from "../jobs/encoding/encodedFiles.js";
import { type EncodeOutcome, encodeMaterials } from "../jobs/encoding/encodeMaterials.js";
import { encodeShards, SHARD_SIZE, type ShardOptions } from "../jobs/encoding/encodeShards.js";
import { encodingForModel, writeModelInputs } from "../jobs/encoding/modelInputs.js";
import { UsageError } from "../jobs/files/usageError.js";
import { type Model, readModel } from "../jobs/models/modelFile.js";
import { checkEncoding } from "../jobs/spectra/encodeSettings.js";
import type { EncodedMaterial } from "../jobs/spectra/material.js";
import type { MaterialFile } from "../jobs/spectra/materialFile.js";
import { shardsIn } from "../jobs/spectra/shardIndex.js";
import { ThreadPool } from "../jobs/threads/threadPool.js";
import {
  type CommonOptions,
  type EncodingOptions,
  encodingOf,
  type FrameOptions,
  frameOf,
  wholeFrom,
  withEncoding,
  withFrame,
  withOutput,
  withThreads,
} from "./commonOptions.js";
import { EXIT } from "./exitCodes.js";
import { onInterruption } from "./interruption.js";
import { Output } from "./output.js";

interface Options extends CommonOptions, EncodingOptions, FrameOptions {
  readonly output: string;
  readonly rotations?: number;
  readonly seed: number;
  readonly packed?: boolean;
  readonly model?: string;
}

export function addEncodeCommand(program: Command): void {
  const command = program
    .command("encode")
    .description(
      "encode volumetric files: OUT.npz, OUT.parquet or OUT.zarr with the voxels of all materials, or a folder with one spectrum per material, itself a dataset",
    )
    .argument("<path...>", "volumetric files, folders or globs")
    .requiredOption("-o, --output <out>", "output file (.npz, .parquet), zarr group (.zarr) or folder");
  withOutput(withThreads(withFrame(withEncoding(command))))
    .option(
      "--rotations <k>",
      "write k randomly rotated copies of each material instead of the original orientation",
      wholeFrom(1),
    )
    .option("--seed <s>", "random seed of the rotations", wholeFrom(0), 0)
    .option(
      "--packed",
      "write all spectra into one file in the folder, small enough to share; more than 1,000 into several, going on where it was stopped",
    )
    .option("--model <folder>", "write what the ONNX file of this model reads, under the names of its inputs (.npz)")
    .action(runEncode);
}

async function runEncode(paths: string[], options: Options, command: Command): Promise<void> {
  const output = new Output(options);
  const model = modelFor(options, command);
  const settings = model === undefined ? encodingOf(options) : { ...frameOf(options), ...encodingForModel(model) };
  checkEncoding(settings);
  if (options.packed && isDescriptorFile(options.output))
    throw new UsageError("--packed writes into a folder; the output must not end in .npz, .parquet or .zarr");
  const cancellation = onInterruption();
  const { materials: entries, missing, remarks } = await resolvePaths(paths);
  output.remarks(remarks);
  for (const place of missing) reportMissing(output, place);
  const pool = entries.length > 1 ? new ThreadPool(options.threads) : undefined;
  const workers = pool ? { pool } : { ...(options.threads !== undefined && { threads: options.threads }) };
  output.startBar(entries.length, "encoding");
  let done = 0;
  try {
    const onDone = (outcome: EncodeOutcome) => {
      output.step(++done, outcome.entry.id);
      report(output, outcome);
    };
    if (options.packed && isLarge(entries, options.output)) {
      await encodeLarge(paths, options.output, entries, { settings, ...workers, cancellation, onDone }, output);
      return;
    }
    const wavesOnly = model === undefined && isDescriptorFile(options.output);
    const outcomes = await encodeMaterials(entries, { settings, ...workers, cancellation, onDone, wavesOnly });
    const materials = outcomes.flatMap(({ material }) => material ?? []);
    if (materials.length > 0 && model !== undefined) writeModelInputs(options.output, materials, model);
    else if (materials.length > 0) write(paths, options, settings, materials);
    output.stopBar();
    output.event({ event: "finished", done: materials.length, failed: output.failures });
    output.note(`${materials.length} of ${entries.length} encoded${materials.length > 0 ? `: ${options.output}` : ""}`);
  } finally {
    output.stopBar();
    await pool?.dispose();
  }
  process.exitCode = output.failures > 0 ? EXIT.failed : EXIT.done;
}

/**
 * Whether spectra are packed in several files: for more materials than memory should hold, and where that has been
 * begun.
 */
const isLarge = (entries: readonly MaterialFile[], folder: string) =>
  entries.length > SHARD_SIZE || shardsIn(folder).length > 0;

async function encodeLarge(
  paths: readonly string[],
  folder: string,
  entries: readonly MaterialFile[],
  options: ShardOptions,
  output: Output,
): Promise<void> {
  let known = 0;
  const count = await encodeShards(folder, entries, { ...options, onKnown: () => known++ });
  copyTargets(folder, paths);
  output.stopBar();
  output.event({ event: "finished", done: count, known, failed: output.failures });
  output.note(`${count} of ${entries.length} encoded${known > 0 ? `, ${known} of them before` : ""}: ${folder}`);
  process.exitCode = output.failures > 0 ? EXIT.failed : EXIT.done;
}

/** Follows from the model, and must not be asked for otherwise. */
const OF_THE_MODEL = ["dl", "length", "assignment", "component", "rotations", "seed", "packed"];

function modelFor({ model, output }: Options, command: Command): Model | undefined {
  if (model === undefined) return undefined;
  const given = OF_THE_MODEL.find((name) => command.getOptionValueSource(name) === "cli");
  if (given !== undefined) throw new UsageError(`--${given} follows from the model`);
  if (!output.endsWith(".npz")) throw new UsageError("with --model the output must end in .npz");
  return readModel(model);
}

/** A file with the voxels, which hold nothing but the waves; else a folder of spectra. */
const isDescriptorFile = (output: string) => /\.(npz|parquet|zarr)$/.test(output);

function write(
  paths: readonly string[],
  options: Options,
  settings: EncodeSettings,
  materials: readonly EncodedMaterial[],
): void {
  const { output, rotations, seed, packed = false } = options;
  const descriptors = { settings, seed, ...(rotations !== undefined && { rotations }) };
  if (/\.(npz|zarr)$/.test(output)) writeDescriptors(output, materials, descriptors);
  else if (output.endsWith(".parquet")) writeDescriptorTable(output, materials, descriptors);
  else writeEncodedDataset(output, materials, { settings, packed, sources: paths });
}

function report(output: Output, { entry, material, problems }: EncodeOutcome): void {
  output.problems(entry.file, problems);
  if (material !== undefined) output.event({ event: "encoded", id: entry.id, file: entry.file, problems });
  else {
    output.failed();
    output.event({ event: "skipped", id: entry.id, file: entry.file, problems });
  }
}

function reportMissing(output: Output, place: string): void {
  const problem = {
    severity: "error",
    line: 1,
    column: 1,
    message: "no volumetric file found",
    template: "no volumetric file found",
    args: [],
  } as const;
  output.failed();
  output.problems(place, [problem]);
  output.event({ event: "skipped", id: place, file: place, problems: [problem] });
}
