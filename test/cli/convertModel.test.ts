// A trained model's way to TensorFlow.js and back, through the real command line and real files.
import "@tensorflow/tfjs-backend-cpu";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, test } from "vitest";
import { channelSums } from "../../src/core/descriptors/channelSums.js";
import { sparseVoxels } from "../../src/core/descriptors/r3dvs.js";
import { deriveSeed, Random } from "../../src/core/math/random.js";
import { randomRotation } from "../../src/core/math/rotation.js";
import { readModel } from "../../src/jobs/models/modelFile.js";
import { cellSize, type EncodedMaterial } from "../../src/jobs/spectra/material.js";
import { readSpectrum } from "../../src/jobs/spectra/spectrumFile.js";
import { toTensor } from "../kernels/oracleNetwork.js";
import { runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
const model = path.join(root, "model");
const exported = path.join(root, "web");
const back = path.join(root, "back");
let held: string;

beforeAll(async () => {
  await tf.setBackend("cpu");
  const data = sampleDataset(root, SAMPLE_IDS.slice(0, 12));
  held = sampleDataset(root, SAMPLE_IDS.slice(12, 14), "held");
  const options = ["--target", "E_hartree_per_atom", "--ensemble", "2", "--epochs", "2", "--rotations", "1"];
  const trained = await runCli(["train", data, "-o", model, "--model", "r3dvs", ...options]);
  expect([trained.code, trained.stderr]).toEqual([0, expect.any(String)]);
});

describe("an export", () => {
  test("predicts in TensorFlow.js what r3dvs predicts", { timeout: 180_000 }, async () => {
    const { code, events } = await runCli(["convert", model, "-o", exported, "--json"]);
    expect([code, events]).toEqual([
      0,
      [{ event: "finished", done: 1, failed: 0, file: path.join(exported, "model.json") }],
    ]);
    const loaded = await load(exported);
    const predictions = await predict(model, held);
    await runCli(["encode", held, "-o", path.join(root, "spectra"), "--quiet"]);
    for (const { id, value } of predictions) {
      const material = spectrumOf(id);
      const volumes = await predictWith(loaded, material);
      const perVolume = volumes.reduce((sum, one) => sum + one, 0) / volumes.length;
      const { volume, atoms } = cellSize(material);
      expect((perVolume * volume) / atoms / value).toBeCloseTo(1, 5);
    }
  });

  test("says what goes in and what comes out", () => {
    const { userDefinedMetadata } = JSON.parse(readFileSync(path.join(exported, "model.json"), "utf8"));
    expect(userDefinedMetadata.r3dvs).toMatchObject({
      format: 1,
      input: {
        axes: "batch, z, y, x, channel",
        channels: ["amplitude", "power", "coulomb"],
        voxels: { spacing: 0.4, length: 12.8 },
      },
      output: { target: "E_hartree_per_atom", unit: "eV/Å³", per: "volume", members: ["member1", "member2"] },
    });
  });

  test("replaces an earlier one, but nothing else", async () => {
    expect((await runCli(["convert", model, "-o", exported])).code).toBe(0);
    expect(readdirSync(root).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    const other = path.join(root, "other");
    mkdirSync(other);
    writeFileSync(path.join(other, "mine.txt"), "kept");
    const refused = await runCli(["convert", model, "-o", other]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("something else stands there")]);
    expect(readdirSync(other)).toEqual(["mine.txt"]);
  });

  test("comes back as the model it was: the same files, the same predictions", async () => {
    expect((await runCli(["convert", path.join(exported, "model.json"), "-o", back])).code).toBe(0);
    expect(await predict(back, held)).toEqual(await predict(model, held));
    expect(readModel(back)).toEqual(readModel(model));
  });

  test("trained on in TensorFlow.js comes back with its new weights", async () => {
    const tuned = path.join(root, "tuned");
    expect((await runCli(["convert", model, "-o", tuned])).code).toBe(0);
    const [shard = ""] = readdirSync(tuned).filter((name) => name.endsWith(".bin"));
    const weights = new Float32Array(Uint8Array.from(readFileSync(path.join(tuned, shard))).buffer);
    // The last two are the target's scale: kernel, then bias.
    weights[weights.length - 1] = 5;
    weights[weights.length - 2] = 0.5;
    writeFileSync(path.join(tuned, shard), Buffer.from(weights.buffer));
    expect((await runCli(["convert", tuned, "-o", path.join(root, "tuned-back")])).code).toBe(0);
    const [before, after] = [readModel(model), readModel(path.join(root, "tuned-back"))];
    expect(after.scale).toEqual({ mean: 5, deviation: 0.5 });
    expect(after.learned).toEqual(before.learned);
  });
});

describe("a model from elsewhere", () => {
  const foreign = path.join(root, "foreign");
  const made = path.join(root, "made");
  const layers = () => [
    tfl.layers.conv3d({ inputShape: [16, 16, 16, 1], filters: 4, kernelSize: 3, activation: "relu" }),
    tfl.layers.maxPooling3d({ poolSize: [2, 2, 2] }),
    tfl.layers.flatten(),
    tfl.layers.dense({ units: 1 }),
  ];

  test("predicts, and says that it knows nothing of what it learned from", async () => {
    await save(tfl.sequential({ layers: layers() }), foreign);
    const settings = ["--length", "6.4", "--target", "gap", "--unit", "eV"];
    const imported = await runCli(["convert", path.join(foreign, "model.json"), "-o", made, ...settings]);
    expect([imported.code, imported.stderr.trim()]).toEqual([0, made]);
    const rows = await predict(made, held);
    expect(rows.length).toBe(2);
    for (const row of rows) expect(row).toMatchObject({ target: "gap", unit: "eV", outOfDomain: true, nearest: [] });
  });

  test("of another mesh is refused, with what to give", async () => {
    const { code, stderr } = await runCli(["convert", path.join(foreign, "model.json"), "-o", path.join(root, "no")]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/model\.json:1:1: error: The network reads 16 voxels a side, but L\/dL = 32/),
    ]);
    expect(existsSync(path.join(root, "no"))).toBe(false);
  });

  test("with a layer that r3dvs lacks is refused at its name, also as JSON", async () => {
    const odd = path.join(root, "odd");
    await save(
      tfl.sequential({ layers: [...layers().slice(0, 3), tfl.layers.dense({ units: 1, activation: "sigmoid" })] }),
      odd,
    );
    const file = path.join(odd, "model.json");
    const { code, stderr } = await runCli(["convert", file, "-o", path.join(root, "no"), "--length", "6.4"]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/model\.json:1:\d+: error: The layer dense_\w+ \(Dense\) has activation = "sigmoid"/),
    ]);
    const { events } = await runCli(["convert", file, "-o", path.join(root, "no"), "--length", "6.4", "--json"]);
    expect(events).toMatchObject([
      { event: "skipped", file, problems: [{ severity: "error", line: 1 }] },
      { event: "finished", done: 0, failed: 1 },
    ]);
  });

  test("without its weights, or with short ones, is refused", async () => {
    const bin = path.join(foreign, "weights.bin");
    writeFileSync(bin, readFileSync(bin).subarray(0, 100));
    const short = await runCli(["convert", path.join(foreign, "model.json"), "-o", made, "--length", "6.4"]);
    expect([short.code, short.stderr]).toEqual([1, expect.stringMatching(/end at byte \d+ of 100/)]);
    rmSync(bin);
    const none = await runCli(["convert", path.join(foreign, "model.json"), "-o", made, "--length", "6.4"]);
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining("the weights weights.bin cannot be read")]);
  });
});

