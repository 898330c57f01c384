// Kernel models of more materials than they are exact for, with a bound that the sample exceeds.
import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { readModel, writeModel } from "../../src/jobs/models/modelFile.js";
import { reportPage } from "../../src/jobs/report/reportPage.js";
import { readManifest } from "../../src/jobs/runs/runFolder.js";
import type { StudySettings } from "../../src/protocol/runFiles.js";
import { runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
const MODELS = ["combined", "density", "composition", "soap"];
let data: string;
let held: string;

beforeAll(() => {
  data = sampleDataset(root, SAMPLE_IDS.slice(0, 30));
  held = sampleDataset(root, SAMPLE_IDS.slice(30, 33), "held");
});

test.each(MODELS)("%s says that it is approximated when it learns and beside each prediction", async (model) => {
  const folder = path.join(root, model);
  const asked = [
    "train",
    data,
    "-o",
    folder,
    "--model",
    model,
    "--target",
    "cohesive_energy_per_atom",
    "--exact-up-to",
    "20",
  ];
  const trained = await runCli(asked);
  expect([trained.code, trained.stdout + trained.stderr]).toEqual([
    0,
    expect.stringContaining(
      `kernel models (${model}) of more than 20 materials are approximated: 30 training materials are taken in through 15 of them`,
    ),
  ]);
  const stored = readModel(folder);
  expect(stored.materials).toHaveLength(30);
  const printed = await runCli(["predict", folder, held]);
  expect(printed.stdout.match(/approximated: 30 training materials through 15 of them/g)).toHaveLength(3);
  const { events } = await runCli(["predict", folder, held, data, "--json"]);
  const found = events.filter((event) => "value" in event);
  expect(found).toHaveLength(33);
  for (const event of found) {
    expect(event).toMatchObject({ approximation: { trainedOn: 30, landmarks: 15 }, sigma: expect.any(Number) });
    expect((event as unknown as { nearest: readonly unknown[] }).nearest).toHaveLength(3);
  }
  const exact = await runCli([
    "train",
    data,
    "-o",
    `${folder}-exact`,
    "--model",
    model,
    "--target",
    "cohesive_energy_per_atom",
  ]);
  expect(exact.stdout + exact.stderr).not.toContain("approximated");
  const others = (await runCli(["predict", `${folder}-exact`, held, "--json"])).events;
  others.forEach((event, i) => {
    expect(event).not.toHaveProperty("approximation");
    const apart = Math.abs(
      Number((event as { value?: number }).value) - Number((found[i] as { value?: number }).value),
    );
    expect(apart, model).toBeLessThan(1.5); // eV/atom; 15 materials know little
  });
});

test("a study is the same on one thread and on two, and its report says it", async () => {
  const study = [
    "--models",
    MODELS.join(","),
    "--targets",
    "cohesive_energy_per_atom",
    "--train-sizes",
    "10,24",
    "--test-size",
    "6",
  ];
  const tables = [];
  for (const threads of ["1", "2"]) {
    const run = path.join(root, `run-${threads}`);
    const { code } = await runCli([
      "study",
      data,
      "-o",
      run,
      ...study,
      "--repeats",
      "2",
      "--exact-up-to",
      "20",
      "--threads",
      threads,
    ]);
    expect(code).toBe(0);
    tables.push(readFileSync(path.join(run, "results.csv"), "utf8"));
    expect(readFileSync(path.join(run, "report.html"), "utf8")).toContain(
      "24 training materials are taken in through 12 of them",
    );
  }
  const manifest = readManifest(path.join(root, "run-1"));
  const page = (most: number) => {
    const settings = { ...(manifest.settings as StudySettings), trainSizes: [10, most] };
    const none = { means: [], comparisons: [], coverage: [], newSystems: [], parity: [], losses: [] };
    return reportPage({ manifest: { ...manifest, settings }, ...none, curves: { targets: [] }, written: "" });
  };
  expect(page(4001)).toContain("by the distances of 2000 of these to all 4001, not of each");
  expect(page(4000)).not.toContain("by the distances of");
  expect(tables[1]).toBe(tables[0]);
  expect(tables[0]?.trim().split("\n")).toHaveLength(1 + 2 * 2 * MODELS.length);
});

test("a limit of the domain that is measured on a sample is said beside each prediction", async () => {
  const folder = path.join(root, "sampled");
  const asked = ["train", data, "-o", folder, "--model", "composition", "--target", "cohesive_energy_per_atom"];
  expect((await runCli(asked)).code).toBe(0);
  expect((await runCli(["predict", folder, held])).stdout).not.toContain("limit of the domain");
  const model = readModel(folder);
  const sampled = path.join(root, "sampled-2");
  writeModel(sampled, { ...model, domain: { ...model.domain, measuredOn: 20 } });
  const { stdout } = await runCli(["predict", sampled, held]);
  expect(stdout.match(/limit of the domain: from the distances of 20 training materials to all/g)).toHaveLength(3);
});
