import { describe, expect, test } from "vitest";
import type { Matrix3, Vector3 } from "../../src/core/math/matrix3.js";
import { Random } from "../../src/core/math/random.js";
import type { CrystalData } from "../../src/protocol/crystalView.js";
import { axisOrbit } from "../../webview/crystal/axisViews.js";
import type { CrystalPicture } from "../../webview/crystal/crystalPicture.js";
import { makeCrystalScene } from "../../webview/crystal/crystalScene.js";
import { type CrystalSettings, DEFAULT_CRYSTAL } from "../../webview/crystal/crystalSettings.js";
import { Framing } from "../../webview/crystal/framing.js";
import { GIZMO_REACH, gizmoArrows } from "../../webview/crystal/gizmo.js";
import { type GizmoLabel, placeGizmoLabels } from "../../webview/crystal/gizmoLabels.js";
import { FRONT, magnification, makeView, type Orbit, orbitFrom, project, turn } from "../../webview/scene/orbit.js";
import type { ThemeColors } from "../../webview/ui/themeColors.js";

const COLORS: ThemeColors = {
  ground: [0.1, 0.1, 0.1],
  ink: [0.9, 0.9, 0.9],
  mutedInk: [0.6, 0.6, 0.6],
  accent: [0, 0.5, 0.9],
  positive: [1, 0.6, 0.2],
  negative: [0.4, 0.7, 1],
  isDark: true,
  isHighContrast: false,
  font: "sans-serif",
};
const SLAB: Matrix3 = [
  [3, 0, 0],
  [-1.5, 2.6, 0],
  [0, 0, 24],
];
const CUBE: Matrix3 = [
  [4.2, 0, 0],
  [0, 4.2, 0],
  [0, 0, 4.2],
];

function makePicture(lattice: Matrix3, settings: Partial<CrystalSettings> = {}, orbit: Orbit = FRONT): CrystalPicture {
  const crystal: CrystalData = {
    title: "POSCAR",
    kind: "POSCAR",
    formula: "MgO",
    lattice,
    volume: 76,
    species: ["Mg", "O"],
    fractional: Float64Array.of(0, 0, 0, 0.5, 0.5, 0.5),
    hasDensity: false,
  };
  return {
    crystal,
    settings: { ...DEFAULT_CRYSTAL, ...settings },
    orbit,
    meshes: [],
    coarse: [],
    unit: "",
    signed: false,
    isOfVectors: false,
    picked: [],
  };
}

/** How far balls and corners reach from the pane's middle, as shares of its half width and half height. */
function reach(picture: CrystalPicture, framing: Framing, width: number, height: number): readonly [number, number] {
  const scene = makeCrystalScene(picture.crystal, picture.settings, COLORS);
  const view = framing.view(picture, scene, width, height);
  const points = [
    ...scene.sites.map(({ position }, i) => ({ position, around: scene.radius[i] ?? 0 })),
    ...(picture.settings.cell ? scene.lines.flatMap(({ points }) => points) : []).map((position: Vector3) => ({
      position,
      around: 0,
    })),
  ].map(({ position, around }) => {
    const [x, y, depth] = project(view, position);
    const ball = around * view.scale * magnification(view, depth);
    return [Math.abs(x - width / 2) + ball, Math.abs(y - height / 2) + ball] as const;
  });
  return [Math.max(...points.map(([x]) => x)) / (width / 2), Math.max(...points.map(([, y]) => y)) / (height / 2)];
}

