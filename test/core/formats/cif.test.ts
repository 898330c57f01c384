import { describe, expect, test } from "vitest";
import { parseCif } from "../../../src/core/formats/cif.js";

interface Cell {
  readonly lengths?: readonly number[];
  readonly angles?: readonly number[];
  readonly sites?: readonly string[];
}

function cif(symmetry: string, { lengths = [4, 4, 4], angles = [90, 90, 90], sites = ["Al Al 0 0 0"] }: Cell = {}) {
  return [
    "data_test",
    ...lengths.map((x, i) => `_cell_length_${"abc"[i]} ${x}`),
    ...angles.map((x, i) => `_cell_angle_${["alpha", "beta", "gamma"][i]} ${x}`),
    symmetry,
    "loop_",
    ...["label", "type_symbol", "fract_x", "fract_y", "fract_z"].map((name) => `_atom_site_${name}`),
    ...sites,
    "",
  ].join("\n");
}

const countsOf = (text: string) => parseCif(text).value?.counts.reduce((a, b) => a + b, 0);
const messagesOf = (text: string) => parseCif(text).problems.map(({ severity, message }) => `${severity}: ${message}`);
const HEXAGONAL = { lengths: [3, 3, 8], angles: [90, 90, 120] };

describe("a CIF that names its space group without operations", () => {
  test.each([
    ["_symmetry_space_group_name_H-M 'F m -3 m'", 4],
    ['_space_group_name_H-M_alt "F m -3 m"', 4],
    ["_symmetry_space_group_name_H-M Fm-3m", 4],
    ["_symmetry_space_group_name_H-M 'F M 3 M'", 4],
    ["_symmetry_Int_Tables_number 225", 4],
    ["_space_group_name_Hall '-F 4 2 3'", 4],
    ["_symmetry_space_group_name_H-M 'I m -3 m'", 2],
    ["_symmetry_space_group_name_H-M 'F d -3 m:1'", 8],
    ["_symmetry_space_group_name_H-M 'F d -3 m S'", 8],
    // 1/8 away from the atoms of diamond: 16 places
    ["_symmetry_space_group_name_H-M 'F d -3 m :2'", 16],
    ["_symmetry_space_group_name_H-M 'P 1'", 1],
    ["_symmetry_space_group_name_H-M ?\n_space_group_IT_number 229", 2],
    ["_symmetry_space_group_name_H-M 'nonsense'\nloop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\n'x+1/2,y+1/2,z'", 2],
  ])("holds all atoms of the cell: %s", (symmetry, atoms) => {
    expect(messagesOf(cif(symmetry))).toEqual([]);
    expect(countsOf(cif(symmetry))).toBe(atoms);
  });

  test("is read in the setting that its cell has", () => {
    const r3m = "_symmetry_space_group_name_H-M 'R -3 m'";
    expect(countsOf(cif(r3m, HEXAGONAL))).toBe(3);
    expect(countsOf(cif(r3m, { lengths: [4, 4, 4], angles: [60, 60, 60] }))).toBe(1);
    const site = { sites: ["O O 0.1 0.2 0.3"] };
    const monoclinic = "_symmetry_space_group_name_H-M 'P 21/c'";
    expect(countsOf(cif(monoclinic, { ...site, angles: [90, 100, 90] }))).toBe(4);
    const { fractional = new Float64Array(0) } =
      parseCif(cif(monoclinic, { ...site, angles: [90, 100, 90] })).value ?? {};
    const places = [0, 1, 2, 3].map((i) =>
      [...fractional.subarray(3 * i, 3 * i + 3)].map((x) => x.toFixed(3)).join(" "),
    );
    // x, y, z; -x, y+1/2, -z+1/2; -x, -y, -z; x, -y+1/2, z+1/2
    expect(places.sort()).toEqual(["0.100 0.200 0.300", "0.100 0.300 0.800", "0.900 0.700 0.200", "0.900 0.800 0.700"]);
    expect(countsOf(cif("_symmetry_space_group_name_H-M 'P n m a'", { ...site, lengths: [4, 5, 6] }))).toBe(8);
  });

  test.each([
    ["_symmetry_space_group_name_H-M 'F d -3 m'", "error: F d -3 m has several settings (origins or cells)"],
    ["_symmetry_Int_Tables_number 227", "error: 227 has several settings (origins or cells)"],
    ["_symmetry_space_group_name_H-M 'Q 7 m'", "error: `Q 7 m` names no space group that is known"],
    ["_symmetry_Int_Tables_number 231", "error: `231` names no space group that is known"],
    ["_symmetry_space_group_name_H-M 'P 63/m m c'", "error: the cell does not have the symmetry of P 63/m m c"],
    ["_space_group_name_Hall 'no symbol'", "error: `no symbol` is not a Hall symbol"],
  ])("is refused where its atoms are not told: %s", (symmetry, reason) => {
    const { value, problems } = parseCif(cif(symmetry));
    expect(value).toBeUndefined();
    expect(problems.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      expect.stringContaining(reason),
    ]);
  });
});

