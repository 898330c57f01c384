import path from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { volume } from "../../src/core/crystal/lattice.js";
import { dot, IDENTITY, type Matrix3, type Vector3 } from "../../src/core/math/matrix3.js";
import { rotationAboutAxis } from "../../src/core/math/rotation.js";
import { readMaterial } from "../../src/jobs/spectra/readMaterial.js";
import type { VoxelViewData } from "../../src/protocol/voxelView.js";
import { makeCubes } from "../../webview/scene/cubes.js";
import { shellRadii } from "../../webview/scene/guides.js";
import {
  FRONT,
  makeView,
  orbitAlong,
  orbitFrom,
  project,
  restoreOrbit,
  roll,
  towardOf,
  turn,
  zoomBy,
} from "../../webview/scene/orbit.js";
import { outlineCube, pickCube } from "../../webview/scene/pick.js";
import { formatHkl, reflectionsIn, strongestReflections } from "../../webview/scene/reflections.js";
import { sortByDepth } from "../../webview/scene/sceneFrame.js";
import { cellOf, layOutSlice, sliceVoxelAt } from "../../webview/scene/slice.js";
import {
  colorOf,
  makeColors,
  makeSignedColors,
  rangeOf,
  strengthOf,
  valueAtStrength,
} from "../../webview/scene/transfer.js";
import { encodeEffects, encodeField, stepsOf, valueAt } from "../../webview/scene/voxelField.js";

const sample = path.resolve(import.meta.dirname, "../../media/sample/oxides/mp-1215/CHGCAR.gz");
const tilted: Matrix3 = rotationAboutAxis([1, 2, -1], 0.7);
let picture: VoxelViewData;

beforeAll(async () => {
  const { value } = await readMaterial({ id: "mp-1215", file: sample }, { spacing: 0.4, component: "total" });
  if (value === undefined) throw new Error("the sample cannot be read");
  const { structure, spectrum, grid } = value;
  const cell = { lattice: structure.lattice, volume: volume(structure.lattice), natoms: 3, grid };
  const encoding = { spacing: 0.4, length: 12.8, assignment: "nearest", cutoff: spectrum.cutoff } as const;
  const { hkl, amplitude, unit } = spectrum;
  const words = {
    title: "CHGCAR",
    formula: "Ti2O",
    kind: "CHGCAR",
    warnings: [],
    component: "total",
    components: ["total"],
  };
  picture = { ...words, ...cell, ...encoding, hkl, amplitude, unit };
});

describe.each(["nearest", "trilinear"] as const)("what a voxel is said to hold (%s)", (assignment) => {
  test.each([
    ["as read", IDENTITY],
    ["turned", tilted],
  ])("adds up to its value, %s", (_, rotation) => {
    const shown = { ...picture, assignment };
    const field = encodeField(shown, rotation);
    expect(field.index.length).toBeGreaterThan(100);
    const some = [...field.index].filter((_index, i) => i % 7 === 0);
    for (const flat of some) {
      const sum = reflectionsIn(shown, rotation, field, flat).reduce(
        (total, one) => total + one.amplitude * one.weight,
        0,
      );
      expect(sum).toBeCloseTo(valueAt(field, flat), 6);
    }
  });
});

describe("voxels of a real oxide", () => {
  test("g = 0 is the mean density in the middle", () => {
    const field = encodeField(picture, IDENTITY);
    const middle = (16 * 32 + 16) * 32 + 16;
    expect(stepsOf(32, middle)).toEqual([0, 0, 0]);
    expect(valueAt(field, middle) * picture.volume).toBeCloseTo(30, 3);
    expect(valueAt(field, 0)).toBe(0);
  });

  test("the strongest plane waves come first and start with g = 0", () => {
    const rows = strongestReflections(picture, 12);
    expect(rows[0]).toMatchObject({ hkl: [0, 0, 0], length: 0 });
    rows.slice(1).forEach((row, i) => {
      expect(row.amplitude).toBeLessThanOrEqual(rows[i]?.amplitude ?? 0);
    });
  });

  test("a threshold hides exactly the voxels below it; strong cubes are larger", () => {
    const field = encodeField(picture, IDENTITY);
    const transfer = { ...rangeOf(field.low, field.high), colors: makeColors("viridis", true) };
    const cubes = makeCubes(field, transfer, 0.01, false);
    expect(cubes.count).toBe(field.value.filter((value) => value >= 0.01).length);
    expect(cubes.count).toBeGreaterThan(10);
    expect(makeCubes(field, transfer, 0, false).count).toBe(field.index.length);
    const strongest = Math.max(...cubes.side);
    expect(cubes.side[[...field.value].filter((value) => value >= 0.01).indexOf(field.high)]).toBe(strongest);
    expect(strongest).toBeLessThan(field.step);
  });
});

