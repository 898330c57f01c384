import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { encodeEach, encodeMaterials } from "../../../src/jobs/encoding/encodeMaterials.js";
import { readPackedSpectra } from "../../../src/jobs/spectra/packedSpectra.js";
import { ThreadPool } from "../../../src/jobs/threads/threadPool.js";

vi.mock("../../../src/jobs/spectra/packedSpectra.js", async (original) => {
  const module = await original<typeof import("../../../src/jobs/spectra/packedSpectra.js")>();
  return { ...module, readPackedSpectra: vi.fn(module.readPackedSpectra) };
});

const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-packed-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("each file of packed spectra is read once, however many materials are on their way", async () => {
  const files = [1, 2, 3].map((n) => path.join(folder, `spectra-0000${n}.npz`));
  for (const file of files) copyFileSync(path.resolve(import.meta.dirname, "../../../media/oxides/spectra.npz"), file);
  const ids = readPackedSpectra(files[0] ?? "")?.materials.map(({ id }) => id) ?? [];
  expect(ids.length).toBeGreaterThan(256);
  // by id, as a dataset lists them: those of one file do not stand together
  const entries = ids.flatMap((id) => files.map((file) => ({ id, file })));
  const pool = new ThreadPool(2);
  vi.mocked(readPackedSpectra).mockClear();
  const taken: number[] = [];
  try {
    await encodeEach(entries, { settings: { spacing: 0.4, component: "total" }, pool }, (place, { material }) => {
      expect(material?.id).toBe(entries[place]?.id);
      taken.push(place);
    });
  } finally {
    await pool.dispose();
  }
  expect(taken.sort((a, b) => a - b)).toEqual([...entries.keys()]);
  expect(vi.mocked(readPackedSpectra).mock.calls.map(([file]) => file)).toEqual(files);
});

test("where nothing but waves is kept neither functionals nor a hash are computed, and the waves are the same", async () => {
  const file = path.resolve(import.meta.dirname, "../../../media/sample/oxides/mp-10064/CHGCAR.gz");
  const pool = new ThreadPool(1);
  try {
    const read = async (wavesOnly: boolean) => {
      const options = { settings: { spacing: 0.4, component: "total" }, pool, wavesOnly } as const;
      const [outcome] = await encodeMaterials([{ id: "a", file }], options);
      return outcome?.material;
    };
    const [whole, waves] = [await read(false), await read(true)];
    expect([whole?.hash, whole?.spectrum.functionals]).toEqual([expect.stringMatching(/^xxh3:/), expect.anything()]);
    expect([waves?.hash, waves?.spectrum.functionals]).toEqual(["", undefined]);
    expect(waves?.spectrum.amplitude).toEqual(whole?.spectrum.amplitude);
  } finally {
    await pool.dispose();
  }
});
