import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { decode } from "fast-png";
import { afterAll, describe, expect, it } from "vitest";
import { volume } from "../../src/core/crystal/lattice.js";
import type { Vector3 } from "../../src/core/math/matrix3.js";
import { folder, gaussian, SKEW, wave, writeField } from "../jobs/surfaces/fields.js";
import { runCli, SAMPLE } from "./harness.js";

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GRID: Vector3 = [40, 36, 44];
const WIDTH = 1.1;
const blob = writeField("CHGCAR_blob", {
  grid: GRID,
  blocks: [gaussian(SKEW, [0.5, 0.5, 0.5], WIDTH)],
  atoms: [[0.5, 0.5, 0.5]],
});
const waves = writeField("CHGCAR_waves", { grid: GRID, blocks: [wave, (x) => 0.5 * Math.cos(2 * Math.PI * x)] });
const out = (name: string) => path.join(folder, name);
const close = (value: unknown, exact: number, share = 0.005) =>
  expect(Math.abs(Number(value) / exact - 1)).toBeLessThan(share);

describe("surface", () => {
  it("measures a Gaussian's sphere, and writes a closed mesh as OBJ and glTF", async () => {
    const level = Math.exp(-1);
    const { code, events } = await runCli([
      "surface",
      blob,
      "--level",
      String(level),
      "--json",
      "-o",
      out("blob.obj"),
      "--closed",
    ]);
    expect(code).toBe(0);
    const [facts] = events;
    close(facts?.area, 4 * Math.PI * WIDTH ** 2);
    close(facts?.volume, (4 / 3) * Math.PI * WIDTH ** 3);
    close(facts?.inside, 100 * (0.842700792949715 - (2 * level) / Math.sqrt(Math.PI)));
    const text = readFileSync(out("blob.obj"), "utf8");
    const edges = new Map<string, number>();
    for (const [, face = ""] of text.matchAll(/^f (.*)$/gm)) {
      const corners = face.split(" ").map((corner) => corner.split("/")[0]);
      for (const [i, from] of corners.entries()) {
        const edge = [from, corners[(i + 1) % 3]].sort().join(" ");
        edges.set(edge, (edges.get(edge) ?? 0) + 1);
      }
    }
    expect([...edges.values()].every((uses) => uses === 2)).toBe(true);
    await runCli(["surface", blob, "--inside", "50", "-o", out("blob.glb")]);
    const glb = readFileSync(out("blob.glb"));
    expect(glb.readUInt32LE(8)).toBe(glb.length);
    const json = JSON.parse(glb.toString("utf8", 20, 20 + glb.readUInt32LE(12)));
    expect(json.asset.version).toBe("2.0");
    expect(json.accessors[0].count).toBe(json.accessors[1].count);
    expect(json.accessors[2].count % 3).toBe(0);
  });

  it("of a density without those of its parts: several files are subtracted, one is added", async () => {
    const part = (name: string, share: number) =>
      writeField(name, { grid: GRID, blocks: [(...at) => share * gaussian(SKEW, [0.5, 0.5, 0.5], WIDTH)(...at)] });
    const [first, second] = [part("CHGCAR_first", 0.25), part("CHGCAR_second", 0.5)];
    const options = [
      "--minus",
      first,
      "--minus",
      second,
      "--plus",
      first,
      "--level",
      String(0.5 * Math.exp(-1)),
      "--json",
    ];
    const { code, events } = await runCli(["surface", blob, ...options]);
    expect(code).toBe(0);
    close(events[0]?.area, 4 * Math.PI * WIDTH ** 2);
  });

  it("finds the level that encloses a share of the electrons, and the higher side of both lobes", async () => {
    const { events } = await runCli(["surface", blob, "--inside", "50", "--json"]);
    close(events[0]?.inside, 50);
    const both = await runCli([
      "surface",
      waves,
      "--block",
      "magnetization",
      "--level",
      "0.25",
      "--both",
      "--json",
      "-o",
      out("both.json"),
    ]);
    expect(both.events.map(({ level }) => level)).toEqual([0.25, -0.25]);
    close(both.events[0]?.volume, volume(SKEW) / 3);
    close(both.events[1]?.volume, (2 * volume(SKEW)) / 3);
    expect(JSON.parse(readFileSync(out("both.json"), "utf8")).meshes).toHaveLength(2);
  });

  it("says what is wrong with options and files", async () => {
    expect((await runCli(["surface", blob])).code).toBe(2);
    expect((await runCli(["surface", blob, "--level", "1", "-o", "x.stl"])).code).toBe(2);
    const unknown = await runCli(["surface", blob, "--level", "1", "--block", "down"]);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain("only: total");
    const cut = writeField("CHGCAR_short", { grid: GRID, blocks: [wave, wave] });
    truncateSync(cut, readFileSync(cut).length - 5000);
    const short = await runCli(["surface", cut, "--level", "2", "--json"]);
    expect(short.code).toBe(1);
    close(short.events[0]?.volume, volume(SKEW) / 2);
    const none = await runCli(["surface", out("none"), "--level", "2", "--json"]);
    expect(none.code).toBe(1);
    expect(none.events[0]).toHaveProperty("problems");
  });
});

