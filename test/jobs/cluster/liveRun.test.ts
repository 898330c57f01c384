import { spawn } from "node:child_process";
import { cpSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { liveRun } from "../../../src/jobs/cluster/liveRun.js";
import { stopRun } from "../../../src/jobs/cluster/stopRun.js";
import { pictureOf } from "../../../src/jobs/runs/runFolder.js";
import { runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "../../cli/harness.js";

const [CLI, HOLD] = ["../../../dist/cli.js", "../../hold.cjs"].map((name) =>
  fileURLToPath(new URL(name, import.meta.url)),
);
const root = temporaryFolder();
const at = (...names: string[]) => path.join(root, ...names);

beforeAll(async () => {
  const data = sampleDataset(root, SAMPLE_IDS.slice(0, 12));
  const sizes = [
    "--train-sizes",
    "8",
    "--test-size",
    "4",
    "--repeats",
    "2",
    "--ensemble",
    "1",
    "--epochs",
    "3",
    "--rotations",
    "1",
  ];
  const study = [
    "study",
    data,
    "--models",
    "r3dvs,composition",
    "--targets",
    "band_gap",
    ...sizes,
    "--quiet",
    "--prepare",
  ];
  expect((await runCli([...study, "-o", at("prepared")])).code).toBe(0);
});

const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
};

test("a prepared run that nobody has begun is stopped, not queued: it waits for somebody to go on with it", async () => {
  expect(await liveRun(pictureOf(at("prepared")))).toMatchObject({ state: "stopped", progress: { done: 0 } });
});

test("a chunk that works elsewhere shows in the run's folder, is asked to stop, and leaves the run as it stands", async () => {
  const run = at("run");
  cpSync(at("prepared"), run, { recursive: true });
  // a request of long ago is not meant
  writeFileSync(path.join(run, "stop"), "");
  const work = [CLI ?? "", "run", run, "--chunk", "1/1", "--threads", "1", "--quiet", "--no-merge"];
  const child = spawn(process.execPath, ["--require", HOLD ?? "", ...work], {
    stdio: "ignore",
    env: { ...process.env, R3DVS_HOLD_EPOCH: "1" },
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const models = () => readdirSync(path.join(run, "checkpoints"), { recursive: true, encoding: "utf8" });
  await until(
    () => existsSync(path.join(run, "checkpoints")) && models().some((name) => /r3dvs.*\.attempt\./.test(name)),
  );
  const live = await liveRun(pictureOf(run));
  expect(live).toMatchObject({ state: "running", progress: { total: 4 }, shared: { running: 1 } });
  expect(live.shared?.cluster).toBeUndefined();
  expect(await stopRun(run)).toEqual([]);
  expect(await ended).toBe(75);
  expect((await liveRun({ ...pictureOf(run), name: "asked again" })).state).toBe("stopped");
  expect((await runCli(["run", run, "--quiet"])).code).toBe(0);
  const finished = pictureOf(run);
  expect([finished.state, await liveRun(finished)]).toEqual(["finished", finished]);
});
