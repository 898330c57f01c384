import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "../cli/harness.js";
import { SlurmCluster, until, whyNoSlurm } from "./slurmCluster.mjs";

const reason = whyNoSlurm();
const HOLD = fileURLToPath(new URL("../hold.cjs", import.meta.url));
const root = temporaryFolder();
const at = (...names: string[]) => path.join(root, ...names);
const read = (...names: string[]) => readFileSync(at(...names), "utf8");

describe.skipIf(reason !== undefined)(`faults of Slurm itself${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  let cluster: SlurmCluster;
  const cli = (...args: string[]) => runCli(args, { env: cluster.env });
  const queue = () => cluster.ask("squeue", ["-h", "-r", "-o", "%i %T %r"]).trim();
  /** What an element does at its first start only: it waits within a training until it is asked to stop. */
  const heldOnce = `if [ "\${SLURM_RESTART_COUNT:-0}" = 0 ]; then export NODE_OPTIONS="--require ${HOLD}" R3DVS_HOLD_EPOCH=1; fi`;
  const epochs = (run: string) =>
    existsSync(at(run, "workers")) &&
    readdirSync(at(run, "workers")).some((name) => read(run, "workers", name).includes('"event":"epoch"'));

  beforeAll(async () => {
    const data = sampleDataset(root, SAMPLE_IDS.slice(0, 12));
    const sizes = ["--train-sizes", "8", "--test-size", "4", "--repeats", "2", "--ensemble", "1", "--epochs", "3", "--rotations", "1"];
    const study = ["study", data, "--models", "r3dvs,composition", "--targets", "band_gap", ...sizes, "--quiet"];
    expect((await runCli([...study, "-o", at("local")])).code).toBe(0);
    expect((await runCli([...study, "-o", at("prepared"), "--prepare"])).code).toBe(0);
    cluster = await SlurmCluster.start({ nodes: 1, cpus: 2 });
  }, 120_000);
  afterAll(() => cluster?.stop(), 60_000);

  test("an element that is told of its time limit saves its state, puts itself alone back in the queue, and goes on there", async () => {
    cpSync(at("prepared"), at("limit"), { recursive: true });
    const { events } = await cli("submit", at("limit"), "--chunks", "2", "--json", "--setup", heldOnce);
    const { jobs } = events.at(-1) ?? {};
    const job = Array.isArray(jobs) ? jobs[0] : undefined;
    await until(() => epochs("limit"), 120_000);
    // what Slurm sends before the limit, sent now
    for (const element of [1, 2]) cluster.ask("scancel", ["-b", "-s", "USR2", `${job}_${element}`]);
    await until(() => queue() === "", 240_000);
    expect(read("limit", "results.csv")).toBe(read("local", "results.csv"));
    const workers = readdirSync(at("limit", "workers"));
    expect(workers.some((name) => name.includes("-1-"))).toBe(true);
    const ends = readFileSync(path.join(cluster.folder, "log", "jobs.txt"), "utf8");
    expect(ends).toContain("JobState=PENDING ");
    expect(JSON.parse(read("limit", "run.json")).state).toBe("finished");
  }, 400_000);

  test("after a controller died and forgot what ran, submitting again ends in the bytes of the local run", async () => {
    cpSync(at("prepared"), at("forgotten"), { recursive: true });
    await cli("submit", at("forgotten"), "--chunks", "2", "--json", "--setup", heldOnce);
    await until(() => epochs("forgotten"), 120_000);
    await cluster.end("slurmctld", "SIGKILL");
    const lost = await cli("status", at("forgotten"), "--json");
    expect(lost.events[0]).toMatchObject({ total: 4, cluster: { isAnswering: false } });
    cluster.startController();
    await until(() => cluster.ask("sinfo", ["-h", "-o", "%T"]).trim() !== "", 60_000);
    // whatever it believes of them, the elements are ended, and the node is taken back by its administrator
    expect((await cli("submit", at("forgotten"), "--cancel")).code).toBe(0);
    await until(
      () =>
        cluster.processesWhere(({ element }) => element !== "_").length === 0 || cluster.killWhere(({ element }) => element !== "_") === 0,
      60_000,
    );
    for (let round = 0; round < 5 && JSON.parse(read("forgotten", "run.json")).state !== "finished"; round++) {
      cluster.ask("scontrol", ["update", "nodename=n1", "state=resume"]);
      await until(() => queue() === "", 120_000);
      await cli("submit", at("forgotten"), "--json");
      await until(() => queue() === "" || /held|drain/i.test(queue()), 120_000);
      if (queue() !== "") await cli("submit", at("forgotten"), "--cancel");
    }
    expect(read("forgotten", "results.csv")).toBe(read("local", "results.csv"));
  }, 500_000);
});
