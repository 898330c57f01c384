import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "./harness.js";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const hasParallel =
  spawnSync("parallel", ["--version"], { encoding: "utf8" }).stdout?.startsWith("GNU parallel") === true;

test.skipIf(!hasParallel)("GNU parallel works on a run's chunks to the bytes of one process", async () => {
  const root = temporaryFolder();
  const data = sampleDataset(root, SAMPLE_IDS.slice(0, 12));
  const settings = [
    "--models",
    "composition",
    "--targets",
    "band_gap",
    "--train-sizes",
    "4,8",
    "--test-size",
    "4",
    "--repeats",
    "2",
  ];
  await runCli(["study", data, "-o", path.join(root, "local"), ...settings]);
  await runCli(["study", data, "-o", path.join(root, "run"), ...settings, "--prepare"]);
  const r3dvs = [process.execPath, CLI, "run", path.join(root, "run"), "--threads", "1", "--chunk", "{}/3"];
  const { status } = spawnSync("parallel", ["-j", "2", ...r3dvs, ":::", "1", "2", "3"], { encoding: "utf8" });
  expect(status).toBe(0);
  const results = (run: string) => readFileSync(path.join(root, run, "results.csv"), "utf8");
  expect(results("run")).toBe(results("local"));
});
