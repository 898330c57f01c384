import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import type { FileProblem } from "../../../src/core/text/problem.js";
import { createRun } from "../../../src/jobs/runs/runFolder.js";
import { runStudy } from "../../../src/jobs/study/runStudy.js";
import { Cancellation } from "../../../src/protocol/rpc.js";

const root = mkdtempSync(path.join(tmpdir(), "r3dvs-damaged-spectra-"));
afterAll(() => rmSync(root, { recursive: true }));
const sample = fileURLToPath(new URL("../../../media/sample/oxides/", import.meta.url));
const COUNT = 14;

/** A dataset of the sample's first materials, which the study encodes into its own cache. */
function makeDataset(): string {
  const dataset = path.join(root, "data");
  const ids = readdirSync(sample, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .slice(0, COUNT);
  for (const id of ids) cpSync(path.join(sample, id), path.join(dataset, id), { recursive: true });
  const [head = "", ...rows] = readFileSync(path.join(sample, "targets.csv"), "utf8").split("\n");
  writeFileSync(
    path.join(dataset, "targets.csv"),
    [head, ...rows.filter((row) => ids.includes(row.split(",")[0] ?? ""))].join("\n"),
  );
  return dataset;
}

async function study(dataset: string, name: string) {
  const folder = path.join(root, name);
  const options = {
    models: ["shells"],
    targets: ["band_gap"],
    trainSizes: [8],
    testSize: 4,
    repeats: 1,
    threads: 1,
  } as const;
  createRun(folder, dataset, options);
  const problems: FileProblem[] = [];
  await runStudy(folder, {
    cancellation: new Cancellation(),
    onEvent: () => {},
    onProblem: (found) => problems.push(found),
  });
  return {
    results: readFileSync(path.join(folder, "predictions.csv"), "utf8"),
    told: problems.map(({ problem }) => problem.message),
  };
}

test("spectra damaged in the cache are named and made again: bits and cuts", { timeout: 120_000 }, async () => {
  const dataset = makeDataset();
  const whole = await study(dataset, "whole");
  expect(whole.told).toEqual([]);
  const cache = path.join(dataset, ".r3dvs", "spectra");
  const files = readdirSync(cache, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".npz"))
    .map((name) => path.join(cache, name))
    .sort();
  expect(files).toHaveLength(COUNT);
  const damages: readonly ((bytes: Buffer) => Buffer)[] = [
    (bytes) => bytes.subarray(0, bytes.length >> 1),
    ...[0.2, 0.4, 0.6, 0.8].map((place) => (bytes: Buffer) => {
      const at = Math.floor(place * bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ 16;
      return bytes;
    }),
  ];
  // what is no archive at all is taken for none, and made as the first time
  writeFileSync(files.at(-1) ?? "", "");
  damages.forEach((damage, i) => {
    const file = files[i] ?? "";
    writeFileSync(file, damage(readFileSync(file)));
  });
  const again = await study(dataset, "again");
  expect(again.told).toHaveLength(damages.length);
  for (const [i, message] of again.told.sort().entries()) expect(message).toContain(`${files[i]} is damaged (`);
  expect(again.results).toBe(whole.results);
  // what was made again stands there again
  expect((await study(dataset, "third")).told).toEqual([]);
});
