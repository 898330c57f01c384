import path from "node:path";
import { CubeHeadReader } from "../../core/formats/cubeHead.js";
import { isAmbiguous, volumetricKind } from "../../core/formats/fileNames.js";
import type { VolumetricKind } from "../../core/formats/volumetric.js";
import { VolumetricHeadReader } from "../../core/formats/volumetricHead.js";
import { ByteSource } from "../files/byteSource.js";
import { type DensityFormat, firstBytes } from "./densityForm.js";
import { formOf, readFormHead } from "./readForm.js";
import { holdsDensity } from "./readHdf5.js";

/** A head of a million atoms is shorter; what goes on without a line end is none. */
const LONGEST_HEAD = 64 << 20;
/** As in the reading of the whole. */
const LONGEST_LINE = 64 * 1024;

/**
 * The form in which a file, packed or not, holds a field on a grid, by how it begins; undefined for any other file and
 * for what cannot be read.
 */
export async function volumetricContent(
  file: string,
  signal?: AbortSignal,
): Promise<"vasp" | "cube" | Exclude<DensityFormat, "text"> | undefined> {
  const format = await formOf(file);
  if (format !== "text") return (await holdsForm(file, format, signal)) ? format : undefined;
  const readers = { vasp: new VolumetricHeadReader(), cube: new CubeHeadReader() };
  const decoder = new TextDecoder();
  let rest = "";
  let bytes = 0;
  try {
    for await (const chunk of new ByteSource(file, {
      hash: false,
      chunk: 16 * 1024,
      ...(signal && { signal }),
    }).chunks()) {
      bytes += chunk.length;
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines)
        for (const reader of Object.values(readers)) reader.push(line.endsWith("\r") ? line.slice(0, -1) : line);
      if (rest.length > LONGEST_LINE) break;
      if (Object.values(readers).every(({ state }) => state !== "reading") || bytes > LONGEST_HEAD) break;
      if (readers.vasp.state === "complete") break;
    }
  } catch {
    signal?.throwIfAborted();
  }
  if (readers.vasp.state === "complete") return "vasp";
  return readers.cube.state === "complete" ? "cube" : undefined;
}

/** What stands near the beginning of a density in pymatgen's JSON, in whatever order its keys are. */
const PYMATGEN_DENSITY =
  /"(?:data_aug|maggma_store_type|fs_id)"|"@class":\s*"(?:Chgcar|Locpot|Elfcar|VolumetricData)"|"(?:total|diff|spin_up)":\s*(?:\{\s*"(?:@|data)|\[\s*\[)/;

/** Of JSON its beginning decides: the whole may be long. */
async function holdsForm(file: string, format: Exclude<DensityFormat, "text">, signal?: AbortSignal): Promise<boolean> {
  if (format === "hdf5") return holdsDensity(file);
  if (format === "json") return PYMATGEN_DENSITY.test(await firstBytes(file, 65_536));
  return (await readFormHead(file, format, signal)).value !== undefined;
}

export async function hasVolumetricData(file: string, signal?: AbortSignal): Promise<boolean> {
  return (await volumetricContent(file, signal)) !== undefined;
}

/**
 * What to read a file as: its name's kind; where that tells none, or two things, its content decides, and CHGCAR is
 * meant where that tells none either.
 */
export async function volumetricKindOf(file: string, signal?: AbortSignal): Promise<VolumetricKind> {
  const name = path.basename(file);
  const named = volumetricKind(name) ?? "CHGCAR";
  if (volumetricKind(name) !== undefined && !isAmbiguous(name)) return named;
  const content = await volumetricContent(file, signal);
  if (content === "cube") return "cube";
  return content === "vasp" ? (volumetricKind(name.replace(/\.(cube|cub)/i, "")) ?? "CHGCAR") : named;
}
