import { readFileSync, rmSync, truncateSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { openVoxels } from "../../../src/jobs/inspect/openVoxels.js";
import { ThreadPool } from "../../../src/jobs/threads/threadPool.js";
import { folder, wave, writeField } from "../surfaces/fields.js";

const pool = new ThreadPool(1);
afterAll(async () => {
  await pool.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const settings = { spacing: 0.4, length: 12.8, assignment: "nearest", component: "total" } as const;
const spin = () => writeField("CHGCAR_spin", { grid: [12, 12, 12], blocks: [wave, (x) => Math.cos(2 * Math.PI * x)] });

describe("the voxel view's data", () => {
  it("are those of block 1 where the file is cut in block 2, with the error beside them", async () => {
    const file = spin();
    truncateSync(file, readFileSync(file).length - 9000);
    const { picture, problems } = await openVoxels(pool, { file, settings }, {});
    expect(picture?.amplitude[0]).toBeCloseTo(2, 5);
    expect(picture?.components).toEqual(["total"]);
    expect(problems.some(({ severity }) => severity === "error")).toBe(true);
    expect(picture?.warnings.join()).toMatch(/of block 2/);
    const missing = await openVoxels(pool, { file, settings: { ...settings, component: "magnetization" } }, {});
    expect(missing.picture).toBeUndefined();
  });

  it("give a magnetisation in μ_B/Å³", async () => {
    const file = spin();
    const { picture } = await openVoxels(pool, { file, settings: { ...settings, component: "magnetization" } }, {});
    expect(picture?.unit).toBe("μ_B/Å³");
    expect((await openVoxels(pool, { file, settings }, {})).picture?.unit).toBe("e/Å³");
  });
});
