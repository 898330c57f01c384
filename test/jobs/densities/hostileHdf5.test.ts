// HDF5 files that were made to read more than themselves, or more than there is (test/fixtures/hostile), and damaged
// ones.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import h5wasm, { File } from "h5wasm/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readVolumetric } from "../../../src/jobs/densities/readVolumetric.js";
import { inspectFile } from "../../../src/jobs/inspect/inspect.js";
import { Dice } from "../../fuzz/mutate.js";

const fixtures = path.resolve(import.meta.dirname, "../../fixtures/hostile");
const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-hostile-"));
afterAll(() => rmSync(folder, { recursive: true }));

const place = (name: string) => {
  const file = path.join(folder, "vaspwave.h5");
  copyFileSync(path.join(fixtures, `${name}.h5`), file);
  return file;
};

/** A good file of the same form, with `fill` in every voxel. */
function writeDensity(file: string, fill = 1): void {
  const h5 = new File(file, "w");
  const data = new Float64Array(40).fill(fill);
  h5.create_group("charge").create_dataset({ name: "charge", data, shape: [1, 2, 2, 10] });
  const positions = h5.create_group("structure").create_group("positions");
  positions.create_dataset({
    name: "lattice_vectors",
    data: new Float64Array([4, 0, 0, 0, 4, 0, 0, 0, 4]),
    shape: [3, 3],
  });
  positions.create_dataset({ name: "position_ions", data: new Float64Array(3), shape: [1, 3] });
  positions.create_dataset({ name: "number_ion_types", data: new Int32Array([1]) });
  positions.create_dataset({ name: "ion_types", data: ["Fe"], dtype: "S2" });
  h5.close();
}

beforeAll(async () => {
  await h5wasm.ready;
});

describe("an HDF5 file that names another one", () => {
  const named = {
    externalStorage: "/etc/passwd",
    externalStructure: "/etc/passwd",
    virtualDataset: "other.h5",
    externalLink: "other.h5",
    behindASoftLink: path.join(folder, "other.h5"),
  };
  it.each(Object.entries(named))(
    "is refused by that name, and nothing of the other is read: %s",
    async (name, other) => {
      const file = place(name);
      // what a reader that follows would show
      writeDensity(path.join(folder, "other.h5"), 1234.5);
      for (const { value, problems } of [
        await readVolumetric(file),
        await inspectFile(file).then(({ problems, info }) => ({ problems, value: info })),
      ]) {
        expect(problems).toEqual([
          expect.objectContaining({
            severity: "error",
            line: 1,
            column: 1,
            message: expect.stringContaining(`keeps data in another file, ${other}:`),
          }),
        ]);
        expect(JSON.stringify(value ?? {})).not.toContain("1234.5");
        expect((value as { blocks?: unknown } | undefined)?.blocks).toBeUndefined();
      }
    },
  );
});

describe("an HDF5 file that claims more than it holds", () => {
  const claims = {
    hugePlanes: "too short for its 1 × 4 × 90000 × 90000 values",
    hugeGrid: "too short for its 1 × 90000 × 100 × 100 values",
    hugeChunk: "too large to be read",
    hugeCounts: "has no structure",
    hugePositions: "has no structure",
    hugeCell: "the cell is too large for a spectrum",
    strings: "has no charge density",
  };
  it.each(Object.entries(claims))("costs neither time nor memory: %s", async (name, message) => {
    const before = process.memoryUsage().rss;
    const { problems, value } = await readVolumetric(place(name));
    expect(problems).toContainEqual(
      expect.objectContaining({ severity: "error", message: expect.stringContaining(message) }),
    );
    expect(value?.blocks[0]?.spectrum).toBeUndefined();
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
  });
});

describe("a damaged HDF5 file", () => {
  it("gives problems of one line, or its values, whatever is damaged; and the next file is read as ever", async () => {
    const file = path.join(folder, "vaspwave.h5");
    writeDensity(file);
    const whole = readFileSync(file);
    const sound = await readVolumetric(file, { hash: false });
    let failed = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const dice = new Dice(seed);
      const bytes = dice.below(4) === 0 ? whole.subarray(0, dice.below(whole.length)) : Buffer.from(whole);
      for (let left = 1 + dice.below(8); left > 0 && bytes.length > 0; left--)
        bytes[dice.below(bytes.length)] = dice.below(256);
      writeFileSync(file, bytes);
      const { value, problems } = await readVolumetric(file);
      for (const { message } of problems) expect(message, `seed ${seed}`).not.toMatch(/\n|HDF5-DIAG|#0\d\d/);
      if (!value) failed++;
      expect(value !== undefined || problems.some(({ severity }) => severity === "error"), `seed ${seed}`).toBe(true);
    }
    expect(failed).toBeGreaterThan(30);
    writeDensity(file);
    expect(await readVolumetric(file, { hash: false })).toEqual(sound);
  });
});
