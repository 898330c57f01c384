import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { volume } from "../../../src/core/crystal/lattice.js";
import { parsePoscar } from "../../../src/core/formats/poscar.js";
import { runAction } from "../../../src/core/language/poscar/poscarActions.js";
import { inverse, rowTimes, type Vector3 } from "../../../src/core/math/matrix3.js";
import { readSample } from "../../../src/jobs/surfaces/sampleGrid.js";
import { ask, folder, gaussian, newService, SKEW, valuesOf, wave, writeField } from "./fields.js";

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GRID: Vector3 = [32, 30, 36];
const spin = writeField("CHGCAR_spin", {
  grid: GRID,
  blocks: [wave, (x, y, z) => 0.5 * Math.sin(2 * Math.PI * (x - y + z))],
});

describe("fields", () => {
  it("are named by their physics, with units, extremes and integrals", async () => {
    const { density, problems } = await ask(newService(), "openDensity", { file: spin });
    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(density?.fields.map(({ name, unit, signed }) => [name, unit, signed])).toEqual([
      ["total", "e/Å³", false],
      ["magnetization", "μ_B/Å³", true],
      ["up", "e/Å³", false],
      ["down", "e/Å³", false],
    ]);
    const [total, moment, up] = density?.fields ?? [];
    expect(total?.minimum).toBeCloseTo(1, 4);
    expect(total?.maximum).toBeCloseTo(3, 4);
    expect(total?.integral).toBeCloseTo(2 * volume(SKEW), 2);
    expect(moment?.integral).toBeCloseTo(0, 3);
    expect(up?.mean).toBeCloseTo(1, 5);
    expect(density?.electrons).toBeCloseTo(2 * volume(SKEW), 4);
  });

  it.each([
    ["LOCPOT", 1, ["potential"], "eV"],
    ["LOCPOT", 2, ["up", "down", "mean"], "eV"],
    ["ELFCAR", 2, ["up", "down"], "1"],
    ["CHGCAR", 4, ["total", "mx", "my", "mz", "|m|"], "e/Å³"],
  ] as const)("of a %s with %i blocks are %j", async (kind, count, names, unit) => {
    const blocks = Array.from({ length: count }, (_, i) => (x: number) => 0.3 + 0.1 * i * Math.cos(2 * Math.PI * x));
    const file = writeField(`${kind}_${count}`, { grid: [6, 5, 4], blocks, density: kind === "CHGCAR" });
    const { density } = await ask(newService(), "openDensity", { file });
    expect(density?.fields.map(({ name }) => name)).toEqual(names);
    expect(density?.fields[0]?.unit).toBe(unit);
  });

  it("are what the combination says: up plus down is total, |m| a length", async () => {
    const file = writeField("CHGCAR_nc", { grid: [4, 4, 4], blocks: [() => 1, () => 0.3, () => -0.4, () => 1.2] });
    const service = newService();
    const at = { fractional: [0.3, 0.1, 0.2] as Vector3 };
    expect((await ask(service, "probe", { file, field: "|m|", at })).value).toBeCloseTo(1.3, 5);
    const [up, down] = await Promise.all(
      ["up", "down"].map((field) => ask(service, "probe", { file: spin, field: field as "up", at })),
    );
    const total = await ask(service, "probe", { file: spin, at });
    expect((up?.value ?? 0) + (down?.value ?? 0)).toBeCloseTo(total.value, 5);
  });

  it("of two files on like grids can be subtracted; unlike ones are refused with the reason", async () => {
    const other = writeField("CHGCAR_other", { grid: GRID, blocks: [(x, y, z) => wave(x, y, z) - 0.25] });
    const unlike = writeField("CHGCAR_unlike", { grid: [8, 8, 8], blocks: [wave] });
    const service = newService();
    const at = { fractional: [0.1, 0.2, 0.3] as Vector3 };
    const probe = await ask(service, "probe", { file: spin, terms: [{ file: other, factor: -1 }], at });
    expect(probe.value).toBeCloseTo(0.25, 4);
    await expect(ask(service, "probe", { file: spin, terms: [{ file: unlike, factor: -1 }], at })).rejects.toThrow(
      /32 x 30 x 36.*8 x 8 x 8/,
    );
  });

  it("of several files are combined, with facts of their own; units and cells are looked at", async () => {
    const part = (name: string, factor: number) =>
      writeField(name, { grid: GRID, blocks: [(x, y, z) => factor * wave(x, y, z)] });
    const [first, second] = [part("CHGCAR_part1", 0.25), part("CHGCAR_part2", 0.5)];
    const service = newService();
    const terms = [first, second].map((file) => ({ file, factor: -1 }));
    const facts = await ask(service, "fieldFacts", { file: spin, terms });
    expect(facts).toMatchObject({ unit: "e/Å³", signed: true });
    expect([facts.minimum, facts.maximum, facts.mean].map((x) => Number(x.toFixed(4)))).toEqual([0.25, 0.75, 0.5]);
    expect(facts.integral).toBeCloseTo(0.5 * volume(SKEW), 2);
    expect(facts.suggestedLevel).toBeGreaterThan(0.25);
    expect((await ask(service, "inside", { file: spin, terms, levels: [0.5] })).percent[0]).toBeGreaterThan(50);
    const slice = await ask(service, "slice", { file: spin, terms, hkl: [0, 0, 1], offset: 0, size: 8 });
    expect(slice.maximum).toBeCloseTo(0.75, 3);
    // a field of the same file: up minus down is the magnetisation
    const at = { fractional: [0.3, 0.7, 0.2] as Vector3 };
    const spins = await ask(service, "probe", { file: spin, field: "up", terms: [{ field: "down", factor: -1 }], at });
    expect(spins.value).toBeCloseTo((await ask(service, "probe", { file: spin, field: "magnetization", at })).value, 4);
    const potential = writeField("LOCPOT_same", { grid: GRID, blocks: [wave], density: false });
    await expect(
      ask(service, "fieldFacts", { file: spin, terms: [{ file: potential, field: "potential", factor: 1 }] }),
    ).rejects.toThrow(/e\/Å³ and eV/);
    const turned = writeField("CHGCAR_turned", { grid: GRID, blocks: [wave], lattice: [SKEW[1], SKEW[0], SKEW[2]] });
    await expect(ask(service, "fieldFacts", { file: spin, terms: [{ file: turned, factor: 1 }] })).rejects.toThrow(
      /the cells of .* differ/,
    );
  });

  it("that change on the disk are combined anew", async () => {
    const other = writeField("CHGCAR_moving", { grid: GRID, blocks: [(x, y, z) => wave(x, y, z) - 0.25] });
    const service = newService();
    const request = { file: spin, terms: [{ file: other, factor: -1 }] };
    expect((await ask(service, "fieldFacts", request)).mean).toBeCloseTo(0.25, 4);
    writeField("CHGCAR_moving", {
      grid: GRID,
      blocks: [(x, y, z) => wave(x, y, z) - 1],
      atoms: [
        [0, 0, 0],
        [0.5, 0.5, 0.5],
      ],
    });
    expect((await ask(service, "fieldFacts", request)).mean).toBeCloseTo(1, 4);
  });

  it("of a difference suggest a level above zero, whatever their unit", async () => {
    for (const [kind, offset] of [
      ["LOCPOT", -4],
      ["ELFCAR", 0.4],
      ["CHGCAR", 1],
    ] as const) {
      const density = kind === "CHGCAR";
      const one = writeField(`${kind}_one`, {
        grid: [12, 12, 12],
        blocks: [(x) => offset + 0.3 * Math.cos(2 * Math.PI * x)],
        density,
      });
      const two = writeField(`${kind}_two`, {
        grid: [12, 12, 12],
        blocks: [(_, y) => offset + 0.3 * Math.cos(2 * Math.PI * y)],
        density,
      });
      const facts = await ask(newService(), "fieldFacts", { file: one, terms: [{ file: two, factor: -1 }] });
      expect(facts.signed, kind).toBe(true);
      expect(facts.suggestedLevel, kind).toBeGreaterThan(0);
      expect(facts.suggestedLevel, kind).toBeLessThan(0.6);
      const [own] = (await ask(newService(), "openDensity", { file: one })).density?.fields ?? [];
      expect(own?.suggestedLevel, kind).toBeGreaterThan(0);
    }
  });

  it("of a second file are told with what keeps the two from being combined", async () => {
    const service = newService();
    const like = writeField("CHGCAR_like", { grid: GRID, blocks: [wave] });
    const coarser = writeField("LOCPOT_coarser", { grid: [8, 10, 12], blocks: [wave, wave], density: false });
    const turned = writeField("CHGCAR_turned2", { grid: GRID, blocks: [wave], lattice: [SKEW[1], SKEW[0], SKEW[2]] });
    const open = async (other: string) => (await ask(service, "openOther", { file: spin, other })).other;
    expect(await open(like)).toMatchObject({
      file: like,
      kind: "CHGCAR",
      title: expect.stringMatching(/.\/CHGCAR_like$/),
    });
    expect((await open(like))?.differs).toBeUndefined();
    expect((await open(coarser))?.fields.map(({ name }) => name)).toEqual(["up", "down", "mean"]);
    expect((await open(coarser))?.differs).toEqual({ what: "grid", own: "32 × 30 × 36", other: "8 × 10 × 12" });
    expect((await open(turned))?.differs).toMatchObject({
      what: "cell",
      own: expect.stringMatching(/^6\.000, 5\.7\d+, 7\.1\d+ Å, \d+\.\d, .*°$/),
    });
    const rotated = writeField("CHGCAR_rotated", {
      grid: GRID,
      blocks: [wave],
      lattice: SKEW.map(([x, y, z]) => [y, z, x]) as never,
    });
    expect((await open(rotated))?.differs).toMatchObject({
      what: "cell",
      own: expect.stringContaining("(6.000, 0.000, 0.000)"),
    });
    const { other, problems } = await ask(service, "openOther", { file: spin, other: "/nowhere/CHGCAR" });
    expect(other).toBeUndefined();
    expect(problems.length).toBeGreaterThan(0);
  });

  it("colour surfaces of each other: values at the vertices, of any grid in the same cell", async () => {
    const service = newService();
    const coarse = writeField("LOCPOT_colour", {
      grid: [24, 24, 24],
      blocks: [(x) => Math.cos(2 * Math.PI * x)],
      density: false,
    });
    for (const file of [spin, coarse]) {
      const colour = file === spin ? { field: "magnetization" as const } : { file };
      const { meshes } = await ask(service, "isosurface", { file: spin, levels: [2.2], colour });
      const [mesh] = meshes;
      const count = (mesh?.positions.length ?? 0) / 3;
      expect(mesh?.colour).toHaveLength(count);
      const toFractional = inverse(SKEW);
      for (let i = 0; i < count; i += 97) {
        const [x, y, z] = rowTimes(
          Array.from(mesh?.positions.subarray(3 * i, 3 * i + 3) ?? []) as unknown as Vector3,
          toFractional,
        );
        const wanted = file === spin ? 0.5 * Math.sin(2 * Math.PI * (x - y + z)) : Math.cos(2 * Math.PI * x);
        expect(mesh?.colour?.[i]).toBeCloseTo(wanted, 2);
      }
    }
    const turned = writeField("CHGCAR_turned3", { grid: GRID, blocks: [wave], lattice: [SKEW[1], SKEW[0], SKEW[2]] });
    await expect(ask(service, "isosurface", { file: spin, levels: [2.2], colour: { file: turned } })).rejects.toThrow(
      /the cells of .* differ/,
    );
  });
});

