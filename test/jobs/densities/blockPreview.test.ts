import { describe, expect, it } from "vitest";
import { volume } from "../../../src/core/crystal/lattice.js";
import { readVolumetric } from "../../../src/jobs/densities/readVolumetric.js";
import { HEAD, type Triple, temporaryFile, volumetricText } from "./volumetricText.js";

const GRID: Triple = [20, 24, 18];
const ROWS = HEAD.slice(2, 5).map((line) => line.trim().split(/\s+/).map(Number));
const V = volume(ROWS as never);

/** A field of a few long waves, at fractional coordinates. */
const field = (x: number, y: number, z: number) => {
  const wave = (h: number, k: number, l: number, phase: number) =>
    Math.cos(2 * Math.PI * (h * x + k * y + l * z) + phase);
  return 5 + wave(1, 0, 0, 0.3) + 2 * wave(0, -2, 1, 1) + 0.5 * wave(2, 1, -2, -0.7);
};

function sampled([nx, ny, nz]: Triple): number[] {
  const at = (i: number) => [i % nx, Math.floor(i / nx) % ny, Math.floor(i / nx / ny)] as const;
  return Array.from({ length: nx * ny * nz }, (_, i) => {
    const [x, y, z] = at(i);
    return field(x / nx, y / ny, z / nz);
  });
}

describe("a preview", () => {
  it("is the field itself where that has long waves only, on another grid", async () => {
    const file = temporaryFile(
      "CHGCAR",
      volumetricText({ grid: GRID, blocks: [sampled(GRID).map((value) => value * V)] }),
    );
    const { value } = await readVolumetric(file, { preview: 16 });
    const preview = value?.blocks[0]?.preview;
    if (!preview) throw new Error("no preview");
    expect(Math.max(...preview.grid)).toBe(16);
    expect(preview.values).toHaveLength(preview.grid[0] * preview.grid[1] * preview.grid[2]);
    const expected = sampled(preview.grid);
    expect(Math.max(...preview.values.map((v, i) => Math.abs(v - (expected[i] ?? Number.NaN))))).toBeLessThan(1e-5);
  });

  it("is made only where it is asked for, and where there is a spectrum", async () => {
    const text = volumetricText({ grid: GRID, blocks: [sampled(GRID)] });
    expect((await readVolumetric(temporaryFile("CHGCAR", text))).value?.blocks[0]).not.toHaveProperty("preview");
    const holes = text.replace(/ \S+E\S+\n/, " ***\n");
    expect((await readVolumetric(temporaryFile("CHGCAR", holes), { preview: 16 })).value?.blocks[0]).not.toHaveProperty(
      "preview",
    );
  });
});
