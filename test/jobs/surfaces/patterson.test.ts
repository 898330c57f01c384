import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { volume } from "../../../src/core/crystal/lattice.js";
import type { Vector3 } from "../../../src/core/math/matrix3.js";
import { writePackedSpectra } from "../../../src/jobs/spectra/packedSpectra.js";
import { readMaterial } from "../../../src/jobs/spectra/readMaterial.js";
import { pattersonOf } from "../../../src/jobs/surfaces/patterson.js";
import { ask, folder, gaussian, newService, SKEW, writeField } from "./fields.js";

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SETTINGS = { spacing: 0.4, length: 12.8, assignment: "nearest", component: "total" } as const;
const ATOMS: readonly Vector3[] = [
  [0.1, 0.2, 0.15],
  [0.45, 0.6, 0.55],
];
const [first, second] = ATOMS.map((place) => gaussian(SKEW, place, 0.9));
const GRID: Vector3 = [36, 36, 40];
const density = writeField("CHGCAR_pair", {
  grid: GRID,
  blocks: [(...at) => 0.05 + 2 * (first?.(...at) ?? 0) + 3 * (second?.(...at) ?? 0)],
  atoms: ATOMS,
});
const packed = path.join(folder, "spectra.npz");

beforeAll(async () => {
  const { value } = await readMaterial({ id: "pair", file: density }, SETTINGS);
  if (!value) throw new Error("no spectrum");
  writePackedSpectra(packed, [value], { component: "total", cutoff: value.spectrum.cutoff });
});

describe("the Patterson function of a spectrum", () => {
  it("is the sum over all of its waves, with V |s_g|² each", () => {
    const hkl = Int32Array.from([0, 0, 0, 1, 0, 0, -2, 1, 0, 3, -5, 1, 0, 2, 17]);
    const amplitude = Float64Array.from([0.5, 0.2, 0.1, 0.3, 0.05]);
    const { grid, values } = pattersonOf({ lattice: SKEW, hkl, amplitude });
    expect(grid).toEqual([32, 32, 64]);
    for (const [x, y, z] of [
      [0, 0, 0],
      [3, 0, 1],
      [7, 30, 63],
      [31, 11, 20],
    ] as const) {
      let exact = 0;
      for (let i = 0; i < amplitude.length; i++) {
        const phase =
          ((hkl[3 * i] ?? 0) * x) / 32 + ((hkl[3 * i + 1] ?? 0) * y) / 32 + ((hkl[3 * i + 2] ?? 0) * z) / 64;
        exact += (i === 0 ? 1 : 2) * (amplitude[i] ?? 0) ** 2 * Math.cos(2 * Math.PI * phase);
      }
      expect(values[x + 32 * (y + 32 * z)]).toBeCloseTo(volume(SKEW) * exact, 4);
    }
  });

  it("stays within bounds for long cells, and leaves out what no grid holds", () => {
    const hkl = Int32Array.from([0, 0, 0, 400, 0, 0, 0, 100, 0, 0, 0, 100]);
    const { grid } = pattersonOf({ lattice: SKEW, hkl, amplitude: Float64Array.from([1, 1, 1, 1]) });
    expect(grid[0] * grid[1] * grid[2]).toBeLessThanOrEqual(2 ** 23);
    expect(grid.every((points) => Number.isInteger(Math.log2(points)))).toBe(true);
  });
});

describe("a material of packed spectra", () => {
  const source = { file: packed, material: "pair" };
  it("opens as its structure, its descriptor and its Patterson function", async () => {
    const service = newService();
    const { crystal } = await ask(service, "openStructure", source);
    expect(crystal).toMatchObject({ title: "pair", formula: "Si", hasDensity: true });
    expect([...(crystal?.fractional ?? [])].map((x) => Number(x.toFixed(6)))).toEqual(ATOMS.flat());
    const { density: shown, voxels } = await ask(service, "openDensity", { ...source, settings: SETTINGS });
    expect(shown?.fields.map(({ name, unit, signed }) => [name, unit, signed])).toEqual([
      ["patterson", "e²/Å³", false],
    ]);
    const whole = (await ask(newService(), "openDensity", { file: density, settings: SETTINGS })).voxels;
    expect(voxels).toMatchObject({ isEncoded: true, title: "pair", spacing: 0.4, length: 12.8, components: ["total"] });
    expect(voxels?.hkl).toEqual(whole?.hkl);
    expect(voxels?.amplitude).toEqual(whole?.amplitude);
    // its mean times the volume is the square of the electrons
    const [field] = shown?.fields ?? [];
    const electrons = (whole?.amplitude[0] ?? 0) * volume(SKEW);
    expect((field?.mean ?? 0) * volume(SKEW)).toBeCloseTo(electrons ** 2, 1);
    expect((await ask(service, "symmetry", source)).symmetry?.number).toBeGreaterThan(0);
  });

  it("has its peaks at the origin and at the vectors between atoms", async () => {
    const service = newService();
    const at = async (fractional: Vector3) => (await ask(service, "probe", { ...source, at: { fractional } })).value;
    const between = ATOMS[1]?.map((x, i) => x - (ATOMS[0]?.[i] ?? 0)) as unknown as Vector3;
    const [origin, peak, mirrored] = [
      await at([0, 0, 0]),
      await at(between),
      await at(between.map((x) => -x) as unknown as Vector3),
    ];
    expect(peak).toBeCloseTo(mirrored, 2);
    expect(origin).toBeGreaterThan(peak);
    for (let axis = 0; axis < 3; axis++) {
      for (const step of [-0.06, 0.06])
        expect(await at(between.map((x, i) => x + (i === axis ? step : 0)) as unknown as Vector3)).toBeLessThan(peak);
    }
    // 13 parts at the origin and 6 at the vector, above what is the same everywhere
    const flat = await at([0.5, 0, 0.5]);
    expect((peak - flat) / (origin - flat)).toBeCloseTo(6 / 13, 1);
    const { meshes } = await ask(service, "isosurface", { ...source, levels: [(peak + flat) / 2] });
    expect(meshes[0]?.indices.length).toBeGreaterThan(300);
  });

  it("is shown at the file's resolution where the settings ask for more, and cut where for less", async () => {
    const open = async (spacing: number) =>
      (await ask(newService(), "openDensity", { ...source, settings: { ...SETTINGS, spacing } })).voxels;
    const finer = await open(0.2);
    expect(finer?.spacing).toBeCloseTo(0.4, 5);
    expect(((finer?.length ?? 1) / (finer?.spacing ?? 1)) % 2).toBeCloseTo(0, 6);
    const coarser = await open(0.8);
    expect(coarser?.spacing).toBe(0.8);
    expect(coarser?.amplitude.length).toBeLessThan((finer?.amplitude.length ?? 0) / 4);
  });

  it("has no sums over its density; an unknown name and a damaged file are told", async () => {
    await expect(ask(newService(), "integrals", { ...source, cutoff: 7 })).rejects.toThrow(/phases/);
    const unknown = await ask(newService(), "openDensity", { file: packed, material: "nobody", settings: SETTINGS });
    expect([unknown.density, unknown.problems[0]?.message]).toEqual([undefined, "the file has no spectrum of nobody"]);
    const damaged = path.join(folder, "damaged.npz");
    writeFileSync(damaged, "no zip");
    expect((await ask(newService(), "openStructure", { file: damaged, material: "x" })).problems).toHaveLength(1);
  });
});
