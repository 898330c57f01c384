import { elementOfLabel } from "../crystal/elements.js";
import { angles, latticeOfCell, lengths } from "../crystal/lattice.js";
import type { Structure } from "../crystal/structure.js";
import { atomLabels, structureOfAtoms } from "../crystal/structureOfAtoms.js";
import { FILE_START, type Parsed, type Problem, problem } from "../text/problem.js";
import { type CellEvidence, settingByContent } from "./cifOrigins.js";
import {
  type CifLoop,
  type CifSymmetry,
  type CifToken,
  type NamedSetting,
  type PlaceOperation,
  symmetryOf,
} from "./cifSymmetry.js";

/** Two images of an atom nearer than that are one, fractional. */
const SAME = 1e-3;

/**
 * The first crystal of a CIF: cell, sites, and what its symmetry operations make of them. Disorder is not understood:
 * sites that are not fully occupied are taken as atoms, with a warning. The value is there whenever cell, sites
 * and symmetry could be read.
 */
export function parseCif(text: string): Parsed<Structure> {
  const problems: Problem[] = [];
  const { items, loops } = parseBlocks(tokensOf(text));
  const cell = CELL.map((name) => numberOf(items.get(name)?.text));
  const missing = cell.indexOf(undefined);
  if (missing >= 0) {
    const at = items.get(CELL[missing] ?? "") ?? FILE_START;
    return { problems: [problem("error", at, "the CIF has no {0}", CELL[missing] ?? "")] };
  }
  const sites = loops.find(({ names }) => names.includes("_atom_site_fract_x"));
  if (!sites) return { problems: [problem("error", FILE_START, "the CIF lists no sites (_atom_site_fract_x)")] };
  const lattice = latticeOfCell(cell as number[]);
  const atoms = sitesOf(sites, problems);
  if (!atoms) return { problems };
  const { value: operations, problems: found } = chosenSymmetry(symmetryOf(items, loops, lattice), (settings) =>
    settingByContent(settings, (one) => expand(atoms, one), evidenceOf(items, sites), lattice),
  );
  problems.push(...found);
  if (!operations) return { problems };
  const { labels, positions } = expand(atoms, operations);
  const comment = items.get("_chemical_formula_sum")?.text ?? items.get("data_")?.text ?? "";
  return { value: structureOfAtoms(comment, lattice, labels, Float64Array.from(positions.flat())), problems };
}

/** Of a space group with several origins the one that the atoms tell, where they do. */
function chosenSymmetry(
  symmetry: CifSymmetry,
  choose: (settings: readonly NamedSetting[]) => NamedSetting | undefined,
): Parsed<readonly PlaceOperation[]> {
  const { settings, name, problems } = symmetry;
  const chosen = settings && choose(settings);
  if (chosen === undefined || name === undefined) return { problems, ...(symmetry.value && { value: symmetry.value }) };
  const template = "{0} has several settings: {1} is taken, the only one that gives the atoms that this file tells";
  return { value: chosen.operations, problems: [problem("warning", name, template, name.text, chosen.name)] };
}

function evidenceOf(items: ReadonlyMap<string, CifToken>, { names, rows }: CifLoop): CellEvidence {
  const column = MULTIPLICITIES.map((name) => names.indexOf(name)).find((at) => at >= 0) ?? -1;
  const [formula, units] = ["_chemical_formula_sum", "_cell_formula_units_z"].map((name) => items.get(name)?.text);
  const count = numberOf(units);
  return {
    multiplicities: rows.map((row) => numberOf(row[column]?.text)),
    ...(formula !== undefined && { formula }),
    ...(count !== undefined && { units: count }),
  };
}

const MULTIPLICITIES = ["_atom_site_symmetry_multiplicity", "_atom_site_site_symmetry_multiplicity"];

const CELL = [
  "_cell_length_a",
  "_cell_length_b",
  "_cell_length_c",
  "_cell_angle_alpha",
  "_cell_angle_beta",
  "_cell_angle_gamma",
];

/** Words of a CIF: quoted ones, those between semicolons at a line's start, and plain ones; comments are left out. */
function tokensOf(text: string): CifToken[] {
  const tokens: CifToken[] = [];
  const pattern = /^;[^\n]*(?:\n(?!;)[^\n]*)*\n;|'(?:[^'\n]|'(?=\S))*'|"(?:[^"\n]|"(?=\S))*"|#[^\n]*|[^\s'"#][^\s]*/gm;
  let [line, lineStart, at] = [1, 0, 0];
  for (const match of text.matchAll(pattern)) {
    for (; at < match.index; at++) {
      if (text[at] !== "\n") continue;
      line++;
      lineStart = at + 1;
    }
    const [word] = match;
    if (word.startsWith("#")) continue;
    const quoted = /^['";]/.test(word);
    const inner = word.startsWith(";") ? word.slice(1, -2) : quoted ? word.slice(1, -1) : word;
    tokens.push({ text: inner.trim(), quoted, line, column: match.index - lineStart + 1 });
  }
  return tokens;
}

