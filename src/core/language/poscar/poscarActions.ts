import { electronegativity, elementOfLabel } from "../../crystal/elements.js";
import type { Structure } from "../../crystal/structure.js";
import { structureOfAtoms } from "../../crystal/structureOfAtoms.js";
import { supercell } from "../../crystal/supercell.js";
import { writePoscar } from "../../formats/poscar.js";
import { inverse, type Matrix3, rowTimes, type Vector3 } from "../../math/matrix3.js";
import { Random } from "../../math/random.js";
import {
  addDecimals,
  type Decimal,
  divideDecimals,
  multiplyDecimals,
  parseDecimal,
  subtractDecimals,
  wrapDecimal,
  writeDecimal,
} from "../../text/decimal.js";
import { tokenize } from "../../text/tokens.js";
import type { Bilingual } from "../bilingual.js";
import { linesRange } from "../results.js";
import { replaceAll, type TextEdit } from "../textEdit.js";
import { type PoscarLayout, readPoscarLayout } from "./poscarLayout.js";

/** A change of the whole structure that a person asks for. */
export interface PoscarAction {
  readonly id:
    | "direct"
    | "cartesian"
    | "wrap"
    | "sort"
    | "merge"
    | "scale"
    | "supercell"
    | "primitive"
    | "conventional"
    | "perturb";
  readonly title: Bilingual;
}

const ACTIONS: readonly PoscarAction[] = [
  { id: "direct", title: { en: "Convert to Direct coordinates", ja: "分率座標 (Direct) に変換" } },
  { id: "cartesian", title: { en: "Convert to Cartesian coordinates", ja: "デカルト座標 (Cartesian) に変換" } },
  { id: "wrap", title: { en: "Move all atoms into the cell", ja: "すべての原子をセル内に移動" } },
  { id: "sort", title: { en: "Sort the species by electronegativity", ja: "元素種を電気陰性度順に並べ替え" } },
  { id: "merge", title: { en: "Merge repeated species", ja: "重複する元素種をまとめる" } },
  { id: "scale", title: { en: "Set the scale factor to 1", ja: "スケール因子を 1 にする" } },
  { id: "supercell", title: { en: "Make a supercell…", ja: "スーパーセルを作成…" } },
  { id: "primitive", title: { en: "Reduce to the primitive cell", ja: "プリミティブセルに変換" } },
  { id: "conventional", title: { en: "Convert to the conventional cell", ja: "コンベンショナルセルに変換" } },
  { id: "perturb", title: { en: "Displace the atoms at random…", ja: "原子をランダムに変位…" } },
];

/** The actions that would change this file. */
export function offeredActions(text: string): readonly PoscarAction[] {
  const layout = readPoscarLayout(text);
  if (!layout.structure) return [];
  return ACTIONS.filter(({ id }) => {
    if (id === "direct") return layout.isCartesian;
    if (id === "cartesian") return !layout.isCartesian;
    if (id === "supercell" || id === "perturb") return true;
    if (isStandardCell(id)) return layout.structure?.species !== undefined;
    return runAction(text, { id }).length > 0;
  });
}

export interface ActionRequest {
  readonly id: PoscarAction["id"];
  /** Of a supercell: copies along a, b, c. */
  readonly copies?: Vector3;
  /**
   * Of the primitive and the conventional cell: what a symmetry search found. One label per atom, three coordinates per
   * atom.
   */
  readonly cell?: { readonly lattice: Matrix3; readonly species: readonly string[]; readonly fractional: Float64Array };
  /** Of random displacements: length in Å and the seed. */
  readonly length?: number;
  readonly seed?: number;
}

/** Whether an action needs a symmetry search. */
export const isStandardCell = (id: PoscarAction["id"]): id is "primitive" | "conventional" =>
  id === "primitive" || id === "conventional";

