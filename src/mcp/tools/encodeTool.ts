import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as z from "zod";
import { cellFormula } from "../../core/crystal/formula.js";
import { reciprocalLattice, volume } from "../../core/crystal/lattice.js";
import type { EncodedMaterial } from "../../jobs/spectra/material.js";
import { readSpectrum } from "../../jobs/spectra/spectrumFile.js";
import { eventsOf, firstOf, mcpTool, outputPlace, somePaths } from "../mcpTool.js";
import { failureOf, materialPaths } from "./materialPaths.js";

const MAX_TOLD = 50;
const STRONGEST = 8;

export const encodeTool = mcpTool({
  name: "encode",
  title: "Encode charge densities",
  description:
    "Encodes charge densities as the R3DVS descriptor: Fourier amplitudes |s_g| of the density as voxels in reciprocal space. Tells for each material the number of plane waves below the cutoff pi/dl and the strongest ones. With output, where the server may write, the voxels are written for numpy (.npz: ids, descriptor [n, N, N, N], lattice), or the sparse spectra into a new folder, which other tools take for a dataset.",
  input: {
    paths: somePaths(100, "densities, folders of one material, or datasets"),
    dl: z.number().min(0.1).max(2).default(0.4).describe("real-space resolution dL in Å; the cutoff is pi/dL"),
    length: z
      .number()
      .min(1)
      .max(100)
      .default(12.8)
      .describe("real-space box L in Å; the mesh has L/dL voxels per side"),
    component: z.enum(["total", "magnetization", "mx", "my", "mz"]).default("total").describe("block of the file"),
    output: z.string().max(4096).optional().describe("a new .npz file or folder"),
  },
  writes: true,
  call: async ({ paths, dl, length, component, output }, context) => {
    const { places, total } = await materialPaths(paths, context);
    const place = await outputPlace(output, context);
    const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-mcp-"));
    try {
      const options = ["--dl", String(dl), "--length", String(length), "--component", component];
      const encode = (to: string) => context.run(["encode", "-o", to, ...options, "--", ...places], { total });
      const spectra = place !== undefined && !place.endsWith(".npz") ? place : path.join(folder, "spectra");
      const events = eventsOf(await encode(spectra));
      if (place?.endsWith(".npz")) eventsOf(await encode(place));
      const failed = events.filter(({ event }) => event === "skipped").map(failureOf);
      const told = namesIn(spectra)
        .slice(0, MAX_TOLD)
        .flatMap((name) => readSpectrum(path.join(spectra, name))?.material ?? []);
      return {
        encoded: events.filter(({ event }) => event === "encoded").length,
        ...(place !== undefined && { output: place }),
        materials: told.map(factsOf),
        ...firstOf("failed", failed, MAX_TOLD),
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
});

const namesIn = (folder: string) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(".npz"))
        .sort()
    : [];

/** |s_g| in the spectrum's unit, |g| in 1/Å. */
function factsOf({ id, file, structure, spectrum, electrons }: EncodedMaterial): object {
  const { hkl, amplitude, lattice, unit, firstMissing } = spectrum;
  const reciprocal = reciprocalLattice(lattice);
  const order = Array.from(amplitude.keys())
    .slice(1)
    .sort((a, b) => (amplitude[b] ?? 0) - (amplitude[a] ?? 0));
  const strongest = order.slice(0, STRONGEST).map((wave) => {
    const indices = [0, 1, 2].map((axis) => hkl[3 * wave + axis] ?? 0);
    const g = [0, 1, 2].map((axis) => indices.reduce((sum, index, i) => sum + index * (reciprocal[i]?.[axis] ?? 0), 0));
    return { hkl: indices, g: Math.hypot(...g), amplitude: amplitude[wave] };
  });
  return {
    id,
    file,
    formula: cellFormula(structure),
    volume: volume(structure.lattice),
    electrons,
    waves: 2 * amplitude.length - 1,
    mean: amplitude[0],
    unit,
    strongest,
    ...(firstMissing !== undefined && { gridLacksWavesFrom: firstMissing }),
  };
}
