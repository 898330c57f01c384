import { describe, expect, test } from "vitest";
import { bondedSites, periodicDistance, polyhedra, polyhedraElements } from "../../../src/core/crystal/coordination.js";
import { boxOfCells } from "../../../src/core/crystal/directions.js";
import { type AtomicCell, sitesInBox } from "../../../src/core/crystal/sites.js";
import type { Matrix3 } from "../../../src/core/math/matrix3.js";

const cubic = (a: number): Matrix3 => [
  [a, 0, 0],
  [0, a, 0],
  [0, 0, a],
];
const perovskite: AtomicCell = {
  lattice: cubic(3.905),
  species: ["Sr", "Ti", "O", "O", "O"],
  fractional: [0, 0, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0.5],
};
const face = [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0];
const rockSalt: AtomicCell = {
  lattice: cubic(5.64),
  species: [...Array<string>(4).fill("Na"), ...Array<string>(4).fill("Cl")],
  fractional: [...face, ...face.map((x, i) => (i % 3 === 0 ? x + 0.5 : x))],
};
const quarter = face.map((x) => x + 0.25);
const silicon: AtomicCell = {
  lattice: cubic(5.43),
  species: Array<string>(8).fill("Si"),
  fractional: [...face, ...quarter],
};
const fcc: AtomicCell = { lattice: cubic(3.61), species: Array<string>(4).fill("Cu"), fractional: face };

const ONE = boxOfCells([1, 1, 1]);
const coordinationOf = (cell: AtomicCell, element: string): number[] => {
  const bonded = bondedSites(cell, ONE, { complete: true });
  const counts = new Map<number, number>();
  for (const { a, b } of bonded.bonds) for (const end of [a, b]) counts.set(end, (counts.get(end) ?? 0) + 1);
  return bonded.sites
    .slice(0, bonded.inside)
    .flatMap((site, i) => (site.element === element ? [counts.get(i) ?? 0] : []));
};

describe("the atoms that are drawn", () => {
  test("atoms on faces, edges and corners stand there on every side", () => {
    const sites = sitesInBox(perovskite, ONE);
    const count = (element: string) => sites.filter((site) => site.element === element).length;
    expect([count("Sr"), count("Ti"), count("O")]).toEqual([8, 1, 6]);
  });
  test("coordinates outside of the cell and tiny errors make no difference", () => {
    const shifted = {
      ...perovskite,
      fractional: Array.from(perovskite.fractional, (x, i) => x + (i % 2 ? 3 : -2) + 1e-9 * (i - 7)),
    };
    expect(sitesInBox(shifted, ONE)).toHaveLength(15);
  });
  test("a supercell holds its cells and one layer of boundary atoms", () => {
    expect(sitesInBox(perovskite, boxOfCells([2, 3, 1])).filter(({ element }) => element === "Sr")).toHaveLength(
      3 * 4 * 2,
    );
  });
  test("in a skewed cell each lies where its fractional coordinates say", () => {
    const lattice: Matrix3 = [
      [3, 0, 0],
      [-1.5, 2.598, 0],
      [0.4, 0.2, 5],
    ];
    for (const { fractional: f, position } of sitesInBox(
      { lattice, species: ["O", "O"], fractional: [0, 0, 0, 0.3, 0.7, -0.2] },
      ONE,
    )) {
      expect(position[0]).toBeCloseTo(3 * f[0] - 1.5 * f[1] + 0.4 * f[2], 9);
      expect(position[2]).toBeCloseTo(5 * f[2], 9);
    }
  });
});

describe("bonds under periodicity", () => {
  test.each([
    ["Ti in a perovskite", perovskite, "Ti", 6],
    ["Na in rock salt", rockSalt, "Na", 6],
    ["Cl in rock salt", rockSalt, "Cl", 6],
    ["Si in diamond's structure", silicon, "Si", 4],
    ["Cu in its metal", fcc, "Cu", 12],
  ] as const)("%s", (_, cell, element, expected) => {
    const found = coordinationOf(cell, element);
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found)).toEqual(new Set([expected]));
  });
  test("cations of an ionic crystal do not bond with each other, nor its oxygens", () => {
    const { sites, bonds } = bondedSites(perovskite, boxOfCells([2, 2, 2]), { complete: true });
    for (const { a, b } of bonds)
      expect([sites[a]?.element, sites[b]?.element].filter((one) => one === "O")).toHaveLength(1);
  });
  test("without completion bonds end at the box; lengths are those of the positions", () => {
    const { sites, inside, bonds } = bondedSites(rockSalt, ONE, { complete: false });
    expect(sites).toHaveLength(inside);
    for (const { length } of bonds) expect(length).toBeCloseTo(2.82, 6);
  });
  test("a molecule in a box has its bonds, a lone atom none", () => {
    const water: AtomicCell = {
      lattice: cubic(10),
      species: ["O", "H", "H"],
      fractional: [0.99, 0, 0, 0.065, 0.06, 0, 0.915, 0.06, 0],
    };
    expect(new Set(coordinationOf(water, "O"))).toEqual(new Set([2]));
    expect(
      bondedSites({ lattice: cubic(12), species: ["Ar"], fractional: [0, 0, 0] }, ONE, { complete: true }).bonds,
    ).toEqual([]);
  });
  test("a thousand atoms take no quadratic time and count the same", () => {
    const big = bondedSites(rockSalt, boxOfCells([8, 8, 8]), { complete: false });
    // 16 rows of links along each axis between the 17 x 17 x 17 points
    expect(big.bonds).toHaveLength(3 * 16 * 17 * 17);
  });
});

describe("polyhedra", () => {
  test("of a perovskite: octahedra around Ti, none offered around Sr or O", () => {
    const bonded = bondedSites(perovskite, ONE, { complete: true });
    expect(polyhedraElements(bonded)).toEqual(["Ti"]);
    const [octahedron] = polyhedra(bonded, (element) => element === "Ti");
    expect(octahedron?.coordination).toBe(6);
    expect(octahedron?.faces).toHaveLength(8);
    for (const { corners, normal } of octahedron?.faces ?? []) {
      expect(corners).toHaveLength(3);
      const ti = 3.905 / 2;
      const [p] = corners;
      expect(
        ((p?.[0] ?? 0) - ti) * normal[0] + ((p?.[1] ?? 0) - ti) * normal[1] + ((p?.[2] ?? 0) - ti) * normal[2],
      ).toBeGreaterThan(1);
    }
  });
  test("coplanar neighbours make one face: a cube has six squares", () => {
    const cesium: AtomicCell = { lattice: cubic(4.12), species: ["Cs", "Cl"], fractional: [0.5, 0.5, 0.5, 0, 0, 0] };
    const [cube] = polyhedra(bondedSites(cesium, ONE, { complete: true }), (element) => element === "Cs");
    expect(cube?.faces.map(({ corners }) => corners.length)).toEqual([4, 4, 4, 4, 4, 4]);
  });
});

test("the shortest distance is found through the cell's faces", () => {
  expect(periodicDistance(cubic(10), [0.05, 0.5, 0.5], [0.95, 0.5, 0.5])).toBeCloseTo(1, 12);
});
