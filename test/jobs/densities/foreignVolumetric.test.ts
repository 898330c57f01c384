import { describe, expect, it } from "vitest";
import { volume } from "../../../src/core/crystal/lattice.js";
import { BOHR } from "../../../src/core/formats/cubeHead.js";
import { readVolumetric } from "../../../src/jobs/densities/readVolumetric.js";
import { inspectFile } from "../../../src/jobs/inspect/inspect.js";
import { fortran, HEAD, inLines, someValues, type Triple, temporaryFile, volumetricText } from "./volumetricText.js";

const GRID: Triple = [10, 9, 8];
const errors = (problems: readonly { severity: string; message: string }[]) =>
  problems.filter(({ severity }) => severity === "error").map(({ message }) => message);

/** The cell of HEAD in Å. */
const ROWS = HEAD.slice(2, 5).map((line) => line.trim().split(/\s+/).map(Number));
const ATOMS = [
  [26, 0, 0, 0],
  [8, 0.25, 0.5, 0.75],
  [8, 0.5, 0.25, 0.125],
];

interface CubeParts {
  readonly values: readonly number[];
  readonly unit?: number;
  readonly origin?: Triple;
  readonly orbitals?: boolean;
  readonly columns?: number;
}

/**
 * The field of a CHGCAR with these values (x fastest), as a cube of e/bohr^3 (z fastest, a new line for each row of z).
 */
function cubeText({ values, unit = BOHR, origin = [0, 0, 0], orbitals = false, columns = 6 }: CubeParts): string {
  const [nx, ny, nz] = GRID;
  const sign = unit === 1 ? -1 : 1;
  const number = (x: number) => x.toFixed(12).padStart(18);
  const axes = ROWS.map(
    (row, i) => `${sign * (GRID[i] ?? 0)}`.padStart(5) + row.map((x) => number(x / (GRID[i] ?? 1) / unit)).join(""),
  );
  const atoms = ATOMS.map(([z = 0, ...f]) => {
    const position = [0, 1, 2].map(
      (j) => f.reduce((sum, x, i) => sum + x * (ROWS[i]?.[j] ?? 0), 0) / unit + (origin[j] ?? 0),
    );
    return `${z}`.padStart(5) + [z, ...position].map(number).join("");
  });
  const rows: string[] = [];
  for (let x = 0; x < nx; x++)
    for (let y = 0; y < ny; y++) {
      const row = Array.from({ length: nz }, (_, z) => fortran((values[x + nx * (y + ny * z)] ?? 0) * BOHR ** 3));
      rows.push(inLines(row, columns));
    }
  const count = `${orbitals ? -3 : 3}`.padStart(5) + origin.map(number).join("");
  return ["a cube", "made in code", count, ...axes, ...atoms, ...(orbitals ? ["    1    7"] : [])]
    .join("\n")
    .concat("\n", rows.join(""));
}

describe("a cube", () => {
  const densities = someValues(720, 3).map((value) => Math.abs(value) / 1000); // e/Å^3
  const cellVolume = volume(ROWS as never);
  const chgcar = volumetricText({ grid: GRID, blocks: [densities.map((value) => value * cellVolume)] });

  for (const [name, options] of [
    ["in Bohr radii", {}],
    ["in Å, told by negative numbers of points", { unit: 1 }],
    ["with another origin", { origin: [1, -2, 0.5] as Triple }],
    ["of one orbital", { orbitals: true }],
    ["in lines of other lengths", { columns: 7 }],
  ] as const) {
    it(`${name} has the spectrum, structure and electrons of the same field in a CHGCAR`, async () => {
      const expected = (await readVolumetric(temporaryFile("CHGCAR", chgcar))).value;
      const { value, problems } = await readVolumetric(
        temporaryFile("density.cube", cubeText({ values: densities, ...options })),
      );
      expect(errors(problems)).toEqual([]);
      expect(value).toMatchObject({ kind: "cube", grid: GRID, truncated: false });
      expect(value?.structure).toMatchObject({ species: ["Fe", "O"], counts: [1, 2] });
      const apart = (a?: Float64Array, b?: Float64Array) =>
        Math.max(...(a ?? []).map((x, i) => Math.abs(x - (b?.[i] ?? Number.NaN))));
      expect(apart(value?.structure.fractional, expected?.structure.fractional)).toBeLessThan(1e-9);
      expect(value?.electrons).toBeCloseTo(expected?.electrons ?? Number.NaN, 6);
      const [ours, theirs] = [value?.blocks[0]?.spectrum, expected?.blocks[0]?.spectrum];
      expect(ours?.unit).toBe("e/Å³");
      expect([...(ours?.hkl ?? [])]).toEqual([...(theirs?.hkl ?? [])]);
      expect(apart(ours?.amplitude, theirs?.amplitude) / (theirs?.amplitude[0] ?? 0)).toBeLessThan(1e-9);
    });
  }

  it("is told as such by info, with a remark on what it cannot tell", async () => {
    const { info } = await inspectFile(temporaryFile("density.cube", cubeText({ values: densities })));
    expect(info).toMatchObject({ kind: "cube", formula: "Fe1O2", natoms: 3, grid: GRID });
    expect(info.problems.map(({ severity, message }) => [severity, message])).toEqual([
      ["information", "cube files do not name their quantity: read as an electron density in e/bohr³"],
    ]);
  });

  it("cut anywhere, or damaged in its head, has one located error", async () => {
    const text = cubeText({ values: densities });
    for (let cut = 0; cut < text.length - 200; cut += cut < 700 ? 1 : 501) {
      const { value, problems } = await readVolumetric(temporaryFile("a.cube", text.slice(0, cut)));
      expect(errors(problems), `cut at ${cut}`).toHaveLength(1);
      expect(value === undefined || value.truncated, `cut at ${cut}`).toBe(true);
    }
    for (const [from, to, line] of [
      ["   26", "   2x", 7],
      ["    3 ", "    3x", 3],
      ["\n   10", "\n    0", 4],
    ] as const) {
      const { value, problems } = await readVolumetric(temporaryFile("a.cube", text.replace(from, to)));
      expect(value).toBeUndefined();
      expect(problems).toEqual([expect.objectContaining({ severity: "error", line })]);
    }
  });
});

