import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Spectrum } from "../../../src/core/descriptors/spectrum.js";
import type { LayerSpec } from "../../../src/core/learning/networks/networkSpec.js";
import { defaultTraining, type TrainingSettings } from "../../../src/core/learning/networks/trainingSettings.js";
import { Random } from "../../../src/core/math/random.js";
import { damagedCheckpoints, readCheckpoint } from "../../../src/jobs/training/checkpointFile.js";
import { learnNetwork, type NetworkRequest } from "../../../src/jobs/training/trainNetwork.js";
import { createEngine } from "../../kernels/networkFixtures.js";

const layers: readonly LayerSpec[] = [
  { kind: "convolution", filters: 4, padding: "same", slope: 0.3, normalization: "batch" },
  { kind: "pool", mode: "average" },
  { kind: "dense", units: 4, slope: 0.3 },
];
/** 8 voxels a side; 4 batches an epoch. */
const training: TrainingSettings = {
  ...defaultTraining,
  network: layers,
  epochs: 3,
  rotations: 2,
  batchSize: 4,
  dropout: 0.2,
  testRotations: 2,
  voxels: { spacing: 0.4, length: 3.2, assignment: "nearest" },
};

function spectrumOf(random: Random): Spectrum {
  const hkl = [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0, 1];
  const a = 3 + random.uniform();
  const lattice = [
    [a, 0, 0],
    [0, a, 0],
    [0, 0, a],
  ] as const;
  const amplitude = Float64Array.from({ length: hkl.length / 3 }, () => random.uniform());
  return { lattice, cutoff: Math.PI / 0.4, hkl: Int32Array.from(hkl), amplitude, unit: "e/Å³" };
}

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "r3dvs-learn-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const random = new Random(3);
const samples = Array.from({ length: 9 }, () => ({ spectrum: spectrumOf(random), target: random.normal() }));
const requestWith = (file?: string): NetworkRequest => ({
  training,
  samples,
  seed: 4,
  ...(file !== undefined && { checkpoint: { file, fingerprint: "these inputs" } }),
});

/**
 * Learns until asked `stopAt` times whether to stop, which then throws `error` or, without one, is answered with yes.
 */
async function interrupt(request: NetworkRequest, stopAt: number, error?: Error): Promise<void> {
  let asked = 0;
  const shouldStop = () => {
    if (++asked < stopAt) return false;
    if (error) throw error;
    return true;
  };
  await expect(learnNetwork(request, { createEngine, onEpoch: () => {}, shouldStop })).rejects.toThrow(
    error?.message ?? "stopped",
  );
}

const learn = (request: NetworkRequest) =>
  learnNetwork(request, { createEngine, onEpoch: () => {}, shouldStop: () => false });

describe("a network's training", () => {
  it.each([1, 4, 6, 12])("goes on to the same bits where it was stopped, after batch %i of 12", async (stopAt) => {
    const file = path.join(folder, "state.npz");
    await interrupt(requestWith(file), stopAt);
    expect(readCheckpoint(file, "these inputs")).toMatchObject({
      epoch: Math.floor((stopAt - 1) / 4),
      batch: ((stopAt - 1) % 4) + 1,
    });
    expect(readCheckpoint(file, "others")).toBeUndefined();
    expect(await learn(requestWith(file))).toEqual(await learn(requestWith()));
  });

  it("loses no more than a few seconds when it is killed within an epoch", async () => {
    const file = path.join(folder, "state.npz");
    let now = 0;
    vi.spyOn(Date, "now").mockImplementation(() => {
      now += 2000;
      return now;
    });
    await interrupt(requestWith(file), 7, new Error("killed"));
    vi.restoreAllMocks();
    expect(readCheckpoint(file, "these inputs")).toMatchObject({ epoch: 1, batch: 1 });
    expect(await learn(requestWith(file))).toEqual(await learn(requestWith()));
  });

  it.each([
    ["a bit flipped", (bytes: Buffer) => bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 4 : byte))],
    ["its end missing", (bytes: Buffer) => bytes.subarray(0, bytes.length - 40)],
    ["zeros in place of its bytes", (bytes: Buffer) => Buffer.alloc(bytes.length)],
    ["nothing in it", () => Buffer.alloc(0)],
    ["the form of another file", () => Buffer.from('{"epoch": 2}')],
  ] as const)("begins anew, to the same bits, from a checkpoint with %s", async (_, damage) => {
    const file = path.join(folder, "state.npz");
    await interrupt(requestWith(file), 6);
    expect(damagedCheckpoints(file)).toEqual([]);
    writeFileSync(file, damage(readFileSync(file)));
    expect(damagedCheckpoints(file)).toMatchObject([{ file }]);
    expect(readCheckpoint(file, "these inputs")).toBeUndefined();
    expect(await learn(requestWith(file))).toEqual(await learn(requestWith()));
  });
});