describe("a space group with two origins", () => {
  const group = "_symmetry_space_group_name_H-M 'F d -3 m'";
  const cell = { lengths: [8.08, 8.08, 8.08] as [number, number, number] };
  const [first, second] = [
    ["Mg Mg 0 0 0", "Al Al 0.625 0.625 0.625"],
    ["Mg Mg 0.125 0.125 0.125", "Al Al 0.5 0.5 0.5"],
  ];
  const oxygen = (x: number) => `O O ${x} ${x} ${x}`;

  test.each([
    [
      "1",
      "formula and units",
      `${group}\n_chemical_formula_sum 'Mg Al2 O4'\n_cell_formula_units_Z 8`,
      [...first, oxygen(0.3873)],
    ],
    [
      "2",
      "formula and units",
      `${group}\n_chemical_formula_sum 'Mg Al2 O4'\n_cell_formula_units_Z 8`,
      [...second, oxygen(0.2623)],
    ],
    ["1", "formula", `${group}\n_chemical_formula_sum 'Al2 Mg O4'`, [...first, oxygen(0.3873)]],
    ["2", "formula", `${group}\n_chemical_formula_sum 'Al2 Mg O4'`, [...second, oxygen(0.2623)]],
  ])("is read with origin %s where %s tell it", (origin, _, symmetry, sites) => {
    const { value, problems } = parseCif(cif(symmetry, { ...cell, sites }));
    expect(value?.counts).toEqual([8, 16, 32]);
    expect(problems.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      `warning: F d -3 m has several settings: ${origin} is taken, the only one that gives the atoms that this file tells`,
    ]);
  });

  test("is refused where nothing tells it, and where what is told fits neither", () => {
    const alone = parseCif(cif(group, { ...cell, sites: ["Si Si 0 0 0"] }));
    expect([alone.value, alone.problems[0]?.severity]).toEqual([undefined, "error"]);
    const neither = `${group}\n_chemical_formula_sum 'Si3'\n_cell_formula_units_Z 7`;
    expect(parseCif(cif(neither, { ...cell, sites: ["Si Si 0 0 0"] })).value).toBeUndefined();
    const units = `${group}\n_chemical_formula_sum 'Si'\n_cell_formula_units_Z 8`;
    expect(parseCif(cif(units, { ...cell, sites: ["Si Si 0 0 0"] })).value?.counts).toEqual([8]);
  });
});

test("atoms that a CIF lists although its symmetry makes them count once", () => {
  const sites = ["Al1 Al 0 0 0", "Al2 Al 0 0.5 0.5", "Al3 Al 0.5 0 0.5", "Al4 Al 0.5 0.5 0", "O1 O 0.5 0.5 0.5"];
  const { value } = parseCif(cif("_symmetry_space_group_name_H-M 'F m -3 m'", { sites }));
  expect([value?.species, value?.counts]).toEqual([
    ["Al", "O"],
    [4, 4],
  ]);
});

test("names with dots and magnetic operations are read", () => {
  const dotted = cif("").replaceAll("_cell_", "_cell.").replaceAll("_atom_site_", "_atom_site.");
  expect(countsOf(dotted)).toBe(1);
  const magnetic = [
    "loop_",
    "_space_group_symop_magn_operation.id",
    "_space_group_symop_magn_operation.xyz",
    "1 x,y,z,+1",
    "2 -x,-y,z,-1",
    "loop_",
    "_space_group_symop_magn_centering.id",
    "_space_group_symop_magn_centering.xyz",
    "1 x,y,z,+1",
    "2 x+1/2,y+1/2,z+1/2,-1",
  ].join("\n");
  expect(countsOf(cif(magnetic, { sites: ["Fe Fe 0.1 0.2 0"] }))).toBe(4);
});

test("of several data blocks the first with sites is read, whatever quotes and texts say", () => {
  const text = [
    "data_global",
    "_journal_name 'A. O'Neil's journal'",
    '_title "data_no block"',
    "_text",
    ";",
    "data_inside a text",
    "loop_",
    ";",
    cif("_symmetry_space_group_name_H-M 'F m -3 m'"),
    cif("_symmetry_space_group_name_H-M 'P 1'", { sites: ["O O 0 0 0"] }),
  ].join("\n");
  const { value, problems } = parseCif(text);
  expect([value?.species, value?.counts, problems]).toEqual([["Al"], [4], []]);
});
