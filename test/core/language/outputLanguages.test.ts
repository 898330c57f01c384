import { describe, expect, it } from "vitest";
import type { Structure } from "../../../src/core/crystal/structure.js";
import {
  diagnoseKpoints,
  hoverKpoints,
  meshFor,
  outlineKpoints,
  writeMesh,
} from "../../../src/core/language/kpoints/kpointsLanguage.js";
import { FUNCTIONS, LANGUAGES } from "../../../src/core/language/languages.js";
import { diagnoseOutput, hoverOutcar, outlineOutcar } from "../../../src/core/language/outputs/outcarLanguage.js";
import { OszicarSteps, OutcarSteps, readSteps } from "../../../src/core/language/outputs/outcarSteps.js";
import {
  outlineDoscar,
  outlineEigenval,
  outlineOszicar,
  outlineXdatcar,
} from "../../../src/core/language/outputs/tableLanguages.js";
import { hoverVasprun, outlineVasprun } from "../../../src/core/language/outputs/vasprunLanguage.js";
import { diagnosePotcar } from "../../../src/core/language/potcar/diagnosePotcar.js";

const structure = (lattice: Structure["lattice"], atoms = 1): Structure => ({
  comment: "",
  lattice,
  counts: [atoms],
  fractional: new Float64Array(3 * atoms),
});
const hexagonal = structure([
  [3.2, 0, 0],
  [-1.6, 2.771281292, 0],
  [0, 0, 5.2],
]);
const fcc = structure([
  [0, 2, 2],
  [2, 0, 2],
  [2, 2, 0],
]);
const cubic = structure(
  [
    [4, 0, 0],
    [0, 4, 0],
    [0, 0, 4],
  ],
  2,
);
const mesh = (style: string, divisions: string, shift = "0 0 0") => `mesh\n0\n${style}\n${divisions}\n${shift}\n`;
const path = (rows: string) => `path\n20\nLine\nReciprocal\n${rows}\n`;

describe("KPOINTS", () => {
  it.each([
    ["even Monkhorst-Pack in a hexagonal cell", mesh("Monkhorst-Pack", "8 8 4"), hexagonal, "kpoints/hexagonal"],
    ["even Monkhorst-Pack in a face-centred cell", mesh("MP", "8 8 8"), fcc, "kpoints/centred-shift"],
    ["an uneven mesh", mesh("Gamma", "2 2 9"), cubic, "kpoints/uneven"],
    ["a mesh that nobody means", mesh("Gamma", "100 100 100"), cubic, "kpoints/large-mesh"],
    ["a wrong place of X", path("0 0 0 ! Gamma\n0.5 0.5 0.5 ! X"), cubic, "kpoints/special-point"],
    ["two numbers of divisions", mesh("Gamma", "4 4"), cubic, "kpoints/form"],
  ])("finds %s", (_, text, poscar, code) => {
    expect(diagnoseKpoints(text, { poscar }).map((found) => found.code)).toContain(code);
  });

  it.each([
    ["Γ-centred in a hexagonal cell", mesh("Gamma", "8 8 4"), hexagonal],
    ["odd Monkhorst-Pack in a hexagonal cell", mesh("Monkhorst", "9 9 5"), hexagonal],
    ["Monkhorst-Pack in a cubic cell", mesh("Monkhorst", "8 8 8"), cubic],
    ["a standard path", path("0 0 0 ! \\Gamma\n0 0.5 0 ! X\n\n0 0.5 0 ! X\n0.5 0.5 0 ! M"), cubic],
    ["an equivalent X", path("0 0 0 ! GAMMA\n0.5 0.5 0 ! X"), fcc],
  ])("finds nothing in %s", (_, text, poscar) => {
    expect(diagnoseKpoints(text, { poscar })).toEqual([]);
  });

  it("tells how dense a mesh is", () => {
    const { markdown = "" } =
      hoverKpoints(mesh("Gamma", "4 4 4"), { line: 3, character: 0 }, "en", { poscar: cubic }) ?? {};
    expect(markdown).toContain("4 × 4 × 4: 64 k-points before symmetry");
    expect(markdown).toContain("0.393, 0.393, 0.393 Å⁻¹");
    expect(markdown).toContain("128 k-points per reciprocal atom");
  });

  it("makes a mesh of a wanted spacing", () => {
    expect(meshFor(cubic.lattice, 0.4)).toEqual([4, 4, 4]);
    expect(meshFor(hexagonal.lattice, 0.25)).toEqual([10, 10, 5]);
    expect(diagnoseKpoints(writeMesh(cubic.lattice, 0.2), { poscar: cubic })).toEqual([]);
  });

  it("lists the segments of a path", () => {
    const outline = outlineKpoints(path("0 0 0 ! G\n0 0.5 0 ! X\n\n0 0.5 0 ! X\n0.5 0.5 0 ! M"), "en");
    expect(outline.map(({ name, range }) => `${name} ${range.start.line}-${range.end.line}`)).toEqual([
      "G – X 4-5",
      "X – M 7-8",
    ]);
  });
});

