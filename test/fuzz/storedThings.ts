// Small whole things of each kind that is stored, for tests that damage them.
import { halfSphere } from "../../src/core/crystal/halfSphere.js";
import { defaultTraining } from "../../src/core/learning/networks/trainingSettings.js";
import type { Model } from "../../src/jobs/models/modelFile.js";
import type { EncodedMaterial } from "../../src/jobs/spectra/material.js";
import type { RunManifest } from "../../src/protocol/runFiles.js";

const lattice = [
  [4, 0, 0],
  [0, 4, 0],
  [0, 0, 5],
] as const;
const cutoff = 3;
const { hkl } = halfSphere(lattice, cutoff, [5, 5, 5]);

export const aMaterial: EncodedMaterial = {
  id: "a",
  file: "a/CHGCAR",
  hash: "0",
  kind: "CHGCAR",
  structure: {
    comment: "a",
    lattice,
    species: ["Si", "O"],
    counts: [1, 1],
    fractional: Float64Array.of(0, 0, 0, 0.5, 0.5, 0.5),
  },
  components: ["total"],
  grid: [12, 12, 12],
  electrons: 10,
  spectrum: {
    lattice,
    cutoff,
    hkl,
    amplitude: Float64Array.from({ length: hkl.length / 3 }, (_, i) => 1 / (i + 1)),
    unit: "e/Å³",
  },
};

const target = { name: "gap", kind: "intensive", unit: "eV", reportedUnit: "eV" } as const;
const software = { name: "r3dvs", version: "0.1.0" } as const;

export const aModel: Model = {
  format: 1,
  software,
  model: "composition",
  target,
  normalize: "volume",
  component: "total",
  training: defaultTraining,
  materials: ["a", "b"].map((id) => ({ id, hash: "0" })),
  scale: { mean: 1, deviation: 2 },
  domain: {
    ids: ["a", "b"],
    elements: [8, 14],
    features: { rows: 2, columns: 2, values: Float64Array.of(1, 2, 3, 4) },
    mean: Float64Array.of(0, 0),
    deviation: Float64Array.of(1, 1),
    width: 1,
    threshold: 2,
  },
  learned: {
    kind: "kernel",
    kernel: {
      name: "composition",
      coulombMatrix: "ewald",
      scaling: { centre: Float64Array.of(0, 0), factor: Float64Array.of(1, 1) },
      features: { rows: 2, columns: 2, values: Float64Array.of(1, 0, 0, 1) },
      gamma: 1,
      alpha: 0.01,
      dual: Float64Array.of(1, -1),
      variance: 1,
    },
  },
};

export const aManifest: RunManifest = {
  format: 1,
  name: "run",
  dataset: "/data",
  state: "finished",
  created: "2026-01-01T00:00:00.000Z",
  software,
  options: { models: ["shells"], repeats: 2 },
  targets: [target],
  materials: [
    { id: "a", file: "a/CHGCAR", hash: "0", natoms: 2, volume: 80, values: { gap: 1 }, reported: { gap: 1 } },
  ],
  skipped: [],
  lacking: [],
  progress: { done: 1, failed: 0, total: 1 },
};
