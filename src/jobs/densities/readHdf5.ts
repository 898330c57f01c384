import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { elementOfLabel } from "../../core/crystal/elements.js";
import { volume } from "../../core/crystal/lattice.js";
import type { Structure } from "../../core/crystal/structure.js";
import { volumetricKind } from "../../core/formats/fileNames.js";
import type { VolumetricKind } from "../../core/formats/volumetric.js";
import { determinant, inverse, type Matrix3, rowTimes, scaleMatrix, type Vector3 } from "../../core/math/matrix3.js";
import { FILE_START, type Parsed, type Problem, problem } from "../../core/text/problem.js";
import type { VolumetricKernel } from "../../kernels/volumetric/volumetric.js";
import { readingProblem, sizeOfFile } from "../files/byteSource.js";
import { distFile } from "../files/distFile.js";
import { DamagedPackingError } from "../files/packing.js";
import { withPlainFile } from "../files/plainFile.js";
import { formProblem } from "./densityForm.js";
import { FrameBuilder, type FrameOptions, headOf } from "./frameBuilder.js";
import type { DatasetFacts, Hdf5File, openHdf5 } from "./hdf5Library.js";
import { pymatgenStructure } from "./pymatgenHdf5.js";
import type { StreamFrame } from "./volumetricStream.js";

/**
 * The charge density of VASP 6: [block][z][y][x], times the cell's volume; block 0 is the total, the others are the
 * magnetisation.
 */
const CHARGE = "charge/charge";
/** Where vaspwave.h5 and vaspout.h5 keep the structure. */
const STRUCTURES = ["structure/positions", "results/positions", "input/poscar"] as const;
/** The cell (to be scaled) and the fractional positions of each ionic step; the density is the last one's. */
const STEPS = "intermediate/ion_dynamics";
/** Where pymatgen's `VolumetricData.to_hdf5` keeps its grids, [x][y][z]. */
const PYMATGEN = "vdata";
const PYMATGEN_BLOCKS = ["total", "spin_up", "diff_x", "diff_y", "diff_z", "diff", "spin_down"];
/** Of a file with spin directions this one follows from the others. */
const DERIVED = `${PYMATGEN}/diff`;
/** Without spin, and as newer versions name the blocks of a LOCPOT with spin. */
const FIRST_BLOCKS = [`${PYMATGEN}/total`, `${PYMATGEN}/spin_up`];

/**
 * The charge density of a vaspwave.h5 (or any file of VASP's with that group) or the fields of a file of pymatgen's,
 * plane by plane; packed files are unpacked beside. There is a value where structure and density could be read. Rejects
 * only with the signal's reason.
 */
export async function readHdf5(
  file: string,
  kernel: VolumetricKernel,
  options: FrameOptions,
): Promise<Parsed<Hdf5Reading>> {
  try {
    return await withPlainFile(file, async (plain) => {
      const opened = await library().openHdf5(plain);
      try {
        if (firstBlock(opened)) return await readPymatgen(opened, kernel, { ...options, file, plain });
        return await readFrame(opened, kernel, { ...options, file, plain });
      } finally {
        opened.close();
      }
    });
  } catch (error) {
    if (isOfFiles(error)) return { problems: [readingProblem(error)] };
    options.signal?.throwIfAborted();
    return { problems: [hdf5Problem(error)] };
  }
}

const firstBlock = (file: Hdf5File) =>
  FIRST_BLOCKS.map((name) => file.facts(name)).find((facts) => facts !== undefined);

const isOfFiles = (error: unknown) =>
  error instanceof DamagedPackingError || (error as NodeJS.ErrnoException).code !== undefined;

export interface Hdf5Reading {
  readonly frame: StreamFrame;
  readonly kind: VolumetricKind;
}