const OUTCAR = ` vasp.6.3.0
 settings
--------------------------------------- Iteration      1(   1)  ---------------------------------------
  free energy    TOTEN  =         5.00000000 eV
--------------------------------------- Iteration      1(   2)  ---------------------------------------
  -Hartree energ DENC   =      -100.50000000
 POSITION                                       TOTAL-FORCE (eV/Angst)
 -----------------------------------------------------------------------------------
      0.00000      0.00000      0.00000         0.000000      0.300000     -0.400000
      1.00000      0.00000      0.00000         0.000000     -0.300000      0.400000
 -----------------------------------------------------------------------------------
  external pressure =       -1.50 kB  Pullay stress =        0.00 kB
  free  energy   TOTEN  =        -7.10000000 eV
  energy  without entropy=       -7.00000000  energy(sigma->0) =       -7.05000000
--------------------------------------- Iteration      2(   1)  ---------------------------------------
  free  energy   TOTEN  =        -7.20000000 eV
 General timing and accounting informations for this job:
`;

describe("OUTCAR", () => {
  it("has ionic steps with energy, force and pressure", () => {
    expect(readSteps(OUTCAR.split("\n"))).toMatchObject([
      { number: 1, first: 2, last: 13, energy: -7.1, sigmaZero: -7.05, force: 0.5, pressure: -1.5 },
      { number: 2, first: 14, energy: -7.2 },
    ]);
  });

  it("has the change of the energy in each electronic step, and the criteria", () => {
    const reader = new OutcarSteps();
    const lines = [
      "   EDIFF  = 0.1E-03   stopping-criterion for ELM",
      "   EDIFFG = -.2E-01   stopping-criterion for IOM",
      "---------------------------------------- Iteration      1(   1)  ---------------------------------------",
      " total energy-change (2. order) : 0.1645035E+03  (-0.1189812E+04)",
      "---------------------------------------- Iteration      1(   2)  ---------------------------------------",
      " total energy-change (2. order) :-0.1868517D+03  (-0.1813409E+03)",
      "---------------------------------------- Iteration      2(   1)  ---------------------------------------",
      " total energy-change (2. order) :**************  (-0.1813409E+03)",
    ];
    for (const [index, line] of lines.entries()) reader.push(line, index);
    expect(reader.criteria).toEqual({ electronic: 1e-4, ionic: -0.02 });
    expect(reader.finish(lines.length).map(({ electronic }) => electronic)).toEqual([
      [
        { number: 1, line: 2, change: 164.5035 },
        { number: 2, line: 4, change: -186.8517 },
      ],
      [{ number: 1, line: 6 }],
    ]);
  });

  it("has an outline of settings, steps and timing", () => {
    const outline = outlineOutcar(OUTCAR, "en");
    expect(outline.map(({ name, detail }) => `${name}: ${detail}`)).toEqual([
      "Settings: ",
      "Ionic step 1: E0 -7.05000 eV, F 0.500 eV/Å, 2 electronic steps",
      "Ionic step 2: E0 -7.20000 eV, 1 electronic steps",
      "Timing: ",
    ]);
    expect(outline[1]?.children.map(({ name }) => name)).toEqual(["1(1)", "1(2)"]);
  });

  it("says what an energy term is and which target it gives", () => {
    const hover = hoverOutcar(OUTCAR, { line: 5, character: 4 }, "en");
    expect(hover?.markdown).toContain("Minus the Hartree energy");
    expect(hover?.markdown).toContain("E_hartree_per_atom");
  });

  it("turns VASP's warnings into problems with a remedy, once each", () => {
    const text = ` WARNING: Sub-Space-Matrix is not hermitian in DAV  1\n WARNING: Sub-Space-Matrix is not hermitian in DAV  2\n Your highest band is occupied at some k-points! Unless you are\n`;
    expect(diagnoseOutput(text).map(({ line, code }) => `${line} ${code}`)).toEqual([
      "1 vasp/not-hermitian",
      "3 vasp/highest-band",
    ]);
  });
});

