import type { FieldUnit } from "../descriptors/spectrum.js";
import { storesDensity, type VolumetricKind } from "./volumetric.js";

/** The second ones are those of Patterson functions: squares, integrated over the cell. */
export type DensityUnit = FieldUnit | SquaredUnit;
type SquaredUnit = "e²/Å³" | "μ_B²/Å³" | "eV²·Å³" | "Å³";

/**
 * A field by its physics. Densities: total; with spin also magnetization (up minus down), up, down; noncollinear: mx,
 * my, mz and |m|.
 * LOCPOT: potential; with spin up, down and their mean; noncollinear potential, bx, by, bz. ELFCAR: elf; with spin up
 * and down.
 */
export type FieldName =
  | "total"
  | "magnetization"
  | "up"
  | "down"
  | "mx"
  | "my"
  | "mz"
  | "|m|"
  | "potential"
  | "mean"
  | "bx"
  | "by"
  | "bz"
  | "elf"
  /** Of a spectrum without phases. */
  | "patterson";

/** One field of a file. */
export interface VolumetricField {
  readonly name: FieldName;
  readonly unit: DensityUnit;
  /** It takes both signs by its nature. */
  readonly signed: boolean;
  /** The factor of each block; `norm`: the length of the vector that blocks 2 to 4 are. */
  readonly of: readonly number[] | "norm";
}

const density = (name: FieldName, of: readonly number[]): VolumetricField => ({
  name,
  unit: "e/Å³",
  signed: false,
  of,
});
const moment = (name: FieldName, of: readonly number[] | "norm", signed = true): VolumetricField => ({
  name,
  unit: "μ_B/Å³",
  signed,
  of,
});
const potential = (name: FieldName, of: readonly number[]): VolumetricField => ({ name, unit: "eV", signed: true, of });
const localisation = (name: FieldName, of: readonly number[]): VolumetricField => ({
  name,
  unit: "1",
  signed: false,
  of,
});

const SQUARED: Readonly<Record<FieldUnit, SquaredUnit>> = {
  "e/Å³": "e²/Å³",
  "μ_B/Å³": "μ_B²/Å³",
  eV: "eV²·Å³",
  "1": "Å³",
};

/** The Patterson function of a field in that unit. */
export const pattersonField = (unit: FieldUnit): VolumetricField => ({
  name: "patterson",
  unit: SQUARED[unit],
  signed: false,
  of: [1],
});

/**
 * What a file with that many blocks holds: those that are stored first, in their order, then what follows from them.
 */
export function volumetricFields(kind: VolumetricKind, blocks: number): readonly VolumetricField[] {
  if (storesDensity(kind)) return densities(blocks);
  return kind === "LOCPOT" ? potentials(blocks) : localisations(blocks);
}

function densities(blocks: number): VolumetricField[] {
  if (blocks === 1) return [density("total", [1])];
  if (blocks === 2) {
    return [
      density("total", [1, 0]),
      moment("magnetization", [0, 1]),
      density("up", [0.5, 0.5]),
      density("down", [0.5, -0.5]),
    ];
  }
  const components = (["mx", "my", "mz"] as const)
    .slice(0, blocks - 1)
    .map((name, i) => moment(name, unitFactors(i + 1, blocks)));
  const all = [density("total", unitFactors(0, blocks)), ...components];
  return blocks < 4 ? all : [...all, moment("|m|", "norm", false)];
}

function potentials(blocks: number): VolumetricField[] {
  if (blocks === 1) return [potential("potential", [1])];
  if (blocks === 2) return [potential("up", [1, 0]), potential("down", [0, 1]), potential("mean", [0.5, 0.5])];
  const components = (["bx", "by", "bz"] as const)
    .slice(0, blocks - 1)
    .map((name, i) => potential(name, unitFactors(i + 1, blocks)));
  return [potential("potential", unitFactors(0, blocks)), ...components];
}

function localisations(blocks: number): VolumetricField[] {
  if (blocks === 1) return [localisation("elf", [1])];
  return [localisation("up", unitFactors(0, blocks)), localisation("down", unitFactors(1, blocks))];
}

const unitFactors = (which: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => (i === which ? 1 : 0));

/**
 * A field by its name, or by what people call it: `m`, `spin`, `total` for a file's first; undefined where the file has
 * none such.
 */
export function findField(fields: readonly VolumetricField[], name?: string): VolumetricField | undefined {
  if (name === undefined) return fields[0];
  const wanted = ALIASES[name.toLowerCase()] ?? name;
  const found = fields.find((field) => field.name.toLowerCase() === wanted.toLowerCase());
  return found ?? (wanted === "total" ? fields[0] : undefined);
}

const ALIASES: Readonly<Record<string, string>> = {
  m: "|m|",
  abs: "|m|",
  mag: "magnetization",
  magnetisation: "magnetization",
  spin: "magnetization",
  average: "mean",
  locpot: "potential",
};
