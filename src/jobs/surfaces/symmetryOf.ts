import { atomicNumber, elementSymbol } from "../../core/crystal/elements.js";
import type { Structure } from "../../core/crystal/structure.js";
import { atomLabels } from "../../core/crystal/structureOfAtoms.js";
import type { FindSymmetry, SymmetryCell } from "../../core/crystal/symmetry.js";
import type { CellData, SymmetryData } from "../../protocol/crystalView.js";

/** Labels that are no elements are numbered from here. */
const STRANGE = 1000;

export const DEFAULT_TOLERANCE = 0.01;

/**
 * Space group, Wyckoff positions and standard cells of a structure; `tolerance` in Å. Undefined where there is none.
 */
export function symmetryOf(
  structure: Structure,
  find: FindSymmetry,
  tolerance = DEFAULT_TOLERANCE,
): SymmetryData | undefined {
  const labels = atomLabels(structure);
  const strange = [...new Set(labels.filter((label) => atomicNumber(label) === undefined))];
  const numberOf = (label: string) => atomicNumber(label) ?? STRANGE + strange.indexOf(label);
  const { lattice, fractional } = structure;
  const found = find({ lattice, fractional, numbers: labels.map(numberOf) }, tolerance);
  if (!found) return undefined;
  const labelOf = (number: number) => elementSymbol(number) ?? strange[number - STRANGE] ?? "X";
  const cell = ({ numbers, ...rest }: SymmetryCell): CellData => ({ ...rest, species: numbers.map(labelOf) });
  return { ...found, tolerance, primitive: cell(found.primitive), conventional: cell(found.conventional) };
}
