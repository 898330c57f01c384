import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type { Structure } from "../../core/crystal/structure.js";
import { ownStructure } from "../../core/formats/datasetNames.js";
import { volumetricKind, withoutCompression } from "../../core/formats/fileNames.js";
import type { Vector3 } from "../../core/math/matrix3.js";
import { FILE_START, type Parsed, type Problem, problem } from "../../core/text/problem.js";
import { ByteSource } from "../files/byteSource.js";
import { headOf } from "./frameBuilder.js";
import { readAtoms } from "./readAtoms.js";
import { SourceError, sourceProblem, type ValueSource } from "./scaledValues.js";
import { numberOfHalf } from "./zarrHalf.js";

/** A number of each type in its bytes. */
const READ = {
  f2: (view: DataView, at: number, little: boolean) => numberOfHalf(view.getUint16(at, little)),
  f4: (view: DataView, at: number, little: boolean) => view.getFloat32(at, little),
  f8: (view: DataView, at: number, little: boolean) => view.getFloat64(at, little),
  i1: (view: DataView, at: number) => view.getInt8(at),
  i2: (view: DataView, at: number, little: boolean) => view.getInt16(at, little),
  i4: (view: DataView, at: number, little: boolean) => view.getInt32(at, little),
  i8: (view: DataView, at: number, little: boolean) => Number(view.getBigInt64(at, little)),
  u1: (view: DataView, at: number) => view.getUint8(at),
  u2: (view: DataView, at: number, little: boolean) => view.getUint16(at, little),
  u4: (view: DataView, at: number, little: boolean) => view.getUint32(at, little),
  u8: (view: DataView, at: number, little: boolean) => Number(view.getBigUint64(at, little)),
  c8: (view: DataView, at: number, little: boolean) =>
    realPart(view.getFloat32(at, little), view.getFloat32(at + 4, little)),
  c16: (view: DataView, at: number, little: boolean) =>
    realPart(view.getFloat64(at, little), view.getFloat64(at + 8, little)),
};

/** A transform leaves numbers that are complex by name only. Throws SourceError for others. */
function realPart(real: number, imaginary: number): number {
  if (!(Math.abs(imaginary) <= 1e-6 * (1 + Math.abs(real)))) throw new SourceError("the array is of complex numbers");
  return real;
}

/** numpy's names of real numbers, of whole ones and of complex ones. */
type NumberType = keyof typeof READ;

/** What numpy says of an array before its bytes. */
interface NpyHead {
  readonly grid: Vector3;
  readonly isFortran: boolean;
  readonly type: NumberType;
  readonly isBig: boolean;
  /** Where the values begin. */
  readonly start: number;
}

/**
 * A grid that numpy wrote, with the structure in a file beside it: of its own name, else the folder's. Rejects only
 * with the signal's reason.
 */
export async function npySource(file: string, signal?: AbortSignal): Promise<Parsed<ValueSource>> {
  let head: NpyHead;
  try {
    head = await readNpyHead(file);
  } catch (error) {
    signal?.throwIfAborted();
    return { problems: [sourceProblem(error)] };
  }
  const beside = structureBeside(file);
  if (beside === undefined) {
    const template = "there is no structure beside this array: put {0} or a POSCAR into its folder";
    return { problems: [problem("error", FILE_START, template, `${stemOf(file)}.vasp, ${stemOf(file)}.cif`)] };
  }
  const { value: structure, problems } = await readAtoms(beside, signal ? { signal } : {});
  if (!structure) return { problems };
  return { value: sourceOf(file, head, structure, orientationRemark(beside)), problems: [] };
}

/** A CIF tells lengths and angles of the cell, so that its axes lie as CIFs are read. */
export function orientationRemark(structureFile: string): Problem[] {
  if (!/\.cif(?:\.\w+)?$/i.test(structureFile)) return [];
  const template =
    "the structure is of a CIF, which does not tell how the cell is turned: a is taken along x, b in the x y plane";
  return [problem("information", FILE_START, template)];
}

function sourceOf(file: string, head: NpyHead, structure: Structure, problems: readonly Problem[]): ValueSource {
  const kind = volumetricKind(path.basename(file).replace(/\.npy/i, ""));
  return {
    head: headOf(structure, head.grid, head.isFortran ? "x" : "z"),
    ...(kind && { kind }),
    blocks: 1,
    problems,
    values: () => valuesOf(file, head),
  };
}