/** The first data block that lists sites, or all there is. */
function parseBlocks(tokens: readonly CifToken[]): { items: Map<string, CifToken>; loops: CifLoop[] } {
  let [items, loops] = [new Map<string, CifToken>(), [] as CifLoop[]];
  for (let i = 0; i < tokens.length; ) {
    const token = tokens[i] as CifToken;
    const word = token.quoted ? "" : token.text.toLowerCase();
    if (word.startsWith("data_")) {
      if (loops.some(({ names }) => names.includes("_atom_site_fract_x"))) break;
      [items, loops] = [new Map([["data_", { ...token, text: token.text.slice(5) }]]), []];
      i++;
    } else if (word === "loop_") {
      const loop: { names: string[]; rows: CifToken[][] } = { names: [], rows: [] };
      for (i++; isName(tokens[i]); i++) loop.names.push(plainName(tokens[i]?.text));
      const values: CifToken[] = [];
      for (; i < tokens.length && isValue(tokens[i]); i++) values.push(tokens[i] as CifToken);
      for (let row = 0; row + loop.names.length <= values.length && loop.names.length > 0; row += loop.names.length)
        loop.rows.push(values.slice(row, row + loop.names.length));
      loops.push(loop);
    } else if (isName(token)) {
      const value = tokens[i + 1];
      if (value && isValue(value)) items.set(plainName(word), value);
      i += value && isValue(value) ? 2 : 1;
    } else i++;
  }
  return { items, loops };
}

/** CIF 2 puts a dot behind a name's category. */
const plainName = (name = "") => name.toLowerCase().replace(".", "_");
const isName = (token?: CifToken): boolean => token !== undefined && !token.quoted && token.text.startsWith("_");
const isValue = (token?: CifToken): boolean =>
  token !== undefined && (token.quoted || !/^(?:_|loop_$|data_|save_|stop_$|global_$)/i.test(token.text));

/** A number, perhaps with its uncertainty in brackets. */
function numberOf(text: string | undefined): number | undefined {
  const plain = text?.replace(/\(\d+\)$/, "");
  return plain !== undefined && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain) ? Number(plain) : undefined;
}

interface Site {
  readonly label: string;
  readonly position: readonly [number, number, number];
}

function sitesOf({ names, rows }: CifLoop, problems: Problem[]): Site[] | undefined {
  const column = (name: string) => names.indexOf(name);
  const [x, y, z] = ["x", "y", "z"].map((axis) => column(`_atom_site_fract_${axis}`));
  const symbol = column("_atom_site_type_symbol") >= 0 ? column("_atom_site_type_symbol") : column("_atom_site_label");
  const occupancy = column("_atom_site_occupancy");
  const sites: Site[] = [];
  for (const row of rows) {
    const numbers = [x, y, z].map((at) => numberOf(row[at ?? -1]?.text));
    const bad = numbers.indexOf(undefined);
    if (bad >= 0) {
      problems.push(problem("error", row[[x, y, z][bad] ?? 0] ?? FILE_START, "expected a position"));
      return undefined;
    }
    const word = row[symbol]?.text ?? "X";
    const [, letters = word] = /^([A-Za-z]{1,2})/.exec(word) ?? [];
    const tidy = letters.charAt(0).toUpperCase() + letters.slice(1).toLowerCase();
    sites.push({
      label: elementOfLabel(tidy) ?? elementOfLabel(tidy.charAt(0)) ?? word,
      position: numbers as unknown as Site["position"],
    });
    if ((numberOf(row[occupancy]?.text) ?? 1) < 0.999) {
      problems.push(
        problem("warning", row[occupancy] ?? FILE_START, "a partially occupied site is read as a full atom"),
      );
    }
  }
  return sites;
}

/**
 * Each site with its images, those that coincide once: also with images of another site of the same element, where a
 * file lists atoms that its symmetry makes.
 */
function expand(
  sites: readonly Site[],
  operations: readonly PlaceOperation[],
): { labels: string[]; positions: [number, number, number][]; multiplicities: number[] } {
  const labels: string[] = [];
  const positions: [number, number, number][] = [];
  const multiplicities: number[] = [];
  const isAlone = operations.length === 1;
  for (const { label, position } of sites) {
    const before = positions.length;
    for (const operation of operations) {
      const image = operation(position).map((x) => x - Math.floor(x + 1e-9)) as [number, number, number];
      const isThere = isAlone ? false : positions.some((other, at) => labels[at] === label && isSame(image, other));
      if (isThere) continue;
      labels.push(label);
      positions.push(image);
    }
    multiplicities.push(positions.length - before);
  }
  return { labels, positions, multiplicities };
}

const isSame = (a: readonly number[], b: readonly number[]) =>
  a.every((x, i) => Math.abs(x - (b[i] ?? 0) - Math.round(x - (b[i] ?? 0))) < SAME);

/** A structure as a CIF without symmetry (P 1): all atoms of the cell. */
export function writeCif(structure: Structure): string {
  const [a, b, c] = lengths(structure.lattice);
  const [alpha, beta, gamma] = angles(structure.lattice);
  const numbers = new Map<string, number>();
  const rows = atomLabels(structure).map((label, i) => {
    const number = (numbers.get(label) ?? 0) + 1;
    numbers.set(label, number);
    const position = Array.from(structure.fractional.subarray(3 * i, 3 * i + 3), (x) => x.toFixed(10)).join(" ");
    return `${label}${number} ${label} ${position} 1.0`;
  });
  const name = structure.comment.replaceAll(/[^A-Za-z0-9_.-]+/g, "_") || "crystal";
  const cell = [a, b, c, alpha, beta, gamma].map((value, i) => `${CELL[i]} ${value.toFixed(8)}`);
  return [
    `data_${name}`,
    "_space_group_name_H-M_alt 'P 1'",
    "_space_group_IT_number 1",
    ...cell,
    "loop_",
    "_space_group_symop_operation_xyz",
    "'x, y, z'",
    "loop_",
    ...["label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy"].map((column) => `_atom_site_${column}`),
    ...rows,
    "",
  ].join("\n");
}
