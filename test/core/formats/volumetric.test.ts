import { describe, expect, it } from "vitest";
import { fileKind, volumetricKind } from "../../../src/core/formats/fileNames.js";
import { blockNames, electronProblem, fieldUnit, storesDensity } from "../../../src/core/formats/volumetric.js";
import { VolumetricGap } from "../../../src/core/formats/volumetricGap.js";
import { gridNumbers, type VolumetricHead, VolumetricHeadReader } from "../../../src/core/formats/volumetricHead.js";

describe("kinds by name", () => {
  it("of volumetric files", () => {
    const names = [
      "CHGCAR",
      "CHGCAR.gz",
      "CHGCAR_Fe_spin",
      "Fe.CHGCAR",
      "chgcar",
      "CHG",
      "CHG.bz2",
      "AECCAR0",
      "AECCAR2.gz",
      "PARCHG.0012.ALLK",
      "PARCHG-1",
      "LOCPOT_Li.gz",
      "ELFCAR",
      "a/b/CHGCAR",
      "a\\LOCPOT",
    ];
    const kinds = [
      "CHGCAR",
      "CHGCAR",
      "CHGCAR",
      "CHGCAR",
      "CHGCAR",
      "CHG",
      "CHG",
      "AECCAR0",
      "AECCAR2",
      "PARCHG",
      "PARCHG",
      "LOCPOT",
      "ELFCAR",
      "CHGCAR",
      "LOCPOT",
    ];
    expect(names.map(volumetricKind)).toEqual(kinds);
    for (const name of ["POSCAR", "CHGCARS", "XCHGCAR", "CHGCAR/POSCAR", "AECCAR", "density"])
      expect(volumetricKind(name), name).toBeUndefined();
  });

  it("of other files", () => {
    const kinds = {
      POSCAR: "POSCAR",
      "CONTCAR.gz": "POSCAR",
      "POSCAR-003": "POSCAR",
      "GaN.vasp": "POSCAR",
      "a.poscar": "POSCAR",
      "CHGCAR.vasp": "CHGCAR",
    };
    const others = {
      OUTCAR: "OUTCAR",
      "OUTCAR.gz": "OUTCAR",
      "vasprun.xml": "vasprun",
      "vasprun.xml.relax2.gz": "vasprun",
      INCAR: "INCAR",
      KPOINTS_opt: "KPOINTS",
      EIGENVAL: "EIGENVAL",
      XDATCAR_4: "XDATCAR",
    };
    for (const [name, kind] of Object.entries({ ...kinds, ...others })) expect(fileKind(name), name).toBe(kind);
    expect([fileKind("notes.txt"), fileKind("POSCARSILLY")]).toEqual([undefined, undefined]);
  });

  it("tell unit, divisor and blocks", () => {
    expect([fieldUnit("CHGCAR"), fieldUnit("LOCPOT"), fieldUnit("ELFCAR")]).toEqual(["e/Å³", "eV", "1"]);
    expect([storesDensity("PARCHG"), storesDensity("LOCPOT"), storesDensity("ELFCAR")]).toEqual([true, false, false]);
    expect([1, 2, 4].map(blockNames)).toEqual([["total"], ["total", "magnetization"], ["total", "mx", "my", "mz"]]);
  });

  it("numbers of electrons are whole within a hundredth, and not 0", () => {
    expect([8.00000011, 7.995, 1].map((n) => electronProblem(n, 1))).toEqual([undefined, undefined, undefined]);
    for (const n of [0.001, 30.5, -2, 7.98, Number.NaN])
      expect(electronProblem(n, 12), String(n)).toMatchObject({ severity: "warning", line: 12 });
  });
});

const HEAD = ["Fe2", "1.0", "3 0 0", "0 3 0", "0 0 3", "Fe", "2", "Direct", "0 0 0", "0.5 0.5 0.5", "", "  4  5  6"];

function readHead(lines: readonly string[]): VolumetricHead {
  const reader = new VolumetricHeadReader();
  for (const line of lines) reader.push(line);
  const { value } = reader.finish();
  if (!value) throw new Error("no head");
  return value;
}