describe("the crystal in its pane", () => {
  const panes = [
    [1500, 800],
    [500, 900],
    [640, 640],
    [300, 240],
  ] as const;
  const views = [FRONT, axisOrbit(SLAB, "a"), axisOrbit(SLAB, "c"), orbitFrom(200, 70)].flatMap((orbit) => orbit ?? []);
  test.each([{}, { perspective: true }, { cells: [3, 2, 1] as const }, { polyhedra: true }, { cell: false }])(
    "fills it up to a margin, and is cut nowhere: %o",
    (settings) => {
      for (const lattice of [SLAB, CUBE])
        for (const orbit of views)
          for (const [width, height] of panes) {
            const shares = reach(makePicture(lattice, settings, orbit), new Framing(), width, height);
            expect(Math.max(...shares)).toBeLessThan(0.95);
            expect(Math.max(...shares)).toBeGreaterThan(settings.perspective ? 0.74 : 0.8);
          }
    },
  );

  test("keeps its size while it turns, or is made smaller where a corner would leave, and grows with a new look", () => {
    const framing = new Framing();
    const picture = makePicture(CUBE, {}, axisOrbit(CUBE, "a"));
    const scene = makeCrystalScene(picture.crystal, picture.settings, COLORS);
    const scaleAt = (orbit: Orbit) => framing.view({ ...picture, orbit }, scene, 800, 600).scale;
    const first = scaleAt(picture.orbit);
    let [orbit, before] = [picture.orbit, first];
    for (let step = 0; step < 36; step++) {
      orbit = turn(orbit, 10, 3);
      const scale = scaleAt(orbit);
      expect(scale).toBeLessThanOrEqual(before);
      before = scale;
      expect(Math.max(...reach({ ...picture, orbit }, framing, 800, 600))).toBeLessThan(0.95);
    }
    expect(before).toBeLessThan(0.8 * first);
    expect(scaleAt(picture.orbit)).toBe(before);
    framing.again();
    expect(scaleAt(picture.orbit)).toBe(first);
  });

  test("is as large in every frame of a trajectory", () => {
    const framing = new Framing();
    const one = makePicture(CUBE);
    const moved = { ...one, crystal: { ...one.crystal, fractional: Float64Array.of(0.03, 0, 0, 0.5, 0.46, 0.5) } };
    const scales = [one, moved, one].map(
      (picture) => framing.view(picture, makeCrystalScene(picture.crystal, one.settings, COLORS), 700, 700).scale,
    );
    expect(scales[2]).toBe(scales[1]);
  });

  test("is zoomed from there", () => {
    const scales = [1, 2].map((zoom) => {
      const picture = makePicture(SLAB, { zoom });
      return new Framing().view(picture, makeCrystalScene(picture.crystal, picture.settings, COLORS), 700, 500).scale;
    });
    expect((scales[1] ?? 0) / (scales[0] ?? 1)).toBeCloseTo(2, 12);
  });
});

describe("the names of the axes", () => {
  const boxes = (labels: readonly GizmoLabel[]) =>
    placeGizmoLabels(labels, GIZMO_REACH).map(([x, y], i) => ({
      x,
      y,
      width: labels[i]?.width ?? 0,
      height: labels[i]?.height ?? 0,
    }));
  const labelsOf = (lattice: Matrix3, orbit: Orbit): readonly GizmoLabel[] =>
    gizmoArrows(makeView(orbit, 500, 500, 5), lattice, COLORS).map(({ name, tip }) => ({
      tip,
      width: 7 * name.length,
      height: 12,
    }));

  test("do not lie over each other, stay beside their arrows and inside the corner, however one looks", () => {
    const random = new Random(5);
    const lattices = [CUBE, SLAB, skew(2), skew(25), ...Array.from({ length: 12 }, () => randomCell(random))];
    for (const lattice of lattices)
      for (let view = 0; view < 30; view++) {
        const name = ["a", "b", "c", "a*", "b*", "c*"][view] ?? "";
        const orbit = axisOrbit(lattice, name) ?? orbitFrom(360 * random.uniform(), 180 * random.uniform() - 90);
        const labels = labelsOf(lattice, orbit);
        boxes(labels).forEach((one, i, all) => {
          for (const other of all.slice(i + 1)) {
            const apart = Math.max(
              Math.abs(one.x - other.x) - (one.width + other.width) / 2,
              Math.abs(one.y - other.y) - (one.height + other.height) / 2,
            );
            expect(apart).toBeGreaterThan(-0.01);
          }
          expect(Math.abs(one.x) + one.width / 2).toBeLessThanOrEqual(GIZMO_REACH + 1e-9);
          expect(Math.abs(one.y) + one.height / 2).toBeLessThanOrEqual(GIZMO_REACH + 1e-9);
          const [tx, ty] = labels[i]?.tip ?? [0, 0];
          expect(Math.hypot(one.x - tx, one.y - ty)).toBeLessThan(46);
        });
      }
  });

  test("of one direction stand together", () => {
    const names = (lattice: Matrix3) => gizmoArrows(makeView(FRONT, 500, 500, 5), lattice, COLORS).map((a) => a.name);
    expect(names(CUBE)).toEqual(["a ∥ a*", "b ∥ b*", "c ∥ c*"]);
    expect(names(SLAB)).toEqual(["a", "a*", "b", "b*", "c ∥ c*"]);
  });
});

/** A monoclinic cell: a and a* lie some degrees apart, and c and c* too. */
function skew(degrees: number): Matrix3 {
  const angle = (degrees * Math.PI) / 180;
  return [
    [5, 0, 0],
    [0, 6, 0],
    [-7 * Math.sin(angle), 0, 7 * Math.cos(angle)],
  ];
}

function randomCell(random: Random): Matrix3 {
  const edge = (i: number): Vector3 => {
    const v = [0, 1, 2].map((n) => (n === i ? 4 : 0) + 3 * (random.uniform() - 0.5));
    return v as unknown as Vector3;
  };
  return [edge(0), edge(1), edge(2)];
}
