import { describe, expect, test } from "vitest";
import { rowTimes, type Vector3 } from "../../src/core/math/matrix3.js";
import type { DensityData, FieldFacts, SurfaceMesh } from "../../src/protocol/crystalView.js";
import { type CrystalSettings, DEFAULT_CRYSTAL, restoreCrystal } from "../../webview/crystal/crystalSettings.js";
import { type Calls, DensityModel, levelRange } from "../../webview/crystal/densityModel.js";
import { pickSurface } from "../../webview/crystal/pickSurface.js";
import {
  colourName,
  type LevelMesh,
  SURFACE_COLOURS,
  shownLevels,
  styleOf,
  surfaceColour,
} from "../../webview/crystal/surfaceStyles.js";
import { FRONT, makeView, orbitFrom, project } from "../../webview/scene/orbit.js";

const facts = (signed: boolean): FieldFacts => {
  return {
    name: "total",
    unit: "e/Å³",
    signed,
    minimum: signed ? -2 : 0.001,
    maximum: 2,
    mean: 0.5,
    suggestedLevel: 0.3,
  };
};
const density = (signed: boolean): DensityData => {
  return {
    title: "CHGCAR",
    kind: "CHGCAR",
    grid: [4, 4, 4],
    kept: [4, 4, 4],
    how: "whole",
    fields: [facts(signed)],
    truncated: false,
  };
};
const mesh = (level: number): SurfaceMesh => ({
  level,
  positions: new Float32Array(9),
  normals: new Float32Array(9),
  indices: Uint32Array.of(0, 1, 2),
  area: 1,
  volume: 1,
  facesFrom: 3,
  stride: 1,
});

/** What is asked of the job process, and the meshes that come of it. */
async function shownFor(settings: CrystalSettings, signed = false) {
  const asked: number[][] = [];
  let changes = 0;
  const call = async (method: string, params: { levels?: number[] }) => {
    if (method === "isosurface") asked.push(params.levels ?? []);
    if (method === "isosurface") return { unit: "e/Å³", meshes: (params.levels ?? []).map(mesh) };
    return { unit: "e/Å³", levels: [1], percent: [50], volumePercent: [10] };
  };
  const model = new DensityModel({ call } as unknown as Calls, () => (changes += 1));
  model.open(density(signed), settings);
  for (let i = 0; i < 20 && changes < 2; i++) await Promise.resolve();
  return { asked: asked[0] ?? [], meshes: model.state.meshes };
}

const further = (...levels: number[]) => levels.map((level, i) => ({ level, opacity: 0.9, colour: i + 1 }));

