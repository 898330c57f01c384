import path from "node:path";
import { volumetricKind } from "../../core/formats/fileNames.js";
import { FILE_START, type Parsed, problem } from "../../core/text/problem.js";
import type { VolumetricKernel } from "../../kernels/volumetric/volumetric.js";
import { readingProblem, sizeOfFile } from "../files/byteSource.js";
import { ContentHash } from "../files/contentHash.js";
import { hashOfStored, storedFacts } from "../files/storedFacts.js";
import { type DensityFormat, densityFormat, type FormReading, formatOfContent, type KnownHead } from "./densityForm.js";
import type { FrameOptions } from "./frameBuilder.js";
import { readHdf5, readHdf5Structure } from "./readHdf5.js";
import { readJsonDensity, readJsonHead } from "./readJsonDensity.js";
import { npySource } from "./readNpyDensity.js";
import { parquetSource } from "./readParquetDensity.js";
import { xsfSource } from "./readXsfDensity.js";
import { isZarrFolder, type RowSource, zarrFolder, zarrSource } from "./readZarrDensity.js";
import { readScaledValues, type ValueSource } from "./scaledValues.js";
import { isZarrArchive } from "./zarrZip.js";

/** The form that a file is read in: by its name, and where that tells VASP's text by its first bytes. */
export async function formOf(file: string): Promise<DensityFormat> {
  const named = densityFormat(file);
  if (named !== "text") return named;
  return isZarrFolder(file) || isZarrArchive(file) ? "zarr" : formatOfContent(file);
}

/** A density in another form than VASP's text. Rejects only with the signal's reason. */
export async function readForm(
  file: string,
  format: Exclude<DensityFormat, "text">,
  kernel: VolumetricKernel,
  options: FrameOptions & { readonly hash: boolean; readonly frame?: number },
): Promise<Parsed<FormReading>> {
  if (format === "json") return readJsonDensity(file, kernel, options);
  const facts = await factsOf(format === "zarr" ? zarrFolder(file) : file, options.hash && format !== "parquet");
  if (!facts.value) return { problems: facts.problems };
  if (format === "hdf5") {
    const { value, problems } = await readHdf5(path.resolve(file), kernel, options);
    return value ? { value: { ...value, ...facts.value, truncated: false }, problems: [] } : { problems };
  }
  if (format === "parquet" || format === "zarr") {
    const { value: source, problems } = await rowOf(file, format, options.frame, options.signal);
    if (!source) return { problems };
    if (format === "parquet" || source.rows > 1) return readRow(source, kernel, options, facts.value);
    return readScaledValues(source, kernel, options, facts.value);
  }
  const { value: source, problems } = await sourceOf(file, format, options.signal);
  return source ? readScaledValues(source, kernel, options, facts.value) : { problems };
}

/** Of a row's own values: the file holds other materials too. */
async function hashOfValues({ values }: ValueSource): Promise<string> {
  const hash = new ContentHash();
  try {
    for await (const { buffer, byteOffset, byteLength } of values(0))
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  } catch {
    return ""; // why it cannot be read is told by its reading
  }
  return hash.digest();
}

/** Of a file that may hold several densities, by its number from 1. */
function rowOf(
  file: string,
  format: "parquet" | "zarr",
  frame: number | undefined,
  signal?: AbortSignal,
): Promise<Parsed<RowSource>> {
  return format === "zarr" ? zarrSource(file, frame, signal) : parquetSource(file, frame, signal);
}

async function readRow(
  source: RowSource,
  kernel: VolumetricKernel,
  options: FrameOptions & { readonly frame?: number; readonly hash: boolean },
  facts: Pick<FormReading, "hash" | "bytes">,
): Promise<Parsed<FormReading>> {
  const { keep } = options;
  const ofRow =
    keep === undefined
      ? options
      : { ...options, keep: ((head, _, block) => keep(head, source.row, block)) as typeof keep };
  const reading = await readScaledValues(source, kernel, ofRow, {
    ...facts,
    hash: options.hash ? await hashOfValues(source) : "",
  });
  const rows = { count: source.rows, shown: source.row };
  return reading.value ? { value: { ...reading.value, rows }, problems: reading.problems } : reading;
}

/** Its head and kind alone. */
export async function readFormHead(
  file: string,
  format: Exclude<DensityFormat, "text">,
  signal?: AbortSignal,
  row?: number,
): Promise<Parsed<KnownHead>> {
  if (format === "json") return readJsonHead(file, signal);
  if (format === "hdf5") {
    const { structure, grid } = await readHdf5Structure(file);
    const kind = volumetricKind(path.basename(file)) ?? "CHGCAR";
    if (structure && grid)
      return {
        value: { head: { structure, grid, gridLine: 1, lines: [], landmarks: { counts: 0, mode: 0 } }, kind },
        problems: [],
      };
    return { problems: [problem("error", FILE_START, "the HDF5 file has no charge density with its structure")] };
  }
  const { value, problems } = await (format === "parquet" || format === "zarr"
    ? rowOf(file, format, row, signal)
    : sourceOf(file, format, signal));
  return value
    ? { value: { head: value.head, kind: value.kind ?? "CHGCAR" }, problems: [...value.problems] }
    : { problems };
}

function sourceOf(file: string, format: "npy" | "xsf", signal?: AbortSignal): Promise<Parsed<ValueSource>> {
  return format === "xsf" ? xsfSource(file, signal) : npySource(file, signal);
}

async function factsOf(file: string, hash: boolean): Promise<Parsed<Pick<FormReading, "hash" | "bytes">>> {
  try {
    const bytes = isZarrFolder(file) ? (storedFacts(file)?.bytes ?? 0) : await sizeOfFile(file);
    return { value: { bytes, hash: hash ? await hashOfStored(file) : "" }, problems: [] };
  } catch (error) {
    return { problems: [readingProblem(error)] };
  }
}
