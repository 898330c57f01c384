import { existsSync } from "node:fs";
import path from "node:path";
import { type Command, Option } from "commander";
import { CHANNELS, type Channel } from "../core/descriptors/sparseVoxels.js";
import { writeDescriptorTable } from "../jobs/encoding/descriptorTable.js";
import { writeDescriptors } from "../jobs/encoding/encodedFiles.js";
import { writeSpectrumTable } from "../jobs/encoding/spectrumTable.js";
import { reasonOf } from "../jobs/files/atomicFile.js";
import { UsageError } from "../jobs/files/usageError.js";
import { isLayersModel, MODEL_FILE } from "../jobs/models/exportLayersModel.js";
import { exportModel } from "../jobs/models/exportModel.js";
import { importLayersModel } from "../jobs/models/importLayersModel.js";
import { importOnnx } from "../jobs/models/importOnnx.js";
import { isModel } from "../jobs/models/modelFile.js";
import { checkEncoding } from "../jobs/spectra/encodeSettings.js";
import { readSpectrum } from "../jobs/spectra/spectrumFile.js";
import {
  type CommonOptions,
  type EncodingOptions,
  encodingOf,
  list,
  withEncoding,
  withOutput,
} from "./commonOptions.js";
import { EXIT } from "./exitCodes.js";
import { Output } from "./output.js";

type Options = CommonOptions &
  EncodingOptions & {
    readonly output: string;
    readonly target?: string;
    readonly unit?: string;
    readonly channels?: readonly Channel[];
  };

export function addConvertCommand(program: Command): void {
  const command = program
    .command("convert")
    .description(
      "turn sparse spectra into voxels (.npz, .parquet, .zarr) or one into a table of waves (.csv); a model into ONNX (.onnx, opset 17) or a TensorFlow.js LayersModel, networks back from both; a Gaussian process into .npz",
    )
    .argument(
      "<input...>",
      "spectra written by encode, a model folder, a .onnx file, or the model.json of a LayersModel",
    )
    .requiredOption(
      "-o, --output <out>",
      "output file (.npz, .parquet, .csv or .onnx), zarr group (.zarr); a folder for models and LayersModels",
    )
    .option("--target <name>", "imported model: the target it predicts")
    .option("--unit <unit>", "imported model: the unit of its prediction")
    .addOption(new Option("--channels <a,b>", "imported model: its input channels").argParser(channelList));
  withOutput(withEncoding(command)).action(runConvert);
}

function runConvert(inputs: string[], options: Options): void {
  const output = new Output(options);
  const [place] = inputs.map((input) => (path.basename(input) === MODEL_FILE ? path.dirname(input) : input));
  if (inputs.length > 1 || place === undefined) done(output, convertSpectra(inputs, options), inputs.length);
  else if (isOnnx(place) || isLayersModel(place) || isJson(place)) importModel(place, options, output);
  else if (isModel(place)) done(output, exportModel(place, options.output));
  else done(output, convertSpectra(inputs, options));
}

function done(output: Output, file: string, count = 1): void {
  output.event({ event: "finished", done: count, failed: 0, file });
  output.note(file);
}

const isOnnx = (place: string) => path.extname(place).toLowerCase() === ".onnx" && existsSync(place);

/** Under whatever name: what is wrong with it is said by its reader. */
const isJson = (place: string) => path.extname(place) === ".json" && existsSync(place);

function importModel(input: string, options: Options, output: Output): void {
  const { target, unit, channels } = options;
  const settings = encodingOf(options);
  checkEncoding(settings);
  const file = isJson(input) || isOnnx(input) ? input : path.join(input, MODEL_FILE);
  const foreign = {
    settings,
    ...(target !== undefined && { target }),
    ...(unit !== undefined && { unit }),
    ...(channels && { channels }),
  };
  const { value, problems } = (isOnnx(file) ? importOnnx : importLayersModel)(file, options.output, foreign);
  output.problems(file, problems);
  if (value !== undefined) {
    done(output, options.output);
    return;
  }
  output.event({ event: "skipped", id: path.basename(path.dirname(file)), file, problems });
  output.event({ event: "finished", done: 0, failed: 1 });
  process.exitCode = EXIT.failed;
}

function convertSpectra(files: readonly string[], options: Options): string {
  const settings = encodingOf(options);
  checkEncoding(settings);
  const materials = files.map((file) => {
    const found = storedSpectrum(file);
    if (found === undefined) throw new UsageError(`${file} is neither a spectrum written by r3dvs encode nor a model`);
    return found.material;
  });
  const [first] = materials;
  if (/\.(npz|zarr)$/.test(options.output)) writeDescriptors(options.output, materials, { settings });
  else if (options.output.endsWith(".parquet")) writeDescriptorTable(options.output, materials, { settings });
  else if (options.output.endsWith(".csv") && materials.length === 1 && first !== undefined)
    writeSpectrumTable(options.output, first.spectrum);
  else throw new UsageError("the output must end in .npz, .parquet or .zarr, or in .csv for a single spectrum");
  return options.output;
}

function storedSpectrum(file: string): ReturnType<typeof readSpectrum> {
  try {
    return readSpectrum(file);
  } catch (error) {
    throw new UsageError(`${file} is damaged: ${reasonOf(error)}; encode the density again`);
  }
}

function channelList(text: string): Channel[] {
  return list(text).map((name) => {
    const channel = CHANNELS.find((known) => known === name);
    if (channel === undefined) throw new UsageError(`unknown channel ${name}; choose from ${CHANNELS.join(", ")}`);
    return channel;
  });
}
