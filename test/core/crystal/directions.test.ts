import { describe, expect, test } from "vitest";
import {
  boxOfCells,
  direction,
  offsetsInBox,
  planeInBox,
  planeNormal,
  planeSpacings,
} from "../../../src/core/crystal/directions.js";
import { elementColor } from "../../../src/core/crystal/elementColors.js";
import { covalentRadius, ionicRadius } from "../../../src/core/crystal/elementRadii.js";
import { elementSymbol } from "../../../src/core/crystal/elements.js";
import { angleAt, dihedralAngle, distanceBetween } from "../../../src/core/crystal/measure.js";
import { cross, dot, type Matrix3, norm, type Vector3 } from "../../../src/core/math/matrix3.js";

const hexagonal: Matrix3 = [
  [3, 0, 0],
  [-1.5, 1.5 * Math.sqrt(3), 0],
  [0, 0, 5],
];
const ONE = boxOfCells([1, 1, 1]);
const area = (corners: readonly Vector3[]): number => {
  const [first] = corners;
  if (!first) return 0;
  const minus = (a: Vector3): Vector3 => [a[0] - first[0], a[1] - first[1], a[2] - first[2]];
  let sum: Vector3 = [0, 0, 0];
  for (let i = 1; i + 1 < corners.length; i++) {
    const part = cross(minus(corners[i] ?? first), minus(corners[i + 1] ?? first));
    sum = [sum[0] + part[0] / 2, sum[1] + part[1] / 2, sum[2] + part[2] / 2];
  }
  return norm(sum);
};

describe("planes", () => {
  test("a normal is as long as 2 pi over the spacing and perpendicular to the plane's directions", () => {
    const normal = planeNormal(hexagonal, [1, 0, 0]);
    expect((2 * Math.PI) / norm(normal)).toBeCloseTo(1.5 * Math.sqrt(3), 10);
    expect(dot(normal, direction(hexagonal, [0, 1, 0]))).toBeCloseTo(0, 10);
    expect(planeSpacings(hexagonal)[2]).toBeCloseTo(5, 12);
  });
  test.each([
    ["(001) through the middle is the cell's base", [0, 0, 1], 0.5, 4, 9 * (Math.sqrt(3) / 2)],
    ["(001) on the face", [0, 0, 1], 0, 4, 9 * (Math.sqrt(3) / 2)],
    ["(111) at 1 is a triangle", [1, 1, 1], 1, 3, undefined],
    ["(111) in the middle is a hexagon", [1, 1, 1], 1.5, 6, undefined],
    ["(110) at 1 runs along c", [1, 1, 0], 1, 4, undefined],
    ["(1 -1 0) through the origin", [1, -1, 0], 0, 4, undefined],
    ["one that misses the cell", [1, 1, 1], 3.5, 0, undefined],
  ] as const)("%s", (_, hkl, offset, corners, expected) => {
    const polygon = planeInBox(hexagonal, hkl, offset, ONE);
    expect(polygon).toHaveLength(corners);
    if (expected !== undefined) expect(area(polygon)).toBeCloseTo(expected, 9);
    const normal = planeNormal(hexagonal, hkl);
    for (const corner of polygon) expect(dot(normal, corner) / (2 * Math.PI)).toBeCloseTo(offset, 9);
  });
  test("the sections of a cell add up to its volume", () => {
    const hkl: Vector3 = [2, -1, 1];
    const [low, high] = offsetsInBox(hkl, ONE);
    expect([low, high]).toEqual([-1, 3]);
    const steps = 2000;
    const spacing = (2 * Math.PI) / norm(planeNormal(hexagonal, hkl));
    let volume = 0;
    for (let i = 0; i < steps; i++) {
      const offset = low + ((i + 0.5) / steps) * (high - low);
      volume += (area(planeInBox(hexagonal, hkl, offset, ONE)) * spacing * (high - low)) / steps;
    }
    expect(volume / (9 * (Math.sqrt(3) / 2) * 5)).toBeCloseTo(1, 4);
  });
});

test("distances, angles and dihedral angles", () => {
  expect(distanceBetween([0, 0, 0], [1, 2, 2])).toBe(3);
  expect(angleAt([1, 0, 0], [0, 0, 0], [0, 2, 0])).toBeCloseTo(90, 12);
  expect(angleAt([1, 0, 0], [0, 0, 0], [-1, 0, 0])).toBeCloseTo(180, 12);
  expect(angleAt([1, 0, 0], [1, 0, 0], [0, 1, 0])).toBeUndefined();
  expect(dihedralAngle([1, 0, 0], [0, 0, 0], [0, 0, 1], [0, 1, 1])).toBeCloseTo(90, 12);
  expect(dihedralAngle([1, 0, 0], [0, 0, 0], [0, 0, 1], [0, -1, 1])).toBeCloseTo(-90, 12);
  expect(dihedralAngle([1, 0, 0], [0, 0, 0], [0, 0, 1], [-1, 0, 1])).toBeCloseTo(180, 12);
  expect(dihedralAngle([0, 0, 2], [0, 0, 0], [0, 0, 1], [0, 1, 1])).toBeUndefined();
});

test("every element to Cm has a colour and a covalent radius, and known ions their radius", () => {
  for (let number = 1; number <= 96; number++) {
    const symbol = elementSymbol(number) ?? "";
    expect(elementColor(symbol), symbol).toMatch(/^#[0-9a-f]{6}$/);
    expect(covalentRadius(symbol), symbol).toBeGreaterThan(0.27);
    expect(covalentRadius(symbol), symbol).toBeLessThan(2.7);
  }
  expect(["H", "C", "N", "O", "Fe", "Au", "U"].map(elementColor)).toEqual([
    "#ffffff",
    "#909090",
    "#3050f8",
    "#ff0d0d",
    "#e06633",
    "#ffd123",
    "#008fff",
  ]);
  expect(["H", "O", "Si", "Ti", "Cs", "La", "Bi", "Cm"].map(covalentRadius)).toEqual([
    0.31, 0.66, 1.11, 1.6, 2.44, 2.07, 1.48, 1.69,
  ]);
  expect(["O", "Na", "Ti", "La", "Bi", "U", "I"].map(ionicRadius)).toEqual([1.4, 1.02, 0.61, 1.03, 1.03, 0.73, 2.2]);
  expect(ionicRadius("Ne")).toBeUndefined();
});
