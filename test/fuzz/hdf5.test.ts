// Damaged HDF5 files: the library behind them is C, and must neither end the process nor keep it.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { readVolumetric } from "../../src/jobs/densities/readVolumetric.js";
import { damagedBytes } from "./bytes.js";
import { Dice } from "./mutate.js";

const seconds = Number(process.env.R3DVS_FUZZ_SECONDS ?? 0);
const SEEDS = 150;
const LONGEST_MS = 5000;
const MAX_GROWTH = 600 * 2 ** 20;

const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-fuzz-h5-"));
afterAll(() => rmSync(folder, { recursive: true }));
const fixtures = path.join(import.meta.dirname, "../fixtures/hostile");
const whole = readdirSync(fixtures)
  .filter((name) => name.endsWith(".h5"))
  .map((name) => readFileSync(path.join(fixtures, name)));

async function check(seed: number): Promise<void> {
  const dice = new Dice(seed);
  const file = path.join(folder, "vaspwave.h5");
  writeFileSync(file, damagedBytes(dice.of(whole), dice));
  const start = performance.now();
  const { value, problems } = await readVolumetric(file, { hash: false }).catch((error: unknown) => {
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`);
  });
  expect(performance.now() - start, `seed ${seed}: milliseconds`).toBeLessThan(LONGEST_MS);
  expect(value !== undefined || problems.length > 0, `seed ${seed}: silently nothing`).toBe(true);
}

it("damaged HDF5 files end no process, hang or grow", { timeout: (seconds + 300) * 1000 }, async () => {
  await check(0);
  const before = process.memoryUsage().rss;
  for (let seed = 1; seed <= SEEDS; seed++) await check(seed);
  const first = Math.floor(Math.random() * 2 ** 30);
  const end = performance.now() + seconds * 1000;
  let seed = first;
  for (; performance.now() < end; seed++) await check(seed);
  if (seconds > 0) process.stderr.write(`${seed - first} damaged HDF5 files from seed ${first}\n`);
  expect(process.memoryUsage().rss - before).toBeLessThan(MAX_GROWTH);
});
