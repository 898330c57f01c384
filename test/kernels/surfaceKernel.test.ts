import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cross, determinant, dot, type Matrix3, rowTimes, type Vector3 } from "../../src/core/math/matrix3.js";
import { loadKernel } from "../../src/jobs/files/wasmModule.js";
import { addonFolder, addonSets, loadAddon } from "../../src/jobs/native/nativeAddon.js";
import { innerEdgesOnFaces } from "../../src/kernels/surfaces/caseTable.js";
import { type PeriodicGrid, type Surface, SurfaceKernel } from "../../src/kernels/surfaces/surfaceKernel.js";

const SKEW: Matrix3 = [
  [6, 0, 0],
  [1.5, 5.5, 0],
  [-1, 0.8, 7],
];
const LEFT_HANDED: Matrix3 = [SKEW[1], SKEW[0], SKEW[2]];

/** A field of fractional coordinates on a grid. */
function gridOf(size: Vector3, lattice: Matrix3, field: (r: Vector3) => number): PeriodicGrid {
  const values = new Float32Array(size[0] * size[1] * size[2]);
  for (let z = 0, i = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++)
      for (let x = 0; x < size[0]; x++, i++) values[i] = field([x / size[0], y / size[1], z / size[2]]);
  return { size, lattice, values };
}

/** exp(-r²) about a fractional centre, of the image that is nearest in fractional coordinates. */
const gaussian =
  (lattice: Matrix3, centre: Vector3) =>
  (r: Vector3): number => {
    const nearest = (i: 0 | 1 | 2) => r[i] - centre[i] - Math.round(r[i] - centre[i]);
    const d = rowTimes([nearest(0), nearest(1), nearest(2)], lattice);
    return Math.exp(-dot(d, d));
  };

const wave = (r: Vector3) => Math.cos(2 * Math.PI * (r[0] + 2 * r[1] - r[2]));

function loaded(grid: PeriodicGrid): SurfaceKernel {
  const kernel = new SurfaceKernel(loadKernel("surfaces"));
  kernel.load(grid);
  return kernel;
}

/**
 * How often each edge is used in each direction, vertices told by their places (to 1e-4 Å), or, modulo the cell, by
 * those.
 */
function openEdges({ positions, indices }: Surface, place: (p: Vector3) => string): number {
  const names = Array.from({ length: positions.length / 3 }, (_, i) =>
    place([positions[3 * i] ?? 0, positions[3 * i + 1] ?? 0, positions[3 * i + 2] ?? 0]),
  );
  const uses = new Map<string, number>();
  for (let i = 0; i < indices.length; i += 3) {
    const corners = [0, 1, 2].map((k) => names[indices[i + k] ?? 0] ?? "");
    if (new Set(corners).size < 3) continue; // a corner on a grid point: no area
    corners.forEach((from, k) => {
      const to = corners[(k + 1) % 3] ?? "";
      uses.set(`${from}>${to}`, (uses.get(`${from}>${to}`) ?? 0) + 1);
    });
  }
  let open = 0;
  for (const [edge, count] of uses) {
    const [from, to] = edge.split(">");
    if (uses.get(`${to}>${from}`) !== count) open++;
  }
  return open;
}

const byPlace = (p: Vector3) => p.map((x) => Math.round(x * 1e4)).join(" ");