test("models that are no networks are refused in words", async () => {
  const kernel = path.join(root, "kernel");
  await runCli(["train", path.join(root, "data"), "-o", kernel, "--model", "composition", "--target", "band_gap"]);
  const { code, stderr } = await runCli(["convert", kernel, "-o", path.join(root, "no")]);
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining("is a composition model: only networks (r3dvs) can be exported"),
  ]);
  const nothing = await runCli(["convert", path.join(root, "nowhere"), "-o", path.join(root, "no")]);
  expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining("neither a spectrum")]);
});

interface Row {
  readonly id: string;
  readonly value: number;
}

async function predict(folder: string, data: string): Promise<Row[]> {
  const { code, stderr, events } = await runCli(["predict", folder, data, "--json", "--threads", "1"]);
  expect([code, stderr]).toEqual([0, ""]);
  return events as unknown as Row[];
}

function spectrumOf(id: string): EncodedMaterial {
  const folder = path.join(root, "spectra");
  const name = readdirSync(folder).find((file) => file.startsWith(id)) ?? "";
  const found = readSpectrum(path.join(folder, name));
  if (found === undefined) throw new Error(`no spectrum of ${id}`);
  return found.material;
}

/** The orientations in which r3dvs sees a material, all at once. */
async function predictWith(loaded: tfl.LayersModel, { spectrum }: EncodedMaterial): Promise<number[]> {
  const { training } = readModel(model);
  const samples = Array.from({ length: training.testRotations }, (_, i) =>
    sparseVoxels(
      spectrum,
      training.voxels,
      training.channels,
      randomRotation(new Random(deriveSeed(0, "orientation", i))),
    ),
  );
  const outputs: number[] = [];
  const sums = tf.tensor2d([[...channelSums(spectrum, training.voxels.spacing, training.channels)]]);
  for (const sample of samples) {
    outputs.push(
      ...(loaded.predict([toTensor([sample], { input: sample, layers: [] }), sums]) as tf.Tensor).dataSync(),
    );
    await new Promise(setImmediate);
  }
  return outputs;
}

async function load(folder: string): Promise<tfl.LayersModel> {
  const json = JSON.parse(readFileSync(path.join(folder, "model.json"), "utf8"));
  const [{ paths, weights }] = json.weightsManifest as [{ paths: string[]; weights: tf.io.WeightsManifestEntry[] }];
  const bytes = Buffer.concat(paths.map((name) => readFileSync(path.join(folder, name))));
  const { userDefinedMetadata, modelTopology } = json;
  return tfl.loadLayersModel(
    tf.io.fromMemory({
      modelTopology,
      weightSpecs: weights,
      weightData: Uint8Array.from(bytes).buffer,
      userDefinedMetadata,
    }),
  );
}

/** As the handler for files of tfjs-node writes it. */
async function save(made: tfl.LayersModel, folder: string): Promise<void> {
  mkdirSync(folder);
  await made.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const weightsManifest = [{ paths: ["weights.bin"], weights: weightSpecs }];
      writeFileSync(path.join(folder, "weights.bin"), Buffer.from(weightData as ArrayBuffer));
      writeFileSync(
        path.join(folder, "model.json"),
        JSON.stringify({ format: "layers-model", modelTopology, weightsManifest }),
      );
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    }),
  );
}
