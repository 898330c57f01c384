import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Submitted } from "../../src/jobs/reproduction/submitRepeat.js";
import { Cancellation } from "../../src/protocol/rpc.js";
import { SAMPLE_IDS, sampleDataset, temporaryFolder } from "../cli/harness.js";
import { SlurmCluster, until, whyNoSlurm } from "./slurmCluster.mjs";

const reason = whyNoSlurm();
const root = temporaryFolder();
/** As the script has them: of the version that the nodes run. */
const BUNDLER = new URL("../../src/build/jobBundle.mjs", import.meta.url).href;
type Jobs = typeof import("../../src/jobs/reproduction/reproduce.js") &
  typeof import("../../src/jobs/reproduction/submitRepeat.js");
const jobsOf = async (name: string): Promise<Jobs> =>
  (await import(BUNDLER)).loadJob(`src/jobs/reproduction/${name}.ts`);
const at = (...names: string[]) => path.join(root, ...names);

describe.skipIf(reason !== undefined)(
  `the reproduction on Slurm${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    let cluster: SlurmCluster;
    const before = process.env.SLURM_CONF;
    beforeAll(async () => {
      cluster = await SlurmCluster.start({ nodes: 2, cpus: 1 });
      process.env.SLURM_CONF = cluster.env.SLURM_CONF;
    }, 60_000);
    afterAll(async () => {
      if (before === undefined) delete process.env.SLURM_CONF;
      else process.env.SLURM_CONF = before;
      await cluster?.stop();
    }, 60_000);

    test("submits every repeat as a run of its own, and takes them up when they are finished: the rows of this machine", async () => {
      const { reproduce } = await jobsOf("reproduce");
      const { submitRepeat } = await jobsOf("submitRepeat");
      const dataset = sampleDataset(root, SAMPLE_IDS.slice(0, 12));
      const depth = {
        testSize: 4,
        ensemble: 1,
        epochs: 1,
        rotations: 1,
        repeats: 2,
        networkRepeats: 0,
        trainSizes: [8],
      };
      const request = {
        dataset,
        targets: ["band_gap"],
        models: ["composition", "shells"],
        arms: ["kernels"],
        ...depth,
      };
      const said: Submitted[] = [];
      const cancellation = new Cancellation();
      const hooks = { cancellation, onEvent: () => {}, onRepeat: () => {} };
      const submit = async (folder: string) =>
        void said.push(await submitRepeat(folder, { chunks: 2, partition: "test" }, cancellation));
      for (const name of ["here", "there"]) mkdirSync(at(name));
      const of = (name: string) => ({ ...request, output: at(name), work: at(name, "work") });
      await reproduce(of("here"), hooks);
      expect((await reproduce(of("there"), { ...hooks, submit })).rows).toEqual([]);
      expect(said).toMatchObject([
        { state: "submitted", elements: 2 },
        { state: "submitted", elements: 2 },
      ]);
      await until(() => cluster.ask("squeue", ["-h"]).trim() === "", 240_000);
      await reproduce(of("there"), { ...hooks, submit });
      // all but the seventh column, which is measured
      const rows = (name: string) => {
        const lines = readFileSync(at(name, "results.csv"), "utf8").trim().split("\n");
        return lines.map((line) => line.split(",").filter((_, column) => column !== 6));
      };
      expect(rows("there").length).toBeGreaterThan(4);
      expect(rows("there")).toEqual(rows("here"));
    }, 400_000);
  },
);
