import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli, SAMPLE, temporaryFolder } from "../cli/harness.js";
import { SlurmCluster, until, whyNoSlurm } from "./slurmCluster.mjs";

const reason = whyNoSlurm();
// 4 targets x 2 models x 3 sizes x 9 repeats = 216 tasks of some hundredths of a second
const STUDY = [
  "--models",
  "composition,shells",
  "--targets",
  "E_hartree_per_atom,band_gap,cohesive_energy_per_atom,E_ewald_per_atom",
];
const SIZES = ["--train-sizes", "8,10,12", "--test-size", "4", "--repeats", "9", "--seed", "11"];
const root = temporaryFolder();
const at = (...names: string[]) => path.join(root, ...names);
const read = (...names: string[]) => readFileSync(at(...names), "utf8");

describe.skipIf(reason !== undefined)(`a run on Slurm${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  let cluster: SlurmCluster;
  const cli = (...args: string[]) => runCli(args, { env: cluster.env });
  const queue = () => cluster.ask("squeue", ["-h", "-r", "-o", "%i %T %r"]).trim().split("\n").filter(Boolean);

  beforeAll(async () => {
    const study = ["study", SAMPLE, ...STUDY, ...SIZES, "--quiet"];
    expect((await runCli([...study, "-o", at("local")])).code).toBe(0);
    expect((await runCli([...study, "-o", at("prepared"), "--prepare"])).code).toBe(0);
    cluster = await SlurmCluster.start({ nodes: 2, cpus: 2, maxArraySize: 13, lostAfter: 5 });
  }, 120_000);
  afterAll(() => cluster?.stop(), 60_000);

  test("prints its scripts and commands and submits nothing; Slurm is asked about them", async () => {
    const run = at("prepared");
    const asked = [
      "--chunks",
      "24",
      "--partition",
      "test",
      "--line",
      "#SBATCH --comment=hello",
      "--setup",
      "module load nothing",
    ];
    const { code, stdout } = await cli("submit", run, "--scheduler", "slurm", "--dry-run", ...asked);
    expect(code).toBe(0);
    for (const line of [
      "--array=1-12",
      "--partition=test",
      "--comment=hello",
      "--requeue",
      "--signal=B:USR2@120",
      "--open-mode=append",
    ])
      expect(stdout).toContain(`#SBATCH ${line}`);
    expect(stdout).toContain("module load nothing\nexec ");
    expect(stdout).toContain("$((SLURM_ARRAY_TASK_ID + 12))/24");
    expect(stdout.match(/^sbatch /gm)?.length).toBe(3);
    expect([queue(), existsSync(path.join(run, "cluster.json"))]).toEqual([[], false]);
    expect(await cli("submit", run, "--test-only", ...asked)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("to start at"),
    });
    const refused = await cli("submit", run, "--test-only", "--partition", "nowhere");
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/sbatch: .*partition/i)]);
    expect(queue()).toEqual([]);
  });

  test("ends in the bytes of the local run, though an element is killed, one requeued, a node lost and the controller restarted", async () => {
    cpSync(at("prepared"), at("run"), { recursive: true });
    // each node has a disk of its own, and no result comes late to this one
    const disk = `export R3DVS_WAIT=0 SLURM_TMPDIR=${at("disk-$SLURMD_NODENAME")}; mkdir -p "$SLURM_TMPDIR"`;
    const first = await cli("submit", at("run"), "--chunks", "24", "--json", "--setup", disk);
    expect(first.events.at(-1)).toMatchObject({ event: "submitted", elements: 24, open: 216, chunks: 24 });
    const jobs = first.events.at(-1)?.jobs as string[];
    expect(jobs.length).toBe(2);
    const running = () =>
      queue()
        .filter((line) => line.includes(" RUNNING "))
        .map((line) => line.split(" ")[0] ?? "");

    await until(
      () => running().some((id) => cluster.processesWhere(({ element }) => element === id).length > 0),
      30_000,
    );
    const victim = running().find((id) => cluster.processesWhere(({ element }) => element === id).length > 0) ?? "";
    expect(cluster.killWhere(({ element }) => element === victim)).toBeGreaterThan(0);

    await until(() => running().some((id) => id.includes("_") && id !== victim), 30_000);
    cluster.ask("scontrol", ["requeue", running().find((id) => id.includes("_") && id !== victim) ?? ""]);

    await cluster.end("slurmctld", "SIGTERM");
    const unknown = await cli("status", at("run"), "--json");
    expect(unknown.events[0]).toMatchObject({ total: 216, cluster: { isAnswering: false } });
    expect((await cli("submit", at("run"))).stderr).toContain("slurm");
    cluster.startController();
    await until(
      () => cluster.processesWhere(({ node, element }) => node === "n2" && element !== "_").length > 0,
      60_000,
    );
    await cluster.loseNode("n2");
    await until(() => /n2 +down/.test(cluster.ask("sinfo", ["-h", "-N", "-o", "%N %t"])), 90_000);
    cluster.startNode("n2");
    await until(() => queue().length === 0, 240_000);

    // an element that was killed, one that was requeued, one that its node took with it
    const ends = readFileSync(path.join(cluster.folder, "log", "jobs.txt"), "utf8");
    for (const state of ["FAILED", "PENDING", "NODE_FAIL"]) expect(ends).toContain(`JobState=${state} `);

    // what the killed element left is open, and the job after all elements told so
    for (let round = 0; round < 4 && JSON.parse(read("run", "run.json")).state !== "finished"; round++) {
      const again = await cli("submit", at("run"), "--json", "--setup", disk);
      expect(again.events.at(-1)).toMatchObject({ event: "submitted" });
      await until(() => queue().length === 0, 120_000);
    }
    for (const file of ["results.csv", "predictions.csv"]) expect(read("run", file)).toBe(read("local", file));
    for (const node of cluster.nodes) {
      const copies = readdirSync(at(`disk-${node}`)).filter((name) => !name.endsWith(".tmp"));
      expect(
        copies.map((name) => readFileSync(at(`disk-${node}`, name)).equals(readFileSync(at("run", "inputs.bin")))),
      ).toEqual([true]);
    }

    const last = await cli("submit", at("run"), "--json");
    expect([last.code, last.events.at(-1)]).toEqual([
      0,
      { event: "submitted", jobs: [], elements: 0, open: 0, done: 216, failed: 0, total: 216 },
    ]);
    const status = await cli("status", at("run"), "--json");
    expect(status.events).toEqual([
      expect.objectContaining({ total: 216, done: 216, running: 0, open: 0, failed: [] }),
    ]);
    const left = readdirSync(at("run", "checkpoints"), { recursive: true, encoding: "utf8" }).filter((name) =>
      name.includes(".attempt."),
    );
    expect(left).toEqual([]);
  }, 500_000);

  test("finds the jobs that it could not write down, cancels them, and goes on here", async () => {
    cpSync(at("prepared"), at("again"), { recursive: true });
    const first = await cli("submit", at("again"), "--chunks", "6", "--json", "--line", "#SBATCH --hold");
    expect(first.events.at(-1)).toMatchObject({ elements: 6 });
    // as if it had been killed before it wrote the numbers
    const record = JSON.parse(read("again", "cluster.json"));
    writeFileSync(at("again", "cluster.json"), JSON.stringify({ ...record, jobs: [] }));
    const second = await cli("submit", at("again"), "--json");
    expect(second.events.at(-1)).toMatchObject({ event: "submitted", elements: 0, live: 6 });
    const status = await cli("status", at("again"), "--json");
    expect(status.events[0]).toMatchObject({
      open: 216,
      cluster: { elements: { PENDING: 6 }, warnings: ["JobHeldUser"] },
    });
    expect((await cli("submit", at("again"), "--cancel", "--json")).events.at(-1)).toMatchObject({
      event: "cancelled",
    });
    await until(() => queue().length === 0, 30_000);
    expect((await runCli(["run", at("again"), "--quiet"])).code).toBe(0);
    expect(read("again", "results.csv")).toBe(read("local", "results.csv"));
  }, 120_000);
});
