import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { elementOfLabel } from "../../core/crystal/elements.js";
import { gridLimits, millerLimits } from "../../core/crystal/halfSphere.js";
import { volume } from "../../core/crystal/lattice.js";
import type { Structure } from "../../core/crystal/structure.js";
import { differenceMetric, functionalsOfSums } from "../../core/descriptors/functionals.js";
import type { Spectrum } from "../../core/descriptors/spectrum.js";
import { determinant, inverse, type Matrix3, rowTimes, scaleMatrix, type Vector3 } from "../../core/math/matrix3.js";
import { FILE_START, type Parsed, type Problem, problem } from "../../core/text/problem.js";
import type { VolumetricKernel } from "../../kernels/volumetric/volumetric.js";
import { sizeOfFile } from "../files/byteSource.js";
import { distFile } from "../files/distFile.js";
import type { DatasetFacts, Hdf5File, openHdf5 } from "./hdf5Library.js";
import { sphereWithin, tooManyWaves } from "./sphereWithin.js";
import type { KeepValues, StreamBlock, StreamFrame } from "./volumetricStream.js";

/** The charge density of VASP 6: [block][z][y][x], times the cell's volume; block 0 is the total, the others are the magnetisation. */
const CHARGE = "charge/charge";
/** Where vaspwave.h5 and vaspout.h5 keep the structure. */
const STRUCTURES = ["structure/positions", "results/positions", "input/poscar"] as const;
/** The cell (to be scaled) and the fractional positions of each ionic step; the density is the last one's. */
const STEPS = "intermediate/ion_dynamics";
export interface Hdf5Options {
  /** g_cut in 1/Å. */
  readonly cutoff: number;
  readonly transform: boolean;
  /** As in ReadOptions. */
  readonly functionals?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
  readonly keep?: KeepValues;
}

/**
 * The charge density of a vaspwave.h5 (or any file of VASP's with that group), plane by plane. There is a value where structure and density
 * could be read. Rejects only with the signal's reason.
 */
