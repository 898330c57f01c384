import { millerLimits } from "../../core/crystal/halfSphere.js";
import { volume } from "../../core/crystal/lattice.js";
import type { Component, FieldUnit } from "../../core/descriptors/spectrum.js";
import type { Matrix3, Vector3 } from "../../core/math/matrix3.js";
import { DamagedFileError } from "../files/zipArchive.js";

/** What a stored spectrum says of itself, before it is believed. */
export interface StoredFacts {
  readonly id: unknown;
  readonly hash: unknown;
  readonly kind: unknown;
  readonly components: unknown;
  readonly unit: unknown;
  readonly grid: readonly unknown[];
  readonly electrons?: unknown;
  readonly structure: { readonly comment?: unknown; readonly species?: unknown; readonly counts?: unknown };
  readonly lattice: Matrix3;
  readonly cutoff: unknown;
  readonly fractional: Float64Array;
  readonly amplitude: Float64Array;
}

const COMPONENTS: readonly Component[] = ["total", "magnetization", "mx", "my", "mz"];
const UNITS: readonly FieldUnit[] = ["e/Å³", "μ_B/Å³", "eV", "1"];
/** As many as a file's spectrum may have when it is read from the density itself. */
const MOST_WAVES = 4e7;

/**
 * Throws DamagedFileError where facts and arrays cannot be those of a spectrum: then they were not written by r3dvs.
 */
export function checkSpectrum(facts: StoredFacts): void {
  const { id, hash, kind, components, unit, grid, electrons, structure, lattice, cutoff, fractional, amplitude } =
    facts;
  const { comment, species, counts } = structure;
  const isSound =
    [id, hash, kind, comment].every((text) => typeof text === "string") &&
    isListOf(components, (name) => COMPONENTS.some((known) => known === name)) &&
    UNITS.some((known) => known === unit) &&
    grid.length === 3 &&
    grid.every((points) => Number.isSafeInteger(points) && (points as number) > 0) &&
    (electrons === undefined || isNumber(electrons)) &&
    isListOf(counts, (count) => Number.isSafeInteger(count) && (count as number) > 0) &&
    (species === undefined ||
      (isListOf(species, (label) => typeof label === "string") && species.length === counts.length)) &&
    sumOf(counts as readonly number[]) * 3 === fractional.length &&
    fractional.every(Number.isFinite) &&
    amplitude.length > 0 &&
    amplitude.every(Number.isFinite) &&
    isCell(lattice) &&
    isNumber(cutoff) &&
    cutoff > 0 &&
    hasBoundedSphere(lattice, cutoff);
  if (!isSound) throw new DamagedFileError(`what it says of ${typeof id === "string" ? id : "a material"} cannot be`);
}

/** Whether a list of waves is no more than the lattice's sphere holds. */
function hasBoundedSphere(lattice: Matrix3, cutoff: number): boolean {
  const [h, k, l] = millerLimits(lattice, cutoff);
  return (2 * h + 1) * (2 * k + 1) * (l + 1) <= MOST_WAVES;
}

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isCell = (lattice: Matrix3) =>
  lattice.flat().every(Number.isFinite) && volume(lattice) > 0 && Number.isFinite(volume(lattice));
const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const isListOf = (value: unknown, check: (item: unknown) => boolean): value is readonly unknown[] =>
  Array.isArray(value) && value.length > 0 && value.every(check);

/** The three numbers at `at`. */
export const vectorAt = (values: ArrayLike<number>, at: number): Vector3 => [
  values[at] as number,
  values[at + 1] as number,
  values[at + 2] as number,
];