/** The edits of an action; none where nothing would change or the file cannot be read. */
export function runAction(text: string, request: ActionRequest): TextEdit[] {
  const layout = readPoscarLayout(text);
  const { structure } = layout;
  if (!structure) return [];
  switch (request.id) {
    case "direct":
      return layout.isCartesian ? toDirect(layout, structure) : [];
    case "cartesian":
      return layout.isCartesian ? [] : toCartesian(layout);
    case "wrap":
      return wrap(layout, structure);
    case "sort":
      return reorder(layout, sortedBlocks(layout));
    case "merge":
      return reorder(layout, mergedBlocks(layout));
    case "scale":
      return unscale(layout, structure);
    case "primitive":
    case "conventional":
      return request.cell ? [replaceAll(text, writePoscar(standardCell(structure, request.cell)))] : [];
    case "supercell":
      return whole(text, layout, supercell(structure, request.copies ?? [1, 1, 1]));
    default:
      return whole(text, layout, perturbed(structure, request.length ?? 0.05, request.seed ?? 1));
  }
}

/** Decimals behind the point, as VASP writes them. */
const PLACES = 16;

/** Replaces the coordinates, keeps flags and remarks, and names the kind of the coordinates. */
function rewriteSites(
  layout: PoscarLayout,
  mode: string,
  words: (written: readonly string[], atom: number) => readonly string[],
): TextEdit[] {
  const { lines, firstSite = 0, sites, modeLine = 0 } = layout;
  const rows = Array.from({ length: sites }, (_, atom) => {
    const line = lines[firstSite + atom] ?? "";
    const tokens = tokenize(line);
    const third = tokens[2];
    const rest = third ? line.slice(third.column - 1 + third.text.length).trimEnd() : "";
    return (
      words(
        tokens.slice(0, 3).map((token) => token.text),
        atom,
      )
        .map((word) => word.padStart(PLACES + 6))
        .join("") + rest
    );
  });
  return [
    { range: linesRange(lines, modeLine, modeLine), text: mode },
    { range: linesRange(lines, firstSite, firstSite + sites - 1), text: rows.join("\n") },
  ];
}

type DecimalRows = readonly (readonly Decimal[])[];

/**
 * Sums of products of the decimals as written, so that only the last place is rounded. The scale factor, of whatever
 * kind, multiplies lattice and Cartesian positions alike and need not be known.
 */
function toCartesian(layout: PoscarLayout): TextEdit[] {
  const rows = latticeRows(layout);
  if (!rows) return [];
  return rewriteSites(layout, "Cartesian", (written) => {
    const values = written.map((word) => parseDecimal(word) ?? ZERO);
    return AXES.map((axis) =>
      writeDecimal(sumOf(values.map((value, i) => multiplyDecimals(value, rows[i]?.[axis] ?? ZERO))), PLACES),
    );
  });
}

/** By Cramer's rule in whole numbers: the quotient is rounded once. */
function toDirect(layout: PoscarLayout, structure: Structure): TextEdit[] {
  const rows = latticeRows(layout);
  if (!rows) return [];
  const cofactors = AXES.map((i) => crossProduct(rows[(i + 1) % 3] ?? [], rows[(i + 2) % 3] ?? []));
  const determinant = dotProduct(rows[0] ?? [], cofactors[0] ?? []);
  return rewriteSites(layout, "Direct", (written, atom) => {
    const values = written.map((word) => parseDecimal(word) ?? ZERO);
    const quotients = cofactors.map((cofactor) => divideDecimals(dotProduct(values, cofactor), determinant, PLACES));
    return quotients.map((value, axis) =>
      value ? writeDecimal(value, PLACES) : (structure.fractional[3 * atom + axis] ?? 0).toFixed(PLACES),
    );
  });
}

const ZERO: Decimal = { digits: 0n, places: 0 };
const AXES = [0, 1, 2] as const;

const sumOf = (values: readonly Decimal[]): Decimal => values.reduce(addDecimals, ZERO);

const dotProduct = (a: readonly Decimal[], b: readonly Decimal[]): Decimal =>
  sumOf(AXES.map((axis) => multiplyDecimals(a[axis] ?? ZERO, b[axis] ?? ZERO)));

const crossProduct = (a: readonly Decimal[], b: readonly Decimal[]): Decimal[] =>
  AXES.map((axis) => {
    const [j, k] = [(axis + 1) % 3, (axis + 2) % 3];
    return subtractDecimals(multiplyDecimals(a[j] ?? ZERO, b[k] ?? ZERO), multiplyDecimals(a[k] ?? ZERO, b[j] ?? ZERO));
  });

