import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { labelMaterials, openDataset } from "../../../src/jobs/dataset/dataset.js";
import { listEncoded } from "../../../src/jobs/dataset/listEncoded.js";
import { findMaterials, resolvePaths } from "../../../src/jobs/dataset/materialFiles.js";
import { DamagedFileError } from "../../../src/jobs/files/zipArchive.js";
import { readEncoded } from "../../../src/jobs/spectra/encodedMaterials.js";
import type { EncodedMaterial } from "../../../src/jobs/spectra/material.js";
import type { MaterialFile } from "../../../src/jobs/spectra/materialFile.js";
import { PACKED_SPECTRA, readPackedSpectra, writePackedSpectra } from "../../../src/jobs/spectra/packedSpectra.js";
import { readMaterial } from "../../../src/jobs/spectra/readMaterial.js";
import { runCli, sampleDataset } from "../../cli/harness.js";

const OXIDES = fileURLToPath(new URL("../../../media/oxides", import.meta.url));
const SAMPLE = fileURLToPath(new URL("../../../media/sample/oxides", import.meta.url));
const IDS = readdirSync(SAMPLE)
  .filter((name) => name.startsWith("mp-"))
  .slice(0, 12);
const DEFAULT = { spacing: 0.4, component: "total" } as const;
const root = mkdtempSync(path.join(tmpdir(), "r3dvs-encoded-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const readDensity = async (id: string, spacing = 0.4): Promise<EncodedMaterial> => {
  const { value, problems } = await readMaterial(
    { id, file: path.join(SAMPLE, id, "CHGCAR.gz") },
    { ...DEFAULT, spacing },
  );
  if (value === undefined) throw new Error(problems.map(({ message }) => message).join("; "));
  return value;
};

describe("the bundled oxides", () => {
  let entries: ReadonlyMap<string, MaterialFile>;
  beforeAll(async () => {
    entries = new Map((await findMaterials(OXIDES)).map((entry) => [entry.id, entry]));
  });
  const entry = (id: string) => entries.get(id) ?? { id, file: "" };

  test("hold the sample's materials as their densities give them", async () => {
    for (const id of IDS) {
      const { value, problems } = readEncoded(entry(id), DEFAULT);
      expect(problems).toEqual([]);
      // packed when files were still named by SHA-256
      const { file: _, hash: __, ...expected } = await readDensity(id);
      const { amplitude, functionals = new Float64Array(0), ...waves } = expected.spectrum;
      expect(value).toMatchObject({ ...expected, spectrum: waves, file: path.join(OXIDES, PACKED_SPECTRA) });
      // A later transform may add in another order.
      expect(value?.spectrum.amplitude.length).toBe(amplitude.length);
      for (const [i, one] of amplitude.entries())
        expect(Math.abs((value?.spectrum.amplitude[i] ?? 0) - one)).toBeLessThan(1e-12);
      expect(value?.spectrum.functionals?.length).toBe(functionals.length);
      for (const [i, one] of functionals.entries())
        expect(Math.abs((value?.spectrum.functionals?.[i] ?? 0) - one)).toBeLessThan(1e-12);
    }
  });

  test("at a coarser resolution as well, the waves that it needs", async () => {
    const [id = ""] = IDS;
    const coarse = readEncoded(entry(id), { ...DEFAULT, spacing: 0.5 }).value?.spectrum;
    const { spectrum } = await readDensity(id, 0.5);
    expect(coarse?.hkl).toEqual(spectrum.hkl);
    // The transform of fewer waves adds in another order.
    for (const [i, value] of spectrum.amplitude.entries())
      expect(Math.abs((coarse?.amplitude[i] ?? 0) - value)).toBeLessThan(1e-12);
  });

  test("say what they do not hold", () => {
    const [id = ""] = IDS;
    const message = (settings: Parameters<typeof readEncoded>[1], name = id) =>
      readEncoded({ ...entry(id), id: name }, settings).problems.map((found) => found.message);
    expect(message({ ...DEFAULT, spacing: 0.3 })).toEqual([expect.stringContaining("computed with dL = 0.4 Å")]);
    expect(message({ ...DEFAULT, component: "magnetization" })).toEqual([
      expect.stringContaining("belong to the total block, not to magnetization"),
    ]);
    expect(message(DEFAULT, "mp-0")).toEqual(["the file has no spectrum of mp-0"]);
  });

  test("have a value of each property", async () => {
    const dataset = await openDataset(OXIDES);
    expect(dataset.problems).toEqual([]);
    expect(dataset.entries.length).toBeGreaterThanOrEqual(746);
    const { entries: labelled, unlabelled } = labelMaterials(dataset, [
      "E_hartree_per_atom",
      "band_gap",
      "cohesive_energy_per_atom",
    ]);
    expect([labelled.length, unlabelled]).toEqual([dataset.entries.length, []]);
  });
});

describe("r3dvs encode", () => {
  let data: string;
  const at = (name: string) => path.join(root, name);
  beforeAll(async () => {
    data = sampleDataset(root, IDS);
    await runCli(["encode", data, "-o", at("packed"), "--packed", "--quiet"]);
    await runCli(["encode", data, "-o", at("single"), "--quiet"]);
  });

  test("makes datasets, in one file or in many, from which a study learns the same as from the densities", async () => {
    expect(readdirSync(at("packed")).sort()).toEqual([PACKED_SPECTRA, "targets.csv"]);
    const study = async (dataset: string) => {
      const run = at(`run-${path.basename(dataset)}`);
      const what = [
        "--targets",
        "band_gap",
        "--models",
        "shells,composition",
        "--train-sizes",
        "6",
        "--test-size",
        "4",
        "--repeats",
        "2",
      ];
      const { code, stderr } = await runCli(["study", dataset, "-o", run, ...what, "--quiet"]);
      expect([code, stderr]).toEqual([0, ""]);
      return readFileSync(path.join(run, "predictions.csv"), "utf8");
    };
    const expected = await study(data);
    expect(expected.split("\n").length).toBe(2 * 2 * 4 + 2);
    expect(await study(at("packed"))).toBe(expected);
    expect(await study(at("single"))).toBe(expected);
    expect(readdirSync(at("packed"))).not.toContain("spectra");
  });

  test("encodes what is encoded, and packs nothing into a descriptor file", async () => {
    await runCli(["encode", data, "-o", at("a.npz")]);
    await runCli(["encode", at("packed"), "-o", at("b.npz")]);
    expect(readFileSync(at("b.npz")).equals(readFileSync(at("a.npz")))).toBe(true);
    expect((await runCli(["encode", data, "-o", at("c.npz"), "--packed"])).code).toBe(2);
    expect(await resolvePaths([at("a.npz")])).toEqual({ materials: [], missing: [at("a.npz")], remarks: [] });
  });

  test("densities come before what was encoded of them", async () => {
    const both = at("both");
    cpSync(data, both, { recursive: true });
    cpSync(at("packed/spectra.npz"), path.join(both, PACKED_SPECTRA));
    rmSync(path.join(both, IDS[0] ?? ""), { recursive: true });
    const files = (await findMaterials(both)).map(({ file }) => path.basename(file));
    expect(files.filter((name) => name === PACKED_SPECTRA).length).toBe(1);
    expect(files.length).toBe(IDS.length);
  });

  test("the editor is told the materials that have spectra alone, with their formulas", async () => {
    const facts = new Map(
      readFileSync(path.join(SAMPLE, "targets.csv"), "utf8")
        .split("\n")
        .map((line) => line.split(",").slice(0, 2) as [string, string]),
    );
    const expected = (file: (id: string) => string, ids = IDS) =>
      [...ids].sort().map((id) => ({ id, file: path.join(at(file(id))), formula: facts.get(id) }));
    expect(await listEncoded(at("packed"))).toEqual(expected(() => `packed/${PACKED_SPECTRA}`));
    expect(await listEncoded(at("single"))).toEqual(expected((id) => `single/${id}.npz`));
    expect(await listEncoded(at("both"))).toEqual(expected(() => `both/${PACKED_SPECTRA}`, IDS.slice(0, 1)));
    expect(await listEncoded(data)).toEqual([]);
  });

  test("a torn file is none, and waves that do not follow from the grid are not packed", () => {
    const bytes = readFileSync(at("packed/spectra.npz"));
    mkdirSync(at("torn"));
    for (const length of [0, 100, bytes.length >> 1, bytes.length - 3000]) {
      const file = path.join(at("torn"), `${length}.npz`);
      cpSync(at("packed/spectra.npz"), file);
      truncateSync(file, length);
      if (length === 0) expect(readPackedSpectra(file)).toBeUndefined();
      else expect(() => readPackedSpectra(file)).toThrow(DamagedFileError);
    }
    const [material] = readPackedSpectra(at("packed/spectra.npz"))?.materials ?? [];
    const cut = { ...(material as EncodedMaterial), grid: [6, 6, 6] as const };
    expect(() => writePackedSpectra(at("x.npz"), [cut], { component: "total", cutoff: Math.PI / 0.4 })).toThrow(
      "do not match its grid",
    );
  });
});