describe("slice", () => {
  it("writes u, v and the value, which the vectors of --json place in space", async () => {
    const { events } = await runCli([
      "slice",
      waves,
      "--hkl",
      "1,1,0",
      "--offset",
      "0.25",
      "--size",
      "9",
      "-o",
      out("s.csv"),
      "--json",
    ]);
    const { u, v, origin, size } = events[0] as { u: Vector3; v: Vector3; origin: Vector3; size: number };
    const rows = readFileSync(out("s.csv"), "utf8").trim().split("\n");
    expect(rows[0]).toBe("u,v,value");
    expect(rows).toHaveLength(size * size + 1);
    expect(u[0] * v[0] + u[1] * v[1] + u[2] * v[2]).toBeCloseTo(0, 9);
    for (const row of rows.slice(1)) {
      const [s = 0, t = 0, value = 0] = row.split(",").map(Number);
      const r = [0, 1, 2].map(
        (i) => (origin[i] ?? 0) + (s * (u[i] ?? 0)) / Math.hypot(...u) + (t * (v[i] ?? 0)) / Math.hypot(...v),
      );
      const z = (r[2] ?? 0) / 7;
      const y = ((r[1] ?? 0) - 0.8 * z) / 5.5;
      const x = ((r[0] ?? 0) - 1.5 * y + z) / 6;
      expect(x + y).toBeCloseTo(0.25, 6);
      close(value, wave(x, y, z), 0.01);
    }
  });

  it("draws pictures with square pixels", async () => {
    await runCli(["slice", waves, "--hkl", "0,0,1", "--size", "60", "-o", out("s.png")]);
    const image = decode(readFileSync(out("s.png")));
    expect(image.width).toBe(60);
    expect(image.height).toBe(Math.round((60 * 5.5) / 6));
    await runCli(["slice", waves, "--hkl", "0,0,1", "--block", "magnetization", "-o", out("s.svg")]);
    expect(readFileSync(out("s.svg"), "utf8")).toContain("μ_B/Å³");
    expect((await runCli(["slice", waves, "--hkl", "0,0,0"])).code).toBe(2);
  });
});

describe("profile", () => {
  it("has one row per grid plane, and the mean over a window beside it", async () => {
    const field = writeField("LOCPOT_cos", {
      grid: [6, 6, 50],
      density: false,
      blocks: [(x, _, z) => Math.cos(2 * Math.PI * z) + Math.cos(2 * Math.PI * x)],
    });
    const { events } = await runCli(["profile", field, "--axis", "c", "--window", "2", "--json", "-o", out("p.csv")]);
    const points = events[0]?.points as number[][];
    const length = Math.hypot(...SKEW[2]);
    expect(points).toHaveLength(50);
    for (const [i, [z = 0, value = 0, mean = 0]] of points.entries()) {
      expect(z).toBeCloseTo((i * length) / 50, 6);
      expect(value).toBeCloseTo(Math.cos((2 * Math.PI * i) / 50), 5);
      const damping = Math.sin((Math.PI * 2) / length) / ((Math.PI * 2) / length);
      expect(mean).toBeCloseTo(value * damping, 2);
    }
    expect(readFileSync(out("p.csv"), "utf8")).toMatch(/^z,value,macroscopic\n/);
    expect((await runCli(["profile", field, "--axis", "d"])).code).toBe(2);
  });
});

