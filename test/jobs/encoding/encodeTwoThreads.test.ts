import { afterEach, describe, expect, it, vi } from "vitest";
import { encodeMaterials } from "../../../src/jobs/encoding/encodeMaterials.js";
import { ThreadPool } from "../../../src/jobs/threads/threadPool.js";
import { fortran, HEAD, inLines, someValues, temporaryFile, volumetricText } from "../densities/volumetricText.js";

const pools: ThreadPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.dispose()));
});

/** Encodes the files with a pool of so many threads; also how many threads each reading was allowed. */
async function encode(files: readonly string[], threads: number) {
  const pool = new ThreadPool(threads);
  pools.push(pool);
  const run = vi.spyOn(pool, "run");
  const entries = files.map((file, i) => ({ id: `m${i}`, file }));
  const outcomes = await encodeMaterials(entries, { settings: { spacing: 0.4, component: "total" }, pool });
  return {
    outcomes,
    allowed: run.mock.calls.map(([, params]) => (params as { reading: { threads: number } }).reading.threads),
  };
}

/** Just above the 32 MB from which two threads are worth it: 125 planes, the same five again and again. */
function largeFile(): string {
  const planes = inLines(someValues(5 * 125 * 125, 1).map((value) => fortran(value)));
  return temporaryFile("CHGCAR", `${HEAD.join("\n")}\n \n  125  125  125\n${planes.repeat(25)}`);
}

describe("encodeMaterials", () => {
  it("lets two threads read each file where there are fewer files than threads", async () => {
    const files = [1, 2].map((seed) =>
      temporaryFile("CHGCAR", volumetricText({ grid: [4, 4, 4], blocks: [someValues(64, seed)] })),
    );
    expect((await encode(files.slice(0, 1), 2)).allowed).toEqual([2]);
    expect((await encode(files, 2)).allowed).toEqual([1, 1]);
    expect((await encode(files.slice(0, 1), 1)).allowed).toEqual([1]);
  });

  it("makes the same of a large file with two threads as with one, to the bit", { timeout: 60_000 }, async () => {
    const file = largeFile();
    const one = await encode([file], 1);
    const two = await encode([file], 4);
    expect(two.allowed).toEqual([2]);
    expect(one.outcomes[0]?.material?.spectrum.amplitude.length).toBeGreaterThan(0);
    expect(two.outcomes).toEqual(one.outcomes);
  });
});
