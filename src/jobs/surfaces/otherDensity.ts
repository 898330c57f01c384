import path from "node:path";
import { dot, type Matrix3, norm } from "../../core/math/matrix3.js";
import type { OtherDensity } from "../../protocol/crystalView.js";
import { densityData } from "./densityData.js";
import { type Grids, haveLikeCells } from "./gridFields.js";

/** What a view is told of a second file, and what keeps the two from being combined. */
export function otherDensity(own: Grids, other: Grids): OtherDensity {
  const { kind, fields } = densityData(other);
  const title = path.join(path.basename(path.dirname(other.file)), path.basename(other.file));
  return { file: other.file, title, kind, fields, ...differenceOf(own, other) };
}

function differenceOf(own: Grids, other: Grids): Pick<OtherDensity, "differs"> {
  if (!haveLikeCells(own, other)) {
    const [a, b] = [own.structure.lattice, other.structure.lattice];
    const said = cellText(a) === cellText(b) ? rowsText : cellText;
    return { differs: { what: "cell", own: said(a), other: said(b) } };
  }
  if (own.kept.every((points, axis) => points === other.kept[axis])) return {};
  return { differs: { what: "grid", own: own.grid.join(" × "), other: other.grid.join(" × ") } };
}

/** Lengths and angles. */
function cellText(lattice: Matrix3): string {
  const [a, b, c] = lattice;
  const lengths = lattice.map((row) => norm(row).toFixed(3)).join(", ");
  const angles = [[b, c] as const, [a, c] as const, [a, b] as const].map(([u, v]) =>
    ((Math.acos(dot(u, v) / norm(u) / norm(v)) * 180) / Math.PI).toFixed(1),
  );
  return `${lengths} Å, ${angles.join(", ")}°`;
}

/** The rows in full, of cells that are turned or sheared by little. */
const rowsText = (lattice: Matrix3): string =>
  `${lattice.map((row) => `(${row.map((x) => x.toFixed(3)).join(", ")})`).join(" ")} Å`;
