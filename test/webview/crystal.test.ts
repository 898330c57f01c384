import { describe, expect, test } from "vitest";
import { planeNormal } from "../../src/core/crystal/directions.js";
import { cross, dot, type Matrix3, norm, type Vector3 } from "../../src/core/math/matrix3.js";
import type { CrystalData, FieldFacts, SurfaceMesh } from "../../src/protocol/crystalView.js";
import { axisOrbit, planeOrbit } from "../../webview/crystal/axisViews.js";
import { makeCrystalScene } from "../../webview/crystal/crystalScene.js";
import { DEFAULT_CRYSTAL, restoreCrystal } from "../../webview/crystal/crystalSettings.js";
import { DensityModel, levelRange } from "../../webview/crystal/densityModel.js";
import { joinFaces, polygonFaces } from "../../webview/crystal/faceList.js";
import { frameOf } from "../../webview/crystal/frameBar.js";
import { Latest } from "../../webview/crystal/latest.js";
import { pickAtom, pointOnPlane, readingOrder } from "../../webview/crystal/pickAtom.js";
import { planeColors, sliceValue } from "../../webview/crystal/planeMap.js";
import { surfaceFaces } from "../../webview/crystal/surfaceFaces.js";
import { makeCubes, makePoints, makeProjection, strongestThreshold } from "../../webview/scene/cubes.js";
import { FaceOrder } from "../../webview/scene/faceOrder.js";
import { FRONT, makeView, orbitFrom, project, towardOf } from "../../webview/scene/orbit.js";
import { placeOn } from "../../webview/scene/planePlace.js";
import { restorePage, shownLayout } from "../../webview/voxels/pageState.js";

const lattice: Matrix3 = [
  [4, 0, 0],
  [-1.3, 3.8, 0],
  [0.4, 0.7, 5],
];
const dark = {
  ground: [0.1, 0.1, 0.1],
  ink: [0.9, 0.9, 0.9],
  mutedInk: [0.6, 0.6, 0.6],
  accent: [0, 0.5, 0.9],
  positive: [1, 0.6, 0.2],
  negative: [0.4, 0.7, 1],
  isDark: true,
  isHighContrast: false,
  font: "sans-serif",
} as const;
const crystal: CrystalData = {
  title: "POSCAR",
  kind: "POSCAR",
  formula: "NaCl",
  lattice,
  volume: 76,
  species: ["Na", "Cl"],
  fractional: Float64Array.of(0, 0, 0, 0.5, 0.5, 0.5),
  hasDensity: false,
};

describe("the camera of a crystal", () => {
  test.each(["a", "b", "c"])("looks against %s, and against %s* along the planes' normal", (axis) => {
    const i = "abc".indexOf(axis) as 0 | 1 | 2;
    const unit = [0, 1, 2].map((n) => (n === i ? 1 : 0)) as unknown as Vector3;
    const along = axisOrbit(lattice, axis);
    const star = axisOrbit(lattice, `${axis}*`);
    if (!along || !star) throw new Error("no camera");
    expect(dot(towardOf(along), lattice[i]) / norm(lattice[i])).toBeCloseTo(1, 12);
    const normal = planeNormal(lattice, unit);
    expect(dot(towardOf(star), normal) / norm(normal)).toBeCloseTo(1, 12);
    // the axis that follows in the circle a, b, c points to the right, the one after upwards
    expect(dot(along.right, lattice[((i + 1) % 3) as 0])).toBeGreaterThan(0);
    expect(dot(along.up, lattice[((i + 2) % 3) as 0])).toBeGreaterThan(0);
  });
  test("looks onto planes, also those that c is normal to", () => {
    for (const hkl of [
      [1, 1, 1],
      [0, 0, 1],
      [-2, 1, 0],
    ] as const) {
      const normal = planeNormal(lattice, hkl);
      const orbit = planeOrbit(lattice, hkl);
      expect(orbit ? dot(towardOf(orbit), normal) / norm(normal) : 0).toBeCloseTo(1, 12);
    }
    expect(planeOrbit(lattice, [0, 0, 0])).toBeUndefined();
  });
});