describe("reading", () => {
  it("shows block 1 of a file that is cut in block 2", async () => {
    const file = writeField("CHGCAR_cut", { grid: [12, 12, 12], blocks: [wave, wave] });
    truncateSync(file, readFileSync(file).length - 9000);
    const { density, problems } = await ask(newService(), "openDensity", { file });
    expect(density?.fields.map(({ name }) => name)).toEqual(["total"]);
    expect(density?.truncated).toBe(true);
    expect(problems.some(({ severity, message }) => severity === "error" && /of block 2/.test(message))).toBe(true);
  });

  it("gives grids and the descriptor's spectrum in one pass", async () => {
    const settings = { spacing: 0.4, length: 12.8, assignment: "nearest", component: "total" } as const;
    const { density, voxels } = await ask(newService(), "openDensity", { file: spin, settings });
    expect(density?.fields).toHaveLength(4);
    expect(voxels?.amplitude[0]).toBeCloseTo(2, 5);
  });

  it("averages over blocks of points above a limit, and keeps the integral", async () => {
    const { GridSink } = await import("../../../src/jobs/surfaces/gridSink.js");
    const { readVolumetric } = await import("../../../src/jobs/densities/readVolumetric.js");
    const { gridsOf } = await import("../../../src/jobs/surfaces/gridsOfReading.js");
    const file = writeField("CHGCAR_fine", { grid: [33, 20, 27], blocks: [wave] });
    const sink = new GridSink("CHGCAR", 4000);
    const { value } = await readVolumetric(file, { transform: false, hash: false, keep: sink.keep });
    const grids = value && gridsOf(file, value, sink, 4000);
    expect(grids?.how).toBe("means");
    expect(grids?.kept).toEqual([17, 10, 14]);
    const values = grids?.blocks[0] ?? new Float32Array();
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    expect(mean).toBeCloseTo(2, 5);
    // smoothed by the blocks, but where it was: phases are kept
    const smooth = valuesOf([17, 10, 14], wave);
    expect(Math.max(...values.map((x, i) => Math.abs(x - (smooth[i] ?? 0))))).toBeLessThan(0.25);
  });

  it("samples a plain file by seeking: every so many points, exactly", async () => {
    const file = writeField("CHGCAR_sampled", { grid: [40, 36, 44], blocks: [wave] });
    const { grids } = await readSample(file, { fromBytes: 0, maxPoints: 9000 });
    expect(grids?.kept).toEqual([20, 18, 22]);
    const exact = valuesOf([20, 18, 22], wave);
    expect(Math.max(...(grids?.blocks[0] ?? [9]).map((x, i) => Math.abs(x - (exact[i] ?? 0))))).toBeLessThan(1e-5);
    const text = readFileSync(file, "latin1");
    writeFileSync(path.join(folder, "CHGCAR_uneven"), text.replace(/ 0\.2(\d+)E\+03/, " 0.2$1E+03 "));
    expect((await readSample(path.join(folder, "CHGCAR_uneven"), { fromBytes: 0 })).grids).toBeUndefined();
  });

  it("keeps the newest grids within its limit, and reads a file again that changed", async () => {
    const service = newService(300_000);
    const files = ["a", "b", "c"].map((name) => writeField(`CHGCAR_${name}`, { grid: [32, 32, 32], blocks: [wave] }));
    for (const file of files) await ask(service, "openDensity", { file });
    expect(service.kept.bytes).toBeLessThanOrEqual(300_000);
    expect(service.kept.get(files[0] ?? "", "last")).toBeUndefined();
    expect(service.kept.get(files[2] ?? "", "last")).toBeDefined();
    writeField("CHGCAR_c", { grid: [32, 32, 30], blocks: [() => 7] });
    const { value } = await ask(service, "probe", { file: files[2] ?? "", at: { fractional: [0, 0, 0] } });
    expect(value).toBeCloseTo(7, 4);
    await ask(service, "closeDensity", { file: files[2] ?? "" });
    expect(service.kept.get(files[2] ?? "", "last")).toBeUndefined();
  });

  it("reads a cube, whose z runs fastest, as the same field", async () => {
    const bohr = 0.529177210903;
    const grid: Vector3 = [5, 6, 7];
    const rows = SKEW.map((row, axis) => `${grid[axis]} ${row.map((x) => x / (grid[axis] ?? 1) / bohr).join(" ")}`);
    const values: number[] = [];
    for (let x = 0; x < 5; x++)
      for (let y = 0; y < 6; y++) for (let z = 0; z < 7; z++) values.push(wave(x / 5, y / 6, z / 7) * bohr ** 3);
    const file = path.join(folder, "wave.cube");
    writeFileSync(
      file,
      ["a", "b", "1 0 0 0", ...rows, "14 0 0 0 0", ...values.map((v) => v.toExponential(6)), ""].join("\n"),
    );
    const service = newService();
    const { value } = await ask(service, "probe", { file, at: { fractional: [2 / 5, 5 / 6, 3 / 7] } });
    expect(value).toBeCloseTo(wave(2 / 5, 5 / 6, 3 / 7), 4);
  });
});

