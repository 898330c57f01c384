import path from "node:path";
import type { Structure } from "../../core/crystal/structure.js";
import { parseCif } from "../../core/formats/cif.js";
import { isXyzName, parseExtendedXyz } from "../../core/formats/extendedXyz.js";
import { fileKind } from "../../core/formats/fileNames.js";
import { structureOf } from "../../core/formats/pymatgenStructure.js";
import { VasprunReader } from "../../core/formats/vasprun.js";
import { XdatcarReader } from "../../core/formats/xdatcar.js";
import { XsfHeadReader } from "../../core/formats/xsf.js";
import { FILE_START, type Parsed, problem } from "../../core/text/problem.js";
import { ByteSource, readingProblem } from "../files/byteSource.js";
import { LIMITS } from "../files/readSmallFile.js";
import { type ReadTextOptions, readText } from "../files/readText.js";
import { densityFormat } from "./densityForm.js";
import { namedContent } from "./namedContent.js";
import { readHdf5Structure } from "./readHdf5.js";
import { readJsonHead } from "./readJsonDensity.js";
import { readPoscar } from "./readPoscar.js";

/**
 * The last structure of a POSCAR, CIF, XDATCAR, vasprun.xml, XSF, extended XYZ, pymatgen's JSON or HDF5 file, by its
 * name. Rejects only with the signal's reason.
 */
export async function readAtoms(file: string, options: ReadTextOptions = {}): Promise<Parsed<Structure>> {
  const { value, problems } = await readAs(file, options);
  return value ? { value, problems } : { problems: await namedContent(file, problems) };
}

async function readAs(file: string, options: ReadTextOptions): Promise<Parsed<Structure>> {
  const format = densityFormat(file);
  if (format === "json") return readJsonStructure(file, options);
  if (format === "hdf5") {
    const { structure } = await readHdf5Structure(file);
    return structure
      ? { value: structure, problems: [] }
      : { problems: [problem("error", FILE_START, "the HDF5 file has no structure")] };
  }
  if (format === "xsf") return fromText(file, options, parseXsf);
  if (/\.cif(?:\.[a-z0-9]+)?$/i.test(file)) return fromText(file, options, parseCif);
  if (isXyzName(file)) return fromText(file, options, parseExtendedXyz);
  const kind = fileKind(path.basename(file));
  if (kind === "XDATCAR") return readLastFrame(file, options);
  return kind === "vasprun" ? readVasprunStructure(file, options) : readPoscar(file, options);
}

async function fromText(
  file: string,
  options: ReadTextOptions,
  parse: (text: string) => Parsed<Structure>,
): Promise<Parsed<Structure>> {
  const { text, problems } = await readText(file, options, LIMITS.run);
  if (text === undefined) return { problems };
  const parsed = parse(text);
  return { ...parsed, problems: [...problems, ...parsed.problems] };
}

function parseXsf(text: string): Parsed<Structure> {
  const reader = new XsfHeadReader();
  for (const line of text.split("\n")) {
    reader.push(line);
    if (reader.isOver) break;
  }
  const { value, problems } = reader.finish();
  return value ? { value: value.structure, problems } : { problems };
}

/** A structure as pymatgen writes it, or that of a density. */
async function readJsonStructure(file: string, options: ReadTextOptions): Promise<Parsed<Structure>> {
  const { text, problems } = await readText(file, options, LIMITS.small);
  if (text === undefined) return { problems };
  try {
    const parsed: unknown = JSON.parse(text);
    const structure = structureOf(parsed);
    if (structure.value) return structure;
  } catch {
    // longer than that, or no JSON: the reading of densities tells
  }
  const { value, problems: found } = await readJsonHead(file, options.signal);
  return value ? { value: value.head.structure, problems: [] } : { problems: found };
}

/** What a reader has of a file when all of it has been pushed. */
async function readThrough<T>(
  reader: { push(chunk: Uint8Array): void; finish(): Parsed<T> },
  file: string,
  options: ReadTextOptions,
): Promise<Parsed<T>> {
  try {
    for await (const chunk of new ByteSource(file, { ...options, hash: false }).chunks()) reader.push(chunk);
  } catch (error) {
    options.signal?.throwIfAborted();
    return { problems: [readingProblem(error)] };
  }
  return reader.finish();
}

/** The last whole frame of a trajectory. */
async function readLastFrame(file: string, options: ReadTextOptions): Promise<Parsed<Structure>> {
  const { value, problems } = await readThrough(new XdatcarReader(), file, options);
  if (!value) return { problems };
  const remark =
    value.frames > 1
      ? [problem("information", FILE_START, "the file has {0} frames: the last one is used", value.frames)]
      : [];
  return { value: value.structure, problems: [...problems, ...remark] };
}

async function readVasprunStructure(file: string, options: ReadTextOptions): Promise<Parsed<Structure>> {
  const { value, problems } = await readThrough(new VasprunReader(), file, options);
  if (value?.structure) return { value: value.structure, problems: [] };
  return { problems: problems.length > 0 ? problems : [problem("error", FILE_START, "the file has no structure")] };
}
