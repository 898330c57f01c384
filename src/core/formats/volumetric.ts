import type { Component, FieldUnit } from "../descriptors/spectrum.js";
import { type Problem, problem } from "../text/problem.js";
import { BOHR } from "./cubeHead.js";

/**
 * The volumetric files of VASP that differ in what they store or in their width (spec section 1), and Gaussian's cube.
 */
export type VolumetricKind =
  | "CHGCAR"
  | "CHG"
  | "AECCAR0"
  | "AECCAR1"
  | "AECCAR2"
  | "PARCHG"
  | "LOCPOT"
  | "ELFCAR"
  | "cube";

const KINDS: Readonly<Record<VolumetricKind, true>> = {
  CHGCAR: true,
  CHG: true,
  AECCAR0: true,
  AECCAR1: true,
  AECCAR2: true,
  PARCHG: true,
  LOCPOT: true,
  ELFCAR: true,
  cube: true,
};

export const isVolumetricKind = (kind: string): kind is VolumetricKind => Object.hasOwn(KINDS, kind);

/** Whether the file stores a density, whose mean tells the number of electrons. */
export function storesDensity(kind: VolumetricKind): boolean {
  return kind !== "LOCPOT" && kind !== "ELFCAR";
}

/**
 * What stored values are divided by to be in `fieldUnit`: VASP stores densities times the cell's volume (Å^3), a cube
 * in e/bohr^3.
 */
export function valueDivisor(kind: VolumetricKind, cellVolume: number): number {
  if (kind === "cube") return BOHR ** 3;
  return storesDensity(kind) ? cellVolume : 1;
}

/** The unit of s(r). */
export function fieldUnit(kind: VolumetricKind): FieldUnit {
  if (kind === "LOCPOT") return "eV";
  return kind === "ELFCAR" ? "1" : "e/Å³";
}

/** What the blocks of a file with that many of them are: a spin-polarised file has 2, a noncollinear one 4. */
export function blockNames(count: number): Component[] {
  const names: Component[] = count > 2 ? ["total", "mx", "my", "mz"] : ["total", "magnetization"];
  return names.slice(0, count);
}

/**
 * Farther than this from a whole number, a count of electrons is remarked on: VASP writes 11 digits, other writers 6.
 */
const ELECTRON_TOLERANCE = 0.01;

/** A warning where the mean of a CHGCAR's first block is no number of electrons that a neutral cell can have. */
export function electronProblem(electrons: number, gridLine: number): Problem | undefined {
  const whole = Math.round(electrons);
  if (whole > 0 && Math.abs(electrons - whole) <= ELECTRON_TOLERANCE) return undefined;
  const template =
    electrons <= ELECTRON_TOLERANCE
      ? "the density integrates to {0} electrons: a difference of densities, or damaged"
      : "the density integrates to {0} electrons, not a whole number: grid or values may be damaged";
  return problem("warning", { line: gridLine, column: 1 }, template, Number(electrons.toPrecision(8)));
}

/**
 * A warning where a cube, read in e/bohr^3, holds more electrons than its atoms have; with the unit that would give a
 * possible number: some programs write e/Å^3 or, as VASP, density times volume. `cellVolume` in Å^3.
 */
export function cubeUnitProblem(
  electrons: number,
  nuclearCharge: number,
  cellVolume: number,
  gridLine: number,
): Problem | undefined {
  const isPossible = (count: number) => count > 0.5 && count <= 1.001 * nuclearCharge;
  if (!(electrons > 1.001 * nuclearCharge) || nuclearCharge === 0) return undefined;
  const others = [
    { unit: "e/Å³", count: electrons * BOHR ** 3 },
    { unit: "e × Å³/Å³", count: (electrons * BOHR ** 3) / cellVolume },
  ].filter(({ count }) => isPossible(count));
  const isWhole = (count: number) => Math.abs(count - Math.round(count)) <= ELECTRON_TOLERANCE;
  const other = others.find(({ count }) => isWhole(count)) ?? others[0];
  const template = other
    ? "in e/bohr³ this cube holds {0} electrons, more than its atoms have ({1}): in {2} it would hold {3}; convert its values"
    : "in e/bohr³ this cube holds {0} electrons, more than its atoms have ({1}): its values are in another unit";
  const [now, then] = [electrons, other?.count ?? 0].map((count) => Number(count.toPrecision(6)));
  return problem(
    "warning",
    { line: gridLine, column: 1 },
    template,
    now ?? 0,
    nuclearCharge,
    other?.unit ?? "",
    then ?? 0,
  );
}

/**
 * What a reader should know of a file whose blocks are not what their names say, or whose field is not told by the
 * file.
 */
export function contentRemark(kind: VolumetricKind, blocks: number, gridLine: number): Problem | undefined {
  const place = { line: gridLine, column: 1 };
  if (kind === "cube")
    return problem(
      "information",
      place,
      "cube files do not name their quantity: read as an electron density in e/bohr³",
    );
  if (blocks !== 2 || storesDensity(kind)) return undefined;
  const template =
    "this {0} is spin-polarised: its blocks are spin up (named total) and spin down (named magnetization)";
  return problem("information", place, template, kind);
}

/** A warning where the grid is too coarse for the wanted waves. */
export function coarseGridProblem(firstMissing: number, cutoff: number, gridLine: number): Problem {
  const template = "the FFT grid reaches only |g| = {1} Å⁻¹ ({0} needed): the outer voxels are empty";
  return problem(
    "warning",
    { line: gridLine, column: 1 },
    template,
    Number(cutoff.toFixed(4)),
    Number(firstMissing.toFixed(4)),
  );
}
