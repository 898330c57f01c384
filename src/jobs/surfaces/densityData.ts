import { volume } from "../../core/crystal/lattice.js";
import { baseName } from "../../core/formats/fileNames.js";
import type { DensityData, FieldFacts } from "../../protocol/crystalView.js";
import { type Field, fieldOf, fieldsOf, type Grids } from "./gridFields.js";
import { InsideTable } from "./insideTable.js";

/** What a view is told of grids that were read. */
export function densityData(grids: Grids): DensityData {
  const { file, material, kind, grid, kept, how, electrons, truncated } = grids;
  const fields = fieldsOf(grids).map(({ name }) => fieldFacts(fieldOf(grids, name)));
  const count = electrons === undefined ? {} : { electrons };
  return { title: material ?? baseName(file), kind, grid, kept, how, fields, ...count, truncated };
}

/** The same of one field, which may be a combination. */
export function fieldFacts(field: Field): FieldFacts {
  const { grids } = field;
  const values = field.values();
  const { minimum, maximum, mean } = extremesOf(values);
  const { name, unit, signed } = field.facts;
  const isDensity = unit === "e/Å³" || unit === "μ_B/Å³";
  const facts = { name, unit, minimum, maximum, mean, signed, suggestedLevel: suggestedLevel(values, field) };
  return isDensity ? { ...facts, integral: mean * volume(grids.structure.lattice) } : facts;
}

function extremesOf(values: Float32Array): { minimum: number; maximum: number; mean: number } {
  let [minimum, maximum, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    sum += value;
  }
  return { minimum, maximum, mean: sum / values.length };
}

/** Points that are looked at for a level to begin with. */
const LOOKED_AT = 200_000;
/** Percent of the electrons that a surface encloses at first; of magnetisation and differences. */
const INSIDE = { density: 60, signed: 70 } as const;
/** Share of the cell outside the surface of a Patterson function at first: its peaks are small. */
const PATTERSON_SHARE = 0.93;
const ELF_LEVEL = 0.8;

/**
 * A level that shows something: where a share of the electrons is inside, where potentials have half of the cell's
 * volume.
 */
function suggestedLevel(values: Float32Array, { facts: { name, unit, signed }, isCombined }: Field): number {
  if (unit === "1" && !isCombined) return ELF_LEVEL;
  if (name === "patterson") return rounded(values.toSorted()[Math.floor(PATTERSON_SHARE * values.length)] ?? 0);
  const step = Math.max(1, Math.floor(values.length / LOOKED_AT));
  const some =
    step === 1
      ? values
      : Float32Array.from({ length: Math.floor(values.length / step) }, (_, i) => values[i * step] ?? 0);
  if (unit === "eV" && !isCombined) return some.map(Math.abs).toSorted()[some.length >> 1] ?? 0;
  return rounded(new InsideTable(some, signed).levelOf(signed ? INSIDE.signed : INSIDE.density));
}

/** To two digits, downwards, so that it lies within the field. */
function rounded(level: number): number {
  if (!(level > 0)) return 0;
  const unit = 10 ** (Math.floor(Math.log10(level)) - 1);
  return Number((Math.floor(level / unit) * unit).toPrecision(2));
}
