// As scaleData.ts, for studies of any number of materials: the spectra alone, in shards, as `encode --packed` writes
// them.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { reducedFormula } from "../../src/core/crystal/formula.js";
import { gridLimits, halfSphere } from "../../src/core/crystal/halfSphere.js";
import { reciprocalLattice, volume } from "../../src/core/crystal/lattice.js";
import { cutoffOfSpacing } from "../../src/core/descriptors/r3dvs.js";
import { norm, rowTimes, type Vector3 } from "../../src/core/math/matrix3.js";
import { Random } from "../../src/core/math/random.js";
import { SHARD_SIZE } from "../../src/jobs/encoding/encodeShards.js";
import { canDescribe, type EncodedMaterial } from "../../src/jobs/spectra/material.js";
import { readPackedSpectra, writePackedSpectra } from "../../src/jobs/spectra/packedSpectra.js";
import { shardName, writeShardIndex } from "../../src/jobs/spectra/shardIndex.js";
import { smallParents, strained, WIDTH } from "./scaleData.js";

const ORIGIN = { component: "total", cutoff: cutoffOfSpacing(0.4) } as const;

/**
 * Writes `count` materials and targets.csv (the oxide's gap, and the volume per atom) into a folder; deterministic.
 * `spectra`: the oxides that are strained.
 */
export function makePackedScaleData(
  spectra: string,
  targets: ReadonlyMap<string, number>,
  folder: string,
  count: number,
): void {
  mkdirSync(folder, { recursive: true });
  const random = new Random(1);
  const parents = smallParents(readPackedSpectra(spectra)?.materials ?? [], targets, random);
  const rows = ["id,band_gap,volume_per_atom"];
  for (let first = 0; first < count; first += SHARD_SIZE) {
    const materials = Array.from({ length: Math.min(SHARD_SIZE, count - first) }, (_, i) =>
      copyOf(parents[(first + i) % parents.length] as EncodedMaterial, first + i, random),
    );
    const shard = path.join(folder, shardName(first / SHARD_SIZE + 1));
    writePackedSpectra(shard, materials, ORIGIN);
    const entries = materials.map(({ id, structure }) => ({ id, formula: reducedFormula(structure) ?? "" }));
    writeShardIndex(shard, { ...ORIGIN, materials: entries.map((entry) => ({ ...entry, bytes: 0, modified: 0 })) });
    for (const { id, structure } of materials) {
      const gap = targets.get(id.slice(0, id.lastIndexOf("-")));
      rows.push(`${id},${gap},${volume(structure.lattice) / (structure.fractional.length / 3)}`);
    }
  }
  writeFileSync(path.join(folder, "targets.csv"), `${rows.join("\n")}\n`);
}

function copyOf(parent: EncodedMaterial, number: number, random: Random): EncodedMaterial {
  const structure = strained(parent.structure, random);
  const { lattice } = structure;
  const { cutoff } = ORIGIN;
  const { hkl } = halfSphere(lattice, cutoff, gridLimits(parent.grid));
  const functionals = parent.spectrum.functionals?.map((value) => value * (1 + 0.01 * random.normal()));
  return {
    ...parent,
    id: `${parent.id}-${String(number).padStart(6, "0")}`,
    hash: `xxh3:${number.toString(16).padStart(32, "0")}`,
    structure,
    spectrum: {
      lattice,
      cutoff,
      hkl,
      amplitude: amplitudesOf({ ...parent, structure }, hkl),
      unit: "e/Å³",
      ...(functionals && { functionals }),
    },
  };
}

/** |s_g| in e/Å³ of Gaussian atoms with as many electrons as half their atomic number. */
function amplitudesOf(material: EncodedMaterial, hkl: Int32Array): Float64Array {
  const { lattice, fractional, atomicNumbers } = canDescribe(material);
  const reciprocal = reciprocalLattice(lattice);
  const cell = volume(lattice);
  return Float64Array.from({ length: hkl.length / 3 }, (_, i) => {
    const g: Vector3 = [hkl[3 * i] as number, hkl[3 * i + 1] as number, hkl[3 * i + 2] as number];
    let re = 0;
    let im = 0;
    atomicNumbers.forEach((z, atom) => {
      const [x = 0, y = 0, w = 0] = fractional.subarray(3 * atom, 3 * atom + 3);
      const phase = 2 * Math.PI * (g[0] * x + g[1] * y + g[2] * w);
      re += (z / 2) * Math.cos(phase);
      im += (z / 2) * Math.sin(phase);
    });
    return (Math.hypot(re, im) * Math.exp(-0.5 * (WIDTH * norm(rowTimes(g, reciprocal))) ** 2)) / cell;
  });
}
