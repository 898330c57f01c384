// Damaged files of other forms: JSON, arrays, XSF. They must end in a value or an error, in bounded time.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { readVolumetric } from "../../src/jobs/densities/readVolumetric.js";
import { damagedBytes } from "./bytes.js";
import { Dice } from "./mutate.js";

const SEEDS = 40;
const fixtures = path.resolve(import.meta.dirname, "../fixtures/forms");
const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-fuzz-forms-"));
afterAll(() => rmSync(folder, { recursive: true }));
cpSync(path.join(fixtures, "density.vasp"), path.join(folder, "POSCAR"));

const FILES = [
  ["x.json", gunzipSync(readFileSync(path.join(fixtures, "CHGCAR.json.gz")))],
  ["x.json.gz", readFileSync(path.join(fixtures, "mp-aaabx.json.gz"))],
  ["x.npy", readFileSync(path.join(fixtures, "density.npy"))],
  ["x.xsf", readFileSync(path.join(fixtures, "density.xsf"))],
  ["x.hdf5", readFileSync(path.join(fixtures, "chgcar_pymatgen.hdf5"))],
] as const;

it("a zarr group with a damaged file never throws or passes in silence", { timeout: 120_000 }, async () => {
  for (const [version, names] of [
    ["mp-v2.zarr", [".zattrs", "charge_density_total/.zarray", "charge_density_total/0.0.0", "charge_density_diff/1.1.1"]],
    ["mp-v3.zarr", ["zarr.json", "charge_density_total/zarr.json", "charge_density_total/c/0/0/0"]],
  ] as const)
    for (const [index, name] of names.entries()) {
      const group = path.join(folder, `${index}-${version}`);
      cpSync(path.join(fixtures, version), group, { recursive: true });
      const whole = readFileSync(path.join(group, name));
      for (let seed = 1; seed <= SEEDS / 2; seed++) {
        writeFileSync(path.join(group, name), damagedBytes(whole, new Dice(seed)));
        const { value, problems } = await readVolumetric(group);
        const isWhole = value !== undefined && !value.truncated && value.blocks.length > 0;
        expect(isWhole || problems.some(({ severity }) => severity === "error"), `${name}, seed ${seed}`).toBe(true);
      }
    }
});

it.each(FILES)("a damaged %s never throws or passes in silence", { timeout: 120_000 }, async (name, whole) => {
  const file = path.join(folder, name);
  for (let seed = 1; seed <= SEEDS; seed++) {
    const dice = new Dice(seed);
    writeFileSync(file, dice.below(4) === 0 ? whole.subarray(0, dice.below(whole.length)) : damagedBytes(whole, dice));
    const { value, problems } = await readVolumetric(file, { functionals: true });
    const isWhole = value !== undefined && !value.truncated && value.blocks.length > 0;
    expect(isWhole || problems.some(({ severity }) => severity === "error"), `seed ${seed}: silently nothing`).toBe(true);
    for (const { spectrum } of value?.blocks ?? [])
      expect([...(spectrum?.amplitude ?? [])].every(Number.isFinite), `seed ${seed}: a spectrum of holes`).toBe(true);
  }
});