describe("several levels", () => {
  const [low, high] = levelRange(facts(false));
  const levelAt = (place: number) => low * (high / low) ** place;

  test("are asked for at once, and each mesh knows its own", async () => {
    const { asked, meshes } = await shownFor({ ...DEFAULT_CRYSTAL, furtherLevels: further(0.9, 0.2) });
    expect(asked).toEqual([0.3, levelAt(0.9), levelAt(0.2)]);
    expect(meshes.map(({ surface }) => surface)).toEqual([0, 1, 2]);
  });
  test("have both lobes each where the field has both signs", async () => {
    const { asked, meshes } = await shownFor({ ...DEFAULT_CRYSTAL, furtherLevels: further(0.9) }, true);
    const [lowest, highest] = levelRange(facts(true));
    const second = lowest * (highest / lowest) ** 0.9;
    expect(asked).toEqual([0.3, -0.3, second, -second]);
    expect(meshes.map(({ surface }) => surface)).toEqual([0, 0, 1, 1]);
    expect(shownLevels(meshes)).toEqual([
      { level: 0.3, surface: 0 },
      { level: second, surface: 1 },
    ]);
  });
  test("that are the same are one surface", async () => {
    const { asked } = await shownFor({ ...DEFAULT_CRYSTAL, level: 0.5, furtherLevels: further(0.5, 0.5) });
    expect(asked).toEqual([levelAt(0.5)]);
  });
  test("are drawn in their own opacity and colour", () => {
    const settings = { ...DEFAULT_CRYSTAL, opacity: 0.4, colour: 3, furtherLevels: further(0.9) };
    expect(styleOf({ surface: 0 }, settings)).toEqual({ opacity: 0.4, colour: 3 });
    expect(styleOf({ surface: 1 }, settings)).toMatchObject({ opacity: 0.9, colour: 1 });
  });
  test("come back with the page, without what does not fit", () => {
    const kept = { ...DEFAULT_CRYSTAL, colour: 2, furtherLevels: further(0.9, 0.2) };
    expect(restoreCrystal(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
    const wrong = [
      { level: 2, opacity: 0.5, colour: 0 },
      { level: 0.5, opacity: 0.5, colour: 17 },
      { level: 0.5 },
      null,
      "x",
    ];
    expect(
      restoreCrystal({
        ...kept,
        colour: 99,
        furtherLevels: [...wrong, ...further(0.1, 0.2, 0.3, 0.4), ...further(0.5)],
      }),
    ).toMatchObject({
      colour: SURFACE_COLOURS.length - 1,
      furtherLevels: further(0.1, 0.2, 0.3, 0.4),
    });
  });
});

test("colours of surfaces have names of their own, and lobes differ in every theme", () => {
  const all = SURFACE_COLOURS.flatMap((_, i) => [colourName(i, false), colourName(i, true)]);
  expect(new Set(all).size).toBe(2 * SURFACE_COLOURS.length);
  for (const isDark of [true, false]) {
    const colours = SURFACE_COLOURS.flatMap((_, i) => [
      surfaceColour(1, i, { isDark }),
      surfaceColour(-1, i, { isDark }),
    ]);
    for (const [i, one] of colours.entries())
      for (const other of colours.slice(i + 1))
        expect(Math.hypot(...one.map((x, c) => x - (other[c] ?? 0)))).toBeGreaterThan(0.2);
  }
});

describe("the surface under the pointer", () => {
  const lattice = [
    [4, 0, 0],
    [-1.3, 3.8, 0],
    [0.4, 0.7, 5],
  ] as const;
  const at = (...fractional: Vector3) => rowTimes(fractional, lattice);
  /** A triangle through the cell at z = 0.5, and the whole face z = 1. */
  const corners = [
    at(0.1, 0.1, 0.5),
    at(0.9, 0.1, 0.5),
    at(0.1, 0.9, 0.5),
    at(0, 0, 1),
    at(1, 0, 1),
    at(0, 1, 1),
    at(1, 1, 1),
  ];
  const level: LevelMesh = {
    ...mesh(0.25),
    surface: 0,
    positions: Float32Array.from(corners.flat()),
    indices: Uint32Array.of(0, 1, 2, 3, 4, 5, 4, 6, 5),
    facesFrom: 3,
    colour: Float32Array.of(10, 20, 30, 0, 0, 0, 0),
  };
  const scene = { meshes: [level], lattice, cells: [1, 1, 1] as const, slab: [-100, 100] as const };
  const center = at(0.5, 0.5, 0.5);
  const above = orbitFrom(20, 80);
  const views = [above, FRONT, orbitFrom(200, -60)].flatMap((orbit) => {
    const view = { ...makeView(orbit, 500, 400, 6), center };
    return [view, { ...view, eye: 20 }];
  });
  const inside = at(0.3, 0.4, 0.5);

  test.each(views)("is found where it stands, in parallel projection and perspective", (view) => {
    const [x, y] = project(view, inside);
    const hit = pickSurface({ ...scene, meshes: [{ ...level, indices: level.indices.slice(0, 3) }] }, view, x, y);
    expect(hit?.isWall).toBe(false);
    for (const i of [0, 1, 2] as const) expect(hit?.point[i]).toBeCloseTo(inside[i], 4);
    [0.3, 0.4, 0.5].forEach((value, i) => {
      expect(hit?.fractional[i as 0]).toBeCloseTo(value, 4);
    });
    expect(hit?.colour).toBeCloseTo(10 + 10 * 0.25 + 20 * 0.375, 3);
  });
  const view = { ...makeView(above, 500, 400, 6), center };
  test("is the nearest one: the closed face above, and what is below once that is cut away", () => {
    const [x, y, depth] = project(view, inside);
    expect(pickSurface(scene, view, x, y)?.isWall).toBe(true);
    expect(pickSurface({ ...scene, slab: [-100, depth + 0.5] }, view, x, y)?.isWall).toBe(false);
    expect(pickSurface(scene, view, 2, 2)).toBeUndefined();
  });
  test("of repeated cells is the last one's closed face, in its own coordinates", () => {
    const two = { ...scene, cells: [1, 1, 2] as const };
    const [x, y] = project(view, at(0.6, 0.6, 1));
    const hit = pickSurface(two, view, x, y);
    expect(hit?.fractional[2]).toBeCloseTo(2, 3);
    const [nearX, nearY] = project(view, at(0.3, 0.4, 1.5));
    const cut = { ...two, slab: [-100, 5.2] as const };
    expect(pickSurface(cut, view, nearX, nearY)?.isWall).toBe(false);
  });
});
