import { describe, expect, it } from "vitest";
import type { Structure } from "../../../src/core/crystal/structure.js";
import { parseIncar } from "../../../src/core/formats/incar.js";
import { diagnoseIncar } from "../../../src/core/language/incar/diagnoseIncar.js";
import {
  completeIncar,
  foldIncar,
  formatIncar,
  hoverIncar,
  outlineIncar,
} from "../../../src/core/language/incar/incarLanguage.js";
import type { RunContext } from "../../../src/core/language/runContext.js";
import { applyEdits } from "../../../src/core/language/textEdit.js";

const poscar: Structure = {
  comment: "Fe2O3",
  lattice: [
    [5, 0, 0],
    [0, 5, 0],
    [0, 0, 5],
  ],
  species: ["Fe", "O"],
  counts: [2, 3],
  fractional: new Float64Array(15),
};
const explicit = (count: number) => ({ comment: "", style: "explicit" as const, count, points: [] });
const potcar = [
  { title: "PAW_PBE Fe", element: "Fe", cutoff: 267.9, line: 0 },
  { title: "PAW_PBE O", element: "O", cutoff: 400, line: 9 },
];

/**
 * One mistake each: the file, what the folder holds, the rule that finds it, at which line, and the text after its
 * first fix.
 */
const MISTAKES: readonly [
  what: string,
  text: string,
  code: string,
  line: number,
  context?: RunContext,
  fixed?: string,
][] = [
  ["a misspelt tag", "ENCUTT = 500\n", "incar/misspelt-tag", 1, {}, "ENCUT = 500\n"],
  ["letters swapped", "ISMAER = 0\n", "incar/misspelt-tag", 1, {}, "ISMEAR = 0\n"],
  ["an unknown tag", "FOO_BAR_BAZ = 1\n", "incar/unknown-tag", 1],
  ["a tag of VASP 6.3", "ML_FF_RCUT1_MB = 6\n", "incar/renamed-tag", 1, {}, "ML_RCUT1 = 6\n"],
  ["text for an integer", "NSW = many\n", "incar/type", 1],
  ["a broken number", "ENCUT = 5oo\n", "incar/type", 1],
  ["a word for a logical", "LWAVE = yes\n", "incar/type", 1, {}, "LWAVE = .TRUE.\n"],
  ["a number for a logical", "LCHARG = 0\n", "incar/type", 1, {}, "LCHARG = .FALSE.\n"],
  [
    "a list with a remark",
    "MAGMOM = 5 6 (spin up)\nISPIN = 2\n",
    "incar/surplus-value",
    1,
    {},
    "MAGMOM = 5 6 # (spin up)\nISPIN = 2\n",
  ],
  ["a list without a number", "MAGMOM = up\nISPIN = 2\n", "incar/type", 1],
  ["a value that LREAL lacks", "LREAL = Maybe\n", "incar/type", 1],
  ["an algorithm that is none", "ALGO = Quick\n", "incar/value", 1],
  ["a misspelt algorithm", "ALGO = Norml\n", "incar/value", 1, {}, "ALGO = Normal\n"],
  ["an ISPIN that is none", "ISPIN = 3\n", "incar/value", 1],
  ["an ISIF that is none", "ISIF = 9\n", "incar/value", 1],
  ["no value", "ENCUT =\n", "incar/no-value", 1],
  ["a tag twice", "ENCUT = 500\nSIGMA = 0.1\nENCUT = 400\n", "incar/repeated-tag", 3, {}, "ENCUT = 500\nSIGMA = 0.1\n"],
  ["an open quotation", 'SYSTEM = "Fe\nENCUT = 500\n', "incar/open-quote", 1],
  ["an open brace", "KERNEL_TRUNCATION {\n LTRUNCATE = T\n", "incar/open-brace", 1],
  ["a stray brace", "ENCUT = 500 }\n", "incar/stray-brace", 1],
  ["a comment behind a continuation", "MAGMOM = 2*5 \\ # spin up\n 3*0.6\nISPIN = 2\n", "incar/continuation", 1],
  ["a continuation at the end", "ISPIN = 2\nMAGMOM = 5 \\", "incar/continuation", 2],
  ["a remark without a sign", "ENCUT = 500 eV\n", "incar/surplus-value", 1, {}, "ENCUT = 500 # eV\n"],
  ["MAGMOM without spin", "MAGMOM = 5*1\n", "incar/magmom-without-spin", 1, {}, "MAGMOM = 5*1\nISPIN = 2\n"],
  ["MAGMOM with ISPIN = 1", "ISPIN = 1\nMAGMOM = 5*1\n", "incar/magmom-without-spin", 2],
  ["too few moments", "ISPIN = 2\nMAGMOM = 4*1\n", "incar/magmom-count", 2, { poscar }],
  ["collinear moments with spin-orbit coupling", "LSORBIT = T\nMAGMOM = 5*1\n", "incar/magmom-count", 2, { poscar }],
  ["ISPIN with spin-orbit coupling", "LSORBIT = T\nISPIN = 2\n", "incar/soc-ispin", 2],
  ["NPAR with NCORE", "NCORE = 4\nNPAR = 2\n", "incar/npar-with-ncore", 2],
  ["LDAU without U", "LDAU = .TRUE.\n", "incar/ldau-without-u", 1],
  ["U without LDAU", "LDAUU = 4 0\n", "incar/u-without-ldau", 1],
  ["a U per atom", "LDAU = T\nLDAUU = 4 4 0 0 0\nLMAXMIX = 4\n", "incar/species-count", 2, { poscar }],
  ["DFT+U without LMAXMIX", "LDAU = T\nLDAUL = 2 -1\nLDAUU = 4 0\n", "incar/lmaxmix", 1],
  ["a meta-GGA without LASPH", "METAGGA = R2SCAN\n", "incar/lasph", 1, {}, "METAGGA = R2SCAN\nLASPH = .TRUE.\n"],
  ["GGA and METAGGA", "GGA = PS\nMETAGGA = SCAN\nLASPH = T\n", "incar/gga-and-metagga", 1],
  [
    "a force with its sign forgotten",
    "IBRION = 2\nNSW = 50\nEDIFFG = 0.02\n",
    "incar/ediffg-sign",
    3,
    {},
    "IBRION = 2\nNSW = 50\nEDIFFG = -0.02\n",
  ],
  ["IBRION without steps", "IBRION = 2\nNSW = 0\n", "incar/ibrion-without-nsw", 1],
  ["steps without IBRION", "IBRION = -1\nNSW = 100\n", "incar/nsw-without-ibrion", 2],
  ["ISIF = 3 without steps", "ISIF = 3\n", "incar/isif-without-nsw", 1],
  ["molecular dynamics without a time step", "IBRION = 0\nNSW = 1000\n", "incar/potim", 1],
  ["tetrahedra with two k-points", "ISMEAR = -5\n", "incar/tetrahedron-points", 1, { kpoints: explicit(2) }],
  [
    "tetrahedra along a path",
    "ISMEAR = -5\n",
    "incar/tetrahedron-line",
    1,
    { kpoints: { comment: "", style: "line", count: 20, points: [] } },
  ],
  ["tetrahedra in a relaxation", "ISMEAR = -5\nIBRION = 2\nNSW = 10\n", "incar/tetrahedron-forces", 1],
  ["a cutoff below ENMAX", "ENCUT = 300\n", "incar/cutoff", 1, { potcar }],
  [
    "a low cutoff in a relaxation of the cell",
    "ENCUT = 400\nISIF = 3\nNSW = 50\nIBRION = 2\n",
    "incar/cell-cutoff",
    1,
    { potcar },
  ],
  ["a hybrid with RMM-DIIS", "LHFCALC = T\nALGO = Fast\n", "incar/hybrid-algo", 2],
  ["exact exchange that is off", "AEXX = 0.25\n", "incar/aexx", 1],
  ["LORBIT without RWIGS", "LORBIT = 1\n", "incar/rwigs", 1],
  ["KSPACING beside KPOINTS", "KSPACING = 0.3\n", "incar/kspacing-unused", 1, { files: new Set(["INCAR", "KPOINTS"]) }],
  ["a density that is not there", "ICHARG = 11\n", "incar/needs-file", 1, { files: new Set(["INCAR"]) }],
  ["orbitals that are not there", "ISTART = 1\n", "incar/needs-file", 1, { files: new Set(["INCAR"]) }],
  ["LDIPOL without a direction", "LDIPOL = T\n", "incar/idipol", 1],
];

