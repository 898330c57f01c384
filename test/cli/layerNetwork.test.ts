import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { readModel } from "../../src/jobs/models/modelFile.js";
import { runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
const network = [
  { kind: "convolution", filters: 8, normalization: "batch" },
  { kind: "pool" },
  { kind: "convolution", filters: 8, padding: "valid" },
  { kind: "dense", units: 8, normalization: "batch" },
];
const settings = {
  network,
  length: 6.4,
  dropout: 0.1,
  schedule: "step",
  maximumGradient: 1,
  ensemble: 1,
  epochs: 2,
  rotations: 2,
};
const train = (data: string, output: string, config: string) =>
  runCli(["train", data, "-o", output, "--target", "E_hartree_per_atom", "--model", "r3dvs", "--config", config]);

test("a network of layers from a file of settings is trained, kept as a plain one and predicts", async () => {
  const data = sampleDataset(root, SAMPLE_IDS.slice(0, 8));
  const config = path.join(root, "r3dvs.json");
  const model = path.join(root, "model");
  writeFileSync(config, JSON.stringify({ ...settings, channels: ["amplitude", "coulomb", "magnetization"] }));
  const trained = await train(data, model, config);
  expect([trained.code, trained.stderr.trim()]).toEqual([0, model]);
  const { learned, training } = readModel(model);
  if (learned.kind !== "networks") throw new Error("a network was learned");
  const [member] = learned.members;
  expect(training).toMatchObject({ dropout: 0.1, schedule: "step", maximumGradient: 1 });
  expect(member?.spec.input).toEqual({ size: 16, channels: 3 });
  expect(member?.spec.layers).toEqual([
    { kind: "convolution", filters: 8, padding: "same", slope: 0.3 },
    { kind: "pool", mode: training.pooling },
    { kind: "convolution", filters: 8, padding: "valid", slope: 0.3 },
    { kind: "dense", units: 8, slope: 0.3 },
    { kind: "dense", units: 1, slope: 1 },
  ]);
  const predicted = await runCli(["predict", model, data, "--json"]);
  expect(predicted.code).toBe(0);
  expect(predicted.events).toHaveLength(8);
  for (const { value } of predicted.events) expect(value).toEqual(expect.any(Number));
});

test("layers that make no network are refused with their place, before anything is read", async () => {
  const config = path.join(root, "wrong.json");
  writeFileSync(
    config,
    `{ "length": 1.6,\n "network": [\n  ${network.map((layer) => JSON.stringify(layer)).join(",\n  ")}] }`,
  );
  const { code, stderr } = await train(root, path.join(root, "none"), config);
  expect(code).toBe(2);
  expect(stderr).toContain("wrong.json:5:3: error: layer 3: nothing is left of 2 voxels a side");
});