describe("atoms under the pointer", () => {
  const scene = makeCrystalScene(crystal, DEFAULT_CRYSTAL, dark);
  const view = { ...makeView(FRONT, 500, 500, scene.extent), center: scene.center };
  test("are the nearest ones whose ball is hit", () => {
    expect(scene.sites).toHaveLength(9);
    for (const [i, { position }] of scene.sites.entries()) {
      const [x, y, depth] = project(view, position);
      const hit = pickAtom(scene, view, x, y);
      const at = project(view, scene.sites[hit ?? -1]?.position ?? [0, 0, 0]);
      expect(hit === i || at[2] > depth).toBe(true);
    }
    expect(pickAtom(scene, view, 2, 2)).toBeUndefined();
  });
  test("are walked through once each, from the top left", () => {
    const order = readingOrder(scene, view);
    expect([...order].sort((a, b) => a - b)).toEqual(scene.sites.map((_, i) => i));
    const heights = order.map((i) => project(view, scene.sites[i]?.position ?? [0, 0, 0])[1]);
    expect(Math.min(...heights)).toBeGreaterThan((heights[0] ?? 0) - 25);
  });
  test("of a perspective are found where they are drawn, and so are points of a plane", () => {
    const near = { ...view, eye: 3.5 * scene.extent };
    const normal: Vector3 = [0.2, -0.3, 0.9];
    const point: Vector3 = [1, 2, 1.5];
    for (const one of [view, near]) {
      const [x, y] = project(one, point);
      const found = pointOnPlane(one, x, y, point, normal);
      expect(found?.map((n, i) => n - (point[i as 0] ?? 0)).every((d) => Math.abs(d) < 1e-9)).toBe(true);
    }
    expect(pointOnPlane(view, 3, 3, point, cross(view.toward, [0, 0, 1]))).toBeUndefined();
  });
});

