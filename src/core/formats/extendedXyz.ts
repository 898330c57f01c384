import { elementOfLabel } from "../crystal/elements.js";
import type { Structure } from "../crystal/structure.js";
import { determinant, inverse, type Matrix3, rowTimes, type Vector3 } from "../math/matrix3.js";
import { parseReal } from "../text/numbers.js";
import { type Parsed, problem } from "../text/problem.js";
import { splitLines } from "../text/tokens.js";
import { runsOf } from "./pymatgenStructure.js";

/** Names of extended XYZ files, packed or not. */
export const isXyzName = (file: string): boolean => /\.(?:ext)?xyz(?:\.(?:gz|bz2|xz|zst))?$/i.test(file);

const MAX_ATOMS = 1_000_000;

/**
 * The last frame of an extended XYZ file as ASE writes it: the number of atoms, a line with `Lattice="..."` (rows in Å)
 * and `Properties=species:S:1:pos:R:3:...`, an atom per line. Never throws.
 */
export function parseExtendedXyz(text: string): Parsed<Structure> {
  const lines = splitLines(text);
  let start = 0;
  let last: number | undefined;
  while (start < lines.length) {
    const count = Number(/^\s*(\d{1,7})\s*$/.exec(lines[start] ?? "")?.[1] ?? Number.NaN);
    if (!(count >= 1 && count <= MAX_ATOMS) || start + 2 + count > lines.length) break;
    last = start;
    start += 2 + count;
    while (start < lines.length && (lines[start] ?? "").trim() === "") start++;
  }
  if (last === undefined) return failed(1, "expected the number of atoms, and a line for each of them");
  const frame = frameAt(lines, last);
  if (!frame.value || start >= lines.length) return frame;
  const rest = problem("warning", { line: start + 1, column: 1 }, "what follows here is no frame: it is left out");
  return { value: frame.value, problems: [...frame.problems, rest] };
}

function frameAt(lines: readonly string[], start: number): Parsed<Structure> {
  const count = Number(lines[start]);
  const comment = lines[start + 1] ?? "";
  const numbers = (/\blattice\s*=\s*["'{]([^"'}]*)["'}]/i.exec(comment)?.[1] ?? "").trim().split(/\s+/).map(parseReal);
  const [a, b, c, d, e, f, g, h, i] = numbers.map((value) => value ?? Number.NaN);
  const lattice = [
    [a, b, c],
    [d, e, f],
    [g, h, i],
  ] as unknown as Matrix3;
  if (numbers.length !== 9 || !(Math.abs(determinant(lattice)) > 1e-9))
    return failed(start + 2, 'this XYZ file has no cell (Lattice="..."): it is not periodic');
  const columns = columnsOf(comment);
  if (!columns) return failed(start + 2, "the Properties have no species and pos");
  const toFractional = inverse(lattice);
  const labels: string[] = [];
  const fractional = new Float64Array(3 * count);
  for (let atom = 0; atom < count; atom++) {
    const line = start + 2 + atom;
    const tokens = (lines[line] ?? "").trim().split(/\s+/);
    const label = tokens[columns.species] ?? "";
    const place = [0, 1, 2].map((axis) => parseReal(tokens[columns.pos + axis] ?? ""));
    if (!/^[A-Za-z]/.test(label) || place.some((x) => x === undefined))
      return failed(line + 1, "an atom should stand here: an element and three numbers");
    labels.push(elementOfLabel(label) ?? label);
    fractional.set(rowTimes(place as unknown as Vector3, toFractional), 3 * atom);
  }
  return { value: { comment: "", lattice, ...runsOf(labels), fractional }, problems: [] };
}

/** Where the element and the first coordinate stand in a line. */
function columnsOf(comment: string): { readonly species: number; readonly pos: number } | undefined {
  const told = /\bproperties\s*=\s*["']?([^\s"']+)/i.exec(comment)?.[1] ?? "species:S:1:pos:R:3";
  const parts = told.split(":");
  const columns = new Map<string, number>();
  for (let at = 0, column = 0; at + 2 < parts.length; at += 3) {
    columns.set((parts[at] ?? "").toLowerCase(), column);
    column += Number(parts[at + 2]);
  }
  const [species, pos] = [columns.get("species"), columns.get("pos") ?? columns.get("positions")];
  return species === undefined || pos === undefined ? undefined : { species, pos };
}

const failed = (line: number, template: string): Parsed<Structure> => ({
  problems: [problem("error", { line, column: 1 }, template)],
});
