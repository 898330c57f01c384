import { analyze_cell, hall_symbol_entry, initSync, type MoyoCell } from "@spglib/moyo-wasm";
import type { FindSymmetry, SymmetryCell } from "../../core/crystal/symmetry.js";
import type { Matrix3 } from "../../core/math/matrix3.js";

let ready = false;

/**
 * Symmetry by moyo, in the settings of spglib: hexagonal axes, first origin choices as in the Hall symbol that is told.
 * `load`: its compiled code.
 */
export const symmetryFinder =
  (load: () => WebAssembly.Module): FindSymmetry =>
  (cell, tolerance) => {
    if (!ready) initSync({ module: load() as never });
    ready = true;
    try {
      const found = analyze_cell(JSON.stringify(moyoCell(cell)), tolerance, "Spglib");
      const hall = hall_symbol_entry(found.hall_number);
      return {
        number: found.number,
        symbol: hall.hm_short.replaceAll(" ", ""),
        hall: hall.hall_symbol,
        pearson: found.pearson_symbol,
        wyckoff: found.wyckoffs,
        siteSymmetry: found.site_symmetry_symbols,
        orbits: found.orbits,
        operations: found.operations.length,
        primitive: symmetryCell(found.prim_std_cell),
        conventional: symmetryCell(found.std_cell),
      };
    } catch {
      return undefined;
    }
  };

function moyoCell({ lattice, fractional, numbers }: SymmetryCell) {
  const positions = numbers.map((_, i) => Array.from(fractional.subarray(3 * i, 3 * i + 3)));
  return { lattice: { basis: lattice.flat() }, positions, numbers };
}

function symmetryCell({ lattice: { basis }, positions, numbers }: MoyoCell): SymmetryCell {
  const row = (i: number) => basis.slice(3 * i, 3 * i + 3);
  return {
    lattice: [row(0), row(1), row(2)] as unknown as Matrix3,
    fractional: Float64Array.from(positions.flat()),
    numbers,
  };
}