describe("translucent triangles", () => {
  const random = (() => {
    let state = 7;
    return () => {
      state = (state * 16807) % 2147483647;
      return state / 2147483647;
    };
  })();
  const triangles = Array.from({ length: 3000 }, () =>
    Array.from({ length: 3 }, (): Vector3 => [random() * 8, random() * 8, random() * 8]),
  );
  const faces = joinFaces([
    polygonFaces(triangles.map((corners) => ({ corners, normal: [0, 0, 1], color: [1, 0, 0], opacity: 0.5 }))),
  ]);
  test("come from far to near from every side, each once", () => {
    const order = new FaceOrder(faces);
    for (const orbit of [FRONT, orbitFrom(200, -60), orbitFrom(0, 90)]) {
      const toward = towardOf(orbit);
      const sorted = order.sort(toward);
      expect(new Set(sorted).size).toBe(9000);
      const depths = Array.from({ length: 3000 }, (_, face) => {
        const corners = [0, 1, 2].map((c) => sorted[3 * face + c] ?? 0);
        return corners.reduce(
          (sum, c) => sum + dot([...faces.positions.subarray(3 * c, 3 * c + 3)] as unknown as Vector3, toward) / 3,
          0,
        );
      });
      for (let i = 1; i < depths.length; i++) expect(depths[i]).toBeGreaterThan((depths[i - 1] ?? 0) - 1e-3);
    }
  });
  test("of two levels in one plane come level by level, from both sides", () => {
    const square = (i: number, j: number): readonly Vector3[] => [
      [i, j, 0],
      [i + 1, j, 0],
      [i + 1, j + 1, 0],
      [i, j + 1, 0],
    ];
    const squares = Array.from({ length: 100 }, (_, n) => square(n % 10, Math.floor(n / 10)));
    const list = polygonFaces(
      squares.map((corners) => ({ corners, normal: [0, 0, 1], color: [1, 0, 0], opacity: 0.5 })),
    );
    const count = list.indices.length / 3;
    const order = new FaceOrder(joinFaces([list, { ...list, layers: new Uint8Array(count).fill(1) }]));
    for (const [elevation, isInFront] of [
      [35, true],
      [-35, false],
    ] as const) {
      const sorted = order.sort(towardOf(orbitFrom(20, elevation)));
      const place = new Map(Array.from({ length: 2 * count }, (_, at) => [(sorted[3 * at] ?? 0) / 3, at]));
      // the triangle of each square that shares an edge overlaps as much as the same one
      for (let face = 0; face < count; face++)
        for (const other of [face, face ^ 1])
          expect((place.get(count + other) ?? 0) > (place.get(face) ?? 0)).toBe(isInFront);
    }
  });
  test("large ones are cut up without changing their area, opaque ones are known as such", () => {
    const square: readonly Vector3[] = [
      [0, 0, 0],
      [6, 0, 0],
      [6, 6, 0],
      [0, 6, 0],
    ];
    const one = { corners: square, normal: [0, 0, 1] as Vector3, color: [1, 1, 1] as const, opacity: 1 };
    const cut = polygonFaces([one], 1);
    expect(cut.indices.length).toBeGreaterThan(100);
    let area = 0;
    for (let i = 0; i < cut.indices.length; i += 3) {
      const [a, b, c] = [0, 1, 2].map(
        (k) => [...cut.positions.subarray(3 * (i + k), 3 * (i + k) + 3)] as unknown as Vector3,
      );
      if (a && b && c)
        area += norm(cross([b[0] - a[0], b[1] - a[1], b[2] - a[2]], [c[0] - a[0], c[1] - a[1], c[2] - a[2]])) / 2;
    }
    expect(area).toBeCloseTo(36, 6);
    expect([joinFaces([cut]).isOpaque, faces.isOpaque, joinFaces([cut, faces]).isOpaque]).toEqual([true, false, false]);
  });
});

test("a surface is repeated over the cells, its closed faces only at the outside", () => {
  const at = (x: number, y: number, z: number) =>
    [0, 1, 2].map((i) => x * (lattice[0][i as 0] ?? 0) + y * (lattice[1][i as 0] ?? 0) + z * (lattice[2][i as 0] ?? 0));
  const positions = Float32Array.from(
    [
      at(0.2, 0.2, 0.5),
      at(0.8, 0.2, 0.5),
      at(0.2, 0.8, 0.5),
      at(0, 0, 0),
      at(0, 1, 0),
      at(0, 1, 1),
      at(1, 0, 0),
      at(1, 1, 0),
      at(1, 1, 1),
    ].flat(),
  );
  const mesh: SurfaceMesh = {
    level: 1,
    positions,
    normals: new Float32Array(27).fill(0.577),
    indices: Uint32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8),
    area: 1,
    volume: 1,
    facesFrom: 3,
    stride: 1,
  };
  const one = surfaceFaces(mesh, lattice, [1, 1, 1], [1, 1, 0], 0.5);
  expect([...one.indices]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  const three = surfaceFaces(mesh, lattice, [3, 1, 1], [1, 1, 0], 0.5);
  // three surfaces, the wall at x = 0 of the first and that at x = 1 of the last
  expect([...three.indices]).toEqual([0, 1, 2, 3, 4, 5, 9, 10, 11, 18, 19, 20, 24, 25, 26]);
  expect(three.positions[27 + 0]).toBeCloseTo((positions[0] ?? 0) + 4, 5);
});

