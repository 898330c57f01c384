import path from "node:path";
import type { Matrix3 } from "../../core/math/matrix3.js";
import type { OtherDensity } from "../../protocol/crystalView.js";
import { densityData } from "./densityData.js";
import { type Grids, haveLikeCells } from "./keptGrids.js";

/** What a view is told of a second file, and what keeps the two from being combined. */
export function otherDensity(own: Grids, other: Grids): OtherDensity {
  const { kind, fields } = densityData(other);
  const title = path.join(path.basename(path.dirname(other.file)), path.basename(other.file));
  return { file: other.file, title, kind, fields, ...differenceOf(own, other) };
}

function differenceOf(own: Grids, other: Grids): Pick<OtherDensity, "differs"> {
  if (!haveLikeCells(own, other)) {
    return { differs: { what: "cell", own: lengths(own.structure.lattice), other: lengths(other.structure.lattice) } };
  }
  if (own.kept.every((points, axis) => points === other.kept[axis])) return {};
  return { differs: { what: "grid", own: own.grid.join(" × "), other: other.grid.join(" × ") } };
}

/** The rows a, b, c in full: cells may differ by their orientation alone. */
const lengths = (lattice: Matrix3): string => lattice.map((row) => `(${row.map((x) => x.toFixed(3)).join(", ")})`).join(" ");