/** In one sentence what the library, which tells its whole way to an error, could not do. */
function hdf5Problem(error: unknown): Problem {
  const { file, isBroken, place, message } = error as Readonly<Record<string, unknown>>;
  if (isBroken === true) reload();
  if (typeof file === "string") {
    const template =
      "the HDF5 file keeps data in another file, {0}: external data are not read, copy all into one file (h5repack)";
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

/**
 * Whether an HDF5 file holds a charge density, as a vaspout.h5 does only where one was asked for. False for what cannot
 * be opened.
 */
export async function holdsDensity(file: string): Promise<boolean> {
  return (await readHdf5Structure(file)).hasDensity;
}

/** The structure of such a file, or of vaspout.h5 beside it; without one where there is none. */
export async function readHdf5Structure(
  file: string,
): Promise<{ structure?: Structure; grid?: Vector3; hasDensity: boolean }> {
  try {
    return await withPlainFile(file, async (plain) => {
      const opened = await library().openHdf5(plain);
      try {
        const pymatgen = firstBlock(opened)?.shape;
        const [a = 0, b = 0, c = 0] = pymatgen ?? opened.facts(CHARGE)?.shape.slice(1).reverse() ?? [];
        const structure = pymatgen
          ? pymatgenStructure(opened)
          : (readStructure(opened) ?? (await structureBeside(file)));
        const hasDensity = pymatgen?.length === 3 || opened.facts(CHARGE)?.shape.length === 4;
        return { ...(structure && { structure }), ...(hasDensity && { grid: [a, b, c] }), hasDensity };
      } finally {
        opened.close();
      }
    });
  } catch {
    return { hasDensity: false };
  }
}

/** Of a density in any direction. */
const MAX_LENGTH = 100_000;
/** Of one plane, and of what the library unpacks at once, in bytes. */
const MAX_PART_BYTES = 2 ** 28;
/** No packing of HDF5 that VASP could have used makes numbers smaller than this. */
const MAX_PACKING = 1100;

type FileOptions = FrameOptions & {
  /** Its path, and that of what was unpacked from it. */
  readonly file: string;
  readonly plain: string;
};

async function readFrame(file: Hdf5File, kernel: VolumetricKernel, options: FileOptions): Promise<Parsed<Hdf5Reading>> {
  const density = file.facts(CHARGE);
  const { shape = [] } = density ?? {};
  if (!density?.isNumeric || shape.length !== 4 || !shape.every((length) => length >= 1 && length <= MAX_LENGTH)) {
    const template = "the HDF5 file has no charge density ({0}): VASP writes one to vaspwave.h5 if LCHARGH5 = .TRUE.";
    return { problems: [problem("error", FILE_START, template, CHARGE)] };
  }
  const [blocks = 0, nz = 0, ny = 0, nx = 0] = shape;
  const excess = await sizeProblem(density, CHARGE, options.plain);
  if (excess) return { problems: [excess] };
  const structure = readStructure(file) ?? (await structureBeside(options.file));
  if (!structure) {
    const template = "the HDF5 file has no structure (VASP before 6.5), and the folder has no vaspout.h5 with one";
    return { problems: [problem("error", FILE_START, template)] };
  }
  const builder = new FrameBuilder(headOf(structure, [nx, ny, nz], "x"), "CHGCAR", kernel, options);
  for (let block = 0; block < blocks; block++) {
    builder.startBlock();
    for (let z = 0; z < nz; z++) {
      options.signal?.throwIfAborted();
      kernel.feedValues(file.plane(CHARGE, block, z));
      options.onProgress?.((block * nz + z + 1) / (blocks * nz));
    }
    builder.finishBlock();
  }
  return { value: { frame: builder.frame, kind: "CHGCAR" }, problems: builder.frame.problems };
}

/** Its arrays are in C order: the grid is that of (z, y, x), and nothing is transposed. */
async function readPymatgen(
  file: Hdf5File,
  kernel: VolumetricKernel,
  options: FileOptions,
): Promise<Parsed<Hdf5Reading>> {
  const structure = pymatgenStructure(file);
  if (!structure)
    return {
      problems: [
        problem(
          "error",
          FILE_START,
          "the HDF5 file has no structure (lattice, fcoords and Z or species, or structure_json)",
        ),
      ],
    };
  const names = PYMATGEN_BLOCKS.map((key) => `${PYMATGEN}/${key}`).filter((name) => file.facts(name) !== undefined);
  const kept = names.length > 2 ? names.filter((name) => name !== DERIVED) : names;
  const first = file.facts(kept[0] ?? "");
  const [nx = 0, ny = 0, nz = 0] = first?.shape ?? [];
  for (const name of kept) {
    const facts = file.facts(name);
    const isGrid =
      facts?.isNumeric && facts.shape.length === 3 && facts.shape.every((n, axis) => n === first?.shape[axis]);
    if (!facts || !isGrid || !facts.shape.every((length) => length >= 1 && length <= MAX_LENGTH))
      return {
        problems: [problem("error", FILE_START, "{0} is no grid of numbers in three dimensions like the others", name)],
      };
    const excess = facts.isHalf ? halfProblem(name) : await sizeProblem(facts, name, options.plain);
    if (excess) return { problems: [excess] };
  }
  const named = volumetricKind(path.basename(options.file));
  const head = headOf(structure, [nx, ny, nz], "z");
  const builder = new FrameBuilder(head, named ?? "CHGCAR", kernel, options, formProblem(named));
  for (const [block, name] of kept.entries()) {
    builder.startBlock();
    for (let x = 0; x < nx; x++) {
      options.signal?.throwIfAborted();
      kernel.feedValues(file.plane(name, x));
      options.onProgress?.((block * nx + x + 1) / (kept.length * nx));
    }
    builder.finishBlock();
  }
  return { value: { frame: builder.frame, kind: builder.kind }, problems: builder.frame.problems };
}

/** A file of a few kB may claim any number of values: they would be read as zeros, for hours, or into all memory. */
async function sizeProblem(
  { shape, itemBytes, chunkBytes }: DatasetFacts,
  name: string,
  file: string,
): Promise<Problem | undefined> {
  const [ny = 0, nx = 0] = shape.slice(-2);
  const bytes = shape.reduce((a, b) => a * b, 1) * itemBytes;
  const held = (await sizeOfFile(file)) * (chunkBytes > 0 ? MAX_PACKING : 1);
  const grid = shape.join(" × ");
  if (bytes > held)
    return problem(
      "error",
      FILE_START,
      "the HDF5 file is too short for its {0} values of {1}: it is damaged",
      grid,
      name,
    );
  if (Math.max(8 * ny * nx, chunkBytes) <= MAX_PART_BYTES) return undefined;
  return problem(
    "error",
    FILE_START,
    "the density ({0} values) is stored in parts that are too large to be read",
    grid,
  );
}

const halfProblem = (name: string) =>
  problem("error", FILE_START, "{0} is in half precision, which the HDF5 library does not read: store float32", name);

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