export async function readHdf5(file: string, kernel: VolumetricKernel, options: Hdf5Options): Promise<Parsed<StreamFrame>> {
  try {
    const opened = await library().openHdf5(file);
    try {
      return await readFrame(opened, kernel, { ...options, file });
    } finally {
      opened.close();
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    return { problems: [hdf5Problem(error)] };
  }
}

/** In one sentence what the library, which tells its whole way to an error, could not do. */
function hdf5Problem(error: unknown): Problem {
  const { file, isBroken, place, message } = error as Readonly<Record<string, unknown>>;
  if (isBroken === true) reload();
  if (typeof file === "string") {
    const template = "the HDF5 file keeps data in another file, {0}: external data are not read, copy all into one file (h5repack)";
    return problem("error", FILE_START, template, file);
  }
  return problem(
    "error",
    FILE_START,
    "the HDF5 file cannot be read at {0}, it may be damaged: {1}",
    String(place ?? "/"),
    String(message ?? error),
  );
}

/** Whether an HDF5 file holds a charge density, as a vaspout.h5 does only where one was asked for. False for what cannot be opened. */
export async function holdsDensity(file: string): Promise<boolean> {
  try {
    const opened = await library().openHdf5(path.resolve(file));
    try {
      return opened.facts(CHARGE) !== undefined;
    } finally {
      opened.close();
    }
  } catch {
    return false;
  }
}

/** The structure of such a file, or of vaspout.h5 beside it; without one where there is none. */
export async function readHdf5Structure(file: string): Promise<{ structure?: Structure; hasDensity: boolean }> {
  try {
    const opened = await library().openHdf5(path.resolve(file));
    try {
      const structure = readStructure(opened) ?? (await structureBeside(file));
      return { ...(structure && { structure }), hasDensity: opened.facts(CHARGE)?.shape.length === 4 };
    } finally {
      opened.close();
    }
  } catch {
    return { hasDensity: false };
  }
}

/** The SHA-256 of a file, in hexadecimal. */
export async function hashOfFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** Of a density in any direction. */
const MAX_LENGTH = 100_000;
/** Of one plane, and of what the library unpacks at once, in bytes. */
const MAX_PART_BYTES = 2 ** 28;
/** No packing of HDF5 that VASP could have used makes numbers smaller than this. */
const MAX_PACKING = 1100;

type FrameOptions = Hdf5Options & {
  /** Its path. */
  readonly file: string;
};

async function readFrame(file: Hdf5File, kernel: VolumetricKernel, options: FrameOptions): Promise<Parsed<StreamFrame>> {
  const density = file.facts(CHARGE);
  const { shape = [] } = density ?? {};
  if (!density?.isNumeric || shape.length !== 4 || !shape.every((length) => length >= 1 && length <= MAX_LENGTH)) {
    const template = "the HDF5 file has no charge density ({0}): VASP writes one to vaspwave.h5 if LCHARGH5 = .TRUE.";
    return { problems: [problem("error", FILE_START, template, CHARGE)] };
  }
  const [blocks = 0, nz = 0, ny = 0, nx = 0] = shape;
  const excess = await sizeProblem(density, options.file);
  if (excess) return { problems: [excess] };
  const structure = readStructure(file) ?? (await structureBeside(options.file));
  if (!structure) {
    const template = "the HDF5 file has no structure (VASP before 6.5), and the folder has no vaspout.h5 with one";
    return { problems: [problem("error", FILE_START, template)] };
  }
  const grid: Vector3 = [nx, ny, nz];
  const problems: Problem[] = [];
  const { lattice } = structure;
  const sphere = options.transform ? sphereWithin(lattice, options.cutoff, grid) : undefined;
  if (options.transform && !sphere) problems.push(tooManyWaves(options.cutoff, 1));
  const head = { structure, grid, gridLine: 1, lines: [], landmarks: { counts: 0, mode: 0 } };
  const frame: StreamFrame = { head, ...(sphere && { sphere }), blocks: [], problems };
  const [held, wanted] = [gridLimits(grid), millerLimits(lattice, options.cutoff)];
  const most: Vector3 = [Math.min(held[0], wanted[0]), Math.min(held[1], wanted[1]), Math.min(held[2], wanted[2])];
  for (let block = 0; block < blocks; block++) {
    const wanted = sphere && block === 0 && options.functionals === true;
    const functionals = wanted ? { scale: 1 / volume(lattice), metric: differenceMetric(lattice, grid) } : undefined;
    kernel.startBlock(
      grid,
      sphere && { most, hkl: sphere.hkl },
      { offset: 0, line: 1, lineStart: 0 },
      undefined,
      functionals,
      options.keep?.(head, 1, block + 1),
    );
    for (let z = 0; z < nz; z++) {
      options.signal?.throwIfAborted();
      kernel.feedValues(file.plane(CHARGE, block, z));
      options.onProgress?.((block * nz + z + 1) / (blocks * nz));
    }
    frame.blocks.push(finishBlock(kernel, frame, options, block));
  }
  return { value: frame, problems };
}

/** A file of a few kB may claim any number of values: they would be read as zeros, for hours, or into all memory. */
async function sizeProblem({ shape, itemBytes, chunkBytes }: DatasetFacts, file: string): Promise<Problem | undefined> {
  const [, , ny = 0, nx = 0] = shape;
  const bytes = shape.reduce((a, b) => a * b, 1) * itemBytes;
  const held = (await sizeOfFile(file)) * (chunkBytes > 0 ? MAX_PACKING : 1);
  const grid = shape.join(" × ");
  if (bytes > held)
    return problem("error", FILE_START, "the HDF5 file is too short for its {0} values of {1}: it is damaged", grid, CHARGE);
  if (Math.max(8 * ny * nx, chunkBytes) <= MAX_PART_BYTES) return undefined;
  return problem("error", FILE_START, "the density ({0} values) is stored in parts that are too large to be read", grid);
}

function finishBlock(
  kernel: VolumetricKernel,
  { head, sphere, problems }: StreamFrame,
  { cutoff }: Hdf5Options,
  block: number,
): StreamBlock {
  const facts = kernel.facts();
  if (facts.notFinite > 0)
    problems.push(problem("error", FILE_START, "{0} values of block {1} are not numbers", facts.notFinite, block + 1));
  if (!sphere || facts.notFinite > 0) return { facts };
  const { lattice } = head.structure;
  const sums = kernel.functionals();
  const functionals = sums && { functionals: functionalsOfSums(sums, head.grid[0] * head.grid[1] * head.grid[2]) };
  const coefficients = kernel.coefficients();
  const spectrum: Spectrum = { lattice, cutoff, unit: "e/Å³", ...sphere, amplitude: kernel.amplitudes(volume(lattice)), ...functionals };
  return { facts, coefficients, spectrum };
}

/** Before VASP 6.5 the structure stands in vaspout.h5 alone, that of the last step as the density. */
async function structureBeside(file: string): Promise<Structure | undefined> {
  const beside = path.join(path.dirname(file), "vaspout.h5");
  if (!existsSync(beside) || path.resolve(beside) === path.resolve(file)) return undefined;
  try {
    const opened = await library().openHdf5(beside);
    try {
      return readStructure(opened);
    } finally {
      opened.close();
    }
  } catch {
    return undefined;
  }
}

function readStructure(file: Hdf5File): Structure | undefined {
  const group = STRUCTURES.find((name) => file.facts(`${name}/number_ion_types`) !== undefined);
  const rows = last(file, `${STEPS}/lattice_vectors`, 9) ?? file.numbers(`${group}/lattice_vectors`);
  const counts = file.numbers(`${group}/number_ion_types`);
  const moved = counts && last(file, `${STEPS}/position_ions`, 3 * sum(counts));
  const positions = moved ?? file.numbers(`${group}/position_ions`);
  if (!group || rows?.length !== 9 || !positions || !counts) return undefined;
  const scale = file.numbers(`${group}/scale`)?.[0] ?? 1;
  const row = (i: number): Vector3 => [rows[3 * i] ?? 0, rows[3 * i + 1] ?? 0, rows[3 * i + 2] ?? 0];
  const unscaled: Matrix3 = [row(0), row(1), row(2)];
  const lattice = scaleMatrix(unscaled, scale < 0 ? Math.cbrt(-scale / volume(unscaled)) : scale);
  if (positions.length !== 3 * sum(counts) || !(Math.abs(determinant(lattice)) > 1e-9)) return undefined;
  const direct = moved !== undefined || (file.numbers(`${group}/direct_coordinates`)?.[0] ?? 1) !== 0;
  const species = file.strings(`${group}/ion_types`)?.map((label) => elementOfLabel(label) ?? label);
  const fractional = Float64Array.from(positions);
  const toFractional = inverse(lattice);
  for (let i = 0; !direct && i < fractional.length; i += 3) {
    const [x = 0, y = 0, z = 0] = fractional.subarray(i, i + 3);
    fractional.set(rowTimes([x * scale, y * scale, z * scale], toFractional), i);
  }
  const comment = file.strings(`${group}/system`)?.[0] ?? "";
  return { comment, lattice, ...(species?.length === counts.length && { species }), counts, fractional };
}

/** Of a dataset with one row a step, the row of the last step; undefined where its length is another. */
function last(file: Hdf5File, name: string, length: number): number[] | undefined {
  const [steps = 0, ...row] = file.facts(name)?.shape ?? [];
  if (steps < 1 || row.reduce((a, b) => a * b, 1) !== length) return undefined;
  return file.numbers(name, "lastRow");
}

const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);

/** Loaded when the first such file is read: it is large. */
function library(): { readonly openHdf5: typeof openHdf5 } {
  const script = distFile("hdf5.js");
  return createRequire(script)(script) as { readonly openHdf5: typeof openHdf5 };
}

/** A library that came to harm is not asked again. */
function reload(): void {
  const script = distFile("hdf5.js");
  delete createRequire(script).cache[script];
}