describe("the kernel of surfaces", () => {
  it("has no inner edge of a triangle on a face in any of the 256 cases", () => {
    expect(innerEdgesOnFaces()).toBe(0);
  });

  it.each([
    ["in the cell's middle", [0.5, 0.5, 0.5], SKEW],
    ["across all faces", [0, 0.02, 0.97], SKEW],
    ["in a left-handed cell", [0.1, 0.5, 0.9], LEFT_HANDED],
  ] as const)("gives area and volume of a Gaussian's sphere %s within 0.5 %%", (_, centre, lattice) => {
    const kernel = loaded(gridOf([50, 44, 54], lattice, gaussian(lattice, centre)));
    const radius = 1.3;
    kernel.surface(Math.exp(-radius * radius));
    const { area, volume } = kernel.measures();
    expect(Math.abs(area / (4 * Math.PI * radius ** 2) - 1)).toBeLessThan(0.005);
    expect(Math.abs(volume / ((4 / 3) * Math.PI * radius ** 3) - 1)).toBeLessThan(0.005);
  });

  it("has vertices on the sphere and normals along its radius, outwards", () => {
    const kernel = loaded(gridOf([40, 41, 42], SKEW, gaussian(SKEW, [0.5, 0.5, 0.5])));
    const { positions, normals, indices } = kernel.surface(Math.exp(-1));
    const centre = rowTimes([0.5, 0.5, 0.5], SKEW);
    for (let i = 0; i < positions.length; i += 30) {
      const d: Vector3 = [0, 1, 2].map((k) => (positions[i + k] ?? 0) - (centre[k] ?? 0)) as unknown as Vector3;
      const n: Vector3 = [normals[i] ?? 0, normals[i + 1] ?? 0, normals[i + 2] ?? 0];
      expect(Math.hypot(...d)).toBeCloseTo(1, 2);
      expect(dot(d, n) / Math.hypot(...d)).toBeGreaterThan(0.999);
    }
    const [p, q, r] = [0, 1, 2].map((k) =>
      Array.from(positions.subarray(3 * (indices[k] ?? 0), 3 * (indices[k] ?? 0) + 3)),
    ) as [number[], number[], number[]];
    const u = q.map((x, k) => x - (p[k] ?? 0)) as unknown as Vector3;
    const v = r.map((x, k) => x - (p[k] ?? 0)) as unknown as Vector3;
    expect(dot(cross(u, v), p.map((x, k) => x - (centre[k] ?? 0)) as unknown as Vector3)).toBeGreaterThan(0);
  });

  it.each([
    [0.3, "above"],
    [-0.3, "below"],
    [0.000001, "above, through grid points nearly"],
  ])("closes what a wave encloses at %f (%s), and encloses what it should", (level) => {
    const kernel = loaded(gridOf([24, 30, 40], SKEW, wave));
    const surface = kernel.surface(level, { closed: true });
    expect(openEdges(surface, byPlace)).toBe(0);
    const { volume } = kernel.measures();
    const share = Math.acos(Math.abs(level)) / Math.PI;
    expect(Math.abs(volume / (share * determinant(SKEW)) - 1)).toBeLessThan(0.005);
  });

  it("is watertight for random values, whose faces are ambiguous in every way, closed as open", () => {
    let state = 1;
    const random = () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return state / 2 ** 32;
    };
    const grid = gridOf([9, 8, 67], SKEW, random);
    const kernel = loaded(grid);
    for (const level of [0.2, 0.5, 0.8]) {
      const surface = kernel.surface(level, { closed: true });
      expect(openEdges(surface, byPlace)).toBe(0);
      expect(kernel.measures().volume).toBeCloseTo(enclosedVolume(surface), 2);
    }
  });

  it("joins itself across the cell's faces when open", () => {
    const kernel = loaded(gridOf([16, 17, 18], SKEW, wave));
    const surface = kernel.surface(0.2);
    expect(surface.facesFrom).toBe(surface.indices.length);
    expect(openEdges(surface, byPlace)).toBeGreaterThan(0);
    expect(openEdges({ ...surface, positions: insideCell(surface.positions, SKEW) }, byPlace)).toBe(0);
  });

  it("gives the same bits as an addon", () => {
    const folder = addonFolder();
    const sets = existsSync(folder) ? addonSets(folder, "surfaces") : [];
    if (sets.length === 0) return;
    const grid = gridOf([61, 64, 30], SKEW, (r) => wave(r) + gaussian(SKEW, [0.1, 0.2, 0.3])(r));
    const usable = sets.find((set) => loadAddon(folder, "surfaces", set).instructionSets().includes(set));
    if (!usable) return;
    const kernels = [loaded(grid), new SurfaceKernel(loadAddon(folder, "surfaces", usable))];
    kernels[1]?.load(grid);
    const [one, other] = kernels.map((kernel) => {
      const surface = kernel.surface(0.25, { closed: true });
      const measures = kernel.measures();
      return JSON.stringify([
        ...[
          surface.positions,
          surface.normals,
          surface.indices,
          kernel.plane(9, [0.1, 0, 0], [1, 0, 0.5], [0, 1, 1]),
        ].map((a) => hash(a)),
        measures,
        kernel.facts(),
        hash(kernel.planeMeans(1)),
        kernel.coulombSums(5),
      ]);
    });
    expect(other).toBe(one);
  });

  it("closes surfaces of every size in an addon's memory, which grows on request", () => {
    const folder = addonFolder();
    const sets = existsSync(folder) ? addonSets(folder, "surfaces") : [];
    const usable = sets.find((set) => loadAddon(folder, "surfaces", set).instructionSets().includes(set));
    if (!usable) return;
    const folded = ([x, y, z]: Vector3) => {
      const [a, b, c] = [4 * Math.PI * x, 4 * Math.PI * y, 4 * Math.PI * z];
      return Math.sin(a) * Math.cos(b) + Math.sin(b) * Math.cos(c) + Math.sin(c) * Math.cos(a);
    };
    for (let points = 12; points <= 72; points += 6) {
      for (const size of [[points, points, points] as const, [points, 6, 2 * points] as const]) {
        const grid = gridOf(size, SKEW, folded);
        const kernel = new SurfaceKernel(loadAddon(folder, "surfaces", usable));
        kernel.load(grid);
        const surface = kernel.surface(0.2, { closed: true });
        expect(hash(surface.indices), size.join(" x ")).toBe(hash(loaded(grid).surface(0.2, { closed: true }).indices));
      }
    }
  });

  it("interpolates a wave, and averages planes, within 0.5 %", () => {
    const kernel = loaded(gridOf([24, 30, 40], SKEW, wave));
    const points = Float64Array.from([0.123, 0.456, 0.789, -0.31, 1.72, 2.05]);
    const values = kernel.valuesAt(points);
    expect(values[0]).toBeCloseTo(wave([0.123, 0.456, 0.789]), 2);
    expect(values[1]).toBeCloseTo(wave([-0.31, 1.72, 2.05]), 2);
    const means = loaded(gridOf([8, 12, 9], SKEW, (r) => 3 + Math.sin(2 * Math.PI * r[1]) + wave(r))).planeMeans(1);
    for (const [y, mean] of means.entries()) expect(mean).toBeCloseTo(3 + Math.sin((2 * Math.PI * y) / 12), 5);
  });

  it.each([
    [[24, 30, 40], SKEW],
    [[7, 11, 26], SKEW],
    [[1, 6, 36], LEFT_HANDED],
  ] as const)("sums |n_g|²/g² of waves on %j points", (size, lattice) => {
    const z = (r: Vector3) => 2 + Math.cos(2 * Math.PI * r[2]) + 0.5 * Math.sin(2 * Math.PI * (r[1] - 3 * r[2]));
    const { within, beyond } = loaded(gridOf(size, lattice, z)).coulombSums(2);
    const volume = determinant(lattice);
    const b = [cross(lattice[1], lattice[2]), cross(lattice[2], lattice[0]), cross(lattice[0], lattice[1])].map((v) =>
      v.map((x) => (2 * Math.PI * x) / volume),
    ) as [number[], number[], number[]];
    const square = (k: number, l: number) =>
      [0, 1, 2].reduce((s, i) => s + (k * (b[1][i] ?? 0) + l * (b[2][i] ?? 0)) ** 2, 0);
    expect(within).toBeCloseTo(0.5 / square(0, 1), 6);
    expect(beyond).toBeCloseTo(0.125 / square(1, -3), 6);
  });

  it("refuses what is no grid", () => {
    const kernel = new SurfaceKernel(loadKernel("surfaces"));
    expect(() => kernel.load({ size: [2, 2, 2], values: new Float32Array(7), lattice: SKEW })).toThrow(RangeError);
    expect(() => kernel.surface(1)).toThrow(/No grid/);
  });
});

