import { describe, expect, it } from "vitest";
import { parsePoscar } from "../../../src/core/formats/poscar.js";
import { diagnosePoscar } from "../../../src/core/language/poscar/diagnosePoscar.js";
import { formatPoscar } from "../../../src/core/language/poscar/formatPoscar.js";
import { offeredActions, runAction } from "../../../src/core/language/poscar/poscarActions.js";
import {
  foldPoscar,
  hoverPoscar,
  outlinePoscar,
  renameSpecies,
} from "../../../src/core/language/poscar/poscarLanguage.js";
import type { RunContext } from "../../../src/core/language/runContext.js";
import { applyEdits } from "../../../src/core/language/textEdit.js";

const ROCK_SALT = `NaCl
5.64
0.0 0.5 0.5
0.5 0.0 0.5
0.5 0.5 0.0
Na Cl
1 1
Direct
0 0 0
0.5 0.5 0.5 remark
`;
const change = (from: string | RegExp, to: string) => ROCK_SALT.replace(from, to);
const entry = (element: string) => ({ title: `PAW_PBE ${element}`, element, line: 0 });

const MISTAKES: readonly [
  what: string,
  text: string,
  code: string,
  line: number,
  context?: RunContext,
  fixed?: string,
][] = [
  ["an element in capitals", change("Na Cl", "NA Cl"), "poscar/element-case", 6, {}, ROCK_SALT],
  ["an element in small letters", change("Na Cl", "na Cl"), "poscar/element-case", 6, {}, ROCK_SALT],
  ["an element that does not exist", change("Na Cl", "Nx Cl"), "poscar/unknown-element", 6],
  ["too few positions", change("1 1", "1 2"), "poscar/form", 11],
  ["too many positions", change("1 1", "1 0").replace("remark\n", "\n"), "poscar/surplus-positions", 10],
  [
    "surplus positions of one species",
    change("Na Cl\n1 1", "Na\n1").replace(" remark", ""),
    "poscar/surplus-positions",
    10,
    {},
    change("Na Cl\n1 1", "Na\n2").replace(" remark", ""),
  ],
  ["a singular lattice", change("0.5 0.5 0.0", "0.5 0.0 0.5"), "poscar/form", 5],
  ["a left-handed lattice", change("0.0 0.5 0.5\n0.5 0.0 0.5", "0.5 0.0 0.5\n0.0 0.5 0.5"), "poscar/form", 5],
  ["atoms that are too near", change("0.5 0.5 0.5", "0.1 0.1 0.1"), "poscar/close-atoms", 10],
  ["atoms that are too near across the cell's face", change("0.5 0.5 0.5", "0.9 0.9 0.95"), "poscar/close-atoms", 10],
  ["two atoms at one position", change("0.5 0.5 0.5", "1.0 0 -1.0"), "poscar/same-position", 10],
  ["a cell shorter than an atom", change("5.64", "1.2"), "poscar/close-image", 9],
  ["coordinates outside the cell", change("0.5 0.5 0.5", "1.5 0.5 0.5"), "poscar/outside-cell", 10],
  ["Cartesian positions called Direct", change("0.5 0.5 0.5", "2.82 2.82 2.82"), "poscar/looks-cartesian", 8],
  [
    "fractional positions called Cartesian",
    "x\n1\n4.2 0 0\n0 4.2 0\n0 0 4.2\nMg O\n1 1\nCartesian\n0 0 0\n0.5 0.5 0.5\n",
    "poscar/looks-direct",
    8,
  ],
  [
    "flags without their line",
    change(" remark", " T T F"),
    "poscar/flags-without-selective",
    10,
    {},
    change("Direct", "Selective dynamics\nDirect").replace(" remark", " T T F"),
  ],
  ["missing flags", change("Direct", "Selective dynamics\nDirect"), "poscar/form", 10],
  ["a species twice", change("Na Cl\n1 1", "Na Na\n1 1"), "poscar/repeated-species", 6],
  ["another order in the POTCAR", ROCK_SALT, "poscar/potcar-order", 6, { potcar: [entry("Cl"), entry("Na")] }],
  ["a data set too few in the POTCAR", ROCK_SALT, "poscar/potcar-count", 6, { potcar: [entry("Na")] }],
  ["a number that is none", change("0.5 0.5 0.5", "0.5 O.5 0.5"), "poscar/form", 10],
  ["a scale factor of 0", change("5.64", "0"), "poscar/form", 2],
  ["no elements", change("Na Cl\n", ""), "poscar/no-species", 6],
];