describe("what is computed", () => {
  it("gives percent of electrons inside a level and back, within 0.5 %", async () => {
    const width = 1.1;
    const file = writeField("CHGCAR_gauss", { grid: [60, 56, 70], blocks: [gaussian(SKEW, [0.5, 0.5, 0.5], width)] });
    const service = newService();
    // of exp(-r²/w²) inside radius R: erf(x) - 2 x exp(-x²)/sqrt(pi), x = R/w
    const level = Math.exp(-1);
    const inside = 0.842700792949715 - (2 * Math.exp(-1)) / Math.sqrt(Math.PI);
    const { percent } = await ask(service, "inside", { file, levels: [level] });
    expect(Math.abs((percent[0] ?? 0) / (100 * inside) - 1)).toBeLessThan(0.005);
    const back = await ask(service, "inside", { file, percents: percent });
    expect(back.levels[0]).toBeCloseTo(level, 4);
    const { meshes } = await ask(service, "isosurface", { file, levels: [level, 0.1], closed: true });
    expect(meshes.map(({ volume: v }) => Math.round(v * 10) / 10)).toEqual(
      [width, width * Math.sqrt(Math.log(10))].map((r) => Math.round((4 / 3) * Math.PI * r ** 3 * 10) / 10),
    );
    const coarse = await ask(service, "isosurface", { file, levels: [level], maxTriangles: 500 });
    expect(coarse.meshes[0]?.indices.length).toBeLessThanOrEqual(1500);
    expect(coarse.meshes[0]?.stride).toBeGreaterThan(1);
  });

  it("integrates a sphere around an atom within 0.5 %, also across the cell's faces", async () => {
    const file = writeField("CHGCAR_ball", {
      grid: [48, 44, 56],
      blocks: [gaussian(SKEW, [0, 0, 0], 1)],
      atoms: [[0, 0, 0]],
    });
    const { integral } = await ask(newService(), "sphere", { file, centre: 0, radius: 1.5 });
    const exact = Math.PI ** 1.5 * (0.966105146475311 - (2 * 1.5 * Math.exp(-2.25)) / Math.sqrt(Math.PI));
    expect(Math.abs(integral / exact - 1)).toBeLessThan(0.005);
  });

  it("cuts a slice whose points are where it says", async () => {
    const service = newService();
    for (const hkl of [
      [0, 0, 1],
      [1, 1, 0],
      [2, -1, 3],
      [1, 0, 0],
    ] as const)
      for (const axes of ["lattice", "rectangle"] as const) {
        const slice = await ask(service, "slice", { file: spin, hkl, offset: 0.3, size: 12, axes });
        const toFractional = (p: Vector3) => rowTimes(p, inverseOf());
        slice.values.forEach((value, k) => {
          const [s, t] = [(k % 12) / 12, Math.floor(k / 12) / 12];
          const r = toFractional(
            [0, 1, 2].map(
              (i) => (slice.origin[i] ?? 0) + s * (slice.u[i] ?? 0) + t * (slice.v[i] ?? 0),
            ) as unknown as Vector3,
          );
          expect(hkl[0] * r[0] + hkl[1] * r[1] + hkl[2] * r[2]).toBeCloseTo(0.3, 6);
          expect(Math.abs(value / wave(...r) - 1)).toBeLessThan(0.01);
        });
        const mean = slice.values.reduce((sum, value) => sum + value, 0) / slice.values.length;
        if (hkl[0] === 0) expect(mean).toBeCloseTo(2, 1);
      }
  });

  it("averages planes and windows of a potential, and finds vacuum level and work function", async () => {
    const slab = writeField("LOCPOT", {
      grid: [6, 6, 120],
      lattice: [
        [4, 0, 0],
        [0, 4, 0],
        [0, 0, 24],
      ],
      density: false,
      atoms: [
        [0, 0, 0.4],
        [0.5, 0.5, 0.5],
      ],
      blocks: [(x, _, z) => 4.5 - 12 * Math.exp(-(((z - 0.45) * 24) ** 2) / 4) + 0.3 * Math.cos(2 * Math.PI * x)],
    });
    writeFileSync(path.join(folder, "DOSCAR"), " 2 2 1 0\n a\n b\n c\n d\n 10.0 -20.0 301 -0.75 1.0\n");
    const profile = await ask(newService(), "profile", { file: slab, axis: "c", window: 3 });
    expect(profile.planar[0]).toBeCloseTo(4.5, 4);
    expect(profile.planar[54]).toBeCloseTo(4.5 - 12, 3);
    expect(profile.macroscopic?.reduce((sum, x) => sum + x, 0)).toBeCloseTo(
      profile.planar.reduce((sum, x) => sum + x, 0),
      6,
    );
    expect(profile.vacuum?.level).toBeCloseTo(4.5, 4);
    expect(profile.fermi).toEqual({ energy: -0.75, source: "DOSCAR" });
    expect(profile.workFunction).toBeCloseTo(5.25, 4);
  });

  it("follows a line between two points and names the nearest atom", async () => {
    const service = newService();
    const line = await ask(service, "line", { file: spin, from: [0, 0, 0], to: [1, 0, 0], points: 33 });
    expect(line.distance.at(-1)).toBeCloseTo(6, 6);
    expect(line.values[8]).toBeCloseTo(wave(0.25, 0, 0), 2);
    const probe = await ask(service, "probe", { file: spin, at: { cartesian: [5.5, 0, 0] } });
    expect(probe.nearest).toEqual({ atom: 0, species: "Si", distance: expect.closeTo(0.5, 6) });
  });
});