const GOOD = `SYSTEM = NiO, with U ! not a tag = 3
# Electrons
ENCUT = 520; PREC = Accurate   # eV
ALGO = A
ISMEAR = 0; SIGMA = 0.05
ISPIN = 2
MAGMOM = 2*5.0 \\
  3*0.6

Relaxation
IBRION = 2; NSW = 99; EDIFFG = -0.01
LREAL = A
LWAVE=F
LORBIT = 11
WANNIER90_WIN = "
num_wann = 5 # kept
begin projections
"
KERNEL_TRUNCATION { LTRUNCATE = T ; FACTOR = 2 }
`;

describe("diagnoses of an INCAR", () => {
  it.each(MISTAKES)("find %s", (_, text, code, line, context, fixed) => {
    const found = diagnoseIncar(text, context).find((one) => one.code === code && one.line === line);
    expect(found, JSON.stringify(diagnoseIncar(text, context))).toBeDefined();
    expect(found?.endColumn).toBeGreaterThan(found?.column ?? 0);
    if (fixed !== undefined) expect(applyEdits(text, found?.fixes[0]?.edits ?? [])).toBe(fixed);
  });

  it("find nothing in a good file", () => {
    expect(diagnoseIncar(GOOD, { poscar })).toEqual([]);
  });
});

