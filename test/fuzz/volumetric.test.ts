import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readVolumetric } from "../../src/jobs/densities/readVolumetric.js";
import { inspectFile } from "../../src/jobs/inspect/inspect.js";
import { temporaryFile } from "../jobs/densities/volumetricText.js";
import { volumetricCodes } from "../kernels/volumetricCodes.js";
import { Dice, damaged, someFile } from "./mutate.js";

/** `npm run fuzz` sets it: then seeds go on from a random one until the time is up. */
const seconds = Number(process.env.R3DVS_FUZZ_SECONDS ?? 0);
const SEEDS = Array.from({ length: 600 }, (_, i) => i + 1);
/** No damaged file of a few kB may take longer, on a busy machine, nor make the process grow by more. */
const LONGEST_MS = 5000;
const MAX_GROWTH = 400 * 2 ** 20;

const file = temporaryFile("CHGCAR", "");

/** Reads a damaged file in the ways that users do, and holds what must hold of any bytes. */
async function check(seed: number): Promise<void> {
  const dice = new Dice(seed);
  const text = damaged(someFile(dice), dice);
  const packed = dice.below(5) === 0;
  const bytes = packed ? gzipSync(text) : Buffer.from(text);
  const at = dice.below(bytes.length);
  const isTorn = packed && dice.below(2) === 0;
  if (isTorn) bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.below(8));
  writeFileSync(file, bytes);
  const start = performance.now();
  const [transform, threads] = [dice.below(4) > 0, dice.of([1, 2])];
  const [hash, reader] = [dice.below(2) === 0, dice.of(volumetricCodes)];
  const reading = await readVolumetric(file, { transform, threads, threadsFrom: 0, hash, reader });
  await inspectFile(file);
  // how long is asked of `npm run fuzz` alone: a test must not depend on the machine
  if (seconds > 0) expect(performance.now() - start, `seed ${seed}: milliseconds`).toBeLessThan(LONGEST_MS);
  const lines = text.split("\n").map((line) => Buffer.byteLength(line));
  for (const { line, column, message } of isTorn ? [] : reading.problems) {
    expect(line >= 1 && line <= lines.length, `seed ${seed}: line ${line} of "${message}"`).toBe(true);
    expect(column >= 1 && column <= (lines[line - 1] ?? 0) + 2, `seed ${seed}: column ${column} of "${message}"`).toBe(
      true,
    );
  }
  const { value, problems } = reading;
  const isWhole = value !== undefined && !value.truncated && value.blocks.length > 0;
  expect(isWhole || problems.some(({ severity }) => severity === "error"), `seed ${seed}: silently nothing`).toBe(true);
  for (const block of value?.blocks ?? []) {
    const finite = [...(block.spectrum?.amplitude ?? [])].every(Number.isFinite);
    expect(finite, `seed ${seed}: a spectrum of holes`).toBe(true);
  }
}

describe("a scale factor with too many digits", () => {
  it("asks for no spectrum of billions of waves", async () => {
    writeFileSync(file, someFile(new Dice(1)).replace("1.00000000000000", "1000000.00000000"));
    const { value, problems } = await readVolumetric(file);
    expect(problems.map(({ message }) => message)).toContain(
      "the cell is too large for a spectrum up to |g| = 7.854 Å⁻¹: check its scale",
    );
    expect(value?.blocks[0]?.spectrum).toBeUndefined();
  });
});

describe("damaged volumetric files", () => {
  it("never throw, hang, grow or pass in silence", { timeout: (seconds + 120) * 1000 }, async () => {
    const before = process.memoryUsage().rss;
    for (const seed of SEEDS) await check(seed);
    const end = performance.now() + seconds * 1000;
    const first = Math.floor(Math.random() * 2 ** 30);
    if (seconds > 0) console.log(`seeds from ${first} on`);
    for (let seed = first; performance.now() < end; seed++) await check(seed);
    expect(process.memoryUsage().rss - before).toBeLessThan(MAX_GROWTH);
  });
});