describe("integrate", () => {
  it("agrees with what is known of a wave, a Gaussian and a spin", async () => {
    const { events } = await runCli(["integrate", blob, "--json", "--sphere", "1,2.2"]);
    const charge = Math.PI ** 1.5 * WIDTH ** 3;
    const [facts] = events;
    close(facts?.electrons, charge);
    close(facts?.max, 1);
    expect(facts?.maxAt).toEqual([0.5, 0.5, 0.5]);
    expect(facts?.dipole).toEqual([0, 0, 0].map((zero) => expect.closeTo(zero, 1)));
    const [sphere] = (facts?.spheres ?? []) as { value: number }[];
    close(sphere?.value, charge * (0.995322265018953 - (2 * 2 * Math.exp(-4)) / Math.sqrt(Math.PI)));
    const magnetic = await runCli(["integrate", waves, "--json"]);
    expect(magnetic.events[0]?.moments).toEqual([expect.closeTo(0, 4)]);
  });

  it("gives the Hartree energy and the exchange-correlation term of VASP's own output", async () => {
    // OUTCAR: -DENC and XCENC per atom, of PBE; the local density approximation differs a little
    const { events } = await runCli(["integrate", path.join(SAMPLE, "mp-10197/CHGCAR.gz"), "--json"]);
    close(events[0]?.eHartree, 2 * 105.352776, 1e-4);
    close(events[0]?.xcLda, 2 * 38.44139, 0.01);
    expect(Number(events[0]?.eHartreeBeyondCutoff)).toBeLessThan(0.2);
  });
});

describe("structure", () => {
  it("names space group and Wyckoff positions, and writes standard cells that read back", async () => {
    const file = path.join(SAMPLE, "mp-10197/CHGCAR.gz");
    const { events } = await runCli(["structure", file, "--json", "--conventional", "-o", out("zro.cif")]);
    expect(events[0]).toMatchObject({
      spaceGroup: { number: 225, symbol: "Fm-3m" },
      wyckoff: [{ position: "4a" }, { position: "4b" }],
    });
    close(events[0]?.density, 7.197);
    const again = await runCli([
      "structure",
      out("zro.cif"),
      "--json",
      "--primitive",
      "--supercell",
      "2,1,1",
      "-o",
      out("POSCAR_zro"),
    ]);
    expect(again.events[0]).toMatchObject({ natoms: 8, spaceGroup: { number: 225 } });
    const last = await runCli(["structure", out("POSCAR_zro"), "--json"]);
    expect(last.events[0]).toMatchObject({ natoms: 4, spaceGroup: { number: 225 } });
  });

  it("says so where a file of VASP 4 names no elements", async () => {
    const file = out("POSCAR_vasp4");
    writeFileSync(file, "one atom\n1.0\n2 0 0\n0 2 0\n0 0 2\n1\nDirect\n0 0 0\n");
    expect((await runCli(["structure", file])).stdout).toMatch(/formula\s+unknown elements \(1 atom\)/);
  });

  it("applies a CIF's symmetry operations to its sites", async () => {
    const sites = ["_atom_site_label", "_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z"];
    const cell = ["a", "b", "c"].map((axis) => `_cell_length_${axis} 5.43(1)`);
    const cellAngles = ["alpha", "beta", "gamma"].map((angle) => `_cell_angle_${angle} 90`);
    const operations = [
      "'x, y, z'",
      "'x, y+1/2, z+1/2'",
      "'x+1/2, y, z+1/2'",
      "'x+1/2, y+1/2, z'",
      "'x+1/4, y+1/4, z+1/4'",
      "'x+1/4, y+3/4, z+3/4'",
      "'3/4+x, y+1/4, z+3/4'",
      "'x+3/4, y+3/4, z+1/4'",
    ];
    const lines = [
      "data_Si",
      ...cell,
      ...cellAngles,
      "loop_",
      "_symmetry_equiv_pos_as_xyz",
      ...operations,
      "loop_",
      ...sites,
      "Si1 0 0 0",
      "",
    ];
    writeFileSync(out("si.cif"), lines.join("\n"));
    const { events } = await runCli(["structure", out("si.cif"), "--json"]);
    expect(events[0]).toMatchObject({
      natoms: 8,
      spaceGroup: { number: 227, symbol: "Fd-3m" },
      wyckoff: [{ element: "Si", multiplicity: 8 }],
    });
  });
});
