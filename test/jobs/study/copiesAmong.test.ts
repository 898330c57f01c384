import { describe, expect, test } from "vitest";
import { readMaterial } from "../../../src/jobs/spectra/readMaterial.js";
import { copiesAmong, densityKey, nearProblem } from "../../../src/jobs/study/copiesAmong.js";
import { temporaryFile } from "../densities/volumetricText.js";

type Vector = readonly [number, number, number];
interface Cell {
  readonly lattice: readonly Vector[];
  readonly grid: Vector;
  readonly atoms: readonly Vector[];
}

const CELL: Cell = {
  lattice: [
    [4, 0, 0],
    [0.7, 4.5, 0],
    [0.2, 0.3, 5],
  ],
  grid: [12, 14, 16],
  atoms: [
    [0, 0, 0],
    [0.31, 0.52, 0.13],
  ],
};

/** A smooth density in fractional coordinates. */
const density = (u: number, v: number, w: number): number =>
  9 +
  3 * Math.cos(2 * Math.PI * (u + 2 * v)) +
  2 * Math.sin(2 * Math.PI * (w - v)) +
  1.5 * Math.cos(2 * Math.PI * (2 * u - w) + 0.4);

/** A CHGCAR of a density, whose values are times the volume and so as large as the cell is. */
function chgcar(
  { lattice, grid: [a, b, c], atoms }: Cell,
  value: (u: number, v: number, w: number) => number,
  { digits = 11, symbols = ["Mg", "O"] }: { digits?: number; symbols?: readonly string[] } = {},
): string {
  const rows = lattice.map((row) => row.map((x) => x.toFixed(10)).join(" "));
  const each = atoms.length / symbols.length;
  const values: string[] = [];
  for (let z = 0; z < c; z++)
    for (let y = 0; y < b; y++)
      for (let x = 0; x < a; x++) values.push(value(x / a, y / b, z / c).toExponential(digits - 1));
  const head = ["made", "1.0", ...rows, symbols.join(" "), symbols.map(() => each).join(" "), "Direct"];
  return [...head, ...atoms.map((row) => row.join(" ")), "", `${a} ${b} ${c}`, ...values, ""].join("\n");
}

const wrap = (x: number) => x - Math.floor(x);
const shift: Vector = [3 / 12, 5 / 14, 7 / 16];

function turned([x, y, z]: Vector): Vector {
  const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
  const [p, q] = [c * x - s * y, s * x + c * y];
  return [p, c * q - s * z, s * q + c * z];
}

const [A, B, C] = CELL.lattice as [Vector, Vector, Vector];
const plus = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const times = (a: Vector, k: number): Vector => [a[0] * k, a[1] * k, a[2] * k];

const SAME: Record<string, string> = {
  "under another title": chgcar(CELL, density).replace("made", "another title"),
  "in five digits, as a CHG": chgcar(CELL, density, { digits: 5 }),
  "shifted by steps of the grid": chgcar(
    { ...CELL, atoms: CELL.atoms.map((at) => plus(at, shift).map(wrap) as unknown as Vector) },
    (u, v, w) => density(u - shift[0], v - shift[1], w - shift[2]),
  ),
  "in another orientation": chgcar({ ...CELL, lattice: CELL.lattice.map(turned) }, density),
  "with its axes in another order": chgcar(
    {
      lattice: [B, C, A],
      grid: [14, 16, 12],
      atoms: CELL.atoms.map(([u, v, w]): Vector => [v, w, u]),
    },
    (v, w, u) => density(u, v, w),
  ),
  "in another cell of the same lattice": chgcar(
    { ...CELL, lattice: [A, plus(A, B), C], grid: [28, 28, 16], atoms: CELL.atoms.map(([u, v, w]) => [u - v, v, w]) },
    (u, v, w) => density(u + v, v, w),
  ),
  "as a supercell": chgcar(
    {
      lattice: [times(A, 2), B, C],
      grid: [24, 14, 16],
      atoms: CELL.atoms.flatMap(([u, v, w]): Vector[] => [
        [u / 2, v, w],
        [(u + 1) / 2, v, w],
      ]),
    },
    (u, v, w) => 2 * density(2 * u, v, w),
  ),
  "with its elements in another order": chgcar({ ...CELL, atoms: [...CELL.atoms].reverse() }, density, {
    symbols: ["O", "Mg"],
  }),
  mirrored: chgcar({ ...CELL, lattice: CELL.lattice.map(([x, y, z]): Vector => [x, y, -z]) }, density),
  "on a finer grid": chgcar({ ...CELL, grid: [18, 20, 24] }, density),
};

