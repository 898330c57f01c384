import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { channelSums } from "../../../src/core/descriptors/channelSums.js";
import { defaultVoxelOptions, sparseVoxels } from "../../../src/core/descriptors/r3dvs.js";
import { writeSpectrumInto } from "../../../src/jobs/encoding/encodedFiles.js";
import { readEncoded } from "../../../src/jobs/spectra/encodedMaterials.js";
import type { EncodedMaterial } from "../../../src/jobs/spectra/material.js";
import { writePackedSpectra } from "../../../src/jobs/spectra/packedSpectra.js";
import { readMaterial } from "../../../src/jobs/spectra/readMaterial.js";
import { someValues, temporaryFile, volumetricText } from "../densities/volumetricText.js";

const grid = [16, 18, 20] as const;
const points = 16 * 18 * 20;
const density = someValues(points, 1).map(Math.abs);
const spinFile = temporaryFile("CHGCAR", volumetricText({ grid, blocks: [density, someValues(points, 2)] }));
const plainFile = temporaryFile("CHGCAR", volumetricText({ grid, blocks: [density] }));
const settings = { ...defaultVoxelOptions, component: "total" } as const;
const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-spin-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(file: string, component: "total" | "magnetization" = "total"): Promise<EncodedMaterial> {
  const { value, problems } = await readMaterial({ id: "spin", file }, { ...settings, component });
  if (value === undefined) throw new Error(problems.map(({ message }) => message).join("; "));
  return value;
}

describe("the channel of the magnetisation", () => {
  it("holds what the magnetisation's own voxels hold, beside those of the density", async () => {
    const { spectrum } = await read(spinFile);
    const own = (await read(spinFile, "magnetization")).spectrum;
    const both = sparseVoxels(spectrum, defaultVoxelOptions, ["amplitude", "magnetization"]);
    const alone = [spectrum, own].map((one) => sparseVoxels(one, defaultVoxelOptions, ["amplitude"]));
    expect(both.index.length).toBeGreaterThan(50);
    alone.forEach((voxels, c) => {
      expect(voxels.index).toEqual(both.index);
      expect(voxels.value).toEqual(both.value.filter((_, i) => i % 2 === c));
    });
    const [, magnetic] = channelSums(spectrum, 0.4, ["amplitude", "magnetization"]);
    expect(magnetic).toBeCloseTo(channelSums(own, 0.4, ["amplitude"])[0] ?? Number.NaN, 10);
  });

  it("is 0 for a density without spin", async () => {
    const { spectrum } = await read(plainFile);
    expect(spectrum.magnetization).toBe("none");
    const { value } = sparseVoxels(spectrum, defaultVoxelOptions, ["magnetization", "amplitude"]);
    expect(value.every((number, i) => i % 2 === 1 || number === 0)).toBe(true);
  });

  it("is kept with a spectrum, at a coarser resolution too", async () => {
    const material = await read(spinFile);
    const file = writeSpectrumInto(folder, material, settings);
    expect(readEncoded({ id: "spin", file }, settings).value?.spectrum).toEqual(material.spectrum);
    const coarse = readEncoded({ id: "spin", file }, { ...settings, spacing: 0.5 }).value?.spectrum;
    const options = { ...defaultVoxelOptions, spacing: 0.5, length: 12 };
    const expected = sparseVoxels(material.spectrum, options, ["amplitude", "magnetization"]);
    expect(coarse && sparseVoxels(coarse, options, ["amplitude", "magnetization"])).toEqual(expected);
  });

  it("is refused where it was not kept", async () => {
    const packed = path.join(folder, "spectra.npz");
    const material = await read(spinFile);
    writePackedSpectra(packed, [material], { component: "total", cutoff: material.spectrum.cutoff });
    const { value } = readEncoded({ id: "spin", file: packed }, settings);
    if (value === undefined) throw new Error("the packed spectrum is there");
    expect(value.spectrum.amplitude).toEqual(material.spectrum.amplitude);
    expect(() => sparseVoxels(value.spectrum, defaultVoxelOptions, ["magnetization"])).toThrow("not kept");
  });
});