describe("a slice", () => {
  const slice = {
    unit: "e/Å³",
    origin: [1, 1, 1],
    u: [3, 0, 0],
    v: [1, 2, 0],
    size: 4,
    minimum: 0,
    maximum: 15,
    spacing: 1,
    offset: 0,
  } as const;
  const values = Float32Array.from({ length: 16 }, (_, i) => i);
  test("gives the value between its points, and repeats", () => {
    expect(placeOn(slice, [1 + 1.5 + 0.5, 1 + 1, 1])).toEqual([0.5, 0.5]);
    expect(sliceValue({ size: 4, values }, [0.25, 0.5])).toBe(9);
    expect(sliceValue({ size: 4, values }, [0.375, 0.5])).toBe(9.5);
    expect(sliceValue({ size: 4, values }, [-0.75, 1.5])).toBe(9);
  });
  test("colours both signs evenly from the ground, densities of many decades by their logarithm", () => {
    const signed = planeColors({ ...slice, values, minimum: -2, maximum: 5 }, true, DEFAULT_CRYSTAL, dark);
    expect([signed.low, signed.high, signed.isLog]).toEqual([-5, 5, false]);
    expect(signed.colors[127]?.[0]).toBeCloseTo(0.1, 1);
    const dense = planeColors({ ...slice, values, minimum: 1e-4, maximum: 5 }, false, DEFAULT_CRYSTAL, dark);
    expect([dense.isLog, dense.high, dense.low]).toEqual([true, 5, 5e-3]);
    expect(planeColors({ ...slice, values, minimum: 2, maximum: 5 }, false, DEFAULT_CRYSTAL, dark).isLog).toBe(false);
  });
});

describe("levels", () => {
  const field = (facts: Partial<FieldFacts>): FieldFacts => ({
    name: "total",
    unit: "e/Å³",
    minimum: 0.01,
    maximum: 10,
    mean: 1,
    signed: false,
    suggestedLevel: 1,
    ...facts,
  });
  test("run over four decades at most, of signed fields over the larger lobe", () => {
    expect(levelRange(field({}))).toEqual([0.01, 10]);
    expect(levelRange(field({ minimum: 0 }))).toEqual([1e-3, 10]);
    expect(levelRange(field({ minimum: -20, maximum: 1, signed: true }))).toEqual([2e-3, 20]);
    expect(levelRange(field({ minimum: -3, maximum: -1 }))).toEqual([1e-3, 1]);
  });
  test("ask for both lobes of a signed field, for one of a density, and say what lies inside", async () => {
    const asked: { method: string; params: Record<string, unknown> }[] = [];
    const calls = {
      call: (method: string, params: Record<string, unknown>) => {
        asked.push({ method, params });
        const levels = (params.levels ?? []) as number[];
        return Promise.resolve(
          method === "inside"
            ? { levels, percent: levels.map((_, i) => 100 - i), volumePercent: levels }
            : { unit: "e/Å³", meshes: [] },
        );
      },
    };
    const model = new DensityModel(calls as never, () => {});
    const density = {
      title: "CHGCAR",
      kind: "CHGCAR",
      grid: [8, 8, 8],
      kept: [8, 8, 8],
      how: "whole",
      truncated: false,
    } as const;
    const spin = field({
      name: "magnetization",
      unit: "μ_B/Å³",
      minimum: -2,
      maximum: 3,
      signed: true,
      suggestedLevel: 0.5,
    });
    model.open({ ...density, fields: [field({}), spin] }, DEFAULT_CRYSTAL);
    await new Promise((resolve) => setTimeout(resolve));
    expect(asked.find(({ method }) => method === "isosurface")?.params).toMatchObject({ field: "total", levels: [1] });
    expect(model.levelPlace(DEFAULT_CRYSTAL)).toBeCloseTo(2 / 3, 9);
    expect(model.percentInside(1)).toBeGreaterThan(0);
    model.apply({ ...DEFAULT_CRYSTAL, field: "magnetization" });
    await new Promise((resolve) => setTimeout(resolve));
    expect(asked.filter(({ method }) => method === "isosurface").at(-1)?.params).toMatchObject({
      field: "magnetization",
      levels: [0.5, -0.5],
    });
  });
  test("of requests that pile up only the newest is answered", async () => {
    const done: number[] = [];
    let letGo: () => void = () => {};
    const queue = new Latest((error) => done.push(error === "no" ? -1 : -2));
    queue.ask(
      () =>
        new Promise<void>((resolve) => {
          letGo = () => {
            done.push(1);
            resolve();
          };
        }),
    );
    for (const n of [2, 3, 4]) queue.ask(async () => void done.push(n));
    letGo();
    await new Promise((resolve) => setTimeout(resolve));
    queue.ask(() => Promise.reject("no"));
    await new Promise((resolve) => setTimeout(resolve));
    expect(done).toEqual([1, 4, -1]);
  });
});

