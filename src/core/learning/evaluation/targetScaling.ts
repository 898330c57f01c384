import { mean, populationDeviation } from "../../math/statistics.js";

/**
 * What a target column holds. `perAtom` and `perCell`: an extensive quantity, per atom or per cell. `intensive`: one
 * that has no size, as a gap.
 * The descriptor is intensive, it holds no number of atoms: extensive quantities are learned per volume and converted
 * with the known volume and atoms (spec section 6b).
 */
export type TargetKind = "perAtom" | "perCell" | "intensive";

/** What an extensive quantity is divided by; `none` for intensive ones. */
export type Normalization = "volume" | "atom" | "cell" | "none";

/** A column of a targets table and how it is learned. */
export interface TargetQuantity {
  readonly name: string;
  readonly kind: TargetKind;
  /** Of the column's values and of all reported ones; empty where it is not known. */
  readonly unit: string;
  readonly learnedPer: Normalization;
}

/** A column of a targets table. */
export interface TargetColumn {
  /** The header without its unit. */
  readonly name: string;
  readonly kind: TargetKind;
  /** Empty where neither header nor name tells. */
  readonly unit: string;
}

/** The size of a cell: volume in Å³ and number of atoms. */
export interface CellSize {
  readonly volume: number;
  readonly atoms: number;
}

/**
 * Kind and unit of each column when nothing is configured, by its name.
 * `X_per_atom`, or a unit that ends in `/atom`: per atom. `X` beside `X_per_atom`, or a unit that ends in `/cell`: per
 * cell. All others: learned as they are.
 * A header `name (unit)` or `name [unit]` gives the unit; otherwise energies by their usual names are eV or eV/atom.
 * `normalization` replaces the division by volume for extensive quantities.
 */
export function inferTargets(
  columns: readonly string[],
  normalization: Exclude<Normalization, "none"> = "volume",
): TargetQuantity[] {
  const names = new Set(columns.map((column) => splitHeader(column).base));
  return columns.map((column) => {
    const { base, unit } = splitHeader(column);
    const kind = kindOf(base, unit, names);
    return {
      name: column,
      kind,
      unit: unit ?? usualUnit(base, kind),
      learnedPer: kind === "intensive" ? "none" : normalization,
    };
  });
}

/** A column's value as the models learn it. */
export function toLearned(value: number, target: Pick<TargetQuantity, "kind" | "learnedPer">, size: CellSize): number {
  return convert(value, ownNormalization(target.kind), target.learnedPer, size);
}

/** A learned value, or a standard deviation of one, in the column's own unit. */
export function fromLearned(
  value: number,
  target: Pick<TargetQuantity, "kind" | "learnedPer">,
  size: CellSize,
): number {
  return convert(value, target.learnedPer, ownNormalization(target.kind), size);
}

/** A value per `from` as a value per `to` for a cell of known size: exact. `none` converts to itself only. */
export function convert(value: number, from: Normalization, to: Normalization, size: CellSize): number {
  if (from === to) return value;
  if (from === "none" || to === "none") throw new RangeError(`A value per ${from} cannot become one per ${to}`);
  return (value * amount(from, size)) / amount(to, size);
}

/** The unit of the learned values, such as eV/Å³; empty where the column's is not known. */
export function learnedUnit(target: TargetQuantity): string {
  const whole = target.unit.replace(/\/(atom|cell)$/, "");
  if (whole === "" || target.learnedPer === "none") return target.unit;
  return { volume: `${whole}/Å³`, atom: `${whole}/atom`, cell: whole }[target.learnedPer];
}

/** Centre and scale of a training set's targets. */
export interface TargetScale {
  readonly mean: number;
  /** Population standard deviation; 1 where all targets are equal. */
  readonly deviation: number;
}

/** Measured on the training set alone (spec section 5). */
export function fitTargetScale(values: ArrayLike<number>): TargetScale {
  return { mean: mean(values), deviation: populationDeviation(values) || 1 };
}

/** (value - mean)/deviation */
export function standardise(value: number, scale: TargetScale): number {
  return (value - scale.mean) / scale.deviation;
}

/** The inverse of `standardise`. */
export function unstandardise(value: number, scale: TargetScale): number {
  return value * scale.deviation + scale.mean;
}

const PER_ATOM = /_per_atom$/i;
const ENERGY = /(^|_)(E0?|energy|Exc|Vxc|gap|fermi|vbm|cbm|hartree|ewald)(_|$)/i;

/** `name (unit)` and `name [unit]` taken apart. */
function splitHeader(column: string): { readonly base: string; readonly unit?: string } {
  const found = /^(.*?)\s*[([]([^()[\]]*)[)\]]\s*$/.exec(column);
  return found === null ? { base: column.trim() } : { base: (found[1] ?? "").trim(), unit: (found[2] ?? "").trim() };
}

function kindOf(base: string, unit: string | undefined, names: ReadonlySet<string>): TargetKind {
  if (PER_ATOM.test(base) || unit?.endsWith("/atom")) return "perAtom";
  if (names.has(`${base}_per_atom`) || unit?.endsWith("/cell")) return "perCell";
  return "intensive";
}

function usualUnit(base: string, kind: TargetKind): string {
  if (!ENERGY.test(base)) return "";
  return kind === "perAtom" ? "eV/atom" : "eV";
}

function ownNormalization(kind: TargetKind): Normalization {
  return kind === "perAtom" ? "atom" : kind === "perCell" ? "cell" : "none";
}

function amount(per: Exclude<Normalization, "none">, size: CellSize): number {
  return per === "volume" ? size.volume : per === "atom" ? size.atoms : 1;
}
