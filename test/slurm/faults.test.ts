import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
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
const PATIENCE = 240_000;

describe.skipIf(reason !== undefined)(
  `faults of Slurm itself${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    let cluster: SlurmCluster;
    const cli = (...args: string[]) => runCli(args, { env: cluster.env });

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
      const study = ["study", data, "--models", "r3dvs,composition", "--targets", "band_gap", ...sizes, "--quiet"];
      expect((await runCli([...study, "-o", at("local")])).code).toBe(0);
      expect((await runCli([...study, "-o", at("prepared"), "--prepare"])).code).toBe(0);
      cluster = await SlurmCluster.start({ nodes: 3, cpus: 2 });
    }, 120_000);
    afterAll(() => cluster?.stop(), 60_000);

    /** Two elements, each of which waits within its training until it is asked to stop or `release` is called. */
    async function submitHeld(run: string, ...lines: string[]): Promise<string> {
      if (!existsSync(at(run))) cpSync(at("prepared"), at(run), { recursive: true });
      const held = `NODE_OPTIONS="--require ${HOLD}" R3DVS_HOLD_EPOCH=1 R3DVS_HOLD_UNTIL=${at(`${run}.go`)}`;
      const more = lines.flatMap((line) => ["--line", line]);
      const { events } = await cli(
        "submit",
        at(run),
        "--chunks",
        "2",
        "--json",
        "--setup",
        `export R3DVS_WAIT=0 ${held}`,
        ...more,
      );
      const { jobs } = events.at(-1) ?? {};
      return Array.isArray(jobs) ? String(jobs[0]) : "";
    }
    const release = (run: string) => writeFileSync(at(`${run}.go`), "");
    const queue = (run: string) => {
      const { name } = JSON.parse(read(run, "cluster.json"));
      const lines = cluster.ask("squeue", ["-h", "-r", "-o", "%j %i %T %r"]).split("\n");
      return lines.filter((line) => line.startsWith(`${name}.`)).join("\n");
    };
    const isOver = (run: string) => until(() => queue(run) === "", PATIENCE);
    const logs = (run: string) =>
      existsSync(at(run, "workers")) ? readdirSync(at(run, "workers")).filter((name) => name.endsWith(".jsonl")) : [];
    const epochs = (run: string, log: string) => {
      const events = read(run, "workers", log)
        .split("\n")
        .flatMap((line) => (line.endsWith("}") ? [JSON.parse(line)] : []));
      return events.flatMap(({ event, epoch }) => (event === "epoch" ? [epoch] : []));
    };
    /** Until both elements hold a training. */
    const areHeld = (run: string) =>
      until(() => logs(run).filter((log) => epochs(run, log).length > 0).length === 2, PATIENCE);
    /** How the elements of an array ended, each time. */
    const ends = (job: string) => {
      const lines = readFileSync(path.join(cluster.folder, "log", "jobs.txt"), "utf8").split("\n");
      const ofJob = lines.filter((line) => line.includes(` ArrayJobId=${job} `) || line.startsWith(`JobId=${job} `));
      return ofJob.map((line) => / JobState=(\w+)/.exec(line)?.[1]).sort();
    };
    const expectTheSame = (run: string) => {
      expect(read(run, "results.csv")).toBe(read("local", "results.csv"));
      expect(JSON.parse(read(run, "run.json")).state).toBe("finished");
    };

    // their waits lie side by side, each on a node of its own
    test.concurrent("told of their time limit, elements save their state, put themselves alone back in the queue, and go on there", async () => {
      const job = await submitHeld("told", "--nodelist=n1");
      await areHeld("told");
      // what Slurm sends before the limit, sent now
      for (const element of [1, 2]) cluster.ask("scancel", ["-b", "-s", "USR2", `${job}_${element}`]);
      await until(() => ends(job).length === 2, PATIENCE);
      expect(ends(job)).toEqual(["PENDING", "PENDING"]);
      release("told");
      await isOver("told");
      expectTheSame("told");
      const again = logs("told").filter((log) => log.includes("-1-"));
      expect(again.map((log) => epochs("told", log)[0] >= 2)).toEqual([true, true]);
    }, 400_000);

    test.concurrent("ended by a limit of which nothing was told before, they have saved their state, and the next array goes on there", async () => {
      const job = await submitHeld("limit", "--nodelist=n2", "--signal=B:CONT@1");
      await areHeld("limit");
      // the shortest limit is a minute; brought forward it is reached when Slurm looks at limits next, which it does
      // every 30 s
      cluster.ask("scontrol", ["update", `jobid=${job}`, "timelimit=0"]);
      await isOver("limit");
      expect(ends(job)).toEqual(["TIMEOUT", "TIMEOUT"]);
      expect(JSON.parse(read("limit", "run.json"))).toMatchObject({ state: "stopped" });
      const before = new Set(logs("limit"));
      release("limit");
      expect(await submitHeld("limit", "--nodelist=n2")).not.toBe(job);
      await isOver("limit");
      expectTheSame("limit");
      const later = logs("limit").filter((log) => !before.has(log));
      expect(later.map((log) => epochs("limit", log)[0] >= 2)).toEqual([true, true]);
    }, 400_000);

    test.concurrent("a node's daemon alone dies and comes back: its elements go on, and none begins again", async () => {
      const job = await submitHeld("daemon", "--nodelist=n3");
      await areHeld("daemon");
      await cluster.end("n3", "SIGKILL");
      cluster.startNode("n3");
      const { events } = await cli("status", at("daemon"), "--json");
      expect(events[0]).toMatchObject({ running: 2, cluster: { elements: { RUNNING: 2 } } });
      await until(() => cluster.ask("sinfo", ["-h", "-n", "n3", "-o", "%T"]).trim() === "allocated", PATIENCE);
      release("daemon");
      await isOver("daemon");
      expect(ends(job)).toEqual(["COMPLETED", "COMPLETED"]);
      expect(logs("daemon").length).toBe(2);
      expectTheSame("daemon");
    }, 400_000);

    test("after a controller died and forgot what ran, submitting again ends in the bytes of the local run", async () => {
      const nodes = ["n1", "n2", "n3"];
      await submitHeld("forgotten");
      await areHeld("forgotten");
      await cluster.end("slurmctld", "SIGKILL");
      const lost = await cli("status", at("forgotten"), "--json");
      expect(lost.events[0]).toMatchObject({ total: 4, cluster: { isAnswering: false } });
      cluster.startController();
      await until(() => cluster.ask("sinfo", ["-h", "-o", "%T"]).trim() !== "", 60_000);
      release("forgotten");
      // whatever it believes of them, the elements are ended, and the nodes are taken back by their administrator
      expect((await cli("submit", at("forgotten"), "--cancel")).code).toBe(0);
      const isAlive = () => cluster.processesWhere(({ element }) => element !== "_").length > 0;
      await until(() => !isAlive() || cluster.killWhere(({ element }) => element !== "_") === 0, 60_000);
      for (let round = 0; round < 5 && JSON.parse(read("forgotten", "run.json")).state !== "finished"; round++) {
        for (const node of nodes) cluster.ask("scontrol", ["update", `nodename=${node}`, "state=resume"]);
        await isOver("forgotten");
        await submitHeld("forgotten");
        await until(() => queue("forgotten") === "" || /held|drain/i.test(queue("forgotten")), PATIENCE);
        if (queue("forgotten") !== "") await cli("submit", at("forgotten"), "--cancel");
      }
      expectTheSame("forgotten");
    }, 500_000);
  },
);
