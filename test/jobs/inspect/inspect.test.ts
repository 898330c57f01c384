import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { inspectFile } from "../../../src/jobs/inspect/inspect.js";
import { HEAD, someValues, temporaryFile, volumetricText } from "../densities/volumetricText.js";

const POSCAR = HEAD.join("\n");

describe("info", () => {
  it("of a structure", async () => {
    const file = temporaryFile("POSCAR", POSCAR);
    const { info, problems } = await inspectFile(file);
    expect(problems).toEqual([]);
    expect(info).toEqual({
      file,
      kind: "POSCAR",
      formula: "Fe1O2",
      natoms: 3,
      species: ["Fe", "O"],
      counts: [1, 2],
      lattice: [
        [4, 0, 0.5],
        [0, 5, 0],
        [0.7, 0, 4.5],
      ],
      volume: expect.closeTo(88.25, 10),
      problems: [],
    });
  });

  it("of a volumetric file, which has no spectra", async () => {
    const blocks = [Array<number>(120).fill(12), someValues(120, 3)];
    const file = temporaryFile("CHGCAR.gz", gzipSync(volumetricText({ grid: [4, 5, 6], blocks })));
    const { info } = await inspectFile(file);
    expect(info).toMatchObject({
      kind: "CHGCAR",
      natoms: 3,
      grid: [4, 5, 6],
      electrons: 12,
      truncated: false,
      problems: [],
    });
    expect(info.blocks?.[0]).toEqual({ name: "total", mean: 12, min: 12, max: 12 });
    expect(info.blocks?.[1]).toEqual({
      name: "magnetization",
      mean: expect.any(Number),
      min: expect.any(Number),
      max: expect.any(Number),
    });
    expect(info.moments).toEqual([info.blocks?.[1]?.mean]);
    expect(JSON.parse(JSON.stringify(info))).toEqual(info);
  });

  it("of a potential has neither electrons nor moments", async () => {
    const blocks = [someValues(120, 4), someValues(120, 5)];
    const { info } = await inspectFile(
      temporaryFile("LOCPOT", volumetricText({ grid: [4, 5, 6], blocks, augmentation: false })),
    );
    expect(Object.keys(info)).toEqual([
      "file",
      "kind",
      "formula",
      "natoms",
      "species",
      "counts",
      "lattice",
      "volume",
      "grid",
      "blocks",
      "truncated",
      "problems",
    ]);
  });

  it("of a file without species leaves formula and species out", async () => {
    const { info } = await inspectFile(temporaryFile("POSCAR", HEAD.filter((_, i) => i !== 5).join("\n")));
    expect(Object.keys(info)).toEqual(["file", "kind", "natoms", "counts", "lattice", "volume", "problems"]);
  });

  it("of a file whose name tells nothing goes by what stands in it", async () => {
    expect((await inspectFile(temporaryFile("structure.txt", POSCAR))).info.kind).toBe("POSCAR");
    const density = volumetricText({ grid: [4, 5, 6], blocks: [Array<number>(120).fill(3)] });
    expect((await inspectFile(temporaryFile("density.dat", density))).info).toMatchObject({
      kind: "CHGCAR",
      electrons: 3,
    });
  });

  it("of VASP's other files names their kind", async () => {
    expect((await inspectFile(temporaryFile("INCAR", "ENCUT = 520\n"))).info).toMatchObject({
      kind: "INCAR",
      problems: [],
    });
  });

  it("of what cannot be read has the file and its problems alone, in the shape of the command line", async () => {
    const cases: readonly (readonly [string, string])[] = [
      ["POSCAR", ""],
      ["CHGCAR", ""],
      ["OUTCAR", ""],
      ["CHGCAR", POSCAR],
      ["POSCAR", POSCAR.replace("0.250000", "x")],
      ["OUTCAR", "version https://git-lfs.github.com/spec/v1\n"],
      ["notes.txt", "nothing of VASP\n"],
    ];
    for (const [name, text] of cases) {
      const { info, problems } = await inspectFile(temporaryFile(name, text));
      expect(Object.keys(info), name).toEqual(["file", "problems"]);
      expect(info.problems[0]).toEqual({
        severity: "error",
        line: expect.any(Number),
        column: expect.any(Number),
        message: expect.any(String),
      });
      expect(problems[0]?.message).toBe(info.problems[0]?.message);
    }
    expect((await inspectFile("/nowhere/POSCAR")).info.problems).toHaveLength(1);
  });

  it("of a sample oxide", async () => {
    const file = path.resolve(import.meta.dirname, "../../../media/sample/oxides/mp-1778/CHGCAR.gz");
    const { info } = await inspectFile(file);
    expect(info).toMatchObject({
      kind: "CHGCAR",
      formula: "Be1O1",
      natoms: 2,
      grid: [18, 18, 18],
      truncated: false,
      problems: [],
    });
    expect(info.electrons).toBeCloseTo(8, 4);
  });
});