describe("voxels", () => {
  const field = {
    size: 4,
    step: 0.5,
    index: Int32Array.of(0, 21, 42, 63),
    value: Float32Array.of(0.1, -0.8, 0.3, 0.5),
    low: 0.1,
    high: 0.8,
  };
  const transfer = { low: 0.1, high: 0.8, colors: Array.from({ length: 256 }, (_, i) => [i / 255, 0, 0] as const) };
  test("the strongest few are as many as asked for", () => {
    for (const count of [1, 2, 3])
      expect(makeCubes(field, transfer, strongestThreshold(field, count), false).count).toBe(count);
    expect(strongestThreshold(field, 0)).toBe(0);
    expect(strongestThreshold(field, 9)).toBe(0);
  });
  test("a projection draws the strongest last, points grow with the value", () => {
    const cubes = makeCubes(field, transfer, 0, false);
    const flat = makeProjection(cubes, field, field.value);
    expect([flat.isProjection, flat.color[4 * 3]]).toEqual([true, 1]);
    expect(Array.from({ length: 4 }, (_, i) => flat.color[4 * i] ?? 0)).toEqual(
      [...Array.from({ length: 4 }, (_, i) => flat.color[4 * i] ?? 0)].sort(),
    );
    const { radius } = makePoints(cubes, 0.5);
    expect([...radius].indexOf(Math.max(...radius))).toBe(1);
  });
});

test("a frame of a trajectory has its own lattice and places", () => {
  const frames = {
    count: 2,
    lattices: Float64Array.from([...lattice.flat(), 5, 0, 0, 0, 5, 0, 0, 0, 5]),
    fractional: Float32Array.from({ length: 12 }, (_, i) => i / 16),
  };
  const moved = frameOf(crystal, frames, 2);
  expect(moved.lattice).toEqual([
    [5, 0, 0],
    [0, 5, 0],
    [0, 0, 5],
  ]);
  expect([...moved.fractional]).toEqual([6, 7, 8, 9, 10, 11].map((n) => n / 16));
  expect(moved.frames).toEqual({ count: 2, shown: 2 });
});

test("settings kept by an earlier page come back, and fall back where they make no sense", () => {
  const kept = {
    ...DEFAULT_CRYSTAL,
    mode: "slice",
    hkl: [1, -1, 0],
    cells: [2, 2, 1],
    field: "up",
    level: 0.4,
  } as const;
  expect(restoreCrystal(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
  expect(restoreCrystal({ cells: [0, 1, 1], hkl: [1, 2], opacity: "x", mode: "4d", zoom: 99 })).toEqual({
    ...DEFAULT_CRYSTAL,
    zoom: 12,
  });
  expect(restoreCrystal(null)).toEqual(DEFAULT_CRYSTAL);
  expect(restorePage({}).layout).toBe("both");
});

test("a page shows what it has and what it has room for", () => {
  const has = { crystal: true, descriptor: true };
  expect([
    shownLayout("both", true, has),
    shownLayout("both", false, has),
    shownLayout("descriptor", false, has),
  ]).toEqual(["both", "crystal", "descriptor"]);
  expect(shownLayout("both", true, { crystal: true, descriptor: false })).toBe("crystal");
  expect(shownLayout("crystal", true, { crystal: false, descriptor: true })).toBe("descriptor");
});