/** The lattice as written; undefined where a number is no decimal. */
function latticeRows({ lines }: PoscarLayout): DecimalRows | undefined {
  const rows = [2, 3, 4].map((line) =>
    tokenize(lines[line] ?? "")
      .slice(0, 3)
      .flatMap((token) => parseDecimal(token.text) ?? []),
  );
  return rows.every((row) => row.length === 3) ? rows : undefined;
}

/** Direct coordinates keep all their digits; Cartesian ones move by whole lattice vectors. */
function wrap(layout: PoscarLayout, structure: Structure): TextEdit[] {
  if (structure.fractional.every((value) => value >= 0 && value < 1)) return [];
  const { lines, modeLine = 0 } = layout;
  const mode = lines[modeLine] ?? "Direct";
  if (!layout.isCartesian) {
    return rewriteSites(layout, mode, (written) =>
      written.map((word) => {
        const value = parseDecimal(word);
        return value ? writeDecimal(wrapDecimal(value), Math.max(value.places, 1)) : word;
      }),
    );
  }
  const scale = scaleOf(layout, structure);
  return rewriteSites(layout, mode, (_, atom) => {
    const [x = 0, y = 0, z = 0] = structure.fractional
      .subarray(3 * atom, 3 * atom + 3)
      .map((value) => value - Math.floor(value));
    return rowTimes([x, y, z], structure.lattice).map((value) => (value / scale).toFixed(PLACES));
  });
}

/** What the written lattice is multiplied by. */
function scaleOf({ lines }: PoscarLayout, { lattice }: Structure): number {
  for (let row = 0; row < 3; row++) {
    const written = tokenize(lines[2 + row] ?? "").map((token) => Number(token.text));
    for (let axis = 0; axis < 3; axis++) {
      const value = lattice[row as 0 | 1 | 2][axis as 0 | 1 | 2];
      if (Math.abs(written[axis] ?? 0) > 1e-3) return value / (written[axis] ?? 1);
    }
  }
  return 1;
}

interface Group {
  readonly label: string;
  readonly blocks: readonly number[];
}

/** By electronegativity, then by name; undefined where the order stands already. */
function sortedBlocks({ blocks, structure }: PoscarLayout): Group[] | undefined {
  if (!structure || blocks.some(({ label }) => label === undefined)) return undefined;
  const order = blocks.map((_, i) => i);
  const value = (i: number) =>
    electronegativity(elementOfLabel(blocks[i]?.label ?? "") ?? "") ?? Number.POSITIVE_INFINITY;
  order.sort((a, b) => value(a) - value(b) || a - b);
  return order.every((block, i) => block === i)
    ? undefined
    : order.map((i) => ({ label: blocks[i]?.label ?? "", blocks: [i] }));
}

/** One group per label, where it first stands. */
function mergedBlocks({ blocks }: PoscarLayout): Group[] | undefined {
  const groups = new Map<string, number[]>();
  for (const [i, { label }] of blocks.entries())
    if (label !== undefined) groups.set(label, [...(groups.get(label) ?? []), i]);
  return groups.size === 0 || groups.size === blocks.length
    ? undefined
    : [...groups].map(([label, members]) => ({ label, blocks: members }));
}

/** Moves whole lines, so that every digit stays. Velocities behind the positions move with their atoms. */
function reorder(layout: PoscarLayout, groups: readonly Group[] | undefined): TextEdit[] {
  const { lines, blocks, labelLines, countLines, firstSite = 0, sites, atoms } = layout;
  if (!groups || sites !== atoms) return [];
  const order = groups.flatMap(({ blocks: members }) =>
    members.flatMap((member) =>
      Array.from({ length: blocks[member]?.count ?? 0 }, (_, i) => (blocks[member]?.first ?? 0) + i),
    ),
  );
  const moved = (first: number) => order.map((atom) => lines[first + atom] ?? "").join("\n");
  const counts = groups.map(({ blocks: members }) =>
    members.reduce((sum, member) => sum + (blocks[member]?.count ?? 0), 0),
  );
  const width = Math.max(5, ...groups.map(({ label }) => label.length + 2));
  const edits: TextEdit[] = [
    {
      range: linesRange(lines, labelLines[0] ?? 5, labelLines.at(-1) ?? 5),
      text: groups.map(({ label }) => label.padStart(width)).join(""),
    },
    {
      range: linesRange(lines, countLines[0] ?? 6, countLines.at(-1) ?? 6),
      text: counts.map((count) => String(count).padStart(width)).join(""),
    },
    { range: linesRange(lines, firstSite, firstSite + atoms - 1), text: moved(firstSite) },
  ];
  const velocities = firstSite + atoms + 1;
  const hasVelocities =
    lines.length >= velocities + atoms &&
    Array.from({ length: atoms }, (_, i) => lines[velocities + i] ?? "").every((line) => line.trim() !== "");
  if (hasVelocities)
    edits.push({ range: linesRange(lines, velocities, velocities + atoms - 1), text: moved(velocities) });
  return edits;
}

