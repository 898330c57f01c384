// The sample oxides as the models see them.
import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { atomicNumber } from "../../../src/core/crystal/elements.js";
import { volume } from "../../../src/core/crystal/lattice.js";
import type { Material } from "../../../src/core/descriptors/material.js";
import { readDensity, sampleFolder, spectrumOf } from "../descriptors/density.js";

export interface SampleMaterial {
  readonly material: Material;
  readonly volume: number;
  /** Columns of targets.csv. */
  readonly targets: ReadonlyMap<string, number>;
}

/** The first `count` materials of the sample's table. */
export function readSampleMaterials(count: number): SampleMaterial[] {
  const [header = [], ...rows] = readFileSync(path.join(sampleFolder, "targets.csv"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  return rows.slice(0, count).map((row) => {
    const material = readMaterial(row[0] ?? "");
    return {
      material,
      volume: volume(material.lattice),
      targets: new Map(header.map((name, column) => [name, Number(row[column])])),
    };
  });
}

function readMaterial(id: string): Material {
  const lines = gunzipSync(readFileSync(path.join(sampleFolder, id, "CHGCAR.gz")))
    .toString("latin1", 0, 10_000)
    .split("\n");
  const words = (line: number) => (lines[line] ?? "").trim().split(/\s+/);
  const counts = words(6).map(Number);
  const atomicNumbers = words(5).flatMap((symbol, i) =>
    Array<number>(counts[i] ?? 0).fill(atomicNumber(symbol) ?? Number.NaN),
  );
  const fractional = Float64Array.from(
    atomicNumbers.flatMap((_, atom) =>
      words(8 + atom)
        .slice(0, 3)
        .map(Number),
    ),
  );
  const density = readDensity(sampleFolder, id);
  return { id, lattice: density.lattice, fractional, atomicNumbers, spectrum: spectrumOf(density, Math.PI / 0.4) };
}