describe("diagnoses of a POSCAR", () => {
  it.each(MISTAKES)("find %s", (_, text, code, line, context, fixed) => {
    const all = diagnosePoscar(text, context);
    const found = all.find((one) => one.code === code && one.line === line);
    expect(found, JSON.stringify(all)).toBeDefined();
    if (fixed !== undefined) expect(applyEdits(text, found?.fixes[0]?.edits ?? [])).toBe(fixed);
  });

  it("find nothing in a good file, also beside its POTCAR", () => {
    expect(diagnosePoscar(ROCK_SALT, { potcar: [entry("Na"), entry("Cl")] })).toEqual([]);
  });

  it("say one thing about a label, and take deuterium for hydrogen", () => {
    const codes = (labels: string) =>
      diagnosePoscar(change("Na Cl", labels)).map(({ code, message }) => `${code} ${message}`);
    expect(codes("NA Cl")).toEqual(["poscar/element-case Write the element as Na, not NA"]);
    expect(codes("Nx Cl").length).toBe(1);
    expect(codes("D Cl").filter((found) => found.includes("unknown"))).toEqual([]);
  });

  it("take velocities behind the positions for what they are", () => {
    expect(diagnosePoscar(`${ROCK_SALT}\n0.1 0.2 0.3\n0.1 0.2 0.3\n`)).toEqual([]);
  });

  it("let short bonds of molecules pass", () => {
    const molecule = (species: string, distance: number) =>
      `x\n1\n10 0 0\n0 10 0\n0 0 10\n${species}\n1 1\nCartesian\n0 0 0\n0 0 ${distance}\n`;
    for (const [species, distance] of [
      ["H F", 0.917],
      ["N O", 1.151],
      ["C O", 1.128],
      ["O H", 0.958],
      ["C N", 1.17],
    ] as const)
      expect(diagnosePoscar(molecule(species, distance)), species).toEqual([]);
  });
});

describe("hover on a POSCAR", () => {
  it("gives the cell's lengths, angles, volume and density", () => {
    const { markdown = "" } =
      hoverPoscar(ROCK_SALT, { line: 2, character: 1 }, "en", { number: 225, symbol: "Fm-3m" }) ?? {};
    expect(markdown).toContain("3.9881, 3.9881, 3.9881 Å");
    expect(markdown).toContain("60.00, 60.00, 60.00°");
    expect(markdown).toContain("44.852 Å³");
    expect(markdown).toContain("2.164 g/cm³");
    expect(markdown).toContain("Fm-3m (225)");
  });

  it("gives a site's coordinates, coordination and neighbours", () => {
    const { markdown = "" } = hoverPoscar(ROCK_SALT, { line: 9, character: 1 }, "en") ?? {};
    expect(markdown).toContain("**Cl2**");
    expect(markdown).toContain("2.8200, 2.8200, 2.8200 Å");
    expect(markdown).toMatch(/Coordination number \| 6 /);
    expect(markdown).toContain("Na1 2.820 Å");
  });

  it("gives a species' atoms", () => {
    expect(hoverPoscar(ROCK_SALT, { line: 5, character: 4 }, "ja")?.markdown).toContain("共有結合半径");
  });
});

