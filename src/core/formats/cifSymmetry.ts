import { operationsOfHall } from "../crystal/hallSymbol.js";
import { operationsOfName } from "../crystal/spaceGroupSettings.js";
import type { Matrix3, Vector3 } from "../math/matrix3.js";
import { type Parsed, type Position, type Problem, problem } from "../text/problem.js";

export interface CifToken {
  readonly text: string;
  readonly quoted: boolean;
  readonly line: number;
  readonly column: number;
}

export interface CifLoop {
  readonly names: readonly string[];
  readonly rows: readonly (readonly CifToken[])[];
}

/** A fractional position -> its image. */
export type PlaceOperation = (place: Vector3) => [number, number, number];

const LISTS = [
  "_space_group_symop_operation_xyz",
  "_symmetry_equiv_pos_as_xyz",
  "_space_group_symop_magn_operation_xyz",
];
/** Magnetic CIFs list the translations of the cell's centring apart. */
const CENTRINGS = ["_space_group_symop_magn_centering_xyz"];
const HALL = ["_space_group_name_hall", "_symmetry_space_group_name_hall"];
const SYMBOLS = ["_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m", "_space_group_name_h-m_ref"];
const NUMBERS = ["_space_group_it_number", "_symmetry_int_tables_number"];

/** A setting of the space group that a CIF may mean. */
export interface NamedSetting {
  /** `1` and `2` of two origins. */
  readonly name: string;
  readonly operations: readonly PlaceOperation[];
}

/** The operations; or the settings among which the name does not tell, with the name. */
export interface CifSymmetry extends Parsed<readonly PlaceOperation[]> {
  readonly settings?: readonly NamedSetting[];
  readonly name?: CifToken;
}

/**
 * The operations that a CIF lists; where it lists none, those of the space group that it names by Hall symbol,
 * Hermann-Mauguin symbol or number; of a CIF that names none the identity. Without a value where a name does not tell
 * the atoms of the cell. `lattice`: rows, Å.
 */
export function symmetryOf(
  items: ReadonlyMap<string, CifToken>,
  loops: readonly CifLoop[],
  lattice: Matrix3,
): CifSymmetry {
  const listed = listedOperations(items, loops);
  if (listed) return listed;
  const told = (names: readonly string[]) =>
    names.map((name) => items.get(name)).find((token) => token !== undefined && !/^[?.]?$/.test(token.text));
  const [hall, symbol, number] = [told(HALL), told(SYMBOLS), told(NUMBERS)];
  const ofHall = hall && operationsOfHall(hall.text);
  if (ofHall) return { value: ofHall.map(imageOf), problems: [] };
  const given = Number(number?.text);
  const wanted = { ...(symbol && { symbol: symbol.text }), ...(Number.isInteger(given) && { number: given }) };
  const named = symbol ?? number;
  if (named === undefined) {
    const lost = hall && [problem("error", hall, "`{0}` is not a Hall symbol", hall.text)];
    return lost ? { problems: lost } : { value: [([x, y, z]) => [x, y, z]], problems: [] };
  }
  const found = operationsOfName(wanted, lattice);
  if ("operations" in found) return { value: found.operations.map(imageOf), problems: [] };
  const problems = [nameProblem(found.reason, named, named.text)];
  if (found.reason !== "ambiguous") return { problems };
  const settings = found.settings.map(({ name, operations }) => ({ name, operations: operations.map(imageOf) }));
  return { problems, settings, name: named };
}

function nameProblem(reason: "unknown" | "cell" | "ambiguous", place: Position, name: string): Problem {
  if (reason === "unknown")
    return problem("error", place, "`{0}` names no space group that is known: list its operations", name);
  if (reason === "cell") return problem("error", place, "the cell does not have the symmetry of {0}", name);
  const template =
    "{0} has several settings (origins or cells) that this file does not tell apart: list its operations";
  return problem("error", place, template, name);
}

const imageOf =
  ({ rotation, translation }: { readonly rotation: Matrix3; readonly translation: Vector3 }): PlaceOperation =>
  (place) =>
    [0, 1, 2].map(
      (i) => (translation[i] ?? 0) + [0, 1, 2].reduce((sum, k) => sum + (rotation[i]?.[k] ?? 0) * (place[k] ?? 0), 0),
    ) as [number, number, number];

function listedOperations(
  items: ReadonlyMap<string, CifToken>,
  loops: readonly CifLoop[],
): Parsed<readonly PlaceOperation[]> | undefined {
  const tokens = LISTS.map((name) => tokensOf(name, items, loops)).find(({ length }) => length > 0);
  if (tokens === undefined) return undefined;
  const problems: Problem[] = [];
  const read = (all: readonly CifToken[]) =>
    all.flatMap((token) => {
      const operation = operationOf(token.text);
      if (!operation) problems.push(problem("warning", token, "`{0}` is not a symmetry operation", token.text));
      return operation ? [operation] : [];
    });
  const operations = read(tokens);
  const centrings = read(CENTRINGS.flatMap((name) => tokensOf(name, items, loops)));
  const both = centrings.flatMap((centring) =>
    operations.map(
      (one): PlaceOperation =>
        (place) =>
          centring(one(place)),
    ),
  );
  return { value: centrings.length > 0 ? both : operations, problems };
}

function tokensOf(name: string, items: ReadonlyMap<string, CifToken>, loops: readonly CifLoop[]): CifToken[] {
  const inLoops = loops.flatMap(({ names, rows }) => {
    const at = names.indexOf(name);
    return at < 0 ? [] : rows.flatMap((row) => row[at] ?? []);
  });
  return inLoops.length > 0 ? inLoops : [items.get(name) ?? []].flat();
}

/** `-x+1/2, y, z-y`; of a magnetic one (`x,y,z,-1`) what it does to places. */
function operationOf(text: string): PlaceOperation | undefined {
  const parts = text
    .toLowerCase()
    .replaceAll(/\s/g, "")
    .replace(/,[+-]1$/, "")
    .split(",");
  if (parts.length !== 3 || !parts.every((part) => /^(?:[+-]?(?:[xyz]|\d+(?:\/\d+)?|\d*\.\d+))+$/.test(part)))
    return undefined;
  const rows = parts.map((part) => {
    const row: [number, number, number, number] = [0, 0, 0, 0];
    for (const [term] of part.matchAll(/[+-]?(?:[xyz]|\d+\/\d+|\d*\.?\d+)/g)) {
      const sign = term.startsWith("-") ? -1 : 1;
      const body = term.replace(/^[+-]/, "");
      const axis = "xyz".indexOf(body);
      const [over = 0, under = 1] = body.split("/").map(Number);
      if (axis >= 0) row[axis as 0 | 1 | 2] += sign;
      else row[3] += (sign * over) / under;
    }
    return row;
  });
  return ([x, y, z]) => rows.map(([a, b, c, d]) => a * x + b * y + c * z + d) as [number, number, number];
}
