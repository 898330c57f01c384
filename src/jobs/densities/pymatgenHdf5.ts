import { elementOfLabel, elementSymbol } from "../../core/crystal/elements.js";
import type { Structure } from "../../core/crystal/structure.js";
import { parsePymatgenStructure, runsOf } from "../../core/formats/pymatgenStructure.js";
import { determinant, type Matrix3, type Vector3 } from "../../core/math/matrix3.js";
import type { Hdf5File } from "./hdf5Library.js";

/** Where versions and copies keep a structure as JSON: an attribute of the root, or a dataset. */
const JSON_NAMES = ["structure_json", "structure"];

/**
 * The structure that pymatgen's `to_hdf5` writes: `lattice`, `fcoords` and the elements as atomic numbers (`Z`) or names
 * (`species`); else the structure as JSON. Undefined where there is none.
 */
export function pymatgenStructure(file: Hdf5File): Structure | undefined {
  const rows = file.numbers("lattice");
  const places = file.numbers("fcoords");
  const labels = elementsOf(file);
  if (rows?.length === 9 && labels && labels.length > 0 && places?.length === 3 * labels.length) {
    const row = (i: number): Vector3 => [rows[3 * i] ?? 0, rows[3 * i + 1] ?? 0, rows[3 * i + 2] ?? 0];
    const lattice: Matrix3 = [row(0), row(1), row(2)];
    if (Math.abs(determinant(lattice)) > 1e-9)
      return { comment: "", lattice, ...runsOf(labels), fractional: Float64Array.from(places) };
  }
  for (const name of JSON_NAMES) {
    const text = file.attribute(name) ?? file.strings(name)?.[0];
    const parsed = text === undefined ? undefined : parsePymatgenStructure(text).value;
    if (parsed) return parsed;
  }
  return undefined;
}

/** A label each; names may carry a charge (`Zn2+`). */
function elementsOf(file: Hdf5File): string[] | undefined {
  const numbers = file.numbers("Z");
  if (numbers) return numbers.map((z) => elementSymbol(z) ?? "X");
  return file.strings("species")?.map((label) => elementOfLabel(label.replace(/\d*[.\d]*[+-]$/, "")) ?? label);
}
