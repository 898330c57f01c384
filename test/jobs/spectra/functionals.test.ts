import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { FUNCTIONAL_COUNT } from "../../../src/core/descriptors/functionals.js";
import { defaultVoxelOptions } from "../../../src/core/descriptors/r3dvs.js";
import { readVolumetric } from "../../../src/jobs/densities/readVolumetric.js";
import { writeSpectrumInto } from "../../../src/jobs/encoding/encodedFiles.js";
import { readEncoded } from "../../../src/jobs/spectra/encodedMaterials.js";
import { writePackedSpectra } from "../../../src/jobs/spectra/packedSpectra.js";
import { readMaterial } from "../../../src/jobs/spectra/readMaterial.js";
import { someValues, temporaryFile, volumetricText } from "../densities/volumetricText.js";

const grid = [64, 50, 37] as const;
const density = someValues(64 * 50 * 37, 1).map(Math.abs);
const text = volumetricText({ grid, blocks: [density] });
const file = temporaryFile("CHGCAR", text);
const settings = { ...defaultVoxelOptions, component: "total" } as const;
const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-functionals-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(from = file) {
  const { value } = await readMaterial({ id: "one", file: from }, settings);
  if (value === undefined) throw new Error("the file is whole");
  return value;
}

describe("functionals", () => {
  it("come with the spectrum of a density, the same from two threads, and not for potentials", async () => {
    const { functionals } = (await read()).spectrum;
    expect(functionals).toHaveLength(FUNCTIONAL_COUNT);
    const shared = await readVolumetric(file, { functionals: true, threads: 2, threadsFrom: 0 });
    expect(shared.value?.blocks[0]?.spectrum?.functionals).toEqual(functionals);
    expect((await read(temporaryFile("LOCPOT", text))).spectrum.functionals).toBeUndefined();
  });

  it("are kept with one spectrum and with many, and told from those that are not known", async () => {
    const material = await read();
    const single = writeSpectrumInto(folder, material, settings);
    expect(readEncoded({ id: "one", file: single }, settings).value?.spectrum).toEqual(material.spectrum);
    const packed = path.join(folder, "spectra.npz");
    const { functionals, ...without } = material.spectrum;
    writePackedSpectra(packed, [material, { ...material, id: "other", spectrum: without }], {
      component: "total",
      cutoff: material.spectrum.cutoff,
    });
    expect(readEncoded({ id: "one", file: packed }, settings).value?.spectrum.functionals).toEqual(functionals);
    expect(readEncoded({ id: "other", file: packed }, settings).value?.spectrum.functionals).toBeUndefined();
  });
});