/** Positions brought into the cell, the layers at 1 to 0. */
function insideCell(positions: Float32Array<ArrayBuffer>, lattice: Matrix3): Float32Array<ArrayBuffer> {
  const volume = determinant(lattice);
  const rows = [cross(lattice[1], lattice[2]), cross(lattice[2], lattice[0]), cross(lattice[0], lattice[1])];
  const result = positions.slice();
  for (let i = 0; i < positions.length; i += 3) {
    const p: Vector3 = [positions[i] ?? 0, positions[i + 1] ?? 0, positions[i + 2] ?? 0];
    const f = rows.map((row) => dot(p, row) / volume).map((x) => (x > 1 - 1e-5 ? x - 1 : x)) as unknown as Vector3;
    result.set(rowTimes(f, lattice), i);
  }
  return result;
}

/** Of a closed mesh, from its tetrahedra about the origin. */
function enclosedVolume({ positions, indices }: Surface): number {
  let sum = 0;
  for (let i = 0; i < indices.length; i += 3) {
    const corners = [0, 1, 2].map((k) => [0, 1, 2].map((axis) => positions[3 * (indices[i + k] ?? 0) + axis] ?? 0));
    sum += determinant(corners as unknown as Matrix3) / 6;
  }
  return sum;
}

function hash(values: Float32Array | Uint32Array | Float64Array): number {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.byteLength / 4);
  return words.reduce((h, word) => Math.imul(h ^ word, 16777619), 2166136261);
}
