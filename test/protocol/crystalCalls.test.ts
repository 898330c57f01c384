import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkCrystalCall } from "../../src/protocol/crystalCalls.js";
import type { CrystalViewCalls } from "../../src/protocol/crystalView.js";

const CHOSEN = "/data/AECCAR2";
const check = (method: keyof CrystalViewCalls, params: unknown) =>
  checkCrystalCall(method, params, (file) => file === CHOSEN);
const METHODS = [
  "fieldFacts",
  "isosurface",
  "inside",
  "slice",
  "profile",
  "line",
  "probe",
  "sphere",
  "integrals",
  "symmetry",
  "openFrames",
] as const;

describe("calls of the crystal view", () => {
  it("pass as the page makes them", () => {
    const calls: readonly (readonly [keyof CrystalViewCalls, object])[] = [
      ["isosurface", { field: "total", levels: [0.1, -0.1], closed: false, maxTriangles: 2000 }],
      ["isosurface", { field: "total", sample: true, levels: [], colour: { file: CHOSEN, field: "potential" } }],
      ["isosurface", { levels: [1], terms: [{ file: CHOSEN, field: "|m|", factor: -1 }], colour: { field: "mz" } }],
      ["fieldFacts", { field: "up", terms: [{ field: "down", factor: -1 }] }],
      ["inside", { field: "elf", levels: [0.5] }],
      ["inside", { percents: [90, 100] }],
      ["slice", { field: "mz", hkl: [0, 0, -1], offset: 0.25, size: 256 }],
      ["slice", { hkl: [1, 1, 0], offset: 0, size: 2, axes: "rectangle" }],
      ["profile", { field: "up", axis: "c", window: 2.5 }],
      ["line", { field: "down", from: [0, 0, 0], to: [-1.5, 2, 0.5] }],
      ["probe", { at: { fractional: [0, 0, 0.5] } }],
      ["probe", { at: { cartesian: [1, 2, 3] } }],
      ["sphere", { field: "total", centre: 0, radius: 1.2 }],
      ["sphere", { centre: [0.5, 0.5, 0.5], radius: 1 }],
      ["integrals", { cutoff: 7.854 }],
      ["symmetry", { frame: 2, tolerance: 0.01 }],
      ["symmetry", {}],
      ["openFrames", {}],
    ];
    for (const [method, params] of calls)
      expect(check(method, params), `${method} ${JSON.stringify(params)}`).toBeUndefined();
  });

  it("name no file that nobody chose", () => {
    const file = "/home/someone/.ssh/id_ed25519";
    expect(check("isosurface", { levels: [1], terms: [{ file, factor: 1 }] })).toBe(
      "terms[0].file is no file of this view",
    );
    expect(check("isosurface", { levels: [1], colour: { file } })).toBe("colour.file is no file of this view");
    expect(check("slice", { hkl: [0, 0, 1], offset: 0, size: 8, terms: [{ factor: 1 }, { file, factor: 1 }] })).toMatch(
      /terms\[1\]\.file/,
    );
    for (const method of METHODS) expect(check(method, { file, axis: "c", levels: [1] }), method).toBeDefined();
  });

  it("ask for nothing without bound", () => {
    const calls: readonly (readonly [keyof CrystalViewCalls, unknown])[] = [
      ["slice", { hkl: [0, 0, 1], offset: 0, size: 1e9 }],
      ["slice", { hkl: [0, 0, 1.5], offset: 0, size: 64 }],
      ["slice", { hkl: [0, 0, 1], offset: Number.NaN, size: 64 }],
      ["line", { from: [0, 0, 0], to: [1, 1, 1], points: 1e9 }],
      ["line", { from: [0, 0, 0], to: [1e300, 1, 1] }],
      ["isosurface", { levels: Array.from({ length: 1e5 }, (_, i) => i) }],
      ["isosurface", { levels: [Number.POSITIVE_INFINITY] }],
      ["isosurface", { levels: [1], colour: { field: "total", terms: [] } }],
      ["fieldFacts", { terms: Array.from({ length: 9 }, () => ({ factor: 1 })) }],
      ["fieldFacts", { terms: [{ factor: Number.NaN }] }],
      ["isosurface", { field: "../total", levels: [1] }],
      ["profile", { axis: "d" }],
      ["profile", { axis: "c", window: Number.NaN }],
      ["sphere", { centre: -1, radius: 1 }],
      ["sphere", { centre: 0, radius: -1 }],
      ["integrals", { cutoff: Number.NaN }],
      ["symmetry", { tolerance: 1e9 }],
      ["openFrames", { constructor: 1 }],
    ];
    for (const [method, params] of calls)
      expect(check(method, params), `${method} ${JSON.stringify(params)}`).toBeDefined();
  });

  it("of any other form are refused without an error", () => {
    fc.assert(
      fc.property(fc.constantFrom(...METHODS), fc.anything(), (method, params) => {
        const isEmpty =
          typeof params === "object" && params !== null && !Array.isArray(params) && Object.keys(params).length === 0;
        if (!isEmpty) expect(check(method, params)).toBeDefined();
      }),
    );
  });
});
