import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { Matrix3, Vector3 } from "../../../src/core/math/matrix3.js";
import { ask, folder, gaussian, newService, writeField } from "./fields.js";

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Skew, 20 Å high, its atoms at the bottom face, so that the slab lies on both sides of it. */
const CELL: Matrix3 = [
  [5, 0, 0],
  [1, 4.8, 0],
  [0.7, 0.4, 20],
];
const GRID: Vector3 = [40, 40, 160];
const WIDTH = 0.55;
const CHARGE = Math.PI ** 1.5 * WIDTH ** 3;
const HEIGHT = 20;
const blob = gaussian(CELL, [0.5, 0.5, 0], WIDTH);
const potcar = (...valences: number[]) =>
  valences.map((valence) => ` PAW_PBE Si 05Jan2001\n ${valence}\n parameters\n End of Dataset\n`).join("");
const integrals = (file: string) => ask(newService(), "integrals", { file, cutoff: 7.8 });

describe("the dipole of a slab", () => {
  const ion = 0.03;
  const file = writeField("CHGCAR_slab", { grid: GRID, lattice: CELL, blocks: [blob], atoms: [[0.5, 0.5, ion]] });
  const beside = (name: string) => path.join(folder, name);
  afterEach(() => {
    for (const name of ["POTCAR", "OUTCAR"]) rmSync(beside(name), { force: true });
  });

  it("is the ions' charge times their distance from the electrons, wherever the cell begins", async () => {
    writeFileSync(beside("POTCAR"), potcar(CHARGE));
    const { slabDipole, electrons } = await integrals(file);
    expect(electrons).toBeCloseTo(CHARGE, 4);
    expect(slabDipole).toEqual({ axis: "c", value: expect.closeTo(CHARGE * ion * HEIGHT, 3), source: "POTCAR" });
  });

  it("takes the charges from OUTCAR where there is no POTCAR", async () => {
    writeFileSync(
      beside("OUTCAR"),
      `   POMASS =   28.085; ZVAL   =    ${CHARGE.toFixed(6)}    mass and valenz\n   ions per type =   1\n`,
    );
    expect((await integrals(file)).slabDipole).toMatchObject({
      value: expect.closeTo(CHARGE * ion * HEIGHT, 3),
      source: "OUTCAR",
    });
  });

  it("is not given without charges, of a charged cell, or of a crystal without vacuum", async () => {
    expect((await integrals(file)).slabDipole).toBeUndefined();
    writeFileSync(beside("POTCAR"), potcar(CHARGE + 1));
    expect((await integrals(file)).slabDipole).toBeUndefined();
    writeFileSync(beside("POTCAR"), potcar(2 * CHARGE));
    const filled = writeField("CHGCAR_filled", {
      grid: GRID,
      lattice: [CELL[0], CELL[1], [0.2, 0.1, 5]],
      blocks: [gaussian([CELL[0], CELL[1], [0.2, 0.1, 5]], [0, 0, 0], WIDTH)],
    });
    expect((await integrals(filled)).slabDipole).toBeUndefined();
  });
});

describe("the numbers of a file", () => {
  it("are extremes alone where it holds no density, in its unit", async () => {
    const file = writeField("LOCPOT_numbers", {
      grid: [8, 8, 8],
      density: false,
      blocks: [(x) => 3 * Math.cos(2 * Math.PI * x) - 1],
    });
    const found = await integrals(file);
    expect(found).toMatchObject({ unit: "eV", min: -4, max: 2, how: "whole", atoms: 1 });
    expect(found.eHartree).toBeUndefined();
    expect(found.electrons).toBeUndefined();
  });

  it("give the Hartree energy of a plane wave as its formula does, and which part lies beyond g_cut", async () => {
    // rho = A cos(G z): E = 2 pi k (A²/2) V / G² with k = e²/(4 pi eps0)
    const lattice: Matrix3 = [
      [4, 0, 0],
      [0, 4, 0],
      [0, 0, 6],
    ];
    const at = (n: number, z: number) => Math.cos(2 * Math.PI * n * z);
    const file = writeField("CHGCAR_two_waves", {
      grid: [8, 8, 32],
      lattice,
      blocks: [(_x, _y, z) => 1 + 0.2 * at(1, z) + 0.1 * at(9, z)],
    });
    const energy = (amplitude: number, n: number) =>
      (2 * Math.PI * 14.399645 * (amplitude ** 2 / 2) * 96) / ((2 * Math.PI * n) / 6) ** 2;
    const found = await integrals(file);
    expect(found.eHartree).toBeCloseTo(energy(0.2, 1) + energy(0.1, 9), 4);
    expect(found.eHartreeBeyondCutoff).toBeCloseTo(energy(0.1, 9), 5);
  });
});