describe("hover and completion of an INCAR", () => {
  it("describe a tag with type, default, values and the manual's page", () => {
    const hover = hoverIncar("  ISMEAR = -5\n", { line: 0, character: 4 }, "en");
    expect(hover?.markdown).toContain("**ISMEAR** (integer, Default: 1)");
    expect(hover?.markdown).toContain("Blöchl");
    expect(hover?.markdown).toContain("wiki/index.php/ISMEAR");
    expect(hoverIncar("ISMEAR = -5\n", { line: 0, character: 2 }, "ja")?.markdown).toContain("部分占有");
  });

  it("say what the value means", () => {
    expect(hoverIncar("ISIF = 3", { line: 0, character: 7 }, "en")?.markdown).toContain(
      "`ISIF = 3`: Positions, shape and volume change.",
    );
    expect(hoverIncar("LREAL = .T.", { line: 0, character: 9 }, "en")?.markdown).toContain(
      "with the projectors of POTCAR",
    );
    expect(hoverIncar("# ISIF = 3", { line: 0, character: 8 }, "en")).toBeUndefined();
  });

  it("offer tags at the start of a statement, without those that are set", () => {
    const at = (text: string) =>
      completeIncar(text, { line: 0, character: text.length }, "en").map(({ label }) => label);
    expect(at("IS")).toEqual(expect.arrayContaining(["ISMEAR", "ISIF", "ISPIN"]));
    expect(at("ISPIN = 2; IS")).not.toContain("ISPIN");
    expect(at("ENCUT = 500 ! IS")).toEqual([]);
    expect(at("ENCUT = 500 IS")).toEqual([]);
  });

  it("offer the values of a tag", () => {
    const at = (text: string) => completeIncar(text, { line: 0, character: text.length }, "en");
    expect(at("ALGO = V").map(({ label }) => label)).toContain("VeryFast");
    expect(at("LWAVE = ").map(({ label }) => label)).toEqual([".TRUE.", ".FALSE."]);
    expect(at("ISMEAR = -").find(({ label }) => label === "-5")?.range).toEqual({
      start: { line: 0, character: 9 },
      end: { line: 0, character: 10 },
    });
  });
});

describe("form of an INCAR", () => {
  it("the formatter aligns and keeps what VASP reads, and changes nothing a second time", () => {
    const formatted = applyEdits(GOOD, formatIncar(GOOD));
    expect(formatted).toContain("ENCUT  = 520\nPREC   = Accurate  # eV\n");
    const read = (text: string) => parseIncar(text).value?.tags.map(({ name, value }) => [name, value]);
    expect(read(formatted)).toEqual(read(GOOD));
    expect(formatIncar(formatted)).toEqual([]);
  });

  it("keeps Windows line ends", () => {
    expect(applyEdits("A=1\r\nENCUT=2\r\n", formatIncar("A=1\r\nENCUT=2\r\n"))).toBe("A     = 1\r\nENCUT = 2\r\n");
  });

  it("the outline has headings with their tags", () => {
    const outline = outlineIncar(GOOD);
    expect(outline.map(({ name }) => name)).toEqual([
      "SYSTEM",
      "ENCUT",
      "PREC",
      "ALGO",
      "ISMEAR",
      "SIGMA",
      "ISPIN",
      "MAGMOM",
      "Relaxation",
    ]);
    expect(outline.at(-1)?.children.map(({ name }) => name)).toContain("KERNEL_TRUNCATION/LTRUNCATE");
  });

  it("sections and long values fold", () => {
    expect(foldIncar(GOOD)).toEqual(
      expect.arrayContaining([
        { start: 6, end: 7, kind: "region" },
        { start: 14, end: 17, kind: "region" },
      ]),
    );
  });
});

it("a list of more numbers than are read is told as that, and not as one of wrong words", () => {
  const messages = (text: string) => diagnoseIncar(text, {}).map(({ message }) => message);
  const told = "MAGMOM has more than 1000000 values: so long a list is not read";
  expect(messages("MAGMOM = 1000001*0.6")[0]).toBe(told);
  expect(messages(`MAGMOM = ${"1 ".repeat(1_000_001)}`)[0]).toBe(told);
  expect(messages("MAGMOM = 1000000*0.6")).not.toContain(told);
  expect(messages("MAGMOM = many 1000001*0.6")).toContain('MAGMOM must be a list of numbers, not "many"');
});