const stemOf = (file: string) => path.basename(withoutCompression(file)).replace(/\.(?:npy|zarr)$/i, "");

/** The file with the structure of an array that has none itself: of its own name, else the folder's. */
export function structureBeside(file: string): string | undefined {
  const folder = path.dirname(file);
  const stem = stemOf(file);
  const own = [".vasp", ".cif", ".poscar", ".json", ".xsf", ".xyz", ".extxyz"].map((end) =>
    path.join(folder, stem + end),
  );
  const named = [...own, path.join(folder, `POSCAR_${stem}`), path.join(folder, `${stem}.POSCAR`)].find((name) =>
    existsSync(name),
  );
  if (named !== undefined) return named;
  const only = ownStructure(readdirSync(folder));
  return only === undefined ? undefined : path.join(folder, only);
}

const LONGEST_HEAD = 64 * 1024;

async function readNpyHead(file: string): Promise<NpyHead> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of new ByteSource(file, { hash: false, chunk: 4096 }).chunks()) {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.length >= LONGEST_HEAD || bytes.length >= startOf(bytes)) break;
  }
  if (bytes.length < 12 || bytes.subarray(1, 6).toString("latin1") !== "NUMPY")
    throw new SourceError("this is no array of numpy");
  const start = startOf(bytes);
  const text = bytes.subarray(bytes[6] === 1 ? 10 : 12, start).toString("latin1");
  const type = /'descr':\s*'([<>|=])([fiuc](?:1|2|4|8|16))'/.exec(text);
  if (!type || !isNumberType(type[2])) throw new SourceError("the array is not of real numbers");
  const shape = gridOf((/'shape':\s*\(([\d\s,]*)\)/.exec(text)?.[1] ?? "").match(/\d+/g)?.map(Number) ?? []);
  const [a = 0, b = 0, c = 0] = shape;
  if (shape.length !== 3 || !shape.every((points) => points >= 1 && points <= 100_000))
    throw new SourceError("the array has not the three axes of a grid");
  return {
    grid: [a, b, c],
    isFortran: /'fortran_order':\s*True/.test(text),
    type: type[2],
    isBig: type[1] === ">",
    start,
  };
}

/** The axes of a grid: without those of length 1 that stand before or behind it. */
function gridOf(shape: readonly number[]): readonly number[] {
  if (shape.length <= 3) return shape;
  if (shape[0] === 1) return gridOf(shape.slice(1));
  return shape.at(-1) === 1 ? gridOf(shape.slice(0, -1)) : shape;
}

function startOf(bytes: Buffer): number {
  if (bytes.length < 12) return Number.POSITIVE_INFINITY;
  return bytes[6] === 1 ? 10 + bytes.readUInt16LE(8) : 12 + bytes.readUInt32LE(8);
}

async function* valuesOf(file: string, { start, type, isBig, grid }: NpyHead): AsyncGenerator<Float64Array> {
  const size = Number(type.slice(1));
  let left = grid[0] * grid[1] * grid[2] * size;
  let toSkip = start;
  let rest = Buffer.alloc(0);
  for await (const chunk of new ByteSource(file, { hash: false }).chunks()) {
    const skipped = Math.min(toSkip, chunk.length);
    toSkip -= skipped;
    const bytes = Buffer.concat([rest, chunk.subarray(skipped)]);
    const usable = Math.min(bytes.length - (bytes.length % size), left);
    left -= usable;
    if (usable > 0) yield numbersIn(bytes.subarray(0, usable), type, isBig);
    if (left === 0) return;
    rest = Buffer.from(bytes.subarray(usable));
  }
}

function numbersIn(bytes: Buffer, type: NumberType, isBig: boolean): Float64Array {
  const size = Number(type.slice(1));
  const read = READ[type];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values = new Float64Array(bytes.length / size);
  for (let i = 0; i < values.length; i++) values[i] = read(view, size * i, !isBig);
  return values;
}

const isNumberType = (name: string | undefined): name is NumberType => name !== undefined && Object.hasOwn(READ, name);
