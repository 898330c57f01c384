import path from "node:path";
import type { EncodeSettings } from "../../core/descriptors/encodeSettings.js";
import { FILE_START, type Problem, problem } from "../../core/text/problem.js";
import { type CallOptions, Cancellation } from "../../protocol/rpc.js";
import type { EncodedFile } from "../../protocol/workerMethods.js";
import { resolvePaths } from "../dataset/materialFiles.js";
import { WriteError } from "../files/atomicFile.js";
import { privateFolder } from "../files/privateFolder.js";
import { checkEncoding } from "../spectra/encodeSettings.js";
import { materialId } from "../spectra/materialFile.js";
import { readMaterialMethod } from "../spectra/threadMethods.js";
import type { ThreadPool } from "../threads/threadPool.js";
import { writeDescriptors, writeSpectrumInto } from "./encodedFiles.js";
import { type EncodeOutcome, encodeMaterials } from "./encodeMaterials.js";
import { writeSpectrumTable } from "./spectrumTable.js";

/** Encodes files, material folders or whole datasets into `.r3dvs/spectra` beside the materials; one row per file. */
export async function encodeFiles(
  pool: ThreadPool,
  { paths, settings }: { readonly paths: readonly string[]; readonly settings: EncodeSettings },
  { cancellation = new Cancellation(), onProgress }: CallOptions,
): Promise<{ files: EncodedFile[] }> {
  checkEncoding(settings);
  const { materials, missing, remarks } = await resolvePaths(paths);
  let done = 0;
  const onDone = () => onProgress?.(++done / materials.length);
  const outcomes = await encodeMaterials(materials, { settings, pool, cancellation, onDone });
  const nothing = problem("error", FILE_START, "no volumetric file found");
  const leftOut = remarks.filter(({ problem: { severity } }) => severity !== "information");
  return {
    files: [
      ...outcomes.map((outcome) => store(outcome, settings)),
      ...missing.map((file) => ({ id: file, file, problems: [nothing] })),
      ...leftOut.map(({ file, problem: one }) => ({ id: path.basename(file), file, problems: [one] })),
    ],
  };
}

/** Writes the voxels of one file as `.npz`, its waves as `.csv`, or its sparse spectrum into a folder. */
export async function exportVoxels(
  pool: ThreadPool,
  { file, settings, output }: { readonly file: string; readonly settings: EncodeSettings; readonly output: string },
  options: CallOptions,
): Promise<{ problems: readonly Problem[] }> {
  checkEncoding(settings);
  const request = { entry: { id: materialId(file), file }, settings, reading: { threads: 2 } };
  const { value, problems } = await pool.run(readMaterialMethod, request, options);
  if (value === undefined || problems.some(({ severity }) => severity === "error")) return { problems };
  if (output.endsWith(".npz")) writeDescriptors(output, [value], { settings });
  else if (output.endsWith(".csv")) writeSpectrumTable(output, value.spectrum);
  else writeSpectrumInto(output, value, settings);
  return { problems };
}

/** A dataset's materials lie one folder below it, files of their own name lie in it. */
function store({ entry, material, problems }: EncodeOutcome, settings: EncodeSettings): EncodedFile {
  const { id, file } = entry;
  if (material === undefined) return { id, file, problems };
  const own = path.dirname(path.resolve(file));
  const isNested = own.split(path.sep).join("/").endsWith(`/${id}`);
  const dataset = isNested ? id.split("/").reduce((folder) => path.dirname(folder), own) : own;
  const folder = path.join(privateFolder(dataset), "spectra", `${settings.component}-${settings.spacing}`);
  try {
    return { id, file, spectrum: material.spectrum, output: writeSpectrumInto(folder, material, settings), problems };
  } catch (error) {
    if (!(error instanceof WriteError)) throw error;
    return {
      id,
      file,
      spectrum: material.spectrum,
      problems: [...problems, problem("warning", FILE_START, "{0}", error.message)],
    };
  }
}
