import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Structure } from "../../core/crystal/structure.js";
import { volumetricKind } from "../../core/formats/fileNames.js";
import { runsOf, structureOf } from "../../core/formats/pymatgenStructure.js";
import type { VolumetricKind } from "../../core/formats/volumetric.js";
import { determinant, type Matrix3 } from "../../core/math/matrix3.js";
import { FILE_START, type Parsed, type Problem, problem } from "../../core/text/problem.js";
import { distFile } from "../files/distFile.js";
import { headOf } from "./frameBuilder.js";
import { readAtoms } from "./readAtoms.js";
import { orientationRemark, structureBeside } from "./readNpyDensity.js";
import { SourceError, sourceProblem, type ValueSource } from "./scaledValues.js";
import type { openZarr, ZarrContent, ZarrField, zarrGroups } from "./zarrLibrary.js";
import { namesOfGroups } from "./zarrNodes.js";

/** What tells a folder with zarr arrays, of version 3 and 2. */
const MARKS = ["zarr.json", ".zgroup", ".zarray"];

/** The folder of a zarr group, by its own path or by that of its metadata. */
export const zarrFolder = (file: string): string => (MARKS.includes(path.basename(file)) ? path.dirname(file) : file);

export const isZarrFolder = (folder: string): boolean => MARKS.some((name) => existsSync(path.join(folder, name)));

/**
 * The arrays of a density, the total first, as programs name them; else the first of a pyramid, or the only array there
 * is.
 */
const TOTALS = ["charge_density_total", "charge_density", "total", "data", "0", ""];
const SPIN = new Set(["charge_density_total", "charge_density", "total"]);
const DIFFERENCES = ["charge_density_diff", "diff"];

/** A density of several in one store. */
export interface RowSource extends ValueSource {
  /** How many there are, and which this is, from 1. */
  readonly rows: number;
  readonly row: number;
}

/**
 * A zarr group with a density and its structure: of electrai, or a pyramid of coarser and coarser grids. Of a store
 * with several groups the one that is asked for, from 1, or the first. Rejects only with the signal's reason.
 */
export async function zarrSource(file: string, frame = 1, signal?: AbortSignal): Promise<Parsed<RowSource>> {
  try {
    const place = path.resolve(zarrFolder(file));
    const groups = await library().zarrGroups(place);
    const rows = Math.max(1, groups.length);
    if (!(frame >= 1 && frame <= rows)) {
      const template = rows === 1 ? "no frame {0}: the file has {1}" : "no group {0}: the zarr store has {1}";
      return { problems: [problem("error", FILE_START, template, frame, rows)] };
    }
    const group = groups[frame - 1] ?? "";
    const { value, problems } = await sourceOf(file, group, await library().openZarr(place, group), signal);
    return value ? { value: { ...value, rows, row: frame }, problems } : { problems };
  } catch (error) {
    signal?.throwIfAborted();
    return { problems: [zarrProblem(error)] };
  }
}

/** The densities of a store with several: those in folders by paths of their own, others by their number. */
export interface ZarrMaterial {
  readonly id: string;
  readonly file: string;
  /** From 0. */
  readonly row?: number;
}

/** None where the store holds one, or cannot be read. */
export async function zarrMaterials(file: string): Promise<readonly ZarrMaterial[]> {
  try {
    const groups = await library().zarrGroups(path.resolve(zarrFolder(file)));
    const names = namesOfGroups(groups);
    if (groups.length < 2) return [];
    return groups.map((group, row) => {
      const own = path.join(zarrFolder(file), ...group.split("/"));
      const id = names[row] ?? group;
      return isZarrFolder(own) ? { id, file: own } : { id, file, row };
    });
  } catch {
    return [];
  }
}

async function sourceOf(
  file: string,
  group: string,
  content: ZarrContent,
  signal: AbortSignal | undefined,
): Promise<Parsed<ValueSource>> {
  const { fields, attributes } = content;
  const only = fields.size === 1 ? [...fields.keys()] : [];
  const total = [...TOTALS, ...only].find((name) => fields.has(name));
  const field = fields.get(total ?? "");
  if (total === undefined || field === undefined) {
    const names = [...fields.keys()].slice(0, 10).join(", ");
    const template =
      names === "" ? "this zarr group holds no grid" : "this zarr group holds no array named charge_density_total: {0}";
    return { problems: [problem("error", FILE_START, template, names)] };
  }
  const inside = structureIn(attributes);
  const beside = inside.value ? undefined : structureBeside(zarrFolder(path.resolve(file)));
  const { value: structure, problems: found } =
    beside === undefined ? inside : await readAtoms(beside, signal ? { signal } : {});
  const problems = beside === undefined ? found : [...found, ...orientationRemark(beside)];
  if (!structure) return { problems };
  const other = DIFFERENCES.map((name) => fields.get(name)).find((one) => one !== undefined && isAlike(one, field));
  const kind = kindOf(path.posix.basename(group) || path.basename(zarrFolder(file)), attributes);
  const blocks = SPIN.has(total) && other ? [field, other] : [field];
  const isZFirst = axesOf(attributes).join("") === "zyx";
  const [a, b, c] = field.shape;
  const value: ValueSource = {
    head: headOf(structure, isZFirst ? [c, b, a] : [a, b, c], isZFirst ? "x" : "z"),
    ...(kind && { kind }),
    blocks: blocks.length,
    problems,
    values: (block) => valuesOf(blocks[block]),
    remarks: () => missingProblems(blocks),
  };
  return { value, problems: [] };
}

