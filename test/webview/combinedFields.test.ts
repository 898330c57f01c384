import { describe, expect, test } from "vitest";
import type { DensityData, FieldFacts, OtherDensity, SurfaceMesh } from "../../src/protocol/crystalView.js";
import {
  activeTerms,
  combinedTitle,
  fieldChoices,
  missingFiles,
  termChoices,
  withMovedFile,
} from "../../webview/crystal/combinedFields.js";
import { type CrystalSettings, DEFAULT_CRYSTAL, restoreCrystal } from "../../webview/crystal/crystalSettings.js";
import { DensityModel } from "../../webview/crystal/densityModel.js";
import { surfaceColouring, vertexColours } from "../../webview/crystal/surfaceColours.js";
import { surfaceFaces } from "../../webview/crystal/surfaceFaces.js";

const facts = (name: FieldFacts["name"], unit: FieldFacts["unit"], signed = false): FieldFacts => {
  return { name, unit, signed, minimum: signed ? -1 : 0, maximum: 2, mean: 0.5, suggestedLevel: 0.3 };
};
const density: DensityData = {
  title: "CHGCAR",
  kind: "CHGCAR",
  grid: [4, 4, 4],
  kept: [4, 4, 4],
  how: "whole",
  fields: [facts("total", "e/Å³"), facts("magnetization", "μ_B/Å³", true), facts("up", "e/Å³"), facts("down", "e/Å³")],
  truncated: false,
};
const other = (file: string, fields: readonly FieldFacts[], differs?: OtherDensity["differs"]): OtherDensity => {
  return { file: `/data/${file}`, title: file, kind: file.split("/")[1] ?? "", fields, ...(differs && { differs }) };
};
const slab = other("slab/CHGCAR", [facts("total", "e/Å³")]);
const potential = other("all/LOCPOT", [facts("potential", "eV", true)]);
const coarse = other("coarse/CHGCAR", [facts("total", "e/Å³")], { what: "grid", own: "4 × 4 × 4", other: "2 × 2 × 2" });
const foreign = other("foreign/CHGCAR", [facts("total", "e/Å³")], { what: "cell", own: "", other: "" });
const files = { density, others: [slab, potential, coarse, foreign] };
const minus = (file: string | undefined, field: FieldFacts["name"]) => ({
  ...(file && { file }),
  field,
  factor: -1 as const,
});
const withTerms = (...terms: CrystalSettings["terms"]): CrystalSettings => ({ ...DEFAULT_CRYSTAL, terms });

