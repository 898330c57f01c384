// What a worker does differently under a scheduler, which it tells by a job's number in the environment: it is begun
// again and again by itself, so that it must know when to give up; and what other nodes wrote may be seen late.
import type { ChildProcess } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, renameSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
const at = (...names: string[]) => path.join(root, ...names);
const read = (...names: string[]) => readFileSync(at(...names), "utf8");
const JOB = { SLURM_JOB_ID: "4711" };

beforeAll(async () => {
  const data = sampleDataset(root, SAMPLE_IDS.slice(0, 12));
  const sizes = ["--train-sizes", "8", "--test-size", "4", "--repeats", "1"];
  const network = ["--models", "r3dvs", "--epochs", "2", "--rotations", "1", "--ensemble", "1"];
  const study = ["study", data, "--targets", "band_gap", ...sizes, ...network];
  expect((await runCli([...study, "-o", at("whole"), "--quiet"])).code).toBe(0);
  expect((await runCli([...study, "-o", at("prepared"), "--quiet", "--prepare"])).code).toBe(0);
});

const copy = (name: string) => cpSync(at("prepared"), at(name), { recursive: true });
const filesOf = (run: string) =>
  existsSync(at(run, "checkpoints")) ? readdirSync(at(run, "checkpoints"), { recursive: true, encoding: "utf8" }) : [];
const chunk = (run: string) => ["run", at(run), "--chunk", "1/1", "--threads", "1", "--quiet"];

/** A chunk that gets a signal while it holds its task, as one does that takes longer than the job may. */
function interrupt(run: string, signal: NodeJS.Signals) {
  const before = new Set(filesOf(run));
  const onStart = (child: ChildProcess) => {
    const timer = setInterval(() => {
      if (!filesOf(run).some((name) => name.includes(".attempt.") && !before.has(name))) return;
      clearInterval(timer);
      child.kill(signal);
    }, 20);
    child.once("exit", () => clearInterval(timer));
  };
  return runCli(chunk(run), { env: JOB, hold: { task: true }, onStart });
}

test("a task over which three processes died is given up with the reason; a person may try it again", async () => {
  copy("deadly");
  for (let death = 0; death < 3; death++) expect((await interrupt("deadly", "SIGKILL")).signal).toBe("SIGKILL");
  const fourth = await runCli(chunk("deadly"), { env: JOB });
  expect(fourth.code).toBe(1);
  const status = await runCli(["status", at("deadly"), "--json"]);
  const reason = "the process that worked on it was killed 3 times; did it run out of memory?";
  expect([status.code, status.events[0]]).toEqual([
    1,
    expect.objectContaining({ done: 0, open: 0, failed: [{ task: expect.any(String), reason }] }),
  ]);
  expect((await runCli(["run", at("deadly"), "--quiet"])).code).toBe(0);
  expect(read("deadly", "results.csv")).toBe(read("whole", "results.csv"));
});

test("a task that two whole jobs brought no further is given up: the time limit is too short for it", async () => {
  copy("slow");
  const first = await interrupt("slow", "SIGTERM");
  expect([first.code, filesOf("slow").filter((name) => name.includes(".stopped.")).length]).toEqual([75, 1]);
  // nothing is left for a third
  expect((await interrupt("slow", "SIGTERM")).code).toBe(1);
  const { events } = await runCli(["status", at("slow"), "--json"]);
  const reason = "it was stopped twice at the same point: the time limit is too short for it";
  expect(events[0]).toMatchObject({ done: 0, open: 0, failed: [{ reason }] });
});

test("results that the disk shows late are waited for before tables are written", async () => {
  copy("late");
  expect((await runCli([...chunk("late"), "--no-merge"], { env: JOB })).code).toBe(0);
  const result = at("late", "checkpoints", filesOf("late").find((name) => name.endsWith("-0.json")) ?? "");
  renameSync(result, at("elsewhere.json"));
  let told = "";
  const onError = (text: string) => {
    told += text;
    if (text.includes("1 tasks have no result yet")) renameSync(at("elsewhere.json"), result);
  };
  const { code } = await runCli(["run", at("late"), "--merge-only"], { env: JOB, onError });
  expect([code, told]).toEqual([0, expect.stringContaining("waiting, in case the disk shows them late")]);
  expect(read("late", "results.csv")).toBe(read("whole", "results.csv"));
});
