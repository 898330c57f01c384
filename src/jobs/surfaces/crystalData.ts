import { reducedFormula } from "../../core/crystal/formula.js";
import { volume } from "../../core/crystal/lattice.js";
import type { Structure } from "../../core/crystal/structure.js";
import { atomLabels } from "../../core/crystal/structureOfAtoms.js";
import { baseName } from "../../core/formats/fileNames.js";
import type { CrystalData } from "../../protocol/crystalView.js";

export interface Crystal {
  readonly kind: string;
  readonly structure: Structure;
  readonly frames?: { readonly count: number; readonly shown: number };
  readonly hasDensity: boolean;
}

/** What a view is told of it. */
export function crystalData(file: string, { kind, structure, frames, hasDensity }: Crystal): CrystalData {
  const { lattice, fractional, free } = structure;
  return {
    title: baseName(file),
    kind,
    formula: reducedFormula(structure) ?? "",
    lattice,
    volume: volume(lattice),
    species: atomLabels(structure),
    fractional,
    ...(free && { free }),
    ...(frames && { frames }),
    hasDensity,
  };
}