const OTHER: Record<string, string> = {
  "of other elements": chgcar(CELL, density, { symbols: ["Ca", "O"] }),
  "of a cell a hundredth larger": chgcar({ ...CELL, lattice: CELL.lattice.map((row) => times(row, 1.0034)) }, density),
  "with one wave a hundredth stronger": chgcar(
    CELL,
    (u, v, w) => density(u, v, w) + 0.05 * Math.cos(2 * Math.PI * (u + 2 * v)),
  ),
};

async function keyed(id: string, text: string, component: "total" | "magnetization" = "total") {
  const { value } = await readMaterial({ id, file: temporaryFile("CHGCAR", text) }, { spacing: 0.4, component });
  if (!value) throw new Error("no material");
  return { id, key: densityKey(value), spectrum: () => value.spectrum };
}

describe("of two readings of one crystal the later one is left out:", () => {
  test.each(Object.entries(SAME))("%s", async (name, text) => {
    const materials = [await keyed("first", chgcar(CELL, density)), await keyed(name, text)];
    const { copies, near } = copiesAmong(materials);
    expect(copies.map(({ material, problem: { severity, args } }) => [material.id, severity, ...args])).toEqual([
      [name, "error", "first"],
    ]);
    expect(near).toEqual([]);
  });
});

test.each(Object.entries(OTHER))("a crystal %s is another", async (name, text) => {
  const materials = [await keyed("first", chgcar(CELL, density)), await keyed(name, text)];
  expect(copiesAmong(materials)).toEqual({ copies: [], near: [] });
});

test("nearly the same crystal stays, and is told once", async () => {
  const almost = (k: number) => (u: number, v: number, w: number) => density(u, v, w) + k * Math.cos(2 * Math.PI * u);
  const materials = [
    await keyed("first", chgcar(CELL, density)),
    await keyed("second", chgcar(CELL, almost(0.05))),
    await keyed("third", chgcar({ ...CELL, lattice: CELL.lattice.map((row) => times(row, 1.0001)) }, density)),
    await keyed("copy", SAME["under another title"] ?? ""),
  ];
  const { copies, near } = copiesAmong(materials);
  expect(copies.map(({ material }) => material.id)).toEqual(["copy"]);
  expect(near.map(({ material, first }) => [material.id, first])).toEqual([
    ["second", "first"],
    ["third", "first"],
  ]);
  expect(nearProblem(near)).toMatchObject({ severity: "warning", args: [2, "second", "first"] });
  expect(nearProblem([])).toBeUndefined();
});

test("of magnetisations that are zero only the very same are copies", async () => {
  const spin = (text: string) =>
    `${text}12 14 16\n${Array(12 * 14 * 16)
      .fill("0")
      .join(" ")}\n`;
  const large = { ...CELL, lattice: CELL.lattice.map((row) => times(row, 1.000001)) };
  const materials = [
    await keyed("first", spin(chgcar(CELL, density)), "magnetization"),
    await keyed("other", spin(chgcar(large, density)), "magnetization"),
    await keyed("same", spin(chgcar(CELL, density)), "magnetization"),
  ];
  expect(copiesAmong(materials).copies.map(({ material }) => material.id)).toEqual(["same"]);
});