describe("OSZICAR", () => {
  const read = (text: string) => {
    const reader = new OszicarSteps();
    const lines = text.split("\n");
    for (const [index, line] of lines.entries()) reader.push(line, index);
    return reader.finish(lines.length);
  };

  it("has ionic steps, of dynamics too, and the one that is not finished", () => {
    const text = [
      "       N       E                     dE             d eps       ncg     rms          rms(c)",
      "DAV:   1     0.164503482282E+03    0.16450E+03   -0.11898E+04  2112   0.106E+03",
      "RMM:   2    -0.223482214528E+02   -0.18685E+03   -0.18134E+03  2736   0.227E+02    0.1E+01",
      "   1 F= -.22348221E+02 E0= -.22340000E+02  d E =-.223482E+02",
      "DAV:   1     0.1E+02              *********",
      "      2 T=   300. E= -.22E+02 F= -.22400000E+02 E0= -.22390000E+02  EK= 0.1E-01 SP= 0.0E+00 SK= 0.0E+00",
      "DAV:   1    -0.2E+02    0.5E-03",
      "",
    ].join("\n");
    expect(read(text)).toEqual([
      {
        ...{ number: 1, first: 0, last: 3, energy: -22.348221, sigmaZero: -22.34 },
        electronic: [
          { number: 1, line: 1, change: 164.5 },
          { number: 2, line: 2, change: -186.85 },
        ],
      },
      { number: 2, first: 4, last: 5, energy: -22.4, sigmaZero: -22.39, electronic: [{ number: 1, line: 4 }] },
      { number: 3, first: 6, last: 7, electronic: [{ number: 1, line: 6, change: 5e-4 }] },
    ]);
  });
});

describe("tables of VASP", () => {
  it("have outlines", () => {
    const oszicar =
      "       N       E\nDAV:   1    0.1E+02\n   1 F= -.71E+01 E0= -.705E+01  d E =0.0\nDAV:   1    0.1E+02\n   2 F= -.72E+01 E0= -.715E+01  d E =-.1\n";
    expect(
      outlineOszicar(oszicar, "en").map(({ name, detail, range }) => `${name} ${detail} ${range.start.line}`),
    ).toEqual(["Ionic step 1 E0 -7.05 eV 0", "Ionic step 2 E0 -7.15 eV 3"]);
    const eigenval =
      "1 1 1 1\n a\n b\n CAR\n x\n 8 2 1\n\n 0.0 0.0 0.0 0.5\n 1 -5.0 1.0\n\n 0.5 0.0 0.0 0.5\n 1 -4.0 1.0\n";
    expect(outlineEigenval(eigenval, "en").map(({ detail }) => detail)).toEqual([
      "0.0000 0.0000 0.0000",
      "0.5000 0.0000 0.0000",
    ]);
    const doscar = "1 1 1 0\n a\n b\n CAR\n x\n 5 -5 2 1.25 1.0\n 1 1 1\n 2 2 2\n 5 -5 2 1.25 1.0\n 1 1 1\n 2 2 2\n";
    expect(outlineDoscar(doscar, "en").map(({ name, detail }) => `${name} ${detail}`)).toEqual([
      "Total density of states E_F 1.25 eV",
      "Atom 1 ",
    ]);
    expect(
      outlineXdatcar("x\nDirect configuration=     1\n 0 0 0\nDirect configuration=     2\n 0 0 0\n", "en").map(
        ({ name }) => name,
      ),
    ).toEqual(["Frame 1", "Frame 2"]);
    const xml =
      '<modeling>\n<incar>\n</incar>\n<calculation>\n<i name="e_0_energy">  -7.05 </i>\n</calculation>\n<structure name="finalpos" >\n</structure>\n';
    expect(outlineVasprun(xml, "en").map(({ name, detail }) => `${name} ${detail}`)).toEqual([
      "INCAR ",
      "Ionic step 1 E0 -7.05 eV",
      "Final structure ",
    ]);
    expect(hoverVasprun(xml, { line: 4, character: 3 }, "ja")?.markdown).toContain("スメアリング");
  });

  it("mixed POTCAR data sets are told", () => {
    const set = (title: string) => `  ${title}\n 1.0\n ENMAX = 100.0;\n End of Dataset\n`;
    expect(diagnosePotcar(set("PAW_PBE Na 1") + set("PAW Cl 2")).map(({ code }) => code)).toEqual([
      "potcar/mixed-functionals",
    ]);
    expect(diagnosePotcar("  PAW_PBE Na 1\n 1.0\n").map(({ code }) => code)).toEqual(["potcar/form"]);
  });
});

describe("every language", () => {
  const texts = [
    "",
    "\n",
    "\u0000\n",
    "x\n1\n",
    OUTCAR,
    "a\nb\nc\nd\ne\nf\ng\n",
    "=\n;;;\n{}\n\\\n",
    '"'.repeat(99),
    "1 ".repeat(5000),
  ];
  it.each(LANGUAGES)("%s answers anything without an exception, in places that exist", (language) => {
    const functions = FUNCTIONS[language];
    for (const text of texts) {
      const lines = text.split("\n");
      const position = { line: Math.min(1, lines.length - 1), character: 0 };
      for (const { line, column } of functions.diagnose?.(text, {}) ?? []) {
        expect(line).toBeLessThanOrEqual(Math.max(1, lines.length));
        expect(column).toBeLessThanOrEqual((lines[line - 1] ?? "").length + 1);
      }
      functions.hover?.(text, position, "en", {});
      functions.complete?.(text, position, "ja");
      functions.outline?.(text, "ja");
      functions.fold?.(text);
      functions.format?.(text);
    }
  });
});