/** Multiplies lattice (and Cartesian positions) by a positive scale factor, exactly where it is one number. */
function unscale(layout: PoscarLayout, structure: Structure): TextEdit[] {
  const { lines, isCartesian } = layout;
  const words = tokenize(lines[1] ?? "");
  const single = words.length < 3 || words.slice(1, 3).some(({ text }) => !Number.isFinite(Number(text)));
  const factor = parseDecimal(words[0]?.text ?? "");
  if (!factor || (single && factor.digits === 10n ** BigInt(factor.places))) return [];
  const rows = latticeRows(layout);
  const exact = single && factor.digits > 0n && rows;
  const lattice = exact
    ? rows.map((row) => row.map((value) => writeDecimal(multiplyDecimals(value, factor), PLACES)))
    : structure.lattice.map((row) => row.map((value) => value.toFixed(PLACES)));
  const edits: TextEdit[] = [
    { range: linesRange(lines, 1, 1), text: "1.0" },
    {
      range: linesRange(lines, 2, 4),
      text: lattice.map((row) => row.map((word) => word.padStart(PLACES + 6)).join("")).join("\n"),
    },
  ];
  if (!isCartesian) return edits;
  const sites = rewriteSites(layout, lines[layout.modeLine ?? 0] ?? "Cartesian", (written, atom) => {
    const values = written.map((word) => parseDecimal(word));
    if (exact && values.every((value) => value !== undefined))
      return values.map((value) => writeDecimal(multiplyDecimals(value, factor), PLACES));
    const [x = 0, y = 0, z = 0] = structure.fractional.subarray(3 * atom, 3 * atom + 3);
    return rowTimes([x, y, z], structure.lattice).map((value) => value.toFixed(PLACES));
  });
  return [...edits, ...sites];
}

/** A new structure in place of the file. Labels stay as they are written. */
function whole(text: string, { blocks }: PoscarLayout, structure: Structure): TextEdit[] {
  const labels = blocks.flatMap(({ label }) => (label === undefined ? [] : [label]));
  const named = labels.length === structure.counts.length ? { ...structure, species: labels } : structure;
  return [replaceAll(text, writePoscar(named))];
}

/** Flags of selective dynamics are of atoms that may be others now: they are left out. */
const standardCell = (
  { comment }: Structure,
  { lattice, species, fractional }: NonNullable<ActionRequest["cell"]>,
): Structure => structureOfAtoms(comment, lattice, species, fractional);

/** Every free atom moves by a vector of random direction and the given length. */
function perturbed(structure: Structure, length: number, seed: number): Structure {
  const random = new Random(seed);
  const toFractional = inverse(structure.lattice);
  const fractional = structure.fractional.slice();
  for (let i = 0; i < fractional.length; i += 3) {
    const z = 2 * random.uniform() - 1;
    const angle = 2 * Math.PI * random.uniform();
    const flat = Math.sqrt(1 - z * z);
    const step = rowTimes([length * flat * Math.cos(angle), length * flat * Math.sin(angle), length * z], toFractional);
    for (let axis = 0; axis < 3; axis++)
      if (structure.free?.[i + axis] !== 0) fractional[i + axis] = (fractional[i + axis] ?? 0) + (step[axis] ?? 0);
  }
  return { ...structure, fractional };
}
