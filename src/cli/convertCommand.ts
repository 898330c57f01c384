import type { Command } from "commander";
import { checkEncoding, writeDescriptors } from "../jobs/encodedFiles.js";
import { readSpectrum } from "../jobs/spectrumFile.js";
import { writeSpectrumTable } from "../jobs/spectrumTable.js";
import { UsageError } from "../jobs/usageError.js";
import { type CommonOptions, type EncodingOptions, encodingOf, withEncoding, withOutput } from "./commonOptions.js";
import { Output } from "./output.js";

type Options = CommonOptions & EncodingOptions & { readonly output: string };

export function addConvertCommand(program: Command): void {
  const command = program
    .command("convert")
    .description("turn sparse spectra into voxels (.npz) or one into a table of waves (.csv)")
    .argument("<spectrum...>", "spectra that encode wrote into a folder")
    .requiredOption("-o, --output <out>", "a name in .npz or .csv");
  withOutput(withEncoding(command)).action(runConvert);
}

function runConvert(files: string[], options: Options): void {
  const output = new Output(options);
  const settings = encodingOf(options);
  checkEncoding(settings);
  const materials = files.map((file) => {
    const found = readSpectrum(file);
    if (found === undefined) throw new UsageError(`${file} is no spectrum that r3dvs encode wrote`);
    return found.material;
  });
  const [first] = materials;
  if (options.output.endsWith(".npz")) writeDescriptors(options.output, materials, { settings });
  else if (options.output.endsWith(".csv") && materials.length === 1 && first !== undefined)
    writeSpectrumTable(options.output, first.spectrum);
  else throw new UsageError("the output must end in .npz, or in .csv for a single spectrum");
  output.event({ event: "finished", done: materials.length, failed: 0, file: options.output });
  output.note(options.output);
}
