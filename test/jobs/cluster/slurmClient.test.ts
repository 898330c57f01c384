// What sites put in front of Slurm's programs: wrappers that print more, several clusters behind one sbatch, jobs that
// submit jobs.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listJobs, SlurmError, SlurmMissingError, submitScript } from "../../../src/jobs/cluster/slurmClient.js";
import { temporaryFolder } from "../../cli/harness.js";

const root = temporaryFolder();
const before = { ...process.env };
beforeEach(() => {
  process.env.PATH = `${root}:/usr/bin:/bin`;
});
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

/** A site's own program of this name. */
function install(name: string, lines: readonly string[]): void {
  mkdirSync(root, { recursive: true });
  writeFileSync(path.join(root, name), `${["#!/bin/sh", ...lines].join("\n")}\n`);
  chmodSync(path.join(root, name), 0o755);
}

const unlessWindows = test.skipIf(process.platform === "win32");

unlessWindows.each([
  ["4711", ["echo 4711"]],
  ["4711", ["echo '4711;hpc2'"]],
  ["4711", ["echo 'Your project has 12 node hours left.'", "echo", "echo '4711;hpc2'"]],
])("the number %s is found in what sbatch prints: %j", async (number, lines) => {
  install("sbatch", lines);
  expect(await submitScript(["x.sh"])).toBe(number);
});

unlessWindows("an answer without a number, an error and a program that is missing are told apart", async () => {
  install("sbatch", ["echo 'see https://hpc.example/news'"]);
  await expect(submitScript(["x.sh"])).rejects.toThrow("sbatch did not answer with a job's number");
  install("sbatch", ["echo 'sbatch: error: QOSMaxSubmitJobPerUserLimit' >&2", "exit 1"]);
  await expect(submitScript(["x.sh"])).rejects.toThrow(
    new SlurmError("sbatch: sbatch: error: QOSMaxSubmitJobPerUserLimit"),
  );
  process.env.PATH = path.join(root, "nowhere");
  await expect(submitScript(["x.sh"])).rejects.toBeInstanceOf(SlurmMissingError);
});

unlessWindows(
  "what surrounds a submitting job does not leak into the new one; the user's own choices stay",
  async () => {
    const seen = path.join(root, "seen");
    install("sbatch", [`env > '${seen}'`, "echo 1"]);
    const kept = { SLURM_CONF: "/etc/slurm.conf", SBATCH_ACCOUNT: "mine", OMP_PROC_BIND: "true" };
    Object.assign(process.env, kept, {
      SLURM_ARRAY_TASK_ID: "5",
      SLURM_JOB_ID: "7",
      SLURMD_NODENAME: "n1",
      SRUN_CPUS_PER_TASK: "4",
    });
    await submitScript(["x.sh"]);
    const lines = readFileSync(seen, "utf8").split("\n");
    for (const [name, value] of Object.entries(kept)) expect(lines).toContain(`${name}=${value}`);
    expect(lines.filter((line) => /^(SLURM_(?!CONF)|SLURMD|SRUN)/.test(line))).toEqual([]);
  },
);

unlessWindows("lines of squeue that are no jobs are left out, and a name may hold what separates", async () => {
  install("squeue", [
    "echo 'slurm_load_jobs: notice|a|b|c'",
    "echo '17_4|RUNNING|None|a|b'",
    "echo '18|PENDING|Dependency|r3dvs-1.merge'",
  ]);
  expect(await listJobs()).toEqual([
    { id: "17_4", state: "RUNNING", reason: "None", name: "a|b" },
    { id: "18", state: "PENDING", reason: "Dependency", name: "r3dvs-1.merge" },
  ]);
});
