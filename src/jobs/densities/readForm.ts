import path from "node:path";
import { volumetricKind } from "../../core/formats/fileNames.js";
import { FILE_START, type Parsed, problem } from "../../core/text/problem.js";
import type { VolumetricKernel } from "../../kernels/volumetric/volumetric.js";
import { readingProblem, sizeOfFile } from "../files/byteSource.js";
import { hashOfStored, storedFacts } from "../files/storedFacts.js";
import { type DensityFormat, densityFormat, type FormReading, formatOfContent, type KnownHead } from "./densityForm.js";
import type { FrameOptions } from "./frameBuilder.js";
import { readHdf5, readHdf5Structure } from "./readHdf5.js";
import { readJsonDensity, readJsonHead } from "./readJsonDensity.js";
import { npySource } from "./readNpyDensity.js";
import { xsfSource } from "./readXsfDensity.js";
import { isZarrFolder, zarrFolder, zarrSource } from "./readZarrDensity.js";
import { readScaledValues, type ValueSource } from "./scaledValues.js";

/** The form that a file is read in: by its name, and where that tells VASP's text by its first bytes. */
export async function formOf(file: string): Promise<DensityFormat> {
  const named = densityFormat(file);
  if (named !== "text") return named;
  return isZarrFolder(file) ? "zarr" : formatOfContent(file);
}

/** A density in another form than VASP's text. Rejects only with the signal's reason. */
export async function readForm(
  file: string,
  format: Exclude<DensityFormat, "text">,
  kernel: VolumetricKernel,
  options: FrameOptions & { readonly hash: boolean },
): Promise<Parsed<FormReading>> {
  if (format === "json") return readJsonDensity(file, kernel, options);
  const facts = await factsOf(format === "zarr" ? zarrFolder(file) : file, options.hash);
  if (!facts.value) return { problems: facts.problems };
  if (format === "hdf5") {
    const { value, problems } = await readHdf5(path.resolve(file), kernel, options);
    return value ? { value: { ...value, ...facts.value, truncated: false }, problems: [] } : { problems };
  }
  const { value: source, problems } = await sourceOf(file, format, options.signal);
  return source ? readScaledValues(source, kernel, options, facts.value) : { problems };
}

/** Its head and kind alone. */
export async function readFormHead(file: string, format: Exclude<DensityFormat, "text">, signal?: AbortSignal): Promise<Parsed<KnownHead>> {
  if (format === "json") return readJsonHead(file, signal);
  if (format === "hdf5") {
    const { structure, grid } = await readHdf5Structure(file);
    const kind = volumetricKind(path.basename(file)) ?? "CHGCAR";
    if (structure && grid)
      return { value: { head: { structure, grid, gridLine: 1, lines: [], landmarks: { counts: 0, mode: 0 } }, kind }, problems: [] };
    return { problems: [problem("error", FILE_START, "the HDF5 file has no charge density with its structure")] };
  }
  const { value, problems } = await sourceOf(file, format, signal);
  return value ? { value: { head: value.head, kind: value.kind ?? "CHGCAR" }, problems: [...value.problems] } : { problems };
}

function sourceOf(file: string, format: "npy" | "xsf" | "zarr", signal?: AbortSignal): Promise<Parsed<ValueSource>> {
  if (format === "xsf") return xsfSource(file, signal);
  if (format === "zarr") return zarrSource(file, signal);
  return npySource(file, signal);
}

async function factsOf(file: string, hash: boolean): Promise<Parsed<Pick<FormReading, "sha256" | "bytes">>> {
  try {
    const bytes = isZarrFolder(file) ? (storedFacts(file)?.bytes ?? 0) : await sizeOfFile(file);
    return { value: { bytes, sha256: hash ? await hashOfStored(file) : "" }, problems: [] };
  } catch (error) {
    return { problems: [readingProblem(error)] };
  }
}