describe("the head", () => {
  it("ends with the grid line, with none, one or more blank lines before it", () => {
    for (const blanks of [[], [""], [" ", "", " "]]) {
      const lines = [...HEAD.slice(0, 10), ...blanks, "4 5 6 ! NGXF NGYF NGZF"];
      expect(readHead(lines)).toMatchObject({ grid: [4, 5, 6], gridLine: lines.length });
    }
  });

  it("needs three positive numbers there", () => {
    for (const line of ["4 5", "4 5 x", "0 5 6", "-4 5 6", "4 5 1e3", "1 2 3 4", "999999999 1 1"]) {
      const reader = new VolumetricHeadReader();
      for (const text of [...HEAD.slice(0, 11), line]) reader.push(text);
      const { value, problems } = reader.finish();
      expect(value, line).toBeUndefined();
      expect(problems).toEqual([expect.objectContaining({ severity: "error", line: 12 })]);
    }
    expect(gridNumbers(" 12 13 14 ")).toEqual([12, 13, 14]);
  });
});

describe("the gap behind a block", () => {
  const gapAfter = (lines: readonly string[]) => {
    const gap = new VolumetricGap(readHead(HEAD), 20);
    const events = lines.map((line) => gap.push(line));
    gap.finish();
    return { gap, events };
  };

  it("holds occupancies, moments and remarks until the same grid line comes again", () => {
    const lines = [
      "augmentation occupancies   1   3",
      " 0.1E+01 0.2E+01",
      " 0.3E+01",
      "augmentation occupancies (imaginary part)   1 2",
      "1 1",
      " 2.0 2.0",
      " 4 5 6",
    ];
    const { events, gap } = gapAfter(lines);
    expect(events).toEqual(["gap", "gap", "gap", "gap", "gap", "gap", "block"]);
    expect(gap.problems).toEqual([]);
  });

  it("is not ended by other numbers", () => {
    expect(gapAfter(["4 5 7", "4 5 6 7", "4.0 5 6", "1 2 3"]).events).toEqual(["gap", "gap", "gap", "gap"]);
  });

  it("may hold the head of a further frame, moved or with another grid", () => {
    for (const grid of ["  4  5  6", "  8  8  8"]) {
      const next = HEAD.with(9, "0.5 0.5 0.25").with(11, grid);
      const { events, gap } = gapAfter(["augmentation occupancies 1 2", "0.1 0.2", ...next]);
      expect(events.slice(0, -1).every((event) => event === "gap")).toBe(true);
      expect(events.at(-1)).toBe("frame");
      expect(gap.nextHead?.structure.fractional[5]).toBe(0.25);
      expect(gap.nextHead?.gridLine).toBe(20 + events.length);
    }
  });

  it("tells numbers that belong to nothing, more than moments can be", () => {
    expect(gapAfter(["0.1 0.2 0.3", "0.1 0.2 0.3", "", "a remark of 5 words"]).gap.problems).toEqual([]);
    expect(gapAfter(["", "0.1 0.2 0.3", "0.1 0.2 0.3", "0.1"]).gap.problems).toEqual([
      expect.objectContaining({
        severity: "warning",
        line: 22,
        message: expect.stringContaining("7 numbers here belong to no block"),
      }),
    ]);
  });

  it("tells values beyond the grid and an end inside the occupancies", () => {
    const gap = new VolumetricGap(readHead(HEAD), 20);
    gap.pushRest("   ", 40);
    expect(gap.problems).toEqual([]);
    gap.pushRest("  0.1E+01", 40);
    expect(gap.problems).toEqual([expect.objectContaining({ severity: "warning", line: 20, column: 42 })]);
    expect(gapAfter(["augmentation occupancies   2   33", "0.1 0.2"]).gap.problems).toEqual([
      expect.objectContaining({
        severity: "warning",
        line: 22,
        message: "the file ends inside the augmentation occupancies of ion 2",
      }),
    ]);
  });
});