const isAlike = (a: ZarrField, b: ZarrField) => a.shape.every((n, axis) => n === b.shape[axis]);

/** Throws SourceError. */
async function* valuesOf(field: ZarrField | undefined): AsyncGenerator<Float64Array> {
  try {
    if (field) yield* field.layers();
  } catch (error) {
    throw (error as { readonly isZarr?: true }).isZarr ? new SourceError((error as Error).message) : error;
  }
}

/** A chunk may be left out where all of its values are the fill value, and lost. */
function missingProblems(blocks: readonly ZarrField[]): Problem[] {
  const missing = blocks.reduce((sum, block) => sum + block.missing(), 0);
  const template = "{0} chunks of the zarr array are not there: their values are taken for its fill value";
  return missing === 0 ? [] : [problem("warning", FILE_START, template, missing)];
}

/**
 * As pymatgen keeps it, an object or its JSON; or as pyramids do: rows of the lattice, elements with fractional
 * coordinates.
 */
function structureIn(attributes: ZarrContent["attributes"]): Parsed<Structure> {
  const { structure, elvis } = attributes;
  if (elvis !== undefined && structure === undefined) return pyramidStructure(elvis);
  const { value, problems } = structureOf(typeof structure === "string" ? parsed(structure) : structure);
  return value
    ? { value, problems }
    : { problems: [problem("error", FILE_START, "the zarr group has no structure in its attributes")] };
}

function pyramidStructure(elvis: unknown): Parsed<Structure> {
  const { lattice, atoms } = fieldsOf(elvis);
  const sites = Array.isArray(atoms) ? atoms.map(fieldsOf) : [];
  const isSound =
    Array.isArray(lattice) &&
    lattice.length === 3 &&
    lattice.every(isVector) &&
    sites.every(({ frac }) => isVector(frac));
  if (!isSound || sites.length === 0 || !(Math.abs(determinant(lattice as unknown as Matrix3)) > 1e-9))
    return { problems: [problem("error", FILE_START, "the zarr group has no structure in its attributes")] };
  const elements = runsOf(sites.map(({ element }) => String(element)));
  const fractional = Float64Array.from(sites.flatMap(({ frac }) => frac as number[]));
  return { value: { comment: "", lattice: lattice as unknown as Matrix3, ...elements, fractional }, problems: [] };
}

/** The names of the axes, the slowest first. */
function axesOf({ multiscales, ome }: ZarrContent["attributes"]): string[] {
  const list = multiscales ?? fieldsOf(ome).multiscales;
  const { axes } = fieldsOf(Array.isArray(list) ? list[0] : undefined);
  return Array.isArray(axes) ? axes.map((axis) => String(typeof axis === "string" ? axis : fieldsOf(axis).name)) : [];
}

/** By the folder's name, else by what a pyramid says of itself. */
function kindOf(name: string, { elvis }: ZarrContent["attributes"]): VolumetricKind | undefined {
  return (
    volumetricKind(name.replace(/(?:\.zarr)?(?:\.zip)?$/i, "")) ??
    volumetricKind(String(fieldsOf(elvis).role ?? "").toUpperCase())
  );
}

const isVector = (value: unknown) => Array.isArray(value) && value.length === 3 && value.every(Number.isFinite);

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function zarrProblem(error: unknown): Problem {
  const { isZarr, code, message } = error as {
    readonly isZarr?: true;
    readonly code?: string;
    readonly message: string;
  };
  if (isZarr) return problem("error", FILE_START, "{0}", message);
  if (code !== undefined) return sourceProblem(error);
  // the library in WebAssembly may have come to harm: it is not asked again
  const script = distFile("zarr.js");
  delete createRequire(script).cache[script];
  return problem("error", FILE_START, "the zarr group cannot be read, it may be damaged: {0}", String(message));
}

/** Loaded when the first such folder is read: it is large. */
function library(): { readonly openZarr: typeof openZarr; readonly zarrGroups: typeof zarrGroups } {
  const script = distFile("zarr.js");
  return createRequire(script)(script) as {
    readonly openZarr: typeof openZarr;
    readonly zarrGroups: typeof zarrGroups;
  };
}