describe("actions on a POSCAR", () => {
  const run = (text: string, id: Parameters<typeof runAction>[1]["id"]) => applyEdits(text, runAction(text, { id }));
  const fractional = (text: string) => [...(parsePoscar(text).value?.fractional ?? [])];

  it("convert to Cartesian in exact decimals, and back to the same numbers", () => {
    const cartesian = run(ROCK_SALT, "cartesian");
    expect(cartesian).toContain("Cartesian\n");
    expect(cartesian).toContain("0.5000000000000000    0.5000000000000000    0.5000000000000000 remark");
    expect(fractional(run(cartesian, "direct"))).toEqual(fractional(ROCK_SALT));
  });

  it("wrap atoms and keep their digits", () => {
    const wrapped = run(change("0.5 0.5 0.5", "-0.12345678901234567 1.25 0.5"), "wrap");
    expect(wrapped).toMatch(/0\.87654321098765433\s+0\.25\s+0\.5 remark/);
  });

  it("sort species with their atoms, and merge repeated ones", () => {
    const swapped = "x\n1\n4 0 0\n0 4 0\n0 0 4\nO Mg O\n1 1 1\nDirect\n0.1 0 0\n0.5 0.5 0.5\n0.9 0 0.3\n";
    expect(run(swapped, "sort")).toContain("Mg    O    O\n");
    const merged = run(swapped, "merge");
    expect(parsePoscar(merged).value).toMatchObject({ species: ["O", "Mg"], counts: [2, 1] });
    expect(fractional(merged)).toEqual([0.1, 0, 0, 0.9, 0, 0.3, 0.5, 0.5, 0.5]);
  });

  it("set the scale factor to 1 without changing the cell", () => {
    const scaled = run(change("5.64", "-44.852"), "scale");
    expect(scaled.split("\n")[1]).toBe("1.0");
    const before = parsePoscar(change("5.64", "-44.852")).value?.lattice.flat() ?? [];
    const after = parsePoscar(scaled).value?.lattice.flat() ?? [];
    for (const [i, value] of before.entries()) expect(after[i]).toBeCloseTo(value, 12);
    expect(run(ROCK_SALT, "scale").split("\n")[3]).toContain("2.8200000000000000");
  });

  it("make supercells and displacements that read back", () => {
    const large = applyEdits(ROCK_SALT, runAction(ROCK_SALT, { id: "supercell", copies: [2, 1, 3] }));
    expect(parsePoscar(large).value).toMatchObject({ species: ["Na", "Cl"], counts: [6, 6] });
    expect(diagnosePoscar(large)).toEqual([]);
    const moved = applyEdits(ROCK_SALT, runAction(ROCK_SALT, { id: "perturb", length: 0.1, seed: 3 }));
    expect(parsePoscar(moved).value?.fractional[0]).not.toBe(0);
    expect(applyEdits(ROCK_SALT, runAction(ROCK_SALT, { id: "perturb", length: 0.1, seed: 3 }))).toBe(moved);
  });

  it("are offered only where they would change the file", () => {
    expect(offeredActions(ROCK_SALT).map(({ id }) => id)).toEqual([
      "cartesian",
      "scale",
      "supercell",
      "primitive",
      "conventional",
      "perturb",
    ]);
    expect(offeredActions("nonsense\n")).toEqual([]);
  });
});

describe("form of a POSCAR", () => {
  it("the formatter aligns columns and keeps every digit", () => {
    const formatted = applyEdits(ROCK_SALT, formatPoscar(ROCK_SALT));
    expect(formatted).toContain("\n   Na   Cl\n    1    1\n");
    expect(formatted).toContain("  0.5  0.5  0.5  remark\n");
    expect(formatPoscar(formatted)).toEqual([]);
    expect(parsePoscar(formatted).value).toEqual(parsePoscar(ROCK_SALT).value);
  });

  it("the outline has lattice, species and sites, and both fold", () => {
    const outline = outlinePoscar(change("1 1", "1 1"), "en");
    expect(outline.map(({ name, detail }) => `${name} ${detail}`)).toEqual([
      "Lattice 3.988, 3.988, 3.988 Å",
      "Na 1 atoms",
      "Cl 1 atoms",
    ]);
    expect(outline[2]?.children[0]?.name).toBe("Cl2");
    expect(foldPoscar(ROCK_SALT)[0]).toEqual({ start: 1, end: 4, kind: "region" });
  });

  it("a species gets another name everywhere, and no impossible one", () => {
    expect(applyEdits(ROCK_SALT, renameSpecies(ROCK_SALT, { line: 5, character: 1 }, "K") ?? [])).toContain("\nK Cl\n");
    expect(renameSpecies(ROCK_SALT, { line: 5, character: 1 }, "12")).toBeUndefined();
  });
});
