// Trained models as ONNX through the real command line, held to onnxruntime, and back.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readModel } from "../../src/jobs/models/modelFile.js";
import { readOnnx } from "../../src/jobs/models/onnxFile.js";
import { runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "../cli/harness.js";
import { computeOnNpz, hasOnnxRuntime } from "./runtime.js";

const root = temporaryFolder();
const at = (name: string) => path.join(root, name);
const quick = ["--epochs", "1", "--rotations", "1"];
const small = [...quick, "--length", "9.6"];

/** Each with what makes it differ. */
const MODELS: Readonly<Record<string, readonly string[]>> = {
  hartree: ["--target", "E_hartree_per_atom", "--model", "r3dvs", "--ensemble", "2", ...quick],
  volume: ["--target", "volume", "--model", "r3dvs", "--ensemble", "1", "--linear-part", "none", ...small],
  log: [
    "--target",
    "E_band_per_atom",
    "--model",
    "r3dvs",
    "--input-scaling",
    "log",
    "--pooling",
    "average",
    "--ensemble",
    "2",
    ...small,
  ],
  none: [
    "--target",
    "cohesive_energy_per_atom",
    "--model",
    "r3dvs",
    "--input-scaling",
    "none",
    "--normalize",
    "atom",
    "--ensemble",
    "1",
    ...small,
  ],
  cell: [
    "--target",
    "E_ewald_per_atom",
    "--model",
    "r3dvs",
    "--normalize",
    "cell",
    "--ensemble",
    "1",
    "--channels",
    "amplitude,power",
    ...small,
  ],
  composition: ["--target", "cohesive_energy_per_atom", "--model", "composition"],
  shells: ["--target", "E_hartree_per_atom", "--model", "shells"],
  cm: ["--target", "E_ewald_per_atom", "--model", "cm"],
  density: ["--target", "E_hartree_per_atom", "--model", "density"],
  functionals: ["--target", "E_band_per_atom", "--model", "functionals", "--normalize", "cell"],
  angular: ["--target", "cohesive_energy_per_atom", "--model", "angular", "--normalize", "atom"],
};
const networks = Object.keys(MODELS).filter((name) => MODELS[name]?.includes("r3dvs"));
let held = "";
let data = "";

beforeAll(async () => {
  data = sampleDataset(root, SAMPLE_IDS.slice(0, 12));
  held = sampleDataset(root, SAMPLE_IDS.slice(12, 15), "held");
  for (const [name, options] of Object.entries(MODELS)) {
    const { code, stderr } = await runCli(["train", data, "-o", at(name), ...options]);
    expect([code, stderr], name).toEqual([0, expect.any(String)]);
    const converted = await runCli(["convert", at(name), "-o", at(`${name}.onnx`), "--json"]);
    expect(converted.events, name).toEqual([{ event: "finished", done: 1, failed: 0, file: at(`${name}.onnx`) }]);
  }
});

async function predict(model: string): Promise<{ id: string; value: number }[]> {
  const { events, code } = await runCli(["predict", model, held, "--json", "--threads", "1"]);
  expect(code).toBe(0);
  return events as { id: string; value: number }[];
}

describe("a model as ONNX", () => {
  it.skipIf(!hasOnnxRuntime)(
    "predicts in onnxruntime what r3dvs predicts, raw descriptors in and reported values out",
    async () => {
      for (const name of Object.keys(MODELS)) {
        const inputs = at(`${name}.npz`);
        const encoded = await runCli(["encode", held, "-o", inputs, "--model", at(name)]);
        expect([encoded.code, encoded.stderr], name).toEqual([0, expect.any(String)]);
        const computed = await computeOnNpz(at(`${name}.onnx`), inputs);
        const told = await predict(at(name));
        expect(told).toHaveLength(3);
        for (const { id, value } of told)
          expect(Math.abs((computed.get(id) ?? 0) / value - 1), `${name} ${id}`).toBeLessThan(1e-5);
      }
    },
  );

  it.skipIf(!hasOnnxRuntime)("is a bundled Gaussian process over the density, of all its kernels", async () => {
    for (const target of [
      "E_hartree_per_atom",
      "Exc_minus_Vxc_per_atom",
      "cohesive_energy_per_atom",
      "E_band_per_atom",
    ]) {
      const model = path.resolve("media/models", `${target}-density`);
      const inputs = at(`${target}.npz`);
      const encoded = await runCli(["encode", held, "-o", inputs, "--model", model]);
      expect([encoded.code, encoded.stderr]).toEqual([0, expect.any(String)]);
      expect((await runCli(["convert", model, "-o", at(`${target}.onnx`)])).code).toBe(0);
      const computed = await computeOnNpz(at(`${target}.onnx`), inputs);
      for (const { id, value } of await predict(model))
        expect(Math.abs((computed.get(id) ?? 0) / value - 1), `${target} ${id}`).toBeLessThan(1e-5);
    }
  });

  it("says its operators' version, what goes in and what comes out", () => {
    const { opset, inputs, outputs, metadata, producer } = readOnnx(readFileSync(at("hartree.onnx")));
    expect([opset, producer.name]).toEqual([17, "r3dvs"]);
    expect(inputs.map(({ name, shape }) => [name, shape])).toEqual([
      ["voxels", ["batch", 32, 32, 32, 3]],
      ["sums", ["batch", 4]],
      ["volume", ["batch", 1]],
      ["atoms", ["batch", 1]],
    ]);
    expect(outputs).toMatchObject([
      { name: "value", shape: ["batch", 1], description: "E_hartree_per_atom in eV/atom" },
    ]);
    expect(JSON.parse(metadata.r3dvs ?? "")).toMatchObject({
      output: { target: "E_hartree_per_atom", unit: "eV/atom" },
      input: { channels: ["amplitude", "power", "coulomb"], voxels: { spacing: 0.4, length: 12.8 } },
    });
    expect(readOnnx(readFileSync(at("cm.onnx"))).inputs.map(({ name, type }) => [name, type])).toEqual([
      ["features", "double"],
      ["volume", "double"],
      ["atoms", "double"],
    ]);
  });

  it("comes back as the networks it was: the same predictions to the bit", async () => {
    for (const name of networks) {
      const back = at(`${name}-back`);
      expect((await runCli(["convert", at(`${name}.onnx`), "-o", back])).code, name).toBe(0);
      expect(readModel(back), name).toEqual(readModel(at(name)));
    }
    expect(await predict(at("hartree-back"))).toEqual(await predict(at("hartree")));
  });

  it("that is none, or cannot be one, is refused in words", async () => {
    await runCli(["train", data, "-o", at("soap"), "--target", "band_gap", "--model", "soap"]);
    await runCli(["train", data, "-o", at("two"), "--target", "band_gap", "--model", "composition+shells"]);
    await runCli(["train", data, "-o", at("combined"), "--target", "band_gap", "--model", "combined"]);
    const refusal = async (name: string, to = at("no.onnx")) => {
      const { code, stderr } = await runCli(["convert", name, "-o", to]);
      expect(code).toBeGreaterThan(0);
      return stderr;
    };
    expect(await refusal(at("soap"))).toMatch(
      /is a soap model, which cannot become an ONNX file: its kernel compares every atom/,
    );
    expect(await refusal(at("two"))).toMatch(/two models/);
    expect(await refusal(at("combined"))).toMatch(/-o MODEL\.npz/);
    expect((await runCli(["convert", at("combined"), "-o", at("combined.npz")])).code).toBe(0);
    expect(await refusal(at("cm.onnx"), at("no"))).toMatch(/cm\.onnx:1:1: error: Only networks can be read back/);
    writeFileSync(at("text.onnx"), "no model\n");
    expect(await refusal(at("text.onnx"), at("no"))).toMatch(/text\.onnx:1:1: error: This is no ONNX model/);
    const wrong = await runCli(["encode", held, "-o", at("x.npz"), "--model", at("cm"), "--dl", "0.8"]);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("--dl follows from the model")]);
  });

  it("without what r3dvs wrote into it comes back too, as one of which nothing else is known", async () => {
    const bytes = readFileSync(at("volume.onnx"));
    // another key: the metadata are no longer ours
    bytes.write("other", bytes.lastIndexOf("\u0005r3dvs") + 1, "latin1");
    writeFileSync(at("foreign.onnx"), bytes);
    const converted = await runCli([
      "convert",
      at("foreign.onnx"),
      "-o",
      at("foreign"),
      "--target",
      "volume",
      "--unit",
      "Å^3",
      "--length",
      "9.6",
    ]);
    expect([converted.code, converted.stderr.trim()]).toEqual([0, at("foreign")]);
    const [model, own] = [readModel(at("foreign")), readModel(at("volume"))];
    expect(model.materials).toEqual([]);
    if (model.learned.kind !== "networks" || own.learned.kind !== "networks") throw new Error("no networks");
    expect(model.learned.members[0]?.parameters).toEqual(own.learned.members[0]?.parameters);
  });
});
