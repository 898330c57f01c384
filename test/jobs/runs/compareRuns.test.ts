import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mean } from "../../../src/core/math/statistics.js";
import type { StudyOptions } from "../../../src/core/settings/studyOptions.js";
import { writeReport } from "../../../src/jobs/report/writeReport.js";
import { compareRuns } from "../../../src/jobs/runs/compareRuns.js";
import { runDetails } from "../../../src/jobs/runs/runDetails.js";
import { createRun, readManifest, runFile } from "../../../src/jobs/runs/runFolder.js";
import { doneTasks } from "../../../src/jobs/runs/studyStore.js";
import { runStudy } from "../../../src/jobs/study/runStudy.js";
import { Cancellation } from "../../../src/protocol/rpc.js";
import type { RunEvent } from "../../../src/protocol/runEvents.js";

const sample = path.resolve(import.meta.dirname, "../../../media/sample/oxides");
const folder = mkdtempSync(path.join(os.tmpdir(), "r3dvs-compare-"));
const runOf = (name: string) => path.join(folder, ".r3dvs/runs", name);
const events: RunEvent[] = [];

beforeAll(async () => {
  const [header = "", ...rows] = readFileSync(path.join(sample, "targets.csv"), "utf8").trim().split(/\r?\n/);
  const kept = rows.slice(0, 16);
  for (const row of kept)
    cpSync(path.join(sample, row.split(",")[0] ?? ""), path.join(folder, row.split(",")[0] ?? ""), { recursive: true });
  writeFileSync(path.join(folder, "targets.csv"), `${[header, ...kept].join("\n")}\n`);
  await study("a", { models: ["composition"] }, (event) => events.push(event));
  await study("b", { models: ["composition", "shells"] });
  await study("c", { models: ["composition"], seed: 7 });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function study(
  name: string,
  options: StudyOptions,
  onEvent: (event: RunEvent) => void = () => {},
): Promise<void> {
  createRun(runOf(name), folder, {
    targets: ["band_gap"],
    repeats: 3,
    trainSizes: [6, 12],
    testSize: 4,
    threads: 1,
    ...options,
  });
  await runStudy(runOf(name), { cancellation: new Cancellation(), onEvent });
}

describe("two runs", () => {
  test("on the same splits are paired; a model and its copy do not differ", () => {
    const { rows, means } = compareRuns(runOf("a"), runOf("b"));
    expect(
      rows.map(({ model, trainSize, difference, paired, p }) => [model, trainSize, difference, paired, p]),
    ).toEqual([
      ["composition", 6, 0, true, 1],
      ["composition", 12, 0, true, 1],
    ]);
    expect(new Set(means.map(({ model }) => model))).toEqual(new Set(["composition", "shells"]));
  });

  test("on other splits are not paired: errors of independent means add up, without p", () => {
    const { rows } = compareRuns(runOf("a"), runOf("c"));
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      expect(row.paired).toBe(false);
      expect(row.p).toBeUndefined();
      expect(row.difference).toBeCloseTo(row.mae - row.otherMae, 12);
      expect(row.standardError).toBeGreaterThan(0);
    }
  });
});

test("a run tells what it does before its first result", () => {
  const first = events.findIndex(({ event }) => event === "result");
  const stages = events
    .slice(0, first)
    .flatMap((event) => (event.event === "stage" ? [[event.stage, event.count]] : []));
  expect(stages).toEqual([
    ["reading", undefined],
    ["reading", 16],
    ["training", undefined],
  ]);
});

test("a run's page gets formulas and the error of the training mean", () => {
  const manifest = readManifest(runOf("a"));
  const outcomes = doneTasks(runOf("a"), manifest);
  const { baselines, materials } = runDetails(runOf("a"), manifest, outcomes);
  expect(materials).toHaveLength(16);
  for (const { formula } of materials) expect(formula).toMatch(/^[A-Z][A-Za-z0-9]*O\d*$/);
  // each split by hand: 12 of 16 materials train, 4 test
  const values = new Map(manifest.materials.map(({ id, reported }) => [id, reported.band_gap ?? Number.NaN]));
  const errors = [0, 1, 2].map((repeat) => {
    const tested = new Set(
      outcomes.filter(({ result }) => result.repeat === repeat).flatMap(({ points }) => points.map(({ id }) => id)),
    );
    const trained = mean([...values].filter(([id]) => !tested.has(id)).map(([, value]) => value));
    return mean([...values].filter(([id]) => tested.has(id)).map(([, value]) => Math.abs(value - trained)));
  });
  expect(baselines.band_gap).toBeCloseTo(mean(errors), 12);
});

test("a run of an earlier version, whose table has standard errors too small, is told with corrected ones", () => {
  const run = runOf("earlier");
  cpSync(runOf("a"), run, { recursive: true });
  // as it was written then: no check sum, no file of coverage, deviation / sqrt(repeats)
  const manifestFile = runFile(run, "manifest");
  const { sha256: _, ...manifest } = JSON.parse(readFileSync(manifestFile, "utf8"));
  writeFileSync(manifestFile, JSON.stringify({ ...manifest, software: { ...manifest.software, version: "0.0.1" } }));
  rmSync(path.join(run, "coverage.csv"), { force: true });
  const lines = readFileSync(path.join(run, "results.csv"), "utf8").trim().split(/\r?\n/);
  const [head = [], ...results] = lines.map((line) => line.split(","));
  const errorsAt = (size: number) =>
    results.flatMap((row) =>
      Number(row[head.indexOf("train_size")]) === size ? Number(row[head.indexOf("mae")]) : [],
    );
  const deviation = (values: readonly number[]) =>
    Math.sqrt(values.reduce((sum, x) => sum + (x - mean(values)) ** 2, 0) / (values.length - 1));
  const before = [6, 12].map((size) => {
    const errors = errorsAt(size);
    return `band_gap,eV,composition,${size},3,${mean(errors)},${deviation(errors) / Math.sqrt(3)},1,1`;
  });
  const table = path.join(run, "mae.csv");
  writeFileSync(table, `target,unit,model,train_size,repeats,mae,standard_error,rmse,seconds\n${before.join("\n")}\n`);

  const page = writeReport(run);
  const [columns = "", ...rows] = readFileSync(table, "utf8").trim().split(/\r?\n/);
  expect(columns.split(",")[6]).toBe("corrected_standard_error");
  const { means } = compareRuns(run, runOf("b"));
  for (const [i, size] of [6, 12].entries()) {
    const corrected = deviation(errorsAt(size)) * Math.sqrt(1 / 3 + 4 / size);
    expect(Number(rows[i]?.split(",")[6])).toBeCloseTo(corrected, 10);
    const shown = means.find(({ model, trainSize }) => model === "composition" && trainSize === size);
    expect(shown?.standardError).toBeCloseTo(corrected, 10);
  }
  expect(readFileSync(page, "utf8")).toContain("Nadeau");
  expect(readManifest(run).software.version).toBe("0.0.1");
});
