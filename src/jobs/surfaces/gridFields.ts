import type { Structure } from "../../core/crystal/structure.js";
import type { VolumetricKind } from "../../core/formats/volumetric.js";
import { findField, type VolumetricField, volumetricFields } from "../../core/formats/volumetricFields.js";
import type { Vector3 } from "../../core/math/matrix3.js";
import { UsageError } from "../files/usageError.js";

/** The grids of one frame of one file, in units of their fields. */
export interface Grids {
  readonly file: string;
  /** Of a file with the spectra of many materials: which one this is. */
  readonly material?: string;
  /** Where they do not follow from the file's kind. */
  readonly fields?: readonly VolumetricField[];
  readonly kind: VolumetricKind;
  readonly structure: Structure;
  /** Points of the file, and those that are kept. */
  readonly grid: Vector3;
  readonly kept: Vector3;
  readonly how: "whole" | "means" | "sample";
  /** The complete blocks. */
  readonly blocks: readonly Float32Array[];
  readonly electrons?: number;
  readonly truncated: boolean;
  /** From 1. */
  readonly frame: number;
  readonly frames: number;
}

/** One field with its values, for the kernel. */
export interface Field {
  /** Tells it from others, for what is kept of it. */
  readonly key: string;
  readonly facts: VolumetricField;
  readonly grids: Grids;
  readonly values: () => Float32Array;
  /** It is a sum or difference of fields. */
  readonly isCombined?: true;
}

export const fieldsOf = ({ kind, blocks, fields }: Grids): readonly VolumetricField[] =>
  fields ?? volumetricFields(kind, blocks.length);

/** A field of a file's grids by its name. Throws UsageError where there is none such. */
export function fieldOf(grids: Grids, name?: string): Field {
  const fields = fieldsOf(grids);
  const facts = findField(fields, name);
  if (!facts)
    throw new UsageError(`${grids.file} has no field ${name}, only: ${fields.map((field) => field.name).join(", ")}`);
  const key = `${grids.file}\n${grids.frame}\n${grids.how}\n${numberOf(grids)}\n${facts.name}`;
  return { key, facts, grids, values: () => valuesOf(grids.blocks, facts) };
}

/** Tells grids apart that were read of one file at different times. */
function numberOf(grids: Grids): number {
  const number = numbers.get(grids) ?? ++lastNumber;
  numbers.set(grids, number);
  return number;
}

const numbers = new WeakMap<Grids, number>();
let lastNumber = 0;

function valuesOf(blocks: readonly Float32Array[], { of }: VolumetricField): Float32Array {
  if (of === "norm") return lengthsOf(blocks.slice(1));
  const used = of.flatMap((factor, i) => (factor === 0 ? [] : [{ factor, values: blocks[i] ?? new Float32Array() }]));
  const [first, second] = used;
  if (!first) return new Float32Array();
  if (!second) return first.factor === 1 ? first.values : first.values.map((value) => value * first.factor);
  return combined(first.values, first.factor, second.values, second.factor);
}

/** a x + b y */
export function combined(x: Float32Array, a: number, y: Float32Array, b: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) result[i] = a * (x[i] ?? 0) + b * (y[i] ?? 0);
  return result;
}

function lengthsOf(components: readonly Float32Array[]): Float32Array {
  const [x = new Float32Array(), y = x, z = x] = components;
  const result = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) result[i] = Math.sqrt((x[i] ?? 0) ** 2 + (y[i] ?? 0) ** 2 + (z[i] ?? 0) ** 2);
  return result;
}

/** Whether two files' grids stand in cells that are the same. */
export function haveLikeCells(a: Grids, b: Grids): boolean {
  const other = b.structure.lattice.flat();
  return a.structure.lattice.flat().every((x, i) => Math.abs(x - (other[i] ?? 0)) <= CELL_TOLERANCE);
}

/** Throws UsageError where two fields do not stand on like grids in like cells. */
export function combineFields(one: Field, other: Field, factor: number): Field {
  const [a, b] = [one.grids, other.grids];
  if (a.kept.some((points, i) => points !== b.kept[i])) {
    throw new UsageError(`the grids differ: ${a.grid.join(" x ")} of ${a.file}, ${b.grid.join(" x ")} of ${b.file}`);
  }
  if (!haveLikeCells(a, b)) throw new UsageError(`the cells of ${a.file} and ${b.file} differ`);
  if (one.facts.unit !== other.facts.unit)
    throw new UsageError(`${one.facts.unit} and ${other.facts.unit} cannot be combined`);
  const facts = { ...one.facts, signed: one.facts.signed || other.facts.signed || factor < 0 };
  const key = `${one.key}\n${factor}\n${other.key}`;
  return { key, facts, grids: a, values: () => combined(one.values(), 1, other.values(), factor), isCombined: true };
}

/** Å; what two programs write of the same cell differs by less. */
const CELL_TOLERANCE = 1e-3;
