import path from "node:path";
import type { Structure } from "../../core/crystal/structure.js";
import { parseCif } from "../../core/formats/cif.js";
import { isXyzName } from "../../core/formats/extendedXyz.js";
import { fileKind, volumetricKind } from "../../core/formats/fileNames.js";
import { VasprunReader } from "../../core/formats/vasprun.js";
import { XdatcarReader } from "../../core/formats/xdatcar.js";
import { FILE_START, type Parsed, type Problem, problem } from "../../core/text/problem.js";
import { densityFormat } from "../densities/densityForm.js";
import { readAtoms } from "../densities/readAtoms.js";
import { readHdf5Structure } from "../densities/readHdf5.js";
import { readHead } from "../densities/readHead.js";
import { hasVolumetricData } from "../densities/volumetricContent.js";
import { ByteSource, readingProblem } from "../files/byteSource.js";
import { LIMITS } from "../files/readSmallFile.js";
import { readText } from "../files/readText.js";
import { readPoscar } from "../spectra/readStructure.js";
import type { Crystal } from "./crystalData.js";

export interface ReadCrystalOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
  /** Of a trajectory, from 1. Default: the last. */
  readonly frame?: number;
}

/**
 * Atoms and cell of any file that has them; of a density its head alone is read. Rejects only with the signal's reason.
 */
export async function readCrystal(file: string, options: ReadCrystalOptions = {}): Promise<Parsed<Crystal>> {
  const name = path.basename(file);
  const format = densityFormat(file);
  if (format === "hdf5") return hdf5Crystal(file);
  if (format === "zarr" || format === "parquet") return headCrystal(file, "CHGCAR", options);
  if (format === "json" || format === "xsf") {
    if (await hasVolumetricData(file, options.signal)) return headCrystal(file, "CHGCAR", options);
    return atomsCrystal(format === "json" ? "JSON" : "XSF", await readAtoms(file, options));
  }
  if (/\.cif(?:\.[a-z0-9]+)?$/i.test(name)) return atomsCrystal("cif", await readCif(file, options));
  if (isXyzName(name)) return atomsCrystal("XYZ", await readAtoms(file, options));
  const volumetric = volumetricKind(name);
  if (volumetric) return headCrystal(file, volumetric, options);
  const kind = fileKind(name);
  if (kind === "XDATCAR" || kind === "vasprun") return trajectoryCrystal(file, kind, options);
  const density = await headCrystal(file, "CHGCAR", options);
  return density.value ? density : atomsCrystal("POSCAR", await readPoscar(file, options));
}

async function hdf5Crystal(file: string): Promise<Parsed<Crystal>> {
  const { structure, hasDensity } = await readHdf5Structure(file);
  if (structure) return { value: { kind: "CHGCAR", structure, hasDensity }, problems: [] };
  return {
    problems: [
      problem("error", FILE_START, "the HDF5 file has no structure, and the folder has no vaspout.h5 with one"),
    ],
  };
}

async function headCrystal(
  file: string,
  kind: Parameters<typeof readHead>[1],
  options: ReadCrystalOptions,
): Promise<Parsed<Crystal>> {
  const { value, problems } = await readHead(file, kind, options.signal, options.frame);
  return value ? { value: { kind, structure: value.head.structure, hasDensity: true }, problems } : { problems };
}

const atomsCrystal = (kind: string, { value, problems }: Parsed<Structure>): Parsed<Crystal> =>
  value ? { value: { kind, structure: value, hasDensity: false }, problems } : { problems };

async function readCif(file: string, options: ReadCrystalOptions): Promise<Parsed<Structure>> {
  const { text, problems } = await readText(file, options, LIMITS.run);
  if (text === undefined) return { problems };
  const parsed = parseCif(text);
  return { ...parsed, problems: [...problems, ...parsed.problems] };
}

async function trajectoryCrystal(
  file: string,
  kind: "XDATCAR" | "vasprun",
  options: ReadCrystalOptions,
): Promise<Parsed<Crystal>> {
  let shown: Structure | undefined;
  let count = 0;
  const { last, problems } = await readFrames(file, kind, options, (frame) => {
    count++;
    if (options.frame === undefined || options.frame === count) shown = frame;
  });
  if (options.frame !== undefined && !shown) {
    return {
      problems: [...problems, problem("error", FILE_START, "no frame {0}: the file has {1}", options.frame, count)],
    };
  }
  const structure = shown ?? last;
  if (!structure) return { problems };
  const frames = count > 1 ? { frames: { count, shown: options.frame ?? count } } : {};
  return { value: { kind, structure, ...frames, hasDensity: false }, problems };
}

/** Hands on every frame of a trajectory. */
async function readFrames(
  file: string,
  kind: "XDATCAR" | "vasprun",
  options: ReadCrystalOptions,
  onFrame: (frame: Structure) => void,
): Promise<{ last?: Structure; problems: readonly Problem[] }> {
  const reader = kind === "XDATCAR" ? new XdatcarReader(onFrame) : new VasprunReader(onFrame);
  try {
    for await (const chunk of new ByteSource(file, { ...options, hash: false }).chunks()) reader.push(chunk);
  } catch (error) {
    options.signal?.throwIfAborted();
    const { value, problems } = reader.finish(true);
    return { ...(value?.structure && { last: value.structure }), problems: [...problems, readingProblem(error)] };
  }
  const { value, problems } = reader.finish();
  return { ...(value?.structure && { last: value.structure }), problems };
}

export interface Frames {
  readonly count: number;
  readonly lattices: Float64Array;
  readonly fractional: Float32Array;
  readonly problems: readonly Problem[];
}

/** All frames that have as many atoms as the first. */
export async function readAllFrames(file: string, options: ReadCrystalOptions = {}): Promise<Frames> {
  const kind = fileKind(path.basename(file));
  const frames: Structure[] = [];
  let problems: readonly Problem[] = [];
  if (kind === "XDATCAR" || kind === "vasprun") {
    ({ problems } = await readFrames(file, kind, options, (frame) => {
      if (frame.fractional.length === (frames[0] ?? frame).fractional.length) frames.push(frame);
    }));
  } else {
    const single = await readCrystal(file, options);
    problems = single.problems;
    if (single.value) frames.push(single.value.structure);
  }
  const numbers = frames[0]?.fractional.length ?? 0;
  const lattices = Float64Array.from(frames.flatMap(({ lattice }) => lattice.flat()));
  const fractional = new Float32Array(numbers * frames.length);
  for (const [i, frame] of frames.entries()) fractional.set(frame.fractional, i * numbers);
  return { count: frames.length, lattices, fractional, problems };
}