describe("fields that can be combined", () => {
  test("are of the same unit and on the same grid, and each once", () => {
    const titles = (settings: CrystalSettings) => termChoices(files, settings).map(({ title }) => title);
    expect(titles(DEFAULT_CRYSTAL)).toEqual(["Spin-up density", "Spin-down density", "slab/CHGCAR"]);
    expect(titles(withTerms(minus(slab.file, "total")))).toEqual(["Spin-up density", "Spin-down density"]);
    expect(titles({ ...DEFAULT_CRYSTAL, field: "magnetization" })).toEqual([]);
  });
  test("colour surfaces wherever the cell is the same", () => {
    expect(fieldChoices(files).map(({ title }) => title)).toEqual([
      "Charge density",
      "Magnetisation density",
      "Spin-up density",
      "Spin-down density",
      "slab/CHGCAR",
      "all/LOCPOT",
      "coarse/CHGCAR",
    ]);
  });
  test("are asked for again where a page remembers files that are not there, each once", () => {
    const settings = {
      ...withTerms(minus("/data/gone", "total"), minus("/data/gone", "up"), minus(slab.file, "total")),
    };
    expect(missingFiles(files, settings)).toEqual(["/data/gone"]);
    expect(missingFiles(files, { ...settings, colourBy: { file: "/data/LOCPOT", field: "potential" } })).toEqual([
      "/data/gone",
      "/data/LOCPOT",
    ]);
    expect(missingFiles(files, withTerms(minus(undefined, "up")))).toEqual([]);
    const moved = withMovedFile(
      { ...settings, colourBy: { file: "/data/gone", field: "total" } },
      "/data/gone",
      "/tmp/copy",
    );
    expect(moved.terms?.map(({ file }) => file)).toEqual(["/tmp/copy", "/tmp/copy", slab.file]);
    expect(moved.colourBy).toEqual({ file: "/tmp/copy", field: "total" });
  });
  test("are called by their signs and files; a file that is not there is in none", () => {
    const settings = withTerms(
      minus(slab.file, "total"),
      { field: "up", factor: 1 },
      minus("/data/gone/CHGCAR", "total"),
    );
    expect(combinedTitle(files, settings)).toBe("Charge density − slab/CHGCAR + Spin-up density");
    expect(activeTerms(files, settings)).toHaveLength(2);
    expect(combinedTitle({ ...files, others: [] }, withTerms(minus(slab.file, "total")))).toBe("Charge density");
  });
  test("come back with the page's settings, unless they make no sense", () => {
    const kept = {
      ...withTerms(minus(slab.file, "total")),
      colourBy: { file: potential.file, field: "potential" as const },
    };
    expect(restoreCrystal(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
    expect(
      restoreCrystal({
        terms: [{ field: "total", factor: 2 }, 1, null, { factor: 1 }],
        colourBy: { file: 1, field: "up" },
      }),
    ).toEqual(DEFAULT_CRYSTAL);
  });
});

describe("a difference in the view", () => {
  interface Asked {
    readonly method: string;
    readonly params: Record<string, unknown>;
  }
  function model(answer: (asked: Asked) => unknown) {
    const asked: Asked[] = [];
    const call = async (method: string, params: Record<string, unknown>) => {
      asked.push({ method, params });
      return answer({ method, params });
    };
    return { asked, model: new DensityModel({ call } as never, () => {}) };
  }
  const settle = () => new Promise((done) => setTimeout(done));
  const difference = { ...facts("total", "e/Å³", true), suggestedLevel: 0.02 };
  const answers: Record<string, unknown> = {
    fieldFacts: difference,
    isosurface: { meshes: [] },
    inside: { levels: [], percent: [] },
  };

  test("asks for its facts first, then for both lobes at its own level, coloured by another file", async () => {
    const { model: shown, asked } = model(({ method }) => answers[method]);
    shown.open(density, DEFAULT_CRYSTAL);
    shown.addOther(slab, DEFAULT_CRYSTAL);
    shown.addOther(potential, DEFAULT_CRYSTAL);
    await settle();
    asked.length = 0;
    const settings = {
      ...withTerms(minus(slab.file, "total")),
      colourBy: { file: potential.file, field: "potential" as const },
    };
    shown.apply(settings);
    expect(shown.field(settings)).toBeUndefined();
    await settle();
    expect(shown.field(settings)).toEqual(difference);
    const terms = [{ file: slab.file, field: "total", factor: -1 }];
    expect(asked[0]).toEqual({ method: "fieldFacts", params: { field: "total", terms } });
    expect(asked.find(({ method }) => method === "isosurface")?.params).toMatchObject({
      field: "total",
      terms,
      levels: [0.02, -0.02],
      colour: settings.colourBy,
    });
    expect(asked.find(({ method }) => method === "inside")?.params).toMatchObject({ terms });
    shown.askSphere(settings, 0, 1);
    await settle();
    expect(asked.at(-1)).toMatchObject({ method: "sphere", params: { terms, centre: 0 } });
    // without the term the file's own field is there at once
    expect(shown.field({ ...settings, terms: [] })?.suggestedLevel).toBe(0.3);
  });

  test("waits for the whole grid, and tells why it cannot be had", async () => {
    const { model: shown, asked } = model(({ method }) => {
      if (method === "fieldFacts") throw new Error("the grids differ");
      return answers[method];
    });
    const settings = withTerms(minus(slab.file, "total"));
    shown.addOther(slab, settings);
    shown.open({ ...density, how: "sample" }, settings);
    await settle();
    expect(asked).toEqual([]);
    shown.open(density, settings);
    await settle();
    expect(asked.map(({ method }) => method)).toEqual(["fieldFacts"]);
    expect(shown.state.problem).toBe("the grids differ");
  });
});

describe("a field's colours on another's surface", () => {
  const mesh = (colour: readonly number[]): SurfaceMesh => ({
    level: 1,
    positions: Float32Array.from([0, 0, 0, 1, 0, 0, 0, 1, 0]),
    normals: new Float32Array(9),
    indices: Uint32Array.of(0, 1, 2),
    area: 0.5,
    volume: 0,
    facesFrom: 3,
    colour: Float32Array.from(colour),
    stride: 1,
  });
  const theme = { isDark: true };
  const choice = (signed: boolean) => ({ facts: facts("potential", "eV", signed), title: "all/LOCPOT" });

  test("run from the least to the largest value of all meshes; of both signs as far up as down", () => {
    const meshes = [mesh([-3, 1, 0]), mesh([2, 2, 2])];
    expect(surfaceColouring(meshes, choice(true), DEFAULT_CRYSTAL, theme)).toMatchObject({
      low: -3,
      high: 3,
      unit: "eV",
      title: "all/LOCPOT",
    });
    expect(surfaceColouring(meshes, choice(false), DEFAULT_CRYSTAL, theme)).toMatchObject({ low: -3, high: 2 });
    expect(surfaceColouring([mesh([-3, -2, -1])], choice(true), DEFAULT_CRYSTAL, theme)).toMatchObject({
      low: -3,
      high: -1,
    });
    const flat = surfaceColouring([mesh([4, 4, 4])], choice(false), DEFAULT_CRYSTAL, theme);
    expect(flat?.high).toBeGreaterThan(4);
    const { colour: _, ...plain } = mesh([]);
    expect(surfaceColouring([plain], choice(true), DEFAULT_CRYSTAL, theme)).toBeUndefined();
  });

  test("stand at their vertices in every repeated cell: blue below zero, red above, grey between", () => {
    const one = mesh([-3, 0, 3]);
    const colouring = surfaceColouring([one], choice(true), DEFAULT_CRYSTAL, theme);
    if (!colouring || !one.colour) throw new Error("no colours");
    const lattice = [
      [2, 0, 0],
      [0, 2, 0],
      [0, 0, 2],
    ] as const;
    const { colors } = surfaceFaces(one, lattice, [2, 1, 1], vertexColours(one.colour, colouring), 0.5);
    const [blue, grey, red] = [0, 1, 2].map((i) => [...colors.subarray(4 * i, 4 * i + 4)]);
    expect(blue?.[2]).toBeGreaterThan((blue?.[0] ?? 1) + 0.3);
    expect(red?.[0]).toBeGreaterThan((red?.[2] ?? 1) + 0.3);
    expect(Math.max(...(grey?.slice(0, 3) ?? [])) - Math.min(...(grey?.slice(0, 3) ?? []))).toBeLessThan(0.02);
    expect([blue?.[3], red?.[3]]).toEqual([0.5, 0.5]);
    expect([...colors.subarray(12)]).toEqual([...colors.subarray(0, 12)]);
  });
});