describe("effects on a prediction as colours", () => {
  const effectOf = (i: number) => (i % 3 === 0 ? -1 : 1) * (1 + (i % 5));

  test("add up over the voxels to the sum of all but the few that are dropped, of both signs", () => {
    const effect = picture.amplitude.map((_, i) => effectOf(i));
    for (const rotation of [IDENTITY, tilted]) {
      const field = encodeEffects(picture, effect, rotation);
      const sum = field.value.reduce((total, value) => total + value, 0);
      const whole = effect.reduce((total, value) => total + value, 0);
      // A plane wave that falls on the mesh's last half step is dropped.
      const dropped = Math.abs(sum - whole);
      expect(dropped).toBeLessThan(0.02 * effect.reduce((total, value) => total + Math.abs(value), 0));
      expect(field.value.some((value) => value < 0)).toBe(true);
      expect(field.high).toBe(field.value.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
    }
  });

  test("are named by what the voxel holds, and shown by their size", () => {
    const effect = picture.amplitude.map((_, i) => effectOf(i));
    const field = encodeEffects(picture, effect, tilted);
    for (const flat of [...field.index].filter((_index, i) => i % 11 === 0)) {
      const held = reflectionsIn(picture, tilted, field, flat);
      const sum = held.reduce(
        (total, { pair, weight }) => total + ((effect[pair] ?? 0) * weight) / (pair === 0 ? 1 : 2),
        0,
      );
      expect(sum).toBeCloseTo(valueAt(field, flat), 5);
    }
    const transfer = {
      ...rangeOf(field.low, field.high, 3),
      ...makeSignedColors({ ground: [0, 0, 0], positive: [1, 0.5, 0], negative: [0, 0.5, 1] }),
    };
    expect(colorOf(transfer, field.high)).toEqual([1, 0.5, 0]);
    expect(colorOf(transfer, -field.high)).toEqual([0, 0.5, 1]);
    expect(makeCubes(field, transfer, field.high / 2, false).count).toBe(
      field.value.filter((value) => Math.abs(value) >= field.high / 2).length,
    );
    const [first, second] = strongestReflections(picture, 2, effect);
    expect(Math.abs(effect[first?.pair ?? -1] ?? 0)).toBeGreaterThanOrEqual(Math.abs(effect[second?.pair ?? -1] ?? 0));
    expect(Math.abs(effect[first?.pair ?? -1] ?? 0)).toBe(5);
  });
});

describe("the view", () => {
  const angles = fc
    .tuple(fc.integer({ min: 0, max: 359 }), fc.integer({ min: -90, max: 90 }), fc.integer({ min: -180, max: 180 }))
    .map(([azimuth, elevation, degrees]) => roll(orbitFrom(azimuth, elevation), degrees));

  test("has three perpendicular unit axes from every side", () => {
    fc.assert(
      fc.property(angles, (orbit) => {
        const { right, up, toward } = makeView(orbit, 400, 300, 8);
        for (const axis of [right, up, toward]) expect(dot(axis, axis)).toBeCloseTo(1, 12);
        for (const pair of [dot(right, up), dot(up, toward), dot(toward, right)]) expect(pair).toBeCloseTo(0, 12);
      }),
    );
  });

  test("shows z upwards, y to the right and x to the front left", () => {
    const view = makeView(FRONT, 400, 400, 8);
    expect(project(view, [0, 0, 1])[1]).toBeLessThan(200);
    expect(project(view, [0, 1, 0])[0]).toBeGreaterThan(200);
    expect(project(view, [1, 0, 0])[0]).toBeLessThan(200);
    expect(project(view, [1, 0, 0])[2]).toBeGreaterThan(0);
  });

  test("turns over the poles, stays upright in itself and stops at the zoom's ends", () => {
    let orbit = FRONT;
    for (let i = 0; i < 500; i++) orbit = turn(orbit, 7, 13);
    const view = makeView(orbit, 400, 300, 8);
    for (const pair of [dot(view.right, view.up), dot(view.up, view.toward)]) expect(pair).toBeCloseTo(0, 12);
    expect(dot(towardOf(turn(FRONT, 0, 90)), FRONT.up)).toBeCloseTo(1, 12);
    expect(dot(towardOf(turn(FRONT, 90, 0)), FRONT.right)).toBeCloseTo(1, 12);
    expect(zoomBy(FRONT, 1e9).zoom).toBe(12);
    expect(zoomBy(FRONT, 1e-9).zoom).toBe(0.4);
  });

  test("looks along a direction with another one upwards, and comes back from what a page kept", () => {
    const along = orbitAlong([0, 0, 2], [1, 1, 5]);
    expect(along ? dot(towardOf(along), [0, 0, 1]) : 0).toBeCloseTo(1, 12);
    expect(along?.up[0]).toBeCloseTo(Math.SQRT1_2, 12);
    expect(orbitAlong([0, 0, 2], [0, 0, 1])).toBeUndefined();
    expect(restoreOrbit(JSON.parse(JSON.stringify(FRONT)))?.up[2]).toBeCloseTo(FRONT.up[2], 12);
    for (const kept of [undefined, {}, { azimuth: 3, elevation: 2, zoom: 1 }, { ...FRONT, up: FRONT.right }])
      expect(restoreOrbit(kept)).toBeUndefined();
  });

  test("from near by, what is nearer is larger, and the centre is where a parallel view has it", () => {
    const view = { ...makeView(FRONT, 400, 300, 8), center: [1, 2, 3] as Vector3, eye: 20 };
    expect(project(view, [1, 2, 3])).toEqual([200, 150, 0]);
    const at = (depth: number): Vector3 =>
      [0, 1, 2].map(
        (i) => (view.center[i] ?? 0) + (view.toward[i] ?? 0) * depth + (view.right[i] ?? 0),
      ) as unknown as Vector3;
    expect((project(view, at(10))[0] - 200) / (project(view, at(0))[0] - 200)).toBeCloseTo(2, 9);
    expect((project(view, at(-20))[0] - 200) / (project(view, at(0))[0] - 200)).toBeCloseTo(0.5, 9);
  });

  test("finds under the pointer the nearest cube, and nothing beside it", () => {
    fc.assert(
      fc.property(angles, (orbit) => {
        const view = makeView(orbit, 400, 400, 8);
        const behind: Vector3 = [-3 * view.toward[0], -3 * view.toward[1], -3 * view.toward[2]];
        const center = Float32Array.of(...behind, 0, 0, 0);
        const cubes = { count: 2, version: 1, center, side: Float32Array.of(0.8, 0.5), color: new Float32Array(8) };
        expect(pickCube(cubes, view, 200, 200)).toBe(1);
        expect(pickCube(cubes, view, 200 + view.scale * 1.5, 200)).toBeUndefined();
        expect([...sortByDepth(cubes, view.toward)]).toEqual([0, 1]);
        for (const [x, y] of outlineCube(view, [0, 0, 0], 0.5))
          expect(Math.hypot(x - 200, y - 200)).toBeLessThan(view.scale * 0.5);
      }),
    );
  });
});

test("the cell under the pointer is the cell that is drawn there", () => {
  const layout = layOutSlice(32, 700, 600);
  for (const axis of ["x", "y", "z"] as const) {
    for (const flat of [0, 1234, 20000, 32767]) {
      const plane = stepsOf(32, flat)[{ x: 0, y: 1, z: 2 }[axis]] ?? 0;
      const { x, y, side } = cellOf(layout, { axis, plane }, flat);
      expect(sliceVoxelAt(layout, { axis, plane }, x + side / 2, y + side / 2)).toBe(flat);
    }
    expect(sliceVoxelAt(layout, { axis, plane: 0 }, layout.left - 1, layout.top + 5)).toBeUndefined();
  }
});

describe("colours", () => {
  test("strength and value are each other's inverse", () => {
    const range = rangeOf(1e-7, 0.8);
    expect(range.high / range.low).toBeCloseTo(1e5, 3);
    for (const strength of [0.1, 0.5, 1]) {
      expect(strengthOf({ ...range, colors: [] }, valueAtStrength(range, strength))).toBeCloseTo(strength, 12);
    }
    expect(strengthOf({ ...range, colors: [] }, 0)).toBe(0);
    expect(rangeOf(0, 0)).toEqual({ low: 1e-3, high: 1 });
  });

  test("the strong end stands out: light on dark, dark on light", () => {
    const brightness = (color: readonly number[] | undefined) =>
      (color ?? []).reduce((sum, channel) => sum + channel, 0);
    for (const map of ["viridis", "inferno", "magma", "cividis"] as const) {
      const [dark, light] = [makeColors(map, true), makeColors(map, false)];
      expect(brightness(dark[255])).toBeGreaterThan(brightness(dark[0]));
      expect(brightness(light[255])).toBeLessThan(brightness(light[0]));
    }
  });
});

test("spheres stand at round |g|, the cutoff last", () => {
  expect(shellRadii(Math.PI / 0.4)).toEqual([2, 4, 6, Math.PI / 0.4]);
  expect(shellRadii(3.9)).toEqual([1, 2, 3, 3.9]);
});

test("Miller indices carry their sign as a bar", () => {
  expect(formatHkl([1, -2, -10])).toBe("1 2\u0305 1\u03050\u0305");
});