describe("a file with the extension .vasp", () => {
  it("is what stands in it: a density where there is a grid, else a structure", async () => {
    const density = volumetricText({ grid: GRID, blocks: [someValues(720, 3).map(Math.abs)] });
    expect((await inspectFile(temporaryFile("Fe.vasp", density))).info).toMatchObject({ kind: "CHGCAR", grid: GRID });
    expect((await inspectFile(temporaryFile("Fe.vasp", `${HEAD.join("\n")}\n`))).info).toMatchObject({
      kind: "POSCAR",
      natoms: 3,
    });
    expect((await inspectFile(temporaryFile("LOCPOT.vasp", density))).info).toMatchObject({ kind: "LOCPOT" });
    expect((await inspectFile(temporaryFile("POSCAR.vasp", density))).info).toMatchObject({ kind: "POSCAR" });
  });
});

describe("frames", () => {
  const frame = (seed: number) =>
    volumetricText({ grid: GRID, blocks: [someValues(720, seed), someValues(720, seed + 1)] });
  const whole = frame(1) + frame(3) + frame(5);
  const means = async (file: string, wanted?: number) => {
    const reading = await readVolumetric(file, wanted === undefined ? {} : { frame: wanted });
    return { means: reading.value?.blocks.map(({ mean }) => mean), ...reading };
  };

  it("are read as asked for", async () => {
    const file = temporaryFile("CHG", whole);
    for (const [wanted, seed] of [
      [1, 1],
      [2, 3],
      [3, 5],
      [undefined, 5],
    ] as const) {
      const alone = await means(temporaryFile("CHG", frame(seed)));
      const found = await means(file, wanted);
      expect(found.means).toEqual(alone.means);
      expect(errors(found.problems)).toEqual([]);
      expect(found.value?.bytes).toBe(whole.length);
    }
    const { value, problems } = await means(file, 4);
    expect(value).toBeUndefined();
    expect(errors(problems)).toEqual(["no frame 4: the file has 3"]);
  });

  it("fall back to the one before where the last is cut, and say so", async () => {
    const expected = await means(temporaryFile("CHG", frame(3)));
    for (const cut of [frame(1).length * 2 + 1500, whole.length - 6000]) {
      const { means: found, value, problems } = await means(temporaryFile("CHG", whole.slice(0, cut)));
      expect(found).toEqual(expected.means);
      expect(value?.truncated).toBe(false);
      expect(errors(problems)).toEqual([]);
      expect(problems).toContainEqual(
        expect.objectContaining({ severity: "warning", message: "frame 3 is truncated: frame 2 is used" }),
      );
    }
  });
});

describe("spin in files that store no density", () => {
  it("is up and down, which is remarked on", async () => {
    const text = volumetricText({ grid: GRID, blocks: [someValues(720, 1), someValues(720, 2)], augmentation: false });
    for (const [kind, remarks] of [
      ["LOCPOT", 1],
      ["ELFCAR", 1],
      ["CHGCAR", 0],
    ] as const) {
      const { value, problems } = await readVolumetric(temporaryFile(kind, text));
      expect(value?.blocks.map(({ name }) => name)).toEqual(["total", "magnetization"]);
      expect(problems.filter(({ message }) => message.includes("is spin-polarised"))).toHaveLength(remarks);
    }
  });
});