function inverseOf() {
  const [a, b, c] = SKEW;
  const v = volume(SKEW);
  const cross = (p: Vector3, q: Vector3): Vector3 => [
    p[1] * q[2] - p[2] * q[1],
    p[2] * q[0] - p[0] * q[2],
    p[0] * q[1] - p[1] * q[0],
  ];
  const rows = [cross(b, c), cross(c, a), cross(a, b)].map((row) => row.map((x) => x / v));
  return [0, 1, 2].map((i) => rows.map((row) => row[i] ?? 0)) as unknown as typeof SKEW;
}

describe("standard cells of a text", () => {
  const ROCK_SALT = "NaCl\n1.0\n0 2.82 2.82\n2.82 0 2.82\n2.82 2.82 0\nNa Cl\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n";

  it("are found and written back as POSCARs of the same crystal", async () => {
    const service = newService();
    const { symmetry, problems } = await ask(service, "symmetryOfText", { text: ROCK_SALT });
    expect(problems).toEqual([]);
    expect(symmetry).toMatchObject({ number: 225, symbol: "Fm-3m" });
    if (!symmetry) return;
    const [edit] = runAction(ROCK_SALT, { id: "conventional", cell: symmetry.conventional });
    const conventional = parsePoscar(edit?.text ?? "").value;
    expect(conventional?.counts).toEqual([4, 4]);
    expect(conventional?.species).toEqual(["Na", "Cl"]);
    expect(conventional && volume(conventional.lattice)).toBeCloseTo(5.64 ** 3, 6);
    const again = await ask(service, "symmetryOfText", { text: edit?.text ?? "" });
    const [back] = runAction(edit?.text ?? "", {
      id: "primitive",
      cell: again.symmetry?.primitive ?? symmetry.primitive,
    });
    const primitive = parsePoscar(back?.text ?? "").value;
    expect(primitive?.counts).toEqual([1, 1]);
    expect(primitive && volume(primitive.lattice)).toBeCloseTo(2 * 2.82 ** 3, 6);
  });

  it("are none of a text that is no structure", async () => {
    const { symmetry, problems } = await ask(newService(), "symmetryOfText", { text: "NaCl\n1.0\n" });
    expect(symmetry).toBeUndefined();
    expect(problems.length).toBeGreaterThan(0);
  });
});
