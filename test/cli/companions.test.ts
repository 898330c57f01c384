import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
const ids = SAMPLE_IDS.slice(0, 16);
const data = sampleDataset(root, ids);
const DEPTH = ["--ensemble", "1", "--epochs", "2", "--rotations", "1"];
const SHARED = ["--companions", "cohesive_energy_per_atom,E_hartree_per_atom,band_gap"];

test("a network learns other targets beside its own; the model is as any other, and names them", async () => {
  // of one material a companion is not known
  const table = path.join(data, "targets.csv");
  const rows = readFileSync(table, "utf8").split("\n");
  const place = (rows[0] ?? "").split(",").indexOf("cohesive_energy_per_atom");
  rows[2] = (rows[2] ?? "")
    .split(",")
    .map((cell, i) => (i === place ? "" : cell))
    .join(",");
  writeFileSync(table, rows.join("\n"));
  const train = async (name: string, more: readonly string[]) => {
    const folder = path.join(root, name);
    const made = await runCli(["train", data, "-o", folder, "--target", "band_gap", ...DEPTH, ...more]);
    expect({ code: made.code, stderr: made.stderr.trim() }).toEqual({ code: 0, stderr: folder });
    return folder;
  };
  const [alone, shared] = [await train("alone", []), await train("shared", SHARED)];
  const facts = JSON.parse(readFileSync(path.join(shared, "model.json"), "utf8"));
  expect(facts.training.companions).toEqual(["cohesive_energy_per_atom", "E_hartree_per_atom"]);
  expect(facts.materials).toHaveLength(ids.length);
  expect(JSON.parse(readFileSync(path.join(alone, "model.json"), "utf8")).training).not.toHaveProperty("companions");
  const weights = (folder: string) => readFileSync(path.join(folder, "weights.bin"));
  expect(weights(shared).equals(weights(alone))).toBe(false);
  const { events } = await runCli(["predict", shared, data, "--json"]);
  expect(events).toHaveLength(ids.length);
  for (const event of events) expect(event).toMatchObject({ target: "band_gap", value: expect.any(Number) });
  const onnx = await runCli(["convert", shared, "-o", path.join(root, "shared.onnx")]);
  expect(onnx.code).toBe(0);
});

test("a study learns its own targets together, and no others", async () => {
  const study = ["study", data, "--targets", "band_gap,E_hartree_per_atom", "--models", "r3dvs,soap+r3dvs"];
  const sizes = ["--train-sizes", "8", "--test-size", "4", "--repeats", "1", ...DEPTH];
  const run = path.join(root, "run");
  const done = await runCli([...study, "-o", run, ...sizes, "--companions", "band_gap,E_hartree_per_atom", "--json"]);
  expect(done.code).toBe(0);
  expect(done.events.filter(({ event }) => event === "result")).toHaveLength(4);
  const { settings } = JSON.parse(readFileSync(path.join(run, "run.json"), "utf8"));
  expect(settings.perTarget.band_gap.training.companions).toEqual(["E_hartree_per_atom"]);
  expect(settings.perTarget.E_hartree_per_atom.training.companions).toEqual(["band_gap"]);
  const wrong = await runCli([
    ...study,
    "-o",
    path.join(root, "no"),
    ...sizes,
    "--companions",
    "cohesive_energy_per_atom",
  ]);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("companions: cohesive_energy_per_atom")]);
});
