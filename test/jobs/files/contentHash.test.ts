import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { areComparable, ContentHash } from "../../../src/jobs/files/contentHash.js";
import { hashOfStored } from "../../../src/jobs/files/storedFacts.js";
import { softwareVersion } from "../../../src/jobs/files/version.js";
import { readModel } from "../../../src/jobs/models/modelFile.js";
import { readManifest } from "../../../src/jobs/runs/runFolder.js";
import { readPackedSpectra } from "../../../src/jobs/spectra/packedSpectra.js";
import { readMaterial } from "../../../src/jobs/spectra/readMaterial.js";
import { SpectrumCache } from "../../../src/jobs/spectra/spectrumCache.js";
import { checkUnchanged, withEarlierHashes } from "../../../src/jobs/study/runSession.js";
import type { RunManifest } from "../../../src/protocol/runFiles.js";
import { someValues, volumetricText } from "../densities/volumetricText.js";

const root = path.resolve(import.meta.dirname, "../../..");
const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-hash-"));
afterAll(() => rmSync(folder, { recursive: true }));
const SHA = /^[0-9a-f]{64}$/;
const encoding = { spacing: 0.4, component: "total" } as const;

test("a file's hash names its function and is the same however the file is read", async () => {
  const file = path.join(folder, "CHGCAR");
  const text = volumetricText({ grid: [4, 5, 6], blocks: [someValues(120, 3)] });
  writeFileSync(file, text);
  const expected = new ContentHash().update(Buffer.from(text)).digest();
  expect(expected).toMatch(/^xxh3:[0-9a-f]{32}$/);
  expect(await hashOfStored(file)).toBe(expected);
  const { value } = await readMaterial({ id: "a", file }, encoding);
  expect(value?.hash).toBe(expected);
  expect(new ContentHash().digest()).toBe("xxh3:99aa06d3014798d86001c324468d497f");
});

test("hashes of two files at once do not mix", () => {
  const [a, b] = [new ContentHash(), new ContentHash()];
  a.update(Buffer.from("one"));
  b.update(Buffer.from("two"));
  a.update(Buffer.from(" file"));
  b.update(Buffer.from(" files"));
  expect(a.digest()).toBe(new ContentHash().update(Buffer.from("one file")).digest());
  expect(b.digest()).toBe(new ContentHash().update(Buffer.from("two files")).digest());
});

test("spectra, caches and models of earlier versions are read, with the SHA-256 that they hold", async () => {
  const packed = readPackedSpectra(path.join(root, "media/oxides/spectra.npz"));
  expect(packed?.materials.every(({ hash }) => SHA.test(hash))).toBe(true);
  const model = readModel(path.join(root, "media/models/E_band_per_atom-shells"));
  expect(model.materials.every(({ hash }) => SHA.test(hash))).toBe(true);

  const file = path.join(folder, "CHGCAR");
  writeFileSync(file, volumetricText({ grid: [4, 5, 6], blocks: [someValues(120, 4).map(Math.abs)] }));
  const { value } = await readMaterial({ id: "a", file }, encoding);
  const cache = new SpectrumCache(path.join(folder, "spectra"), encoding);
  const { hash: _, ...rest } = value ?? expect.fail("no material");
  cache.write({ ...rest, sha256: "f".repeat(64) } as never);
  expect(cache.read({ id: "a", file }).value).toMatchObject({ hash: "f".repeat(64), grid: [4, 5, 6] });
});

test("a run that was begun with SHA-256 goes on with it, and notices a change where it can", () => {
  const sha = "f".repeat(64);
  const material = { id: "a", file: "a/CHGCAR", natoms: 2, volume: 80, values: { gap: 1 }, reported: { gap: 1 } };
  const before = { ...MANIFEST, materials: [{ ...material, sha256: sha }] };
  writeFileSync(path.join(folder, "run.json"), JSON.stringify(before));
  const manifest = readManifest(folder);
  expect(manifest.materials).toEqual([{ ...material, hash: sha }]);
  const facts = (hash: string) => withEarlierHashes([{ ...material, hash }], manifest.materials);
  expect(facts("xxh3:0")).toEqual([{ ...material, hash: sha }]);
  expect(() => checkUnchanged(manifest, { facts: facts("xxh3:0") })).not.toThrow();
  expect(() => checkUnchanged(manifest, { facts: facts("e".repeat(64)) })).toThrow("has changed");
  expect(areComparable("xxh3:0", sha)).toBe(false);
});

const MANIFEST = {
  format: 1,
  name: "run",
  created: "2026-01-01T00:00:00.000Z",
  dataset: "/data",
  software: { name: "r3dvs", version: softwareVersion },
  options: {},
  state: "stopped",
  progress: { done: 0, failed: 0, total: 1 },
  targets: [],
  skipped: [],
  lacking: [],
} satisfies Partial<RunManifest>;
